package io.faultline.runtime.admission;

/// One instance's load as a frontend knows it: what the instance reported, and what this frontend sent there
/// since. The two are never written over each other.
///
/// @param activeDecodeBlocks KV blocks held by sequences
/// @param kvBlocks all that it has; 0 = unknown
/// @param activePrefillTokens prompt tokens still to be computed
/// @param batchedTokensMax most tokens of an iteration; 0 = unknown
public record InstanceLoad(int activeDecodeBlocks, int kvBlocks, long activePrefillTokens, int batchedTokensMax) {}
