/// The cluster's door, and the work between the door and the workers: admit, template, tokenise, route, stream,
/// migrate, detokenise. Everything here runs on the frontend's loop.
@NullMarked
package io.faultline.runtime.frontend;

import org.jspecify.annotations.NullMarked;
