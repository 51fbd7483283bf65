package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.seam.RandomSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: find a sequence of operations after which the store is not what a naive model says. Method: seeded random
/// operations on few keys and leases, so that they meet; after each one everything that can be seen is compared.
class StoreStateModelTest {
    private static final int SEEDS = 60;
    private static final int OPERATIONS = 250;
    private static final long SECOND = 1_000_000_000L;
    private static final String[] KEYS = {"a", "a/1", "a/2", "a/22", "b", "b/1", "c"};
    private static final String[] PREFIXES = {"", "a", "a/", "a/2", "b/1", "zzz"};

    private StoreState state;
    private StoreModel model;
    private RandomSource random;
    private long now;
    private long leases;

    @Test
    void isWhatTheModelSays() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            start(seed);
            List<String> done = new ArrayList<>();
            for (int i = 0; i < OPERATIONS; i++) {
                String context = "seed " + seed + ", operation " + i + " after " + done;
                done.add(step(context));
                if (done.size() > 20) {
                    done.removeFirst();
                }
                compareWhatIsSeen("seed " + seed + ", operation " + i + ", the last ones: " + done);
            }
        }
    }

    private void start(long seed) {
        random = new RandomSource(seed);
        now = random.nextLong(0, SECOND);
        leases = 0;
        // Half of the runs have limits that are met all the time.
        boolean tight = random.nextBoolean(0.5);
        StoreConfig config =
                new StoreConfig(2 * SECOND, SECOND, SECOND, tight ? 5 : 10_000, tight ? 4 : 1_000, 1_000, 10);
        state = new StoreState(config);
        model = new StoreModel(config);
    }

    private String step(String context) {
        return switch (random.nextInt(20)) {
            case 0, 1 -> grant(context);
            case 2, 3, 4 -> keepAlive(context);
            case 5 -> revoke(context);
            case 6, 7, 8 -> passTime();
            case 9, 10 -> expire(context);
            case 11 -> rareStep();
            default -> transact(context);
        };
    }

    private String grant(String context) {
        long ttl = random.nextLong(1, 5 * SECOND);
        assertThat(state.grant(ttl, now).reply()).as(context).isEqualTo(model.grant(ttl, now));
        leases++;
        return "grant " + ttl;
    }

    private String keepAlive(String context) {
        long lease = someLease();
        assertThat(state.keepAlive(lease, now).reply()).as(context).isEqualTo(model.keepAlive(lease, now));
        return "keepAlive " + lease;
    }

    private String revoke(String context) {
        long lease = someLease();
        assertThat(state.revoke(lease)).as(context).isEqualTo(model.revoke(lease));
        return "revoke " + lease;
    }

    private String passTime() {
        now += random.nextLong(0, 2 * SECOND);
        return "time " + now;
    }

    private String expire(String context) {
        assertThat(state.expire(now)).as(context).isEqualTo(model.expire(now));
        return "expire " + now;
    }

    private String transact(String context) {
        Transaction transaction = new Transaction(conditions(), writes(), writes());
        assertThat(state.transact(transaction)).as(context).isEqualTo(model.transact(transaction));
        return transaction.toString();
    }

    private String rareStep() {
        if (random.nextBoolean(0.3)) {
            state.renewAll(now);
            model.renewAll(now);
            return "renewAll " + now;
        }
        if (random.nextBoolean(0.3)) {
            long revision = random.nextLong(1, state.revision());
            state.compact(revision);
            model.compact(revision);
            return "compact " + revision;
        }
        return "nothing";
    }

    private void compareWhatIsSeen(String context) {
        String prefix = PREFIXES[random.nextInt(PREFIXES.length)];
        long from = random.nextLong(0, state.revision() + 2);
        assertThat(state.range("")).as(context).isEqualTo(model.range(""));
        assertThat(state.range(prefix)).as(context).isEqualTo(model.range(prefix));
        assertThat(state.nextExpiryNanos()).as(context).isEqualTo(model.nextExpiryNanos());
        assertThat(state.replay(prefix, from)).as(context).isEqualTo(model.replay(prefix, from));
    }

    private List<Condition> conditions() {
        List<Condition> conditions = new ArrayList<>();
        while (random.nextBoolean(0.4)) {
            String key = KEYS[random.nextInt(KEYS.length)];
            long current = state.range(key).entries().stream()
                    .filter(entry -> entry.key().equals(key))
                    .mapToLong(Entry::modRevision)
                    .findFirst()
                    .orElse(0);
            conditions.add(new Condition(key, random.nextBoolean(0.7) ? current : random.nextLong(0, current + 1)));
        }
        return conditions;
    }

    private List<Write> writes() {
        List<String> put = new ArrayList<>();
        List<String> deleted = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        while (random.nextBoolean(0.6)) {
            String key = KEYS[random.nextInt(KEYS.length)];
            if (put.contains(key)) {
                continue;
            }
            if (random.nextBoolean(0.3)) {
                writes.add(new Write.Delete(key));
                deleted.add(key);
            } else if (!deleted.contains(key)) {
                long lease = random.nextBoolean(0.5) ? 0 : someLease();
                writes.add(new Write.Put(key, "value-" + random.nextInt(3), lease));
                put.add(key);
            }
        }
        return writes;
    }

    /// Mostly one of the newest leases, sometimes one that never was.
    private long someLease() {
        return random.nextLong(Math.max(1, leases - 4), leases + 1);
    }
}
