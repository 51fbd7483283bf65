package io.faultline.runtime.host.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.PutOption;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.Transaction;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The store of the distributed world: etcd, version 3.4 or later, through jetcd. One for each node; the nodes of a
/// process share the [EtcdConnection].
///
/// It adds no thread: jetcd's threads do nothing but post what they heard onto the node's loop. Nothing is retried
/// here. A watch whose stream broke is lost, although jetcd would open it again: jetcd resumes from the revision at
/// which the watch was created and so skips what was to be replayed.
///
/// Confined to the node's loop.
public final class EtcdStore implements KeyValueStore {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /// etcd takes no empty key; this one is before all others, and as an end it means "to the last".
    private static final ByteSequence ZERO = ByteSequence.from(new byte[] {0});

    private final EtcdConnection connection;
    private final NodeLoop loop;
    private final EtcdStoreConfig config;
    private int callsWaiting;
    private int watchesOpen;

    public EtcdStore(EtcdConnection connection, NodeLoop loop) {
        this.connection = connection;
        this.loop = loop;
        this.config = connection.config();
    }

    @Override
    public void range(String prefix, Consumer<Reply<Listing>> then) {
        GetOption option = GetOption.builder().withRange(endOf(prefix)).build();
        call(client -> client.getKVClient().get(startOf(prefix), option), EtcdStore::listing, then);
    }

    @Override
    public void transact(
            List<Condition> conditions, List<Write> success, List<Write> failure, Consumer<Reply<Committed>> then) {
        Transaction transaction = new Transaction(conditions, success, failure);
        Cmp[] compares =
                transaction.conditions().stream().map(EtcdStore::compare).toArray(Cmp[]::new);
        call(
                client -> client.getKVClient()
                        .txn()
                        .If(compares)
                        .Then(operations(transaction.success()))
                        .Else(operations(transaction.failure()))
                        .commit(),
                EtcdStore::committed,
                then);
    }

    @Override
    public void grant(long ttlNanos, Consumer<Reply<Lease>> then) {
        Invariants.check(ttlNanos > 0, "a lease lasts more than 0 ns, not %s", ttlNanos);
        long seconds = Math.ceilDiv(ttlNanos, SECOND_NANOS);
        call(
                client -> client.getLeaseClient().grant(seconds),
                granted -> new Lease(granted.getID(), granted.getTTL() * SECOND_NANOS),
                then);
    }

    @Override
    public void keepAlive(long lease, Consumer<Reply<Lease>> then) {
        call(
                client -> client.getLeaseClient().keepAliveOnce(lease),
                kept -> new Lease(kept.getID(), kept.getTTL() * SECOND_NANOS),
                then);
    }

    @Override
    public void revoke(long lease, Consumer<Reply<Lease>> then) {
        call(client -> client.getLeaseClient().revoke(lease), revoked -> new Lease(lease, 0), then);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        Invariants.check(watchesOpen < config.watchesMax(), "more than %s watches are open", config.watchesMax());
        watchesOpen++;
        EtcdWatch watch = new EtcdWatch(loop, listener, config.requestTimeoutNanos(), () -> watchesOpen--);
        watch.open(connection.client().getWatchClient(), startOf(prefix), endOf(prefix), fromRevision);
        return watch;
    }

    private <R, T> void call(
            Function<Client, CompletableFuture<R>> start, Function<R, T> value, Consumer<Reply<T>> then) {
        if (callsWaiting >= config.callsMax()) {
            loop.post(() -> then.accept(new Reply.Unavailable<>(config.callsMax() + " calls wait for an answer")));
            return;
        }
        Client client = connection.client();
        Call<R, T> call = new Call<>(client, value, then);
        call.await(start.apply(client));
    }

    private static Listing listing(GetResponse response) {
        return new Listing(
                response.getHeader().getRevision(),
                response.getKvs().stream().map(EtcdStore::entry).toList());
    }

    private static Entry entry(KeyValue found) {
        return new Entry(
                found.getKey().toString(UTF_8),
                found.getValue().toString(UTF_8),
                found.getCreateRevision(),
                found.getModRevision(),
                found.getVersion(),
                found.getLease());
    }

    private static Committed committed(TxnResponse response) {
        return new Committed(response.isSucceeded(), response.getHeader().getRevision());
    }

    private static Cmp compare(Condition condition) {
        return new Cmp(bytes(condition.key()), Cmp.Op.EQUAL, CmpTarget.modRevision(condition.modRevision()));
    }

    private static Op[] operations(List<Write> writes) {
        return writes.stream().map(EtcdStore::operation).toArray(Op[]::new);
    }

    private static Op operation(Write write) {
        return switch (write) {
            case Write.Put put ->
                Op.put(
                        bytes(put.key()),
                        bytes(put.value()),
                        PutOption.builder().withLeaseId(put.lease()).build());
            case Write.Delete delete -> Op.delete(bytes(delete.key()), DeleteOption.DEFAULT);
        };
    }

    private static ByteSequence startOf(String prefix) {
        return prefix.isEmpty() ? ZERO : bytes(prefix);
    }

    private static ByteSequence endOf(String prefix) {
        return OptionsUtil.prefixEndOf(bytes(prefix));
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    /// One call on its way: answered once, by etcd or by its time-out. Confined to the loop.
    private final class Call<R, T> {
        private final Client client;
        private final Function<R, T> value;
        private final Consumer<Reply<T>> then;
        private final NodeLoop.Timer timer;
        private boolean answered;

        private Call(Client client, Function<R, T> value, Consumer<Reply<T>> then) {
            this.client = client;
            this.value = value;
            this.then = then;
            this.timer = loop.after(config.requestTimeoutNanos(), this::onTimeout);
            callsWaiting++;
        }

        void await(CompletableFuture<R> future) {
            var _ = future.whenComplete((result, failure) -> loop.post(() -> finish(result, failure)));
        }

        private void onTimeout() {
            unanswered("no answer in " + config.requestTimeoutNanos() / 1_000_000 + " ms");
        }

        private void finish(@Nullable R result, @Nullable Throwable failure) {
            if (answered) {
                return;
            }
            if (failure == null && result != null) {
                connection.answered(client, loop.now());
                answer(new Reply.Ok<>(value.apply(result)));
                return;
            }
            EtcdException error = EtcdExceptionFactory.toEtcdException(cause(failure));
            if (error.getErrorCode() == ErrorCode.NOT_FOUND) {
                connection.answered(client, loop.now());
                answer(new Reply.NotFound<>());
            } else {
                unanswered(error.getErrorCode() + ": " + error.getMessage());
            }
        }

        private void unanswered(String why) {
            if (!answered) {
                connection.failed(client, loop.now());
                answer(new Reply.Unavailable<>(why));
            }
        }

        private void answer(Reply<T> reply) {
            answered = true;
            callsWaiting--;
            timer.cancel();
            then.accept(reply);
        }
    }

    private static Throwable cause(@Nullable Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("etcd's client answered with nothing");
        }
        Throwable inner = failure.getCause();
        return failure instanceof CompletionException && inner != null ? inner : failure;
    }
}
