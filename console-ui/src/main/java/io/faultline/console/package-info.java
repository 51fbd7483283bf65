/// The console's views, the command line, and the one executable. Views show what [io.faultline.backend] publishes
/// and hold no rules.
@NullMarked
package io.faultline.console;

import org.jspecify.annotations.NullMarked;
