/// What runs where, where traffic flows, and one worker in depth.
@NullMarked
package io.faultline.console.topology;

import org.jspecify.annotations.NullMarked;
