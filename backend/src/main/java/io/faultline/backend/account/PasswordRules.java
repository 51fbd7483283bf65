package io.faultline.backend.account;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/// What a password must be like, and how one is invented. Length counts, not kinds of characters.
final class PasswordRules {
    static final int LENGTH_MIN = 10;
    /// bcrypt takes no more.
    static final int BYTES_MAX = 72;

    /// Without what is easily misread: 0 O o 1 l I.
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    /// 56 letters to the power of 20: 116 bits.
    private static final int INVENTED_LENGTH = 20;

    private PasswordRules() {}

    /// What is wrong with `password` for the account `name`, if anything.
    static Optional<String> problemWith(String name, String password) {
        if (password.length() < LENGTH_MIN) {
            return Optional.of("a password has at least " + LENGTH_MIN + " characters");
        }
        if (password.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > BYTES_MAX) {
            return Optional.of("a password has at most " + BYTES_MAX + " bytes");
        }
        if (password.toLowerCase(Locale.ROOT).contains(name)) {
            return Optional.of("a password does not contain the account's name");
        }
        if (password.chars().distinct().count() < LENGTH_MIN / 2) {
            return Optional.of("a password has at least " + LENGTH_MIN / 2 + " different characters");
        }
        return Optional.empty();
    }

    static String invent(SecureRandom random) {
        StringBuilder password = new StringBuilder(INVENTED_LENGTH);
        for (int i = 0; i < INVENTED_LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }
}
