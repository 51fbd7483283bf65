/// What can keep the console from starting, said in one line each.
@NullMarked
package io.faultline.backend.startup;

import org.jspecify.annotations.NullMarked;
