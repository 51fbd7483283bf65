package io.faultline.playbook.expression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

    @ParameterizedTest
    @CsvSource({
        "0s, 0",
        "1ns, 1",
        "1.5us, 1500",
        "250ms, 250000000",
        "5s, 5000000000",
        "1m30s, 90000000000",
        "1.5h, 5400000000000",
        "1h2m3s4ms5us6ns, 3723004005006",
    })
    void readsWhatPeopleWrite(String text, long nanos) {
        assertThat(TimeSpan.parse(text)).hasValue(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "5 s",
                "-5s",
                "5S",
                "1s1m",
                "1s1s",
                "5sec",
                "1..5s",
                "10y",
                "99999999999999999999s",
                "2562047788h",
                "5s ",
                "٥s"
            })
    void refusesEverythingElse(String text) {
        assertThat(TimeSpan.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1_000, 90_000_000_000L, 3_723_004_005_006L, 86_400_000_000_000L})
    void writesWhatItReadsBack(long nanos) {
        assertThat(TimeSpan.parse(TimeSpan.text(nanos))).hasValue(nanos);
    }
}
