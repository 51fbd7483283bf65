package io.faultline.runtime.host.http;

import io.faultline.runtime.request.InferenceRequest.Message;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what a request wants continued. Stateless.
final class PromptReader {
    private static final int MESSAGES_MAX = 16_384;
    private static final List<String> ROLES = List.of("system", "developer", "user", "assistant", "tool", "function");

    private PromptReader() {}

    static Prompt chat(JsonFields json) throws BadField {
        List<Message> messages = new ArrayList<>();
        json.array(_ -> {
            if (messages.size() == MESSAGES_MAX) {
                throw json.invalid("is one message too many; up to " + MESSAGES_MAX + " are taken");
            }
            messages.add(message(json));
        });
        if (messages.isEmpty()) {
            throw json.invalid("must have at least one message");
        }
        return new Prompt.Chat(messages);
    }

    private static Message message(JsonFields json) throws BadField {
        Draft draft = new Draft();
        json.object(name -> {
            switch (name) {
                case "role" -> draft.role = role(json);
                case "content" -> draft.content = json.isNull() ? null : content(json);
                case "tool_calls", "function_call" -> {
                    draft.callsTools |= !json.isNull();
                    json.skip();
                }
                default -> json.skip();
            }
        });
        if (draft.role == null) {
            throw json.invalid("must have a 'role'");
        }
        if (draft.content == null && !(draft.callsTools && draft.role.equals("assistant"))) {
            throw json.invalid("must have a 'content'");
        }
        return new Message(draft.role, draft.content == null ? "" : draft.content);
    }

    private static final class Draft {
        @Nullable String role;

        @Nullable String content;

        boolean callsTools;
    }

    private static String role(JsonFields json) throws BadField {
        String role = json.text();
        if (!ROLES.contains(role)) {
            throw json.invalid("must be one of " + String.join(", ", ROLES));
        }
        return role;
    }

    private static String content(JsonFields json) throws BadField {
        if (json.isString()) {
            return json.text();
        }
        if (!json.isArray()) {
            throw json.invalid("must be a string or an array of parts");
        }
        StringBuilder text = new StringBuilder();
        json.array(_ -> text.append(part(json)));
        return text.toString();
    }

    private static String part(JsonFields json) throws BadField {
        @Nullable String[] typeAndText = new @Nullable String[2];
        json.object(name -> {
            switch (name) {
                case "type" -> {
                    typeAndText[0] = json.text();
                    if (!typeAndText[0].equals("text") && !typeAndText[0].equals("refusal")) {
                        throw json.notServed("must be \"text\"; other kinds of content are not served here");
                    }
                }
                case "text", "refusal" -> typeAndText[1] = json.text();
                default -> json.skip();
            }
        });
        String text = typeAndText[1];
        if (typeAndText[0] == null) {
            throw json.invalid("must have a 'type'");
        }
        if (text == null) {
            throw json.invalid("must have a 'text'");
        }
        return text;
    }

    /// A string, an array of one string, an array of tokens, or an array of one array of tokens. The first element says
    /// which of these it is; one of another kind is a mixture, one more of its kind a second prompt.
    static Prompt completion(JsonFields json) throws BadField {
        if (json.isString()) {
            return text(json);
        }
        if (!json.isArray()) {
            throw json.invalid("must be a string or an array of tokens");
        }
        Tokens tokens = new Tokens();
        @Nullable Prompt[] only = new @Nullable Prompt[1];
        Kind[] kind = new Kind[1];
        json.array(index -> {
            Kind now = json.isNumber() ? Kind.TOKEN : json.isArray() ? Kind.TOKENS : Kind.TEXT;
            if (index > 0 && now != kind[0]) {
                throw json.invalid("must hold either text or tokens, not both");
            }
            if (index > 0 && now != Kind.TOKEN) {
                throw json.notServed("is a second prompt; one prompt a request is served here");
            }
            kind[0] = now;
            switch (now) {
                case TOKEN -> tokens.add(json.integer(0, Integer.MAX_VALUE));
                case TOKENS -> json.array(_ -> tokens.add(json.integer(0, Integer.MAX_VALUE)));
                case TEXT -> only[0] = text(json);
            }
        });
        Prompt prompt = only[0];
        if (prompt == null && tokens.count == 0) {
            throw json.invalid("must not be empty");
        }
        return prompt != null ? prompt : new Prompt.Tokens(Arrays.copyOf(tokens.values, tokens.count));
    }

    /// What an element of the array is.
    private enum Kind {
        TOKEN,
        TOKENS,
        TEXT
    }

    private static Prompt text(JsonFields json) throws BadField {
        String text = json.text();
        if (text.isEmpty()) {
            throw json.invalid("must not be empty");
        }
        return new Prompt.Text(text);
    }

    private static final class Tokens {
        int[] values = new int[256];
        int count;

        void add(int token) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = token;
        }
    }
}
