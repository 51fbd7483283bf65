/// A playbook as data: what is assumed, what is done, what must hold, how it is undone. Immutable records that follow
/// the file's own nesting. Nothing here runs anything; the loader guarantees that names refer to something and that
/// types fit.
///
/// Words as in the field: *steady-state hypothesis*, *method*, *probe*, *tolerance*, *gate*, *abort conditions*,
/// *rollbacks*, *verify*, *expect*, *blast radius*.
@NullMarked
package io.faultline.playbook.model;

import org.jspecify.annotations.NullMarked;
