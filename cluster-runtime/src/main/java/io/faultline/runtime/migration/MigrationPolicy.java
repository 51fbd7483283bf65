package io.faultline.runtime.migration;

import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.RandomSource;

/// Decides what becomes of a request whose attempt failed. Pure but for the jitter, which it draws from the stream
/// it is given.
public final class MigrationPolicy {
    private final MigrationConfig config;

    public MigrationPolicy(MigrationConfig config) {
        this.config = config;
    }

    /// What to do next.
    public sealed interface Decision {
        /// Go on elsewhere after this wait.
        record Migrate(long waitNanos) implements Decision {}

        /// End the request with the error it met. `why` is for people.
        record GiveUp(String why) implements Decision {}
    }

    /// Migrations that a request has used up, of both kinds.
    /// @param sinceToken those of them after which it has not received a token yet
    public record Spent(int migrations, int sinceToken) {}

    /// @param error how the attempt failed
    /// @param sequenceTokens prompt and delivered tokens
    /// @param leftNanos time to the request's deadline
    public Decision decide(ErrorType error, Spent spent, int sequenceTokens, long leftNanos, RandomSource jitter) {
        if (!error.migratable()) {
            return new Decision.GiveUp(error + " is not migratable");
        }
        if (config.limit() == 0) {
            return new Decision.GiveUp("migration is off");
        }
        if (spent.migrations() >= config.limit()) {
            return new Decision.GiveUp("migration limit of " + config.limit() + " exhausted");
        }
        // Exactly at the cap still moves.
        if (sequenceTokens > config.sequenceTokensMax()) {
            return new Decision.GiveUp("sequence of " + sequenceTokens + " tokens is over the migration cap of "
                    + config.sequenceTokensMax());
        }
        long wait = waitNanos(spent.sinceToken(), jitter);
        if (wait >= leftNanos) {
            return new Decision.GiveUp("the deadline comes before the next attempt");
        }
        return new Decision.Migrate(wait);
    }

    /// None before the first migration and after a worker that yielded something, so that a crash costs the client
    /// as little as possible; then the base doubled each time, less up to half of it at random, so that the
    /// requests of one dead worker do not arrive at the next together.
    private long waitNanos(int fruitless, RandomSource jitter) {
        if (fruitless == 0) {
            return 0;
        }
        long full = Math.min(config.backoffMinNanos() << Math.min(fruitless - 1, 20), config.backoffMaxNanos());
        return full - (full == 0 ? 0 : jitter.nextLong(0, full / 2));
    }
}
