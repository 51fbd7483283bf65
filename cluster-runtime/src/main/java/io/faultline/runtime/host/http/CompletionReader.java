package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/// Reads the body of a generation request, strictly: types, ranges, and fields that mean something which is not
/// served here are refused by name; fields that nobody knows are passed over, as OpenAI's API does. Stateless.
final class CompletionReader {
    /// How often a body with fields that are not served is read again.
    private static final int PASSES_MAX = 4;

    private CompletionReader() {}

    sealed interface Reading {
        record Accepted(InferenceRequest request, AnswerOptions options) implements Reading {}

        record Refused(Refusal refusal) implements Reading {}
    }

    /// @param id of the request
    /// @param tenant by its API key; empty without one
    /// @param length how many of `bytes` count
    static Reading read(ApiEndpoint endpoint, String id, String tenant, byte[] bytes, int length, long deadlineNanos) {
        if (length == 0) {
            return refused("The body is empty; it must be a JSON object.", null);
        }
        if (!Utf8Check.isUtf8Document(bytes, length)) {
            return refused("The body is not valid UTF-8, without a byte order mark.", null);
        }
        try {
            Set<String> unserved = new TreeSet<>();
            Refusal first = null;
            while (true) {
                try {
                    JsonFields json = new JsonFields(bytes, length);
                    CompletionFields fields = new CompletionFields(endpoint, json, unserved);
                    json.object(fields::read);
                    json.end();
                    InferenceRequest request = fields.request(id, tenant, deadlineNanos);
                    return first == null ? new Reading.Accepted(request, fields.options()) : new Reading.Refused(first);
                } catch (BadField e) {
                    // What is wrong comes before what is not served, in whatever order they stand: such a field is
                    // passed over, and the rest is read again.
                    boolean isServed = e.type() != ErrorType.NOT_IMPLEMENTED;
                    boolean isKnown =
                            e.field().isEmpty() || unserved.contains(e.field()) || unserved.size() == PASSES_MAX;
                    if (isServed || isKnown) {
                        return new Reading.Refused(first != null && (!isServed || isKnown) ? first : e.refusal());
                    }
                    unserved.add(e.field());
                    first = first == null ? e.refusal() : first;
                }
            }
        } catch (JacksonException e) {
            return refused("The body is not valid JSON" + place(e.getLocation()) + ": " + JsonProblem.words(e), null);
        }
    }

    private static Reading refused(String message, @Nullable String param) {
        return new Reading.Refused(Refusal.of(ErrorType.INVALID_ARGUMENT, message, param));
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : ", line " + location.getLineNr() + " column " + location.getColumnNr();
    }
}
