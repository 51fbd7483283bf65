package io.faultline.runtime.engine;

import io.faultline.runtime.request.GenerateRequest;
import java.util.Optional;
import java.util.function.Consumer;

/// An engine that leaves everything to another one. For whoever stands between a worker and its engine and cares about
/// a part of what they say.
public class DelegatingEngine implements Engine {
    private final Engine own;

    public DelegatingEngine(Engine own) {
        this.own = own;
    }

    @Override
    public void submit(long sequence, GenerateRequest request) {
        own.submit(sequence, request);
    }

    @Override
    public void cancel(long sequence) {
        own.cancel(sequence);
    }

    @Override
    public EngineCapacity capacity() {
        return own.capacity();
    }

    @Override
    public EngineLoad load() {
        return own.load();
    }

    @Override
    public EngineHealth health() {
        return own.health();
    }

    @Override
    public Optional<KvExchange> exchange() {
        return own.exchange();
    }

    @Override
    public void close() {
        own.close();
    }

    @Override
    public void shutdown(Consumer<Optional<String>> done) {
        own.shutdown(done);
    }
}
