package io.faultline.playbook.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WordsForPeopleTest {

    @Test
    void findsTheNameThatWasMeant() {
        List<String> valid = List.of("timeout", "title", "target", "maxTargets", "until");

        assertThat(Nearest.to("timeuot", valid)).hasValue("timeout");
        assertThat(Nearest.to("max-targets", valid)).hasValue("maxTargets");
        assertThat(Nearest.to("Title", valid)).hasValue("title");
        assertThat(Nearest.to("fault", valid)).isEmpty();
        assertThat(Nearest.to("", valid)).isEmpty();
        assertThat(Nearest.to("x".repeat(1_000_000), valid)).isEmpty();
    }

    @Test
    void quotesForeignWordsOnOneShortLine() {
        assertThat(Quoted.name("a\nb\u001b[31mred")).isEqualTo("'a?b?[31mred'");
        assertThat(Quoted.name("x".repeat(100))).hasSize(63).endsWith("…'");
    }

    @Test
    void writesNumbersTheSameInEveryLanguage() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            assertThat(Decimal.plain(1234567.5)).isEqualTo("1234567.5");
            assertThat(Decimal.plain(64)).isEqualTo("64");
            assertThat(Decimal.rounded(0.0049, 2)).isEqualTo("0");
            assertThat(Decimal.rounded(2.345, 2)).isEqualTo("2.35");
            assertThat(Decimal.rounded(Double.NaN, 2)).isEqualTo("–");
            assertThat(TimeSpan.text(90_000_000_000L)).isEqualTo("1m30s");
        } finally {
            Locale.setDefault(before);
        }
    }
}
