/// The state of the service at a glance.
@NullMarked
package io.faultline.console.overview;

import org.jspecify.annotations.NullMarked;
