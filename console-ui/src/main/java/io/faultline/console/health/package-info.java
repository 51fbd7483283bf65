/// Which workers are fit to serve, how is that known, and how has it been?
@NullMarked
package io.faultline.console.health;

import org.jspecify.annotations.NullMarked;
