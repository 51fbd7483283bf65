package io.faultline.runtime.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.migration.MigrationPolicy.Decision;
import io.faultline.runtime.migration.MigrationPolicy.Spent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// MIG-2 (budget, back-off, deadline) and MIG-3 (what is migratable).
@Shows({"MIG-2", "MIG-3"})
class MigrationPolicyTest {
    private static final long HOUR = 3_600_000_000_000L;
    private final RandomSource jitter = new RandomSource(1);

    @ParameterizedTest
    @EnumSource(ErrorType.class)
    void movesExactlyTheMigratableErrors(ErrorType type) {
        Decision decision = new MigrationPolicy(MigrationConfig.upTo(3)).decide(type, inARow(0), 100, HOUR, jitter);
        assertThat(decision instanceof Decision.Migrate).isEqualTo(type.migratable());
    }

    @Test
    void firstMigrationGoesOutAtOnceAndLaterOnesWaitLonger() {
        MigrationPolicy policy = new MigrationPolicy(MigrationConfig.upTo(30));
        assertThat(waitAfter(policy, 0)).isZero();
        for (int before = 1; before < 12; before++) {
            long full = Math.min(50_000_000L << (before - 1), 2_000_000_000L);
            assertThat(waitAfter(policy, before)).isBetween(full - full / 2, full);
        }
    }

    @Test
    void aWorkerThatYieldedSomethingIsReplacedAtOnceHoweverManyWereBefore() {
        MigrationPolicy policy = new MigrationPolicy(MigrationConfig.upTo(3));
        assertThat(policy.decide(ErrorType.DISCONNECTED, new Spent(2, 0), 9, HOUR, jitter))
                .isEqualTo(new Decision.Migrate(0));
    }

    @Test
    void limitCountsBothKindsTogether() {
        MigrationPolicy policy = new MigrationPolicy(MigrationConfig.upTo(2));
        assertThat(policy.decide(ErrorType.DISCONNECTED, inARow(1), 9, HOUR, jitter))
                .isInstanceOf(Decision.Migrate.class);
        assertThat(policy.decide(ErrorType.CANNOT_CONNECT, inARow(2), 9, HOUR, jitter))
                .isInstanceOf(Decision.GiveUp.class);
    }

    @Test
    void zeroTurnsMigrationOff() {
        MigrationPolicy policy = new MigrationPolicy(MigrationConfig.upTo(0));
        assertThat(policy.decide(ErrorType.DISCONNECTED, inARow(0), 9, HOUR, jitter))
                .isEqualTo(new Decision.GiveUp("migration is off"));
    }

    @Test
    void sequenceExactlyAtTheCapStillMoves() {
        MigrationPolicy policy = new MigrationPolicy(MigrationConfig.upTo(3).withSequenceTokensMax(100));
        assertThat(policy.decide(ErrorType.DISCONNECTED, inARow(0), 100, HOUR, jitter))
                .isInstanceOf(Decision.Migrate.class);
        assertThat(policy.decide(ErrorType.DISCONNECTED, inARow(0), 101, HOUR, jitter))
                .isInstanceOf(Decision.GiveUp.class);
    }

    @Test
    void neverWaitsPastTheDeadline() {
        MigrationPolicy policy = new MigrationPolicy(MigrationConfig.upTo(9));
        assertThat(policy.decide(ErrorType.DISCONNECTED, inARow(5), 9, 1_000_000L, jitter))
                .isInstanceOf(Decision.GiveUp.class);
    }

    /// All of them without a token in between.
    private static Spent inARow(int migrations) {
        return new Spent(migrations, migrations);
    }

    private long waitAfter(MigrationPolicy policy, int before) {
        return policy.decide(ErrorType.DISCONNECTED, inARow(before), 9, HOUR, jitter)
                        instanceof Decision.Migrate(long wait)
                ? wait
                : -1;
    }
}
