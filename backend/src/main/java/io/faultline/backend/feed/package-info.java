/// The bridge between the cluster's operator loop and everything that shows it. The loop folds; this package takes
/// an immutable picture of the folds, a few times a second and only when something changed, and hands each
/// listener the newest one.
///
/// Words: a *frame* is one such picture; a *listener* is slow when it still works on a frame while a newer one is
/// there, and then skips the ones in between.
@NullMarked
package io.faultline.backend.feed;

import org.jspecify.annotations.NullMarked;
