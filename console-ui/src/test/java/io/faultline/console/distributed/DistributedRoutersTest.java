package io.faultline.console.distributed;

import static io.faultline.console.distributed.Processes.answer;
import static io.faultline.console.distributed.Processes.assertWhole;
import static io.faultline.console.distributed.Processes.await;
import static io.faultline.console.distributed.Processes.get;
import static io.faultline.console.distributed.Processes.startProcesses;
import static io.faultline.console.distributed.Processes.sum;
import static io.faultline.runtime.shown.World.DISTRIBUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.console.bench.CompletionStream;
import io.faultline.console.bench.CompletionStream.Request;
import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.RunningRouter;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.shown.Shows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two routers, three decode workers and a frontend that asks the routers, each a process of its own, over sockets and
/// a real etcd, under clients whose prompts begin alike. Skipped where no etcd is installed.
class DistributedRoutersTest {
    private static final int CLIENTS = 6;
    private static final int SHARED_TOKENS = 160;

    @TempDir
    private static Path folder;

    private static ProcessCluster cluster;
    private static int api;

    @BeforeAll
    static void start() throws Exception {
        cluster = startProcesses(folder, 3, Map.of(Setting.SPEEDUP_RATIO, "4"), Map.of(Setting.ROUTER_MODE, "kv"));
        api = cluster.frontends().getFirst().apiPort();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Shows(
            value = {"REQ-6", "KV-1"},
            in = DISTRIBUTED)
    @DisplayName("REQ-6 KV-1: routers are killed with SIGKILL under load, no request fails, and those that return know")
    void noRequestFailsWithoutRoutersAndThoseThatComeBackAreAskedAgain() throws Exception {
        RunningRouter first = cluster.startRouter("router-0");
        RunningRouter second = cluster.startRouter("router-1");
        assertThat(answer(first.systemPort(), "/health").statusCode()).isEqualTo(200);
        await("the frontend knows the workers", () -> answer(api, "/health").statusCode() == 200);
        try (Load load = new Load()) {
            await("a router decides by what is cached", () -> hits(first) + hits(second) > 0);

            boolean isFirstAsked = decisions(first) > decisions(second);
            RunningRouter asked = isFirstAsked ? first : second;
            RunningRouter spare = isFirstAsked ? second : first;
            double before = decisions(spare);
            asked.process().kill();
            await("the other one is asked", () -> decisions(spare) > before + 5);
            spare.process().kill();
            await("the frontend chooses by itself", () -> frontendMetric("faultline_router_fallback") == 1);
            load.awaitMore(10);

            RunningRouter again = cluster.startRouter("router-0");
            await("the router that came back is asked", () -> decisions(again) > 5);
            await("it knew what is cached", () -> hits(again) > 0);
            assertThat(frontendMetric("faultline_router_fallback")).isZero();
            assertThat(frontendMetric("faultline_router_fallback_requests_total"))
                    .isPositive();
            load.end();
            again.process().stop();
            assertThat(again.process().exit().get()).isZero();
        }
    }

    private static double decisions(RunningRouter router) throws Exception {
        return sum(get(router.systemPort(), "/metrics"), "dynamo_component_router_requests_total");
    }

    /// Shares of prompts that the chosen workers held, added up.
    private static double hits(RunningRouter router) throws Exception {
        return sum(get(router.systemPort(), "/metrics"), "dynamo_component_router_kv_hit_rate_sum");
    }

    private static double frontendMetric(String name) throws Exception {
        return sum(get(api, "/metrics"), name);
    }

    /// Clients that ask again as soon as they are answered.
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean ending = new AtomicBoolean();
        private final AtomicLong seeds = new AtomicLong();
        private final ConcurrentLinkedQueue<CompletionStream> ended = new ConcurrentLinkedQueue<>();
        private final List<Thread> clients = new ArrayList<>();

        Load() {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    while (!ending.get()) {
                        CompletionStream one = new CompletionStream(api, request(seeds.incrementAndGet()));
                        one.run();
                        ended.add(one);
                    }
                }));
            }
        }

        private static Request request(long seed) {
            int[] prompt = new int[SHARED_TOKENS + 5];
            for (int i = 0; i < prompt.length; i++) {
                prompt[i] = i < SHARED_TOKENS ? 1_000 + i : (int) (2_000 + seed);
            }
            return new Request("faultline-13b", prompt, 40, seed);
        }

        void awaitMore(int answers) throws Exception {
            int before = ended.size();
            await(answers + " more answers", () -> ended.size() >= before + answers);
        }

        void end() throws Exception {
            ending.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertWhole(ended);
        }

        @Override
        public void close() {
            ending.set(true);
        }
    }
}
