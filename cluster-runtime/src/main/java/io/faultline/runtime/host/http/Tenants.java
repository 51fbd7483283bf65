package io.faultline.runtime.host.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Names tenants by their API keys: equal keys have equal names, and a name does not tell its key. Stateless.
final class Tenants {
    private static final String SCHEME = "Bearer ";
    private static final int NAME_BYTES = 8;

    private Tenants() {}

    /// @param authorization the header's value
    /// @return empty without a key
    static String nameFor(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return "";
        }
        String key = authorization.substring(SCHEME.length()).strip();
        if (key.isEmpty()) {
            return "";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return "key-" + HexFormat.of().formatHex(hash, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
