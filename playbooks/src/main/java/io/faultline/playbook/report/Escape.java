package io.faultline.playbook.report;

/// Makes foreign text harmless inside a document.
final class Escape {
    private Escape() {}

    /// For element content and for attribute values in double quotes, of HTML and of XML 1.0. Characters that XML
    /// cannot hold become U+FFFD.
    static String markup(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n' -> escaped.append("&#10;");
                default -> escaped.appendCodePoint(isPrintable(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    /// For a table cell or a line of Markdown: nothing in it is read as Markdown or HTML.
    static String markdown(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '\n' -> escaped.append(' ');
                case '\\', '`', '*', '_', '[', ']', '|', '#', '!' ->
                    escaped.append('\\').appendCodePoint(c);
                default -> escaped.appendCodePoint(isPrintable(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    /// What XML 1.0 allows, less the C1 controls and the marks that turn the writing direction.
    private static boolean isPrintable(int c) {
        return c == '\t'
                || c >= 0x20 && c < 0x7F
                || c >= 0xA0
                        && !(c >= 0xD800 && c <= 0xDFFF)
                        && !(c >= 0x202A && c <= 0x202E)
                        && !(c >= 0x2066 && c <= 0x2069)
                        && (c & 0xFFFE) != 0xFFFE;
    }
}
