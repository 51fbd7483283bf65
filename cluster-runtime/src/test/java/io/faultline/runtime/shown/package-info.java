/// Which test shows which requirement: the [io.faultline.runtime.shown.Shows] mark, and the page made from the marks.
@NullMarked
package io.faultline.runtime.shown;

import org.jspecify.annotations.NullMarked;
