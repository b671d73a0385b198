package dev.octet.feature;

import java.util.List;
import java.util.Objects;

/** The value of a stateful feature for callers of an exported model who have none. */
public sealed interface AbsentValue {
    /** What it is, in words. */
    String meaning();

    /** Whether a login of a user whom nobody knows has this very value, whatever else the login is. */
    boolean exact();

    /** Always the same. */
    record Constant(float value, String meaning, boolean exact) implements AbsentValue {
        public Constant {
            Objects.requireNonNull(meaning, "meaning");
        }
    }

    /**
     * What another feature from elsewhere is, given or absent.
     *
     * @param exact whether that one is
     */
    record Same(String feature, String meaning, boolean exact) implements AbsentValue {
        public Same {
            Objects.requireNonNull(feature, "feature");
            Objects.requireNonNull(meaning, "meaning");
        }
    }

    /**
     * By other features of the login.
     *
     * @param categories names of the features, categories all
     * @param values row-major over the categories' places: 0 for a missing name, then the vocabulary, then one for names
     *     that are not in it
     */
    record Table(List<String> categories, float[] values, String meaning) implements AbsentValue {
        public Table {
            categories = List.copyOf(categories);
            Objects.requireNonNull(meaning, "meaning");
        }

        @Override
        public boolean exact() {
            return true;
        }
    }

    /** That of each feature from elsewhere, by its name. */
    interface Source {
        AbsentValue of(String feature);
    }
}
