package dev.octet.feature;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the training normals say about one feature. Immutable. */
sealed interface FittedFeature {
    String UNSEEN = "(unseen)";
    String MISSING = "(missing)";

    FeatureRequest request();

    /** Whether the feature never varied on the training normals. */
    boolean constant();

    FeatureColumns.Kind kind();

    List<String> columnNames();

    /** How each column is scaled. */
    List<Scale> scales();

    default int width() {
        return scales().size();
    }

    /**
     * Numbers, a column each.
     *
     * @param fill stands for a missing value; then the last column is 1 where the value is missing
     */
    record Numbers(FeatureRequest request, boolean constant, List<Scale> scales, Optional<Double> fill)
            implements FittedFeature {
        public Numbers {
            scales = List.copyOf(scales);
            Objects.requireNonNull(fill, "fill");
        }

        @Override
        public FeatureColumns.Kind kind() {
            return FeatureColumns.Kind.NUMERIC;
        }

        /** Columns that hold a number. */
        int numbers() {
            return fill.isPresent() ? scales.size() - 1 : scales.size();
        }

        @Override
        public List<String> columnNames() {
            List<String> names = Feature.numberNames(request.name(), numbers());
            return fill.isEmpty()
                    ? names
                    : Stream.concat(names.stream(), Stream.of(request.name() + "=" + MISSING))
                            .toList();
        }
    }

    /** A time part, a column for each of its states. */
    record States(FeatureRequest request, boolean constant, List<Scale> scales) implements FittedFeature {
        public States {
            scales = List.copyOf(scales);
        }

        @Override
        public FeatureColumns.Kind kind() {
            return FeatureColumns.Kind.ONE_HOT;
        }

        @Override
        public List<String> columnNames() {
            return Stream.iterate(0, i -> i < scales.size(), i -> i + 1)
                    .map(i -> request.name() + "=" + i)
                    .toList();
        }
    }

    /**
     * A category, a column for each name of the vocabulary, then one for names that are not in it, then one for a
     * missing name.
     */
    record OneHot(FeatureRequest request, boolean constant, List<String> vocabulary, List<Scale> scales)
            implements FittedFeature {
        public OneHot {
            vocabulary = List.copyOf(vocabulary);
            scales = List.copyOf(scales);
        }

        @Override
        public FeatureColumns.Kind kind() {
            return FeatureColumns.Kind.ONE_HOT;
        }

        @Override
        public List<String> columnNames() {
            return Stream.concat(vocabulary.stream(), Stream.of(UNSEEN, MISSING))
                    .map(name -> request.name() + "=" + name)
                    .toList();
        }
    }

    /**
     * A category in one column: the name's place in the vocabulary; names that are not in it get the place after the
     * last, a missing one -1.
     */
    record Code(FeatureRequest request, boolean constant, List<String> vocabulary, Scale scale)
            implements FittedFeature {
        public Code {
            vocabulary = List.copyOf(vocabulary);
        }

        @Override
        public FeatureColumns.Kind kind() {
            return FeatureColumns.Kind.CODE;
        }

        @Override
        public List<Scale> scales() {
            return List.of(scale);
        }

        @Override
        public List<String> columnNames() {
            return List.of(request.name());
        }
    }
}
