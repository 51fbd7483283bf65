/// Whether and when a request whose worker failed goes on elsewhere.
@NullMarked
package io.faultline.runtime.migration;

import org.jspecify.annotations.NullMarked;
