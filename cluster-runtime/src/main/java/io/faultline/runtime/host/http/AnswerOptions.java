package io.faultline.runtime.host.http;

/// What a client asked for about the form of its answer.
///
/// @param includeUsage a stream ends with a chunk of token counts
/// @param workerIds the answer says which instances served it
record AnswerOptions(boolean includeUsage, boolean workerIds) {}
