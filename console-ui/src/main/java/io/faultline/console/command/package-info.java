/// The command line. A user's mistake is one line that says what was wrong and what to do, and exit code 2.
@NullMarked
package io.faultline.console.command;

import org.jspecify.annotations.NullMarked;
