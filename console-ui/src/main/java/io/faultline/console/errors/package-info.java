/// What a user sees when a page is missing or fails: one sentence and a way on, never a stack trace.
@NullMarked
package io.faultline.console.errors;

import org.jspecify.annotations.NullMarked;
