/// Prompts prefilled on one worker and decoded on another. A decode worker that gets a long prompt decides
/// ([io.faultline.runtime.prefill.PrefillPolicy]) whether to have it computed elsewhere, and puts a *job* into a
/// durable queue; a prefill worker takes it, computes the KV blocks and *hands* them *over* to the decode worker,
/// which finds them as a prefix hit. Whatever goes wrong on the way, the decode worker prefills by itself in the
/// end: no request fails because of remote prefill, and each prefill is used at most once.
@NullMarked
package io.faultline.runtime.prefill;

import org.jspecify.annotations.NullMarked;
