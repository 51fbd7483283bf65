package io.faultline.runtime.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.admission.FairShare.Claim;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Each request stays for 2 s, the limit is 100.
@DisplayName("REJ-4: what is left to others")
@Shows("REJ-4")
class FairShareTest {
    private static final long SECOND = 1_000_000_000L;
    private static final double STAY = 2;
    private static final int LIMIT = 100;

    private final FairShare shares = new FairShare(4, 5 * SECOND);
    private long now;

    private void ask(double perSecond, PriorityClass priority, String tenant) {
        for (double at = 0; at < 30; at += 1 / perSecond) {
            shares.claim(priority, tenant).arrived(now + (long) (at * SECOND));
        }
    }

    private double reserved(PriorityClass priority, String tenant) {
        return shares.reservedAgainst(priority, shares.claim(priority, tenant), LIMIT, STAY, now + 30 * SECOND);
    }

    private Claim holding(int requests, PriorityClass priority, String tenant) {
        Claim claim = shares.claim(priority, tenant);
        for (int i = 0; i < requests; i++) {
            claim.began();
        }
        return claim;
    }

    @Test
    void nothingIsReservedWhenNobodyElseAsks() {
        ask(500, PriorityClass.LOW, "a");
        holding(90, PriorityClass.LOW, "a");

        assertThat(reserved(PriorityClass.LOW, "a")).isZero();
    }

    @Test
    void lowPriorityLeavesWhatHigherOnesAskedFor() {
        ask(10, PriorityClass.HIGH, "");
        ask(500, PriorityClass.LOW, "");

        // 10 a second for 2 s each is 20 at a time, and its root.
        assertThat(reserved(PriorityClass.LOW, "")).isBetween(22.0, 27.0);
        assertThat(reserved(PriorityClass.HIGH, "")).isZero();
    }

    @Test
    void whatHigherOnesHoldAlreadyIsNotReservedAgain() {
        ask(10, PriorityClass.HIGH, "");
        holding(15, PriorityClass.HIGH, "");

        assertThat(reserved(PriorityClass.NORMAL, "")).isBetween(7.0, 12.0);
    }

    @Test
    void oneTenantLeavesTheOthersTheirShare() {
        ask(475, PriorityClass.NORMAL, "hog");
        ask(25, PriorityClass.NORMAL, "other");
        holding(60, PriorityClass.NORMAL, "hog");

        // The other asks for 50 and more, and an equal share is 50.
        assertThat(reserved(PriorityClass.NORMAL, "hog")).isBetween(48.0, 50.0);
        assertThat(reserved(PriorityClass.NORMAL, "other")).isZero();
    }

    @Test
    void aTenantThatAsksForLittleIsKeptLittle() {
        ask(475, PriorityClass.NORMAL, "hog");
        ask(1, PriorityClass.NORMAL, "other");
        holding(80, PriorityClass.NORMAL, "hog");

        assertThat(reserved(PriorityClass.NORMAL, "hog")).isBetween(2.0, 5.0);
    }

    @Test
    void tenantsWithoutAPlaceOfTheirOwnShareOne() {
        for (String tenant : new String[] {"a", "b", "c", "d"}) {
            holding(1, PriorityClass.NORMAL, tenant);
        }

        assertThat(shares.claim(PriorityClass.NORMAL, "e")).isSameAs(shares.claim(PriorityClass.NORMAL, "f"));
    }

    @Test
    void refusalsThatNobodyReadCountForAllInProportion() {
        ask(10, PriorityClass.HIGH, "");
        double before = reserved(PriorityClass.LOW, "");
        for (int i = 0; i < 300; i++) {
            shares.arrivedUnseen(now + (long) (i * 0.1 * SECOND));
        }

        assertThat(reserved(PriorityClass.LOW, "")).isGreaterThan(1.6 * before);
    }
}
