/// Who did what, to what, and what came of it. Written for every action on the cluster, also those that were refused.
@NullMarked
package io.faultline.backend.audit;

import org.jspecify.annotations.NullMarked;
