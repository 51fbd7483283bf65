package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.request.Usage;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A frontend that says what the test tells it to. The test's thread waits for submissions and speaks through them;
/// everything the sink hears is said on the loop.
final class ScriptedFrontend implements FrontendPort {
    static final long PATIENCE_SECONDS = 300;

    private final NodeLoop loop;
    private final BlockingQueue<Submission> submissions = new LinkedBlockingQueue<>();
    private final AtomicInteger submitted = new AtomicInteger();
    private volatile List<ModelSummary> models = List.of(new ModelSummary("tiny", 4096, 16, 1000, 64, 2048, 1, 3));
    private volatile FrontendState state = new FrontendState(
            Stage.READY,
            true,
            List.of(new InstanceState(
                    7, "decode-0", "dynamo", "backend", "generate", "tiny", "10.0.0.1:9000/7/generate", false, 0)));

    ScriptedFrontend(NodeLoop loop) {
        this.loop = loop;
    }

    void become(FrontendState next) {
        state = next;
    }

    void serve(List<ModelSummary> next) {
        models = next;
    }

    @Override
    public Ticket submit(InferenceRequest request, ResponseSink sink) {
        Submission submission = new Submission(request, sink, loop);
        submitted.incrementAndGet();
        submissions.add(submission);
        return submission::cancelled;
    }

    @Override
    public List<ModelSummary> models() {
        return models;
    }

    @Override
    public FrontendState state() {
        return state;
    }

    /// Waits for the next request.
    Submission next() throws InterruptedException {
        Submission submission = submissions.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(submission).as("a request reaches the frontend").isNotNull();
        return submission;
    }

    int submitted() {
        return submitted.get();
    }

    static final class Submission {
        private final InferenceRequest request;
        private final ResponseSink sink;
        private final NodeLoop loop;
        private final CompletableFuture<StopReason> cancelled = new CompletableFuture<>();
        private boolean ended;

        Submission(InferenceRequest request, ResponseSink sink, NodeLoop loop) {
            this.request = request;
            this.sink = sink;
            this.loop = loop;
        }

        InferenceRequest request() {
            return request;
        }

        /// Each text is a token; all of them come in one turn.
        Submission says(String... texts) {
            loop.post(() -> {
                for (String text : texts) {
                    if (!ended) {
                        sink.delta(text, 1);
                    }
                }
            });
            return this;
        }

        Submission routedTo(long instance) {
            loop.post(() -> sink.routed(instance));
            return this;
        }

        void ends(Outcome outcome) {
            endsWith("", outcome);
        }

        void endsWith(String tail, Outcome outcome) {
            loop.post(() -> {
                if (!ended) {
                    ended = true;
                    sink.ended(outcome, tail);
                }
            });
        }

        void completes() {
            ends(new Outcome.Completed(FinishReason.STOP, new Usage(3, 2, 1), List.of(7L)));
        }

        /// Waits until the request is cancelled.
        StopReason cancellation() throws Exception {
            return cancelled.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        boolean isCancelled() {
            return cancelled.isDone();
        }

        private void cancelled(StopReason reason) {
            cancelled.complete(reason);
            if (!ended) {
                ended = true;
                sink.ended(new Outcome.Cancelled(reason), "");
            }
        }
    }
}
