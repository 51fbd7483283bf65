/// Which requests moved, from where to where, at what cost?
@NullMarked
package io.faultline.console.migrations;

import org.jspecify.annotations.NullMarked;
