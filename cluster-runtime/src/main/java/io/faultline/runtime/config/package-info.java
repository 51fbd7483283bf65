/// What a cluster consists of, as data: the same for every world.
@NullMarked
package io.faultline.runtime.config;

import org.jspecify.annotations.NullMarked;
