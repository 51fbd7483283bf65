package io.faultline.sim.scenario;

import io.faultline.runtime.discovery.DelegatingStore;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.engine.DelegatingEngine;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;
import io.faultline.sim.cluster.Parts;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// How bugs are planted: parts of a cluster that are the runtime's own but for one thing.
final class Plants {
    private Plants() {}

    /// Changes the seams of every node.
    static Parts services(UnaryOperator<NodeServices> change) {
        return new Parts() {
            @Override
            public NodeServices services(NodeServices own) {
                return change.apply(own);
            }
        };
    }

    /// Changes every worker's engine.
    static Parts engines(UnaryOperator<Engine> change) {
        return new Parts() {
            @Override
            public Engine engine(Engine own) {
                return change.apply(own);
            }
        };
    }

    /// Changes what clients are told.
    static Parts sinks(Function<ResponseSink, ResponseSink> change) {
        return new Parts() {
            @Override
            public FrontendPort port(FrontendPort own, NodeServices services) {
                return new PassingPort(own) {
                    @Override
                    public Ticket submit(InferenceRequest request, ResponseSink sink) {
                        return own.submit(request, change.apply(sink));
                    }
                };
            }
        };
    }

    /// What becomes of an event on its way.
    interface Leak {
        void emit(EventRecord record, EventSink to);
    }

    static Parts sinksOfEvents(Leak leak) {
        return services(own -> own.withEvents(record -> leak.emit(record, own.events())));
    }

    /// Changes what arrives at nodes whose name begins with `role`.
    static Parts framesTo(String role, Function<Frame, Optional<Frame>> change) {
        return new Parts() {
            @Override
            public NodeServices services(NodeServices own) {
                return !own.id().value().startsWith(role)
                        ? own
                        : own.withTransport(new PassingTransport(own.transport()) {
                            @Override
                            public Connection connect(Address to, ConnectionListener listener) {
                                return own.transport().connect(to, new PassingListener(listener, change));
                            }
                        });
            }
        };
    }

    /// Changes what nodes whose name begins with `role` send over connections that they opened.
    static NodeServices outgoing(NodeServices own, String role, Function<Frame, Optional<Frame>> change) {
        if (!own.id().value().startsWith(role)) {
            return own;
        }
        return own.withTransport(new PassingTransport(own.transport()) {
            @Override
            public Connection connect(Address to, ConnectionListener listener) {
                Connection real = own.transport().connect(to, listener);
                return new Connection() {
                    @Override
                    public void send(Frame frame) {
                        change.apply(frame).ifPresent(real::send);
                    }

                    @Override
                    public void close() {
                        real.close();
                    }

                    @Override
                    public boolean congested() {
                        return real.congested();
                    }
                };
            }
        });
    }

    static class Passing implements ResponseSink {
        private final ResponseSink to;

        Passing(ResponseSink to) {
            this.to = to;
        }

        @Override
        public void routed(long instance) {
            to.routed(instance);
        }

        @Override
        public void delta(String text, int token) {
            to.delta(text, token);
        }

        @Override
        public void ended(Outcome outcome, String tail) {
            to.ended(outcome, tail);
        }
    }

    static class PassingPort implements FrontendPort {
        private final FrontendPort own;

        PassingPort(FrontendPort own) {
            this.own = own;
        }

        @Override
        public Ticket submit(InferenceRequest request, ResponseSink sink) {
            return own.submit(request, sink);
        }

        @Override
        public List<ModelSummary> models() {
            return own.models();
        }

        @Override
        public FrontendState state() {
            return own.state();
        }
    }

    static class PassingTransport implements Transport {
        private final Transport own;

        PassingTransport(Transport own) {
            this.own = own;
        }

        @Override
        public Address listen(Acceptor acceptor) {
            return own.listen(acceptor);
        }

        @Override
        public Connection connect(Address to, ConnectionListener listener) {
            return own.connect(to, listener);
        }
    }

    private record PassingListener(ConnectionListener own, Function<Frame, Optional<Frame>> change)
            implements ConnectionListener {
        @Override
        public void opened() {
            own.opened();
        }

        @Override
        public void received(Frame frame) {
            change.apply(frame).ifPresent(own::received);
        }

        @Override
        public void closed(CloseReason reason) {
            own.closed(reason);
        }
    }

    /// Lists once, and hears of no deletion ever.
    static final class NeverForgetting extends DelegatingStore {
        private boolean listed;

        NeverForgetting(KeyValueStore own) {
            super(own);
        }

        @Override
        public void range(String prefix, Consumer<Reply<Listing>> then) {
            super.range(prefix, reply -> {
                boolean whole = reply instanceof Reply.Ok<Listing>(Listing listing)
                        && listing.entries().size() > 2;
                if (!listed) {
                    then.accept(reply);
                }
                listed |= whole;
            });
        }

        @Override
        public Watch watch(String prefix, long fromRevision, WatchListener listener) {
            return super.watch(prefix, fromRevision, new WatchListener() {
                @Override
                public void changed(List<Change> changes) {
                    List<Change> puts =
                            changes.stream().filter(c -> c.value() != null).toList();
                    if (!puts.isEmpty()) {
                        listener.changed(puts);
                    }
                }

                @Override
                public void lost(String why) {
                    listener.lost(why);
                }
            });
        }
    }

    /// With every cancelled sequence its load grows by so much that is never freed.
    static final class LeakyEngine extends DelegatingEngine {
        private final int sequencesEach;
        private final int blocksEach;
        private int cancelled;

        LeakyEngine(Engine own, int sequencesEach, int blocksEach) {
            super(own);
            this.sequencesEach = sequencesEach;
            this.blocksEach = blocksEach;
        }

        @Override
        public void cancel(long sequence) {
            super.cancel(sequence);
            cancelled++;
        }

        @Override
        public EngineLoad load() {
            EngineLoad load = super.load();
            return new EngineLoad(
                    load.running() + sequencesEach * cancelled,
                    load.waiting(),
                    load.usedBlocks() + blocksEach * cancelled,
                    load.cachedBlocks(),
                    load.pendingPrefillTokens());
        }
    }
}
