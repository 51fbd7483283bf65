/// Run and trust a procedure.
@NullMarked
package io.faultline.console.playbooks;

import org.jspecify.annotations.NullMarked;
