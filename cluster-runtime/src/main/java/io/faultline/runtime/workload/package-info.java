/// Synthetic clients: they send requests, read every token, and compare each answer with the undisturbed one.
@NullMarked
package io.faultline.runtime.workload;

import org.jspecify.annotations.NullMarked;
