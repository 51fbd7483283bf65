/// What is being broken, by whom, until when?
@NullMarked
package io.faultline.console.faults;

import org.jspecify.annotations.NullMarked;
