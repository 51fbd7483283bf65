/// The REST API: the read models and the operations over HTTP, under `/api/v1`. What is sent are records of this
/// package, so that a change inside the cluster does not change what scripts read. Times are ISO 8601 in UTC,
/// durations milliseconds, and null says that there is no value yet. Errors are problem details (RFC 9457).
@NullMarked
package io.faultline.backend.api;

import org.jspecify.annotations.NullMarked;
