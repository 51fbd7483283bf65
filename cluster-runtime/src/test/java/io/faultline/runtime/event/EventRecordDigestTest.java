package io.faultline.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// SIM-1: the determinism check is worth as much as the digest sees. Changing any component of any record must
/// change the digest.
@Shows("SIM-1")
class EventRecordDigestTest {
    @TestFactory
    Stream<DynamicTest> everyComponentReachesTheDigest() {
        return EventRecord.kinds()
                .flatMap(type -> Arrays.stream(type.getRecordComponents())
                        .map(component -> DynamicTest.dynamicTest(
                                type.getSimpleName() + "." + component.getName(),
                                () -> assertThat(digestOf(type, component.getName()))
                                        .isNotEqualTo(digestOf(type, "")))));
    }

    private static long digestOf(Class<?> type, String changed) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(c -> value(c.getType(), c.getName().equals(changed) ? 1 : 0))
                .toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        EventRecord record = (EventRecord) type.getDeclaredConstructor(types).newInstance(values);
        Digest digest = new Digest();
        record.digest(digest);
        return digest.value();
    }

    private static Object value(Class<?> type, int which) {
        if (type == long.class) {
            return 7L + which;
        }
        if (type == int.class) {
            return 7 + which;
        }
        if (type == double.class) {
            return 7.5 + which;
        }
        if (type == boolean.class) {
            return which == 0;
        }
        if (type == String.class) {
            return which == 0 ? "seven" : "eight";
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[which];
        }
        throw new IllegalStateException("no sample values for " + type + "; add some");
    }
}
