/// Who may do what, and who did what.
@NullMarked
package io.faultline.console.system;

import org.jspecify.annotations.NullMarked;
