package io.faultline.runtime.request;

/// The OpenAI endpoints that generate text; `label` is the value of the metrics' `endpoint` label.
public enum ApiEndpoint {
    CHAT_COMPLETIONS("chat_completions"),
    COMPLETIONS("completions");

    private final String label;

    ApiEndpoint(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
