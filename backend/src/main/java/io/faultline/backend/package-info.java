/// Everything of the console that is not a picture: accounts, audit, the feed from the cluster, operations,
/// playbooks, REST. [io.faultline.backend.BackendConfiguration] puts it together around a running
/// [io.faultline.runtime.world.World].
@NullMarked
package io.faultline.backend;

import org.jspecify.annotations.NullMarked;
