package io.faultline.runtime.host.store;

import io.faultline.runtime.discovery.StoreAnswer;
import io.faultline.runtime.discovery.StoreClient;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.discovery.StoreRequest;
import io.faultline.runtime.discovery.StoreServer;
import io.faultline.runtime.discovery.StoreState;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.host.HostedService;
import io.faultline.runtime.seam.NodeLoop;

/// The store of the embedded world. It keeps nothing when the process ends. When a node's connection is closed, its
/// watches end and its leases run out.
public final class EmbeddedStore extends HostedService<StoreRequest, StoreAnswer, StoreClient> {
    /// With the default limits.
    public EmbeddedStore(NodeLoop storeLoop, EventSink events) {
        this(storeLoop, StoreConfig.defaults(), StoreClientConfig.defaults(), events);
    }

    /// @param events where ended leases are recorded; called on the store's loop
    public EmbeddedStore(NodeLoop storeLoop, StoreConfig config, StoreClientConfig clientConfig, EventSink events) {
        super(
                "the store",
                storeLoop,
                new StoreServer(new StoreState(config), storeLoop, events),
                (nodeLoop, link) -> new StoreClient(nodeLoop, link, clientConfig));
    }
}
