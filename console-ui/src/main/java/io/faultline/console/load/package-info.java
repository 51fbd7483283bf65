/// How loaded the workers are, who is refused because of it, and by which rules.
@NullMarked
package io.faultline.console.load;

import org.jspecify.annotations.NullMarked;
