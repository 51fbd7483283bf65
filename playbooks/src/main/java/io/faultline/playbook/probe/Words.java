package io.faultline.playbook.probe;

import java.util.Locale;
import java.util.Optional;

/// Enum constants as words in a file: `TIME_TO_READY` is `time_to_ready` or `time-to-ready`.
public final class Words {
    private Words() {}

    public static String of(Enum<?> constant, char separator) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', separator);
    }

    public static <E extends Enum<E>> Optional<E> find(String word, E[] constants, char separator) {
        for (E constant : constants) {
            if (of(constant, separator).equals(word)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }
}
