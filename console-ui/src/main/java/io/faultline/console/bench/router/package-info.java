/// Measures the router's index of KV blocks beside two other shapes of index, in one process and on one trace.
@NullMarked
package io.faultline.console.bench.router;

import org.jspecify.annotations.NullMarked;
