package io.faultline.runtime.discovery;

import java.util.Comparator;

/// The order of keys: by Unicode code point, which is the order of their UTF-8 bytes and so etcd's. Java's own order
/// of strings puts what lies beyond the basic plane before `U+E000`.
final class KeyOrder {
    static final Comparator<String> BY_CODE_POINT = KeyOrder::compare;

    private KeyOrder() {}

    private static int compare(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean beyondA = Character.isSurrogate(a);
                boolean beyondB = Character.isSurrogate(b);
                return beyondA == beyondB ? Character.compare(a, b) : Boolean.compare(beyondA, beyondB);
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
