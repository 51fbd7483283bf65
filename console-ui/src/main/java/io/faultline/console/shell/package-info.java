/// The frame around every view: navigation, mode, verdict, HALT, theme.
@NullMarked
package io.faultline.console.shell;

import org.jspecify.annotations.NullMarked;
