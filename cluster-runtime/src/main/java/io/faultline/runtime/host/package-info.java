/// The host side of the seams: real threads, clocks and sockets. Nothing outside `host` may use them.
@NullMarked
package io.faultline.runtime.host;

import org.jspecify.annotations.NullMarked;
