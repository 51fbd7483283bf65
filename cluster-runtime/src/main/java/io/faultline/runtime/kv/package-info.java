/// Which KV blocks are where: names of blocks, the index that a router keeps over the caches of its workers, and the
/// events by which a worker tells of its cache. Words: a *block* is a fixed number of tokens with their keys and
/// values; its *sequence hash* names it and everything before it; a worker *holds* it while it can be reused there.
@NullMarked
package io.faultline.runtime.kv;

import org.jspecify.annotations.NullMarked;
