package io.faultline.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.queue.WorkQueue.Backlog;
import io.faultline.runtime.queue.WorkQueue.Delivery;
import io.faultline.runtime.queue.WorkQueue.Published;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.queue.WorkQueue.Settled;
import io.faultline.runtime.queue.WorkQueue.Settlement;
import io.faultline.runtime.shown.Shows;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What every [WorkQueue] promises, whatever world it lives in. Extend it, say how to open the queue, and all cases
/// run. They ask for nothing that a JetStream work-queue stream with a durable pull consumer does not do. Each case
/// keeps to a queue of its own, so that cases may share a server.
@DisplayName("PRE-1: a work queue")
@Shows("PRE-1")
public abstract class WorkQueueConformance {
    private static final AtomicInteger CASES = new AtomicInteger();
    private static final Settlement ACK = new Settlement.Ack();

    private final String queue = "conformance_" + CASES.incrementAndGet();
    private QueueDriver driver;
    private WorkQueue client;

    protected abstract QueueDriver open();

    @BeforeEach
    void connect() {
        driver = open();
        client = driver.connect();
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
    }

    @Test
    void deliversInTheOrderOfPublication() {
        publish("a");
        publish("b");

        assertThat(take().messageId()).isEqualTo("a");
        assertThat(take().messageId()).isEqualTo("b");
    }

    @Test
    void deliversTheBytesAsTheyWere() {
        publish("a");

        Delivery delivery = take();

        assertThat(new String(delivery.body(), StandardCharsets.UTF_8)).isEqualTo("body of a");
        assertThat(delivery.delivery()).isEqualTo(1);
        assertThat(delivery.ageNanos()).isNotNegative();
    }

    @Test
    void answersAPullWithNothingWhenItsTimeIsOver() {
        assertThat(ok(pull(client, 10_000_000L))).isEmpty();
    }

    @Test
    void letsAPullWaitForAMessage() {
        Answer<Optional<Delivery>> waiting = new Answer<>();
        driver.run(() -> client.pull(queue, driver.config().ackWaitNanos(), reply -> waiting.reply = reply));

        publish("a");
        driver.await("the pull is answered", () -> waiting.reply != null);

        assertThat(ok(waiting.get())).isPresent();
    }

    @Test
    void givesAMessageToOneOnly() {
        publish("a");
        take();

        assertThat(ok(pull(driver.connect(), 10_000_000L))).isEmpty();
    }

    @Test
    void forgetsWhatIsAcknowledged() {
        publish("a");
        Delivery delivery = take();

        assertThat(settle(delivery, ACK)).isEqualTo(new Reply.Ok<>(new Settled()));

        assertThat(backlog().waiting() + backlog().inDelivery()).isZero();
        assertThat(settle(delivery, ACK)).isEqualTo(new Reply.Gone<>());
    }

    @Test
    void deliversAgainWhenNothingIsHeard() {
        publish("a");
        Delivery first = take();

        Delivery second = take();

        assertThat(second.sequence()).isEqualTo(first.sequence());
        assertThat(second.delivery()).isEqualTo(2);
    }

    @Test
    void countsAnAcknowledgementOfAnEarlierDelivery() {
        publish("a");
        Delivery first = take();
        take();

        assertThat(settle(first, ACK)).isEqualTo(new Reply.Ok<>(new Settled()));
        assertThat(backlog().inDelivery()).isZero();
    }

    @Test
    void doesNotLetAnEarlierDeliveryGiveBackALaterOne() {
        publish("a");
        Delivery first = take();
        take();

        assertThat(settle(first, new Settlement.Nak(0))).isEqualTo(new Reply.Gone<>());
        assertThat(backlog().inDelivery()).isEqualTo(1);
    }

    @Test
    void deliversAgainWhatIsGivenBack() {
        publish("a");
        Delivery first = take();

        settle(first, new Settlement.Nak(0));

        assertThat(take().delivery()).isEqualTo(2);
    }

    @Test
    void holdsWhatIsGivenBackForTheDelay() {
        publish("a");
        settle(take(), new Settlement.Nak(driver.config().ackWaitNanos() / 2));

        assertThat(ok(pull(client, 1))).isEmpty();
        assertThat(backlog().waiting()).isEqualTo(1);
        assertThat(take().delivery()).isEqualTo(2);
    }

    @Test
    void doesNotDeliverAgainWhileItIsInProgress() {
        publish("a");
        Delivery first = take();
        for (int i = 0; i < 4; i++) {
            assertThat(ok(pull(driver.connect(), driver.config().ackWaitNanos() / 2)))
                    .isEmpty();
            assertThat(settle(first, new Settlement.InProgress())).isEqualTo(new Reply.Ok<>(new Settled()));
        }
        assertThat(settle(first, ACK)).isEqualTo(new Reply.Ok<>(new Settled()));
    }

    @Test
    void dropsWhatWasDeliveredTooOften() {
        publish("a");
        for (int i = 1; i <= driver.config().deliveriesMax(); i++) {
            assertThat(take().delivery()).isEqualTo(i);
        }

        assertThat(ok(pull(client, 2 * driver.config().ackWaitNanos()))).isEmpty();
        assertThat(backlog()).isEqualTo(new Backlog(0, 0, 0));
    }

    @Test
    void dropsWhatNobodyCanDo() {
        publish("a");
        settle(take(), new Settlement.Term());

        assertThat(backlog()).isEqualTo(new Backlog(0, 0, 0));
    }

    @Test
    void takesAMessageIdOnce() {
        Published first = publish("a");

        Published again = publish("a");

        assertThat(again).isEqualTo(new Published(first.sequence(), true));
        assertThat(backlog().waiting()).isEqualTo(1);
    }

    @Test
    void knowsAMessageIdAfterItWasAcknowledged() {
        publish("a");
        settle(take(), ACK);

        assertThat(publish("a").duplicate()).isTrue();
        assertThat(backlog().waiting()).isZero();
    }

    @Test
    void refusesMoreThanItHolds() {
        for (int i = 0; i < driver.config().messagesMax(); i++) {
            publish("m" + i);
        }

        assertThat(ask((Consumer<Reply<Published>> then) -> client.publish(queue, "one more", bytes("x"), then)))
                .isInstanceOf(Reply.Refused.class);
        assertThat(backlog().waiting()).isEqualTo(driver.config().messagesMax());
    }

    @Test
    void takesBackAMessageThatWaits() {
        Published published = publish("a");

        assertThat(withdraw(published.sequence())).isEqualTo(new Reply.Ok<>(new Settled()));

        assertThat(ok(pull(client, 10_000_000L))).isEmpty();
        assertThat(withdraw(published.sequence())).isEqualTo(new Reply.Gone<>());
    }

    @Test
    void tellsWhoeverHasAMessageThatItWasTakenBack() {
        Published published = publish("a");
        Delivery delivery = take();
        withdraw(published.sequence());

        assertThat(settle(delivery, new Settlement.InProgress())).isEqualTo(new Reply.Gone<>());
        assertThat(settle(delivery, ACK)).isEqualTo(new Reply.Gone<>());
    }

    @Test
    void tellsItsDepthAndTheAgeOfTheOldest() {
        publish("a");
        publish("b");
        take();
        ok(pull(driver.connect(), 1));

        Backlog backlog = backlog();

        assertThat(backlog.waiting() + backlog.inDelivery()).isEqualTo(2);
        assertThat(backlog.oldestNanos()).isPositive();
    }

    private Published publish(String id) {
        return ok(ask((Consumer<Reply<Published>> then) -> client.publish(queue, id, bytes("body of " + id), then)));
    }

    /// Waits for longer than an ack wait.
    private Delivery take() {
        return ok(pull(client, 3 * driver.config().ackWaitNanos())).orElseThrow();
    }

    private Reply<Optional<Delivery>> pull(WorkQueue by, long waitNanos) {
        return ask(then -> by.pull(queue, waitNanos, then));
    }

    private Reply<Settled> settle(Delivery delivery, Settlement how) {
        return ask(then -> client.settle(queue, delivery.sequence(), delivery.delivery(), how, then));
    }

    private Reply<Settled> withdraw(long sequence) {
        return ask(then -> client.withdraw(queue, sequence, then));
    }

    private Backlog backlog() {
        return ok(ask((Consumer<Reply<Backlog>> then) -> client.look(queue, then)));
    }

    private <T> Reply<T> ask(Consumer<Consumer<Reply<T>>> call) {
        Answer<T> answer = new Answer<>();
        driver.run(() -> call.accept(reply -> answer.reply = reply));
        driver.await("the queue answers", () -> answer.reply != null);
        return answer.get();
    }

    private static <T> T ok(Reply<T> reply) {
        assertThat(reply).isInstanceOf(Reply.Ok.class);
        return ((Reply.Ok<T>) reply).value();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Written on the loop; read on the loop, and by the test once it waited for the loop.
    private static final class Answer<T> {
        private @Nullable Reply<T> reply;

        private Reply<T> get() {
            Reply<T> given = reply;
            if (given == null) {
                throw new AssertionError("there is no answer");
            }
            return given;
        }
    }
}
