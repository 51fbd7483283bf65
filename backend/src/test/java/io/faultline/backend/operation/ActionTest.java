package io.faultline.backend.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.backend.account.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActionTest {
    /// The table of rights, written out, so that a change of it is a change of this test.
    @Test
    void opensToEachRoleWhatTheTableSays() {
        List<String> table = new ArrayList<>();
        for (Action action : Action.values()) {
            StringBuilder row = new StringBuilder(action.words()).append(':');
            for (Role role : Role.values()) {
                if (action.isOpenTo(role)) {
                    row.append(' ').append(role.word());
                }
            }
            table.add(row.toString());
        }
        assertThat(table)
                .containsExactly(
                        "halt: viewer operator chaos admin",
                        "start worker: operator chaos admin",
                        "kill worker: operator chaos admin",
                        "recover fault: operator chaos admin",
                        "cancel request: operator chaos admin",
                        "change thresholds: operator chaos admin",
                        "cordon machine: operator chaos admin",
                        "run playbook simulated: operator chaos admin",
                        "freeze worker: chaos admin",
                        "run playbook live: chaos admin",
                        "abort playbook: chaos admin",
                        "manage accounts: admin",
                        "read audit: admin");
    }
}
