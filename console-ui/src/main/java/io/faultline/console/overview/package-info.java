/// Is the service keeping its promises now?
@NullMarked
package io.faultline.console.overview;

import org.jspecify.annotations.NullMarked;
