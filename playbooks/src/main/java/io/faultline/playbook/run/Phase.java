package io.faultline.playbook.run;

import io.faultline.playbook.probe.Words;

/// The parts of a run, as the event stream names them.
enum Phase {
    PREFLIGHT,
    STEADY_STATE_HYPOTHESIS,
    METHOD,
    ROLLBACKS,
    VERIFY,
    EXPECT;

    /// `steady-state-hypothesis`
    String word() {
        return Words.of(this, '-');
    }
}
