/// The KV-aware router: a node that follows the KV caches of all workers and hears from all frontends what runs where,
/// and says which worker serves a request with the least work. Routers know nothing of each other; several hear the
/// same and so know the same.
@NullMarked
package io.faultline.runtime.router;

import org.jspecify.annotations.NullMarked;
