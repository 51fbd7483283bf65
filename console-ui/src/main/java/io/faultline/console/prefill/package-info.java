/// Prompts that are prefilled on workers of their own: the queue, the hand-overs, and what happened instead.
@NullMarked
package io.faultline.console.prefill;

import org.jspecify.annotations.NullMarked;
