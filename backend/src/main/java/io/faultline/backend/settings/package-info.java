/// What the person who starts the console decides: ports, folders, traffic.
@NullMarked
package io.faultline.backend.settings;

import org.jspecify.annotations.NullMarked;
