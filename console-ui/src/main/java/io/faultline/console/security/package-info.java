/// Signing in, and who may see what.
@NullMarked
package io.faultline.console.security;

import org.jspecify.annotations.NullMarked;
