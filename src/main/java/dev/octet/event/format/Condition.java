package dev.octet.event.format;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What must hold of a record. Immutable and thread-safe. */
interface Condition {

    boolean holds(Texts record);

    /** Hands over all places that the condition looks at. */
    void places(Consumer<Getter> sink);

    /** The texts of a record. */
    interface Texts {
        /** Looks for a text that passes a test. */
        Found find(Getter place, Test test);
    }

    /** What a place holds. */
    enum Found {
        PASSED,
        FAILED,
        NOTHING
    }

    /** Holds if one of the values there passes the test. */
    record Holds(List<Getter> at, Test test, boolean orMissing) implements Condition {
        public Holds {
            at = List.copyOf(at);
        }

        @Override
        public boolean holds(Texts record) {
            boolean nothing = true;
            for (Getter getter : at) {
                Found found = record.find(getter, test);
                if (found == Found.PASSED) {
                    return true;
                }
                nothing &= found == Found.NOTHING;
            }
            return nothing && orMissing;
        }

        @Override
        public void places(Consumer<Getter> sink) {
            at.forEach(sink);
        }
    }

    /** Holds if any of them does. */
    record AnyOf(List<Condition> conditions) implements Condition {
        public AnyOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(Texts record) {
            for (Condition condition : conditions) {
                if (condition.holds(record)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void places(Consumer<Getter> sink) {
            conditions.forEach(condition -> condition.places(sink));
        }
    }

    /** Holds if all of them do. */
    record AllOf(List<Condition> conditions) implements Condition {
        public AllOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(Texts record) {
            for (Condition condition : conditions) {
                if (!condition.holds(record)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void places(Consumer<Getter> sink) {
            conditions.forEach(condition -> condition.places(sink));
        }
    }

    /** Holds if the other one does not. */
    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(Texts record) {
            return !condition.holds(record);
        }

        @Override
        public void places(Consumer<Getter> sink) {
            condition.places(sink);
        }
    }

    /** What a value must be. */
    interface Test {
        boolean passes(String value);
    }

    /** One of some texts, exactly. */
    record OneOf(Set<String> texts) implements Test {
        public OneOf {
            texts = Set.copyOf(texts);
        }

        @Override
        public boolean passes(String value) {
            return texts.contains(value);
        }
    }

    /** A text in which the pattern is found. */
    record Matching(Pattern pattern) implements Test {
        @Override
        public boolean passes(String value) {
            return pattern.matcher(value).find();
        }
    }

    /** Any value. */
    record Anything() implements Test {
        @Override
        public boolean passes(String value) {
            return true;
        }
    }
}
