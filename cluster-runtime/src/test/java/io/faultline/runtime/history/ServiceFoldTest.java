package io.faultline.runtime.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.seam.NodeId;
import org.junit.jupiter.api.Test;

/// Who is refused to protect the others is told apart from who is let down.
class ServiceFoldTest {
    private static final NodeId FRONTEND = new NodeId("frontend-0");
    private static final long AT = 1_500_000_000L;
    /// The ratios count whole parts of their window only.
    private static final long LATER = AT + 4_000_000_000L;

    private final ServiceFold fold = new ServiceFold(Objectives.defaults());
    private long sequence;

    @Test
    void refusalsThatProtectOthersBreakNoPromise() {
        complete(1);
        for (RejectReason reason : RejectReason.values()) {
            if (reason != RejectReason.NO_INSTANCE) {
                refuse(ErrorType.RESOURCE_EXHAUSTED, reason);
            }
        }
        ServiceSnapshot service = fold.snapshot(LATER);
        assertThat(service.keptRatio()).isEqualTo(1);
        assertThat(service.refusedRatio()).isCloseTo(6 / 7.0, within(1e-9));
        assertThat(service.successRatio()).isCloseTo(1 / 7.0, within(1e-9));
        SecondView second = service.seconds().getLast();
        assertThat(second.rejected()).isEqualTo(6);
        assertThat(second.unserved()).isZero();
    }

    @Test
    void whoFindsNobodyIsLetDownLikeWhoFails() {
        complete(2);
        refuse(ErrorType.UNAVAILABLE, RejectReason.NO_INSTANCE);
        emit(new RequestEvent.RequestFailed("f", ErrorType.DISCONNECTED, "gone", 5));
        ServiceSnapshot service = fold.snapshot(LATER);
        assertThat(service.keptRatio()).isEqualTo(0.5);
        assertThat(service.refusedRatio()).isZero();
        assertThat(service.seconds().getLast().unserved()).isEqualTo(2);
    }

    /// A picture that ended with it would end in a slump.
    @Test
    void theSecondThatStillRunsIsNoWholeOne() {
        complete(3);
        ServiceSnapshot service = fold.snapshot(LATER);
        assertThat(service.wholeSeconds())
                .hasSize(service.seconds().size() - 1)
                .doesNotContain(service.seconds().getLast());
        assertThat(new ServiceFold(Objectives.defaults()).snapshot(LATER).wholeSeconds())
                .isEmpty();
    }

    @Test
    void aServiceThatWasAskedForNothingHasNoRatio() {
        ServiceSnapshot service = fold.snapshot(LATER);
        assertThat(service.keptRatio()).isEqualTo(-1);
        assertThat(service.refusedRatio()).isZero();
        assertThat(service.successRatio()).isEqualTo(-1);
    }

    private void complete(int count) {
        for (int i = 0; i < count; i++) {
            emit(new RequestEvent.RequestCompleted("c" + i, FinishReason.LENGTH, 3, 5, 0, 1_000));
        }
    }

    private void refuse(ErrorType type, RejectReason reason) {
        emit(new RequestEvent.RequestRejected("r" + sequence, type, reason, 1, 1, 4, 4, 0));
    }

    private void emit(EventRecord record) {
        fold.apply(new ClusterEvent(sequence++, AT, FRONTEND, record));
    }
}
