package io.faultline.runtime.shown;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a test (a method, a rule in a field), or all tests of a class, that would fail if the requirement did not
/// hold. The IDs are those of
/// `docs/register.md`; `docs/requirements.md` is made from these marks by [RequirementsPage], which reads them from the
/// sources: write IDs and worlds as literals.
///
/// @see RequirementsPage
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.FIELD})
public @interface Shows {

    /// Requirement IDs, such as `"MIG-1"`.
    String[] value();

    /// The worlds in which the test runs the system; none for a test of one part alone. Import them statically, as
    /// there is another `World`: `@Shows(value = "MIG-1", in = SIMULATED)`.
    World[] in() default {};
}
