package io.faultline.runtime.frontend;

import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.text.TextStream;
import java.util.Arrays;

/// What a request's client has received so far, whichever workers it came from: tokens, and the state of the
/// detokeniser and of the stop strings. Confined to the loop.
final class Delivery {
    private final Processor processor;
    private final String request;
    private final TextStream text;
    private final int promptTokens;
    /// Prompt, then what was delivered.
    private int[] sequence;

    private int delivered;
    private int reported;
    private boolean overCap;

    /// @param prompt not changed
    Delivery(Processor processor, String request, int[] prompt, StopConditions stop) {
        this.processor = processor;
        this.request = request;
        this.text = new TextStream(processor.tokenizer(), stop);
        this.promptTokens = prompt.length;
        this.sequence = prompt;
    }

    /// Text that may be shown now that this token came as well.
    String accept(int token) {
        if (sequenceTokens() == sequence.length) {
            // The prompt array belongs to the caller: growing it makes the copy that is ours to change.
            sequence = Arrays.copyOf(sequence, sequence.length + Math.max(64, delivered));
        }
        sequence[sequenceTokens()] = token;
        delivered++;
        noteLength();
        return text.accept(token);
    }

    /// True when a stop string was found; nothing after it is to be delivered.
    boolean stopped() {
        return text.stopped();
    }

    /// The text that was held back.
    String finish() {
        return text.finish();
    }

    int promptTokens() {
        return promptTokens;
    }

    /// Delivered ones.
    int tokens() {
        return delivered;
    }

    /// Prompt and delivered tokens.
    int sequenceTokens() {
        return promptTokens + delivered;
    }

    /// A copy of prompt and delivered tokens: what a next worker has to go on from.
    int[] sequence() {
        return Arrays.copyOf(sequence, sequenceTokens());
    }

    /// Tells once that the request has grown too long to be moved.
    void noteLength() {
        MigrationConfig migration = processor.migration();
        if (!overCap && migration.limit() > 0 && sequenceTokens() > migration.sequenceTokensMax()) {
            overCap = true;
            processor.emit(
                    new MigrationEvent.MigrationCapExceeded(request, sequenceTokens(), migration.sequenceTokensMax()));
        }
    }

    /// Tells how many tokens were delivered, if there are enough new ones.
    /// @param always however few
    void report(long instance, boolean always) {
        if (delivered > reported && (always || delivered - reported >= processor.progressTokens())) {
            reported = delivered;
            processor.emit(new RequestEvent.TokensDelivered(request, instance, delivered));
        }
    }
}
