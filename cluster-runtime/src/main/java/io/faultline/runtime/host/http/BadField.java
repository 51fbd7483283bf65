package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ErrorType;
import org.jspecify.annotations.Nullable;

/// Leaves the reading of a body that will not be served. Never gets out of [CompletionReader], which turns it into a
/// value; unwinding a recursive reader by return values would drown what is read.
final class BadField extends Exception {
    private static final long serialVersionUID = 1;

    private final ErrorType type;
    private final @Nullable String param;

    BadField(ErrorType type, @Nullable String param, String message) {
        super(message, null, false, false);
        this.type = type;
        this.param = param;
    }

    ErrorType type() {
        return type;
    }

    /// The field of the body that it is in; empty when it is in none.
    String field() {
        if (param == null) {
            return "";
        }
        int end = 0;
        while (end < param.length() && param.charAt(end) != '.' && param.charAt(end) != '[') {
            end++;
        }
        return param.substring(0, end);
    }

    Refusal refusal() {
        String message = getMessage();
        return Refusal.of(type, message == null ? type.name() : message, param);
    }
}
