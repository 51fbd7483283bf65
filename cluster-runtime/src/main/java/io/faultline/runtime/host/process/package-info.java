/// The distributed world: one node in a process of its own, over sockets and etcd. [NodeProcess] is what
/// `bin/faultline frontend` and `bin/faultline decode` run, [Setting] is everything they can be told, by flag or by
/// environment variable, and [ChildProcess] and [LocalEtcd] are for those who start such processes on this machine.
@NullMarked
package io.faultline.runtime.host.process;

import org.jspecify.annotations.NullMarked;
