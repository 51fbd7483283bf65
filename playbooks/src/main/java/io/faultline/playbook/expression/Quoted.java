package io.faultline.playbook.expression;

/// Words from a file inside a message: short, on one line, without control characters, so that a message can be
/// printed anywhere.
public final class Quoted {
    private static final int LENGTH_MAX = 60;

    private Quoted() {}

    /// In single quotes, cut to 60 characters.
    public static String name(String text) {
        StringBuilder quoted = new StringBuilder("'");
        int length = Math.min(text.length(), LENGTH_MAX);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            quoted.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return quoted.append(text.length() > LENGTH_MAX ? "…'" : "'").toString();
    }
}
