package io.faultline.backend.account;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/// The person behind the current call. Immutable.
///
/// @param name of the account
public record Operator(String name, Role role) {

    /// Whoever is signed in on this thread; nobody while they still have to change their password, because until then
    /// they hold no role.
    public static Optional<Operator> current() {
        return of(SecurityContextHolder.getContext().getAuthentication());
    }

    static Optional<Operator> of(@Nullable Authentication authentication) {
        if (authentication == null || !authentication.isAuthenticated()) {
            return Optional.empty();
        }
        return authentication.getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .flatMap(authority ->
                        authority == null ? Optional.<Role>empty().stream() : Role.ofAuthority(authority).stream())
                .max(Role::compareTo)
                .map(role -> new Operator(authentication.getName(), role));
    }
}
