package io.faultline.playbook.expression;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Numbers as text, the same in every language setting.
public final class Decimal {
    private Decimal() {}

    /// All digits that matter and none that do not: `64`, `0.999`. A number that is not finite is a dash.
    public static String plain(double number) {
        return Double.isFinite(number) ? strip(BigDecimal.valueOf(number)) : "–";
    }

    /// At most `digits` digits after the point.
    public static String rounded(double number, int digits) {
        return Double.isFinite(number) ? strip(BigDecimal.valueOf(number).setScale(digits, RoundingMode.HALF_UP)) : "–";
    }

    private static String strip(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.signum() == 0 ? "0" : stripped.toPlainString();
    }
}
