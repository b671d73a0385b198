package dev.octet.feature;

import dev.octet.event.ViewRow;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The places of the history features among the raw values of a model, so that they can be computed apart from the others. */
public final class HistoryPlaces {
    private final Elsewhere elsewhere;
    private final FeatureExtractor extractor;
    /** For each raw value the history feature that it is, -1 where it is none. */
    private final int[] history;

    /** Stands for a memory while the other raw values are computed. */
    private static final class Elsewhere implements RowFeatures {
        @Override
        public List<String> names() {
            return HistoryFeature.keys();
        }

        @Override
        public void extract(ViewRow row, float[] raw, int offset) {
            Arrays.fill(raw, offset, offset + HistoryFeature.COUNT, 0);
        }

        /** Words of the login that is told of. */
        private RowWords words = feature -> {
            throw new UnsupportedOperationException("words need the memory itself");
        };

        @Override
        public RowWords words(ViewRow row) {
            return words;
        }

        @Override
        public void observe(ViewRow row) {}

        @Override
        public void learn(ViewRow row, boolean updates) {}

        @Override
        public Object memory(ViewRow row) {
            return this;
        }

        @Override
        public boolean updates(ViewRow row) {
            return false;
        }

        @Override
        public long olderRows() {
            return 0;
        }

        @Override
        public void save(OutputStream out) {
            throw new UnsupportedOperationException("the memory is elsewhere");
        }
    }

    /** Places in the raw values of these features. */
    public HistoryPlaces(FittedFeatures features) {
        this(
                new Elsewhere(),
                elsewhere ->
                        looksBack(features.requests()) ? features.extractor(List.of(elsewhere)) : features.extractor());
    }

    /**
     * Places in the raw values of features of logins that are not fitted yet.
     *
     * @param names of each feature with names, in the order of their numbers; a feature without an entry takes in all that it
     *     sees
     */
    public HistoryPlaces(List<FeatureRequest> asked, Map<String, List<String>> names) {
        this(
                new Elsewhere(),
                elsewhere -> FeatureExtractor.withDictionaries(
                        new View.Attempt(), asked, looksBack(asked) ? List.of(elsewhere) : List.of(), names));
    }

    private HistoryPlaces(Elsewhere elsewhere, Function<RowFeatures, FeatureExtractor> made) {
        this.elsewhere = elsewhere;
        extractor = made.apply(elsewhere);
        history = new int[extractor.width()];
        Arrays.fill(history, -1);
        for (FeatureExtractor.RawValues values : extractor.values()) {
            if (values.feature() == null) {
                history[values.first()] =
                        HistoryFeature.keys().indexOf(values.request().name());
            }
        }
    }

    private static boolean looksBack(List<FeatureRequest> requests) {
        return requests.stream().anyMatch(request -> HistoryFeature.keys().contains(request.name()));
    }

    /** Computes the values that do not look back; the others are 0. */
    public FeatureExtractor extractor() {
        return extractor;
    }

    /**
     * The same, for the words of one login.
     *
     * @param history the words for its history features; empty where the model has none
     */
    public FeatureExtractor saying(Optional<RowWords> history) {
        history.ifPresent(words -> elsewhere.words = words);
        return extractor;
    }

    /** Writes the values that do not look back. */
    public void write(float[] raw, PackedOutput out) {
        for (int i = 0; i < raw.length; i++) {
            if (history[i] < 0) {
                int whole = (int) raw[i];
                boolean isWhole = whole >= -1
                        && whole < 1 << 20
                        && Float.floatToRawIntBits(whole) == Float.floatToRawIntBits(raw[i]);
                out.number(isWhole ? whole + 2 : 0);
                if (!isWhole) {
                    out.fixedInt(Float.floatToRawIntBits(raw[i]));
                }
            }
        }
    }

    /** Reads what {@link #write} wrote. */
    public void read(PackedInput in, float[] raw) {
        for (int i = 0; i < raw.length; i++) {
            if (history[i] < 0) {
                int whole = in.integer();
                raw[i] = whole == 0 ? Float.intBitsToFloat(in.fixedInt()) : whole - 2;
            }
        }
    }

    /** Puts the history features, in the order of {@link HistoryFeature}, to their places. */
    public void put(float[] features, float[] raw) {
        for (int i = 0; i < raw.length; i++) {
            if (history[i] >= 0) {
                raw[i] = features[history[i]];
            }
        }
    }
}
