/// What the KV-aware routers decide, how they are, and when frontends did without them.
@NullMarked
package io.faultline.console.routing;

import org.jspecify.annotations.NullMarked;
