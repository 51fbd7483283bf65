package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.RequestError;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A request that is not served, as the client reads it. The body speaks to two families of clients: OpenAI's
/// look into the nested `error` object, Dynamo's read `message`, `type` (the status in words) and `code` at the
/// top.
///
/// @param status of the response
/// @param type OpenAI's class of error
/// @param code machine-readable cause
/// @param message for the person who reads it
/// @param param the field that is to blame, if there is one
/// @param label value of the metrics' `error_type` label
/// @param retryable whether the same request may fare better when it is sent again
/// @param retryAfterSeconds 0 = no hint of its own
record Refusal(
        int status,
        String type,
        String code,
        String message,
        @Nullable String param,
        String label,
        boolean retryable,
        int retryAfterSeconds) {
    private static final String INVALID = "invalid_request_error";

    static Refusal of(ErrorType type, String message) {
        return of(type, message, null);
    }

    static Refusal of(ErrorType type, String message, @Nullable String param) {
        return new Refusal(
                type.httpStatus(), typeName(type), codeName(type), message, param, type.label(), type.retryable(), 0);
    }

    static Refusal of(RequestError error, int retryAfterSeconds) {
        return new Refusal(
                error.type().httpStatus(),
                typeName(error.type()),
                codeName(error.type()),
                error.message(),
                error.field(),
                error.type().label(),
                error.type().retryable(),
                retryAfterSeconds);
    }

    /// What HTTP itself says, before anybody looked at the meaning.
    static Refusal protocol(int status, String code, String message) {
        ErrorType type = status == 501 ? ErrorType.NOT_IMPLEMENTED : ErrorType.INVALID_ARGUMENT;
        return new Refusal(status, INVALID, code, message, null, type.label(), false, 0);
    }

    /// The body, on one line.
    void writeTo(JsonBytes out) {
        out.ascii("{\"error\":{\"message\":").string(message);
        out.ascii(",\"type\":").string(type);
        out.ascii(",\"param\":");
        if (param == null) {
            out.ascii("null");
        } else {
            out.string(param);
        }
        out.ascii(",\"code\":").string(code);
        out.ascii(",\"retryable\":").ascii(retryable ? "true" : "false");
        out.ascii("},\"message\":").string(message);
        out.ascii(",\"type\":").string(reason(status));
        out.ascii(",\"code\":").number(status).ascii("}");
    }

    /// The status in words.
    static String reason(int status) {
        return status == 499
                ? "Client Closed Request"
                : HttpResponseStatus.valueOf(status).reasonPhrase();
    }

    private static String typeName(ErrorType type) {
        if (type == ErrorType.CANCELLED) {
            return "request_cancelled";
        }
        return switch (type.blame()) {
            case CLIENT -> type == ErrorType.NOT_IMPLEMENTED ? "not_implemented_error" : INVALID;
            case SHED -> "service_unavailable";
            case SERVER -> type.httpStatus() == 503 ? "service_unavailable" : "internal_server_error";
        };
    }

    private static String codeName(ErrorType type) {
        return type == ErrorType.NOT_FOUND ? "model_not_found" : type.name().toLowerCase(Locale.ROOT);
    }
}
