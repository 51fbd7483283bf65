/// The distributed world: one node in a process of its own, over sockets and etcd. [NodeProcess] is what
/// `bin/faultline frontend`, `decode` and `router` run, [Setting] is everything they can be told, by flag or by
/// environment variable. [ChildProcess] and [LocalEtcd] are for those who start such processes on this machine, and
/// [LocalOrchestrator] for those who want them kept running.
@NullMarked
package io.faultline.runtime.host.process;

import org.jspecify.annotations.NullMarked;
