/// Runs a playbook on a world. A [PlaybookRun] is an actor on the operator's loop: it has timers and nothing else, so
/// the same run works in virtual time and in real time. It writes what it does into the cluster's event stream and
/// ends with a [io.faultline.playbook.report.PlaybookReport].
///
/// Words: a run goes through *phases* (preflight, steady-state hypothesis, method, rollbacks, verify, expect); within
/// the method and the rollbacks it takes *steps*; a step that has begun is an *execution*. Every wait has an end.
@NullMarked
package io.faultline.playbook.run;

import org.jspecify.annotations.NullMarked;
