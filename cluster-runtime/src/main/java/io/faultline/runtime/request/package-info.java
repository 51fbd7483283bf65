/// What a request is, how it can end, and which errors mean what. [ErrorType] is the one table that maps an error
/// to migratable, retryable, HTTP status and metric label.
@NullMarked
package io.faultline.runtime.request;

import org.jspecify.annotations.NullMarked;
