package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ErrorType;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads a JSON document from front to back, asking for types and ranges, and names the field when it finds something
/// else. Every reader expects the parser on the value's first token and leaves it on the last. Used once.
final class JsonFields {
    /// Deeper than any request that makes sense, far less deep than a stack.
    private static final int DEPTH_MAX = 200;

    private static final int NUMBER_CHARS_MAX = 100;
    private static final int NAME_CHARS_MAX = 1000;
    private static final int PATH_DEPTH_MAX = 16;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxNameLength(NAME_CHARS_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private final String[] names = new String[PATH_DEPTH_MAX];
    private final int[] indexes = new int[PATH_DEPTH_MAX];
    private int depth;

    /// Goes to the first token.
    JsonFields(byte[] bytes, int length) {
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, 0, length);
        parser.nextToken();
    }

    interface FieldReader {
        void read(String name) throws BadField;
    }

    interface ElementReader {
        void read(int index) throws BadField;
    }

    /// Reads an object; `reader` is called for each field and reads or skips its value.
    void object(FieldReader reader) throws BadField {
        expect(JsonToken.START_OBJECT, "an object");
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_OBJECT; t = parser.nextToken()) {
            String name = parser.currentName();
            push(name, -1);
            parser.nextToken();
            reader.read(name);
            depth--;
        }
    }

    void array(ElementReader reader) throws BadField {
        expect(JsonToken.START_ARRAY, "an array");
        int index = 0;
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            push("", index);
            reader.read(index);
            depth--;
            index++;
        }
    }

    boolean isString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    boolean isNumber() {
        JsonToken token = parser.currentToken();
        return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
    }

    boolean isBoolean() {
        JsonToken token = parser.currentToken();
        return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    String text() throws BadField {
        expect(JsonToken.VALUE_STRING, "a string");
        return parser.getString();
    }

    boolean flag() throws BadField {
        if (!isBoolean()) {
            throw wrongType("true or false");
        }
        return parser.getBooleanValue();
    }

    int integer(int min, int max) throws BadField {
        return (int) integer((long) min, max);
    }

    long integer(long min, long max) throws BadField {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType("an integer");
        }
        boolean fits = switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue() >= min && parser.getLongValue() <= max;
            default -> false;
        };
        if (!fits) {
            throw invalid("must be between " + min + " and " + max);
        }
        return parser.getLongValue();
    }

    double number(double min, double max) throws BadField {
        if (!isNumber()) {
            throw wrongType("a number");
        }
        double value = parser.getDoubleValue();
        if (!(value >= min && value <= max)) {
            throw invalid("must be between " + min + " and " + max);
        }
        return value;
    }

    /// Passes over the value, checking only that it is well formed.
    void skip() {
        parser.skipChildren();
    }

    /// Makes sure that nothing follows the document.
    void end() throws BadField {
        if (parser.nextToken() != null) {
            throw new BadField(ErrorType.INVALID_ARGUMENT, null, "The body has something after its JSON document.");
        }
    }

    BadField invalid(String what) {
        String path = path();
        return new BadField(ErrorType.INVALID_ARGUMENT, path, "'" + path + "' " + what + ".");
    }

    BadField notServed(String what) {
        String path = path();
        return new BadField(ErrorType.NOT_IMPLEMENTED, path, "'" + path + "' " + what + ".");
    }

    private BadField wrongType(String wanted) {
        if (depth == 0) {
            return new BadField(ErrorType.INVALID_ARGUMENT, null, "The body must be " + wanted + ".");
        }
        return invalid("must be " + wanted);
    }

    private void expect(JsonToken token, String wanted) throws BadField {
        if (parser.currentToken() != token) {
            throw wrongType(wanted);
        }
    }

    private void push(String name, int index) {
        // The readers of this package go a handful of levels deep; what is deeper is skipped, not descended into.
        names[depth] = name;
        indexes[depth] = index;
        depth++;
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            if (indexes[i] >= 0) {
                path.append('[').append(indexes[i]).append(']');
            } else {
                path.append(i == 0 ? "" : ".").append(names[i]);
            }
        }
        return path.toString();
    }
}
