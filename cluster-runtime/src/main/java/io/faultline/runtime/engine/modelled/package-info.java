/// The engine that needs no GPU: it schedules, batches, caches and pre-empts like a real one, takes as long as
/// published measurements say a real one takes, and writes words that are a pure function of the text so far.
/// The same code runs in every world; only the loop's clock differs.
///
/// Words: an *iteration* is one forward pass over the batch; *prefill* computes a prompt's keys and values, a
/// *chunk* of it in one iteration; *decode* adds one token to a sequence; a *block* is the unit of the KV cache:
/// *active* while a sequence refers to it, *cached* when it is kept only for reuse, *free* otherwise.
@NullMarked
package io.faultline.runtime.engine.modelled;

import org.jspecify.annotations.NullMarked;
