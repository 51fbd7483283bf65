package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.NodeLoop;

/// A store and a client of it on one manual loop, an answer taking one turn each way.
public final class VirtualStore {
    private VirtualStore() {}

    public static KeyValueStore clientOf(NodeLoop loop) {
        StoreServer server = new StoreServer(new StoreState(StoreConfig.defaults()), loop, _ -> {});
        StoreClient[] client = new StoreClient[1];
        StoreServer.Session session = server.open(answer -> loop.post(() -> client[0].received(answer)));
        client[0] = new StoreClient(
                loop, request -> loop.post(() -> session.receive(request)), StoreClientConfig.defaults());
        return client[0];
    }
}
