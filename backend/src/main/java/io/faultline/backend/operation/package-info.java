/// What people can do to the cluster, in one place: who may, what it does, and its line in the audit log.
@NullMarked
package io.faultline.backend.operation;

import org.jspecify.annotations.NullMarked;
