package io.faultline.runtime.discovery;

import io.faultline.runtime.transport.Address;

/// A registered endpoint of a worker: what a router may choose.
///
/// @param id the lease it is registered under; a restarted worker gets a new one
/// @param node name of the worker's node
/// @param address where its request plane listens
/// @param card what it serves
public record Instance(
        long id, String node, String namespace, String component, String endpoint, Address address, ModelCard card) {

    /// What a worker says about its model and its limits.
    ///
    /// @param contextTokens longest prompt and answer together
    /// @param batchedTokensMax most tokens in one engine iteration
    public record ModelCard(
            String model, int contextTokens, int kvBlocks, int kvBlockTokens, int sequencesMax, int batchedTokensMax) {}

    /// Component of a router.
    public static final String ROUTER = "router";

    /// Component of workers that compute prompts for decode workers and take no streams.
    public static final String PREFILL = "prefill";

    /// Whether a frontend may send requests to it.
    public boolean takesRequests() {
        return !component.equals(ROUTER) && !isPrefillWorker();
    }

    /// Everything registered is below this.
    public static final String ROOT = "v1/";

    static final String INSTANCES = ROOT + "instances/";
    static final String CARDS = ROOT + "mdc/";

    /// Whether it is a prefill worker, to which no router may send a request.
    public boolean isPrefillWorker() {
        return component.equals(PREFILL);
    }

    String instanceKey() {
        return INSTANCES + path();
    }

    String cardKey() {
        return CARDS + path();
    }

    private String path() {
        return namespace + '/' + component + '/' + endpoint + '/' + Long.toHexString(id);
    }
}
