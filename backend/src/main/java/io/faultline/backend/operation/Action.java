package io.faultline.backend.operation;

import io.faultline.backend.account.Role;
import java.util.Locale;

/// Everything that needs more than looking, with the least role that may do it. The only table of rights: views
/// hide by it what the server would deny by it.
public enum Action {
    HALT(Role.VIEWER),
    START_WORKER(Role.OPERATOR),
    KILL_WORKER(Role.OPERATOR),
    RECOVER_FAULT(Role.OPERATOR),
    CANCEL_REQUEST(Role.OPERATOR),
    CHANGE_THRESHOLDS(Role.OPERATOR),
    CORDON_MACHINE(Role.OPERATOR),
    RUN_PLAYBOOK_SIMULATED(Role.OPERATOR),
    FREEZE_WORKER(Role.CHAOS),
    RUN_PLAYBOOK_LIVE(Role.CHAOS),
    ABORT_PLAYBOOK(Role.CHAOS),
    MANAGE_ACCOUNTS(Role.ADMIN),
    READ_AUDIT(Role.ADMIN);

    private final Role least;

    Action(Role least) {
        this.least = least;
    }

    public Role least() {
        return least;
    }

    public boolean isOpenTo(Role role) {
        return role.includes(least);
    }

    /// `kill worker`
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
