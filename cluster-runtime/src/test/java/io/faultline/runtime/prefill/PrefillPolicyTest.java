package io.faultline.runtime.prefill;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.prefill.PrefillPolicy.Situation;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.transport.Address;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The decision, and what travels because of it.
@DisplayName("PRE-1: where a prompt is prefilled")
@Shows("PRE-1")
class PrefillPolicyTest {
    private static final PrefillRules RULES = new PrefillRules(1_000, 2);

    @Test
    void longPromptsGoToAPrefillWorkerThatWillComeToThemSoon() {
        assertThat(PrefillPolicy.isRemote(RULES, new Situation(1_001, 1, true, 1, false)))
                .isTrue();
    }

    @Test
    void promptsThatAreShortWithoutTheirCachedPartStay() {
        assertThat(PrefillPolicy.isRemote(RULES, new Situation(1_000, 1, true, 0, false)))
                .isFalse();
    }

    @Test
    void nothingGoesIntoALongQueue() {
        assertThat(PrefillPolicy.isRemote(RULES, new Situation(5_000, 1, true, 2, false)))
                .isFalse();
    }

    @Test
    void nothingGoesWhereNobodyAnswers() {
        assertThat(PrefillPolicy.isRemote(RULES, new Situation(5_000, 0, true, 0, false)))
                .isFalse();
        assertThat(PrefillPolicy.isRemote(RULES, new Situation(5_000, 1, false, 0, false)))
                .isFalse();
        assertThat(PrefillPolicy.isRemote(RULES, new Situation(5_000, 1, true, 0, true)))
                .isFalse();
    }

    @Test
    void rulesReadBackAsTheyWereWritten() {
        assertThat(PrefillRules.decode(RULES.encode())).contains(RULES);
        assertThat(RULES.encode()).isEqualTo("{\"max_local_prefill_length\":1000,\"max_prefill_queue_size\":2}");
    }

    @Test
    void rulesThatAreNoneAreLeftAlone() {
        assertThat(PrefillRules.decode("{")).isEmpty();
        assertThat(PrefillRules.decode("{\"max_local_prefill_length\":1000}")).isEmpty();
        assertThat(PrefillRules.decode("{\"max_local_prefill_length\":-1,\"max_prefill_queue_size\":2}"))
                .isEmpty();
    }

    @Test
    void aJobReadsBackAsItWasWritten() {
        PrefillJob job = new PrefillJob(
                "r", 2, -5, "m", new int[] {1, -2, 300_000}, 1, 7, new Address("decode-0:1"), 5_000_000_000L);

        assertThat(PrefillJob.decode(job.encode()).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(job);
    }

    @Test
    void whatIsNoJobIsNone() {
        byte[] job = new PrefillJob("r", 2, -5, "m", new int[] {1, 2}, 1, 7, new Address("d"), 5).encode();

        assertThat(PrefillJob.decode(new byte[0])).isEmpty();
        assertThat(PrefillJob.decode(new byte[] {9, 9, 9})).isEmpty();
        assertThat(PrefillJob.decode(Arrays.copyOf(job, job.length - 1))).isEmpty();
        assertThat(PrefillJob.decode(Arrays.copyOf(job, job.length + 1))).isEmpty();
    }

    @Test
    void oneWishHasOneMessageId() {
        PrefillJob job = new PrefillJob("r", 2, 10, "m", new int[] {1}, 0, 0, new Address("d"), 5);

        assertThat(job.messageId()).isEqualTo("r#2@a");
    }
}
