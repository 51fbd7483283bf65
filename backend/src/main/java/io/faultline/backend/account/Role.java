package io.faultline.backend.account;

import java.util.Locale;
import java.util.Optional;

/// What a person may do. Each role includes those before it.
public enum Role {
    /// Sees everything, and may stop everything.
    VIEWER,
    /// Acts on the cluster: kills and starts workers, recovers faults, cancels requests.
    OPERATOR,
    /// Breaks things on purpose: freezes workers, runs playbooks live.
    CHAOS,
    /// Also manages accounts and reads the audit log.
    ADMIN;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }

    /// `viewer`
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// As Spring Security names it in its authorities.
    public String authority() {
        return "ROLE_" + name();
    }

    public static Optional<Role> ofAuthority(String authority) {
        for (Role role : values()) {
            if (role.authority().equals(authority)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    public static Optional<Role> ofWord(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
