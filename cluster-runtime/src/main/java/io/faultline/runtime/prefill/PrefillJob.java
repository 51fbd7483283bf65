package io.faultline.runtime.prefill;

import io.faultline.runtime.transport.Address;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// What stands in the prefill queue: a prompt, and who wants its blocks. Immutable; `tokens` must not be changed.
///
/// @param request id of the client's request
/// @param attempt of the request
/// @param epoch names the life of the decode worker that asks; blocks for an earlier life are of no use
/// @param model name of the model
/// @param tokens the prompt's whole blocks that can be reused
/// @param skippedBlocks leading blocks that the decode worker holds already
/// @param priority larger goes first
/// @param to where the decode worker takes hand-overs
/// @param patienceNanos how long it waits, from the publication on
record PrefillJob(
        String request,
        int attempt,
        long epoch,
        String model,
        int[] tokens,
        int skippedBlocks,
        int priority,
        Address to,
        long patienceNanos) {
    private static final int FORMAT = 1;
    private static final int TOKENS_MAX = 1 << 22;

    /// The same for every publication of the same wish.
    String messageId() {
        return key(request, attempt) + '@' + Long.toHexString(epoch);
    }

    static String key(String request, int attempt) {
        return request + '#' + attempt;
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 4 * tokens.length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(request);
            out.writeInt(attempt);
            out.writeLong(epoch);
            out.writeUTF(model);
            out.writeInt(skippedBlocks);
            out.writeInt(priority);
            out.writeUTF(to.value());
            out.writeLong(patienceNanos);
            out.writeInt(tokens.length);
            for (int token : tokens) {
                out.writeInt(token);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        return bytes.toByteArray();
    }

    /// Empty for what is not a job: nobody can do it.
    static Optional<PrefillJob> decode(byte[] message) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(message))) {
            if (in.readByte() != FORMAT) {
                return Optional.empty();
            }
            String request = in.readUTF();
            int attempt = in.readInt();
            long epoch = in.readLong();
            String model = in.readUTF();
            int skipped = in.readInt();
            int priority = in.readInt();
            Address to = new Address(in.readUTF());
            long patience = in.readLong();
            int count = in.readInt();
            if (count < 1 || count > TOKENS_MAX || skipped < 0 || in.available() != 4 * count) {
                return Optional.empty();
            }
            int[] tokens = new int[count];
            for (int i = 0; i < count; i++) {
                tokens[i] = in.readInt();
            }
            return Optional.of(new PrefillJob(request, attempt, epoch, model, tokens, skipped, priority, to, patience));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
