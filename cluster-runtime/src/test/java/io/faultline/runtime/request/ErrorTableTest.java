package io.faultline.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.request.ErrorType.Blame;
import io.faultline.runtime.shown.Shows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Shows({"MIG-3", "REQ-7b"})
class ErrorTableTest {

    /// The page that people read says what the table does. A failure shows the rows that the page should have.
    @Test
    void thePageOfErrorsIsTheTable() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../docs/errors.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(ErrorType.values())
                        .map(ErrorTableTest::row)
                        .toList());
    }

    private static String row(ErrorType type) {
        return String.join(
                " | ",
                "| `" + type + '`',
                yes(type.migratable()),
                yes(type.retryable()),
                type.blame().name().toLowerCase(java.util.Locale.ROOT),
                Integer.toString(type.httpStatus()),
                '`' + type.label() + '`',
                yes(type.inhibits()) + " |");
    }

    private static String yes(boolean value) {
        return value ? "yes" : "-";
    }

    @ParameterizedTest
    @EnumSource(ErrorType.class)
    void whoIsToBlameShowsInTheStatus(ErrorType type) {
        boolean isClientError = type.httpStatus() >= 400 && type.httpStatus() < 500;
        boolean isNotServed = type == ErrorType.NOT_IMPLEMENTED;
        assertThat(type.blame() == Blame.CLIENT).isEqualTo(isClientError || isNotServed);
    }

    @ParameterizedTest
    @EnumSource(ErrorType.class)
    void whatMayMoveMayAlsoBeRetriedAndIsNobodysFaultButTheClusters(ErrorType type) {
        if (type.migratable()) {
            assertThat(type.retryable()).isTrue();
            assertThat(type.blame()).isNotEqualTo(Blame.CLIENT);
        }
        if (type.inhibits()) {
            assertThat(type.migratable())
                    .as("who is set aside is moved away from")
                    .isTrue();
        }
    }
}
