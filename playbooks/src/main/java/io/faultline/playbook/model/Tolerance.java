package io.faultline.playbook.model;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.probe.Unit;
import java.util.List;
import java.util.Optional;

/// What a measured figure may be. Bounds are inclusive. Immutable.
public sealed interface Tolerance {
    boolean holds(double figure, Scope scope);

    /// For people: `at most 5 s`.
    String text(Unit unit, Scope scope);

    List<Quantity> bounds();

    /// The least and the greatest figure that it allows.
    double least(Scope scope);

    double greatest(Scope scope);

    /// Why no figure of that unit can ever be within it; empty when one can, or when it cannot be computed yet.
    default Optional<String> whyNever(Unit unit, Scope scope) {
        if (!bounds().stream().allMatch(b -> b.isKnownIn(scope))) {
            return Optional.empty();
        }
        double least = least(scope);
        double greatest = greatest(scope);
        if (least > greatest) {
            return Optional.of("the lowest bound, " + unit.text(least) + ", is above the highest, "
                    + unit.text(greatest) + "; exchange them");
        }
        if (least > unit.greatest() || greatest < 0) {
            return Optional.of(text(unit, scope) + " can never be true of a " + unit.words() + ", which is 0 to "
                    + (unit.greatest() == 1 ? "1" : "any size") + "; change the bound");
        }
        return Optional.empty();
    }

    record Range(Quantity low, Quantity high) implements Tolerance {
        @Override
        public boolean holds(double figure, Scope scope) {
            return figure >= low.in(scope) && figure <= high.in(scope);
        }

        @Override
        public String text(Unit unit, Scope scope) {
            return unit.text(low.in(scope)) + " to " + unit.text(high.in(scope));
        }

        @Override
        public double least(Scope scope) {
            return low.in(scope);
        }

        @Override
        public double greatest(Scope scope) {
            return high.in(scope);
        }

        @Override
        public List<Quantity> bounds() {
            return List.of(low, high);
        }
    }

    record Equal(Quantity value) implements Tolerance {
        @Override
        public boolean holds(double figure, Scope scope) {
            return figure == value.in(scope);
        }

        @Override
        public String text(Unit unit, Scope scope) {
            return "exactly " + unit.text(value.in(scope));
        }

        @Override
        public double least(Scope scope) {
            return value.in(scope);
        }

        @Override
        public double greatest(Scope scope) {
            return value.in(scope);
        }

        @Override
        public List<Quantity> bounds() {
            return List.of(value);
        }
    }

    record AtLeast(Quantity value) implements Tolerance {
        @Override
        public boolean holds(double figure, Scope scope) {
            return figure >= value.in(scope);
        }

        @Override
        public String text(Unit unit, Scope scope) {
            return "at least " + unit.text(value.in(scope));
        }

        @Override
        public double least(Scope scope) {
            return value.in(scope);
        }

        @Override
        public double greatest(Scope scope) {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public List<Quantity> bounds() {
            return List.of(value);
        }
    }

    record AtMost(Quantity value) implements Tolerance {
        @Override
        public boolean holds(double figure, Scope scope) {
            return figure <= value.in(scope);
        }

        @Override
        public String text(Unit unit, Scope scope) {
            return "at most " + unit.text(value.in(scope));
        }

        @Override
        public double least(Scope scope) {
            return Double.NEGATIVE_INFINITY;
        }

        @Override
        public double greatest(Scope scope) {
            return value.in(scope);
        }

        @Override
        public List<Quantity> bounds() {
            return List.of(value);
        }
    }
}
