/// What a playbook can measure. A *probe* names one figure; it is read from the folds over the event stream and from
/// nothing else, so a live, an embedded and a simulated cluster are measured the same way.
///
/// Words: a *mark* is a remembered moment of a run with the counters as they stood then; a *counting* probe tells the
/// difference since a mark, so that a run on a cluster with a past counts its own effect only; *no data* is an answer
/// of its own and never zero.
@NullMarked
package io.faultline.playbook.probe;

import org.jspecify.annotations.NullMarked;
