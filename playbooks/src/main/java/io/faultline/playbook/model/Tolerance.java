package io.faultline.playbook.model;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.probe.Unit;
import java.util.List;

/// What a measured figure may be. Bounds are inclusive. Immutable.
public sealed interface Tolerance {
    boolean holds(double figure, Scope scope);

    /// For people: `at most 5 s`.
    String text(Unit unit, Scope scope);

    List<Quantity> bounds();

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
        public List<Quantity> bounds() {
            return List.of(value);
        }
    }
}
