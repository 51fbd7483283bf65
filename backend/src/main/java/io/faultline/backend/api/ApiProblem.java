package io.faultline.backend.api;

import org.springframework.http.HttpStatus;

/// Something that a caller of the API did or met and is told of in one sentence.
final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final HttpStatus status;

    ApiProblem(HttpStatus status, String sentence) {
        super(sentence);
        this.status = status;
    }

    HttpStatus status() {
        return status;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
