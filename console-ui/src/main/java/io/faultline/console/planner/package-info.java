/// Why did it scale, and was it right? And what runs on which machine?
@NullMarked
package io.faultline.console.planner;

import org.jspecify.annotations.NullMarked;
