package io.faultline.runtime.host.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/// Says in our own words what is wrong with text that is no JSON: what the parser says of it names its classes.
final class JsonProblem {
    private static final Pattern CHARACTER = Pattern.compile("'(.)' \\(code");

    private JsonProblem() {}

    static String words(JacksonException e) {
        String said = String.valueOf(e.getOriginalMessage());
        if (e instanceof StreamConstraintsException) {
            return "it is nested too deeply, or holds a number or a name that is too long";
        }
        if (e instanceof UnexpectedEndOfInputException || said.contains("end-of-input")) {
            return "it ends too early";
        }
        if (said.startsWith("Duplicate")) {
            return "a name occurs twice";
        }
        if (said.startsWith("Unrecognized token")) {
            return "a word that is neither true, false nor null";
        }
        if (said.startsWith("Unrecognized character escape")) {
            return "an unknown escape in a string";
        }
        Matcher character = CHARACTER.matcher(said);
        return character.find() ? "unexpected '" + character.group(1) + "'" : "an unexpected character";
    }
}
