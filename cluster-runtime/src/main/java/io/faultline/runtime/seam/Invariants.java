package io.faultline.runtime.seam;

/// Checks of what must hold whatever the input is. They stay on in production: a broken one is a bug, and a
/// node that goes on after one would do harm, so the loop that meets the exception stops its node.
// The annotation that Error Prone asks for is in a jar of its own; the formats are literals beside their values.
@SuppressWarnings("AnnotateFormatMethod")
public final class Invariants {
    private Invariants() {}

    /// Throws [BrokenInvariant] with the formatted message (`%s` placeholders) unless `condition` holds.
    public static void check(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new BrokenInvariant(message.formatted(values));
        }
    }

    /// The exception for a state that cannot be.
    public static BrokenInvariant broken(String message, Object... values) {
        return new BrokenInvariant(message.formatted(values));
    }

    public static final class BrokenInvariant extends IllegalStateException {
        private static final long serialVersionUID = 1;

        BrokenInvariant(String message) {
            super(message);
        }
    }
}
