package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/// Reads the body of a generation request, strictly: types, ranges, and fields that mean something which is not
/// served here are refused by name; fields that nobody knows are passed over, as OpenAI's API does. Stateless.
final class CompletionReader {
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
            JsonFields json = new JsonFields(bytes, length);
            CompletionFields fields = new CompletionFields(endpoint, json);
            json.object(fields::read);
            json.end();
            return new Reading.Accepted(fields.request(id, tenant, deadlineNanos), fields.options());
        } catch (BadField e) {
            return new Reading.Refused(e.refusal());
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
