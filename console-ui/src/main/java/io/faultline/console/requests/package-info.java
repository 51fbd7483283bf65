/// What did this client feel, and why?
@NullMarked
package io.faultline.console.requests;

import org.jspecify.annotations.NullMarked;
