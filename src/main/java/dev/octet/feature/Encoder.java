package dev.octet.feature;

import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Raw values of one extractor to the columns of a fitted set: the fast path.
 *
 * <p>Not thread-safe, as its extractor is not. Makes no garbage a row. {@link FittedFeatures#bind} makes it.
 */
public final class Encoder {
    /** Encodes one feature of one row after the other, so that what the JIT compiler makes of it is one plain loop. */
    private interface Step {
        /**
         * @param raw row-major, {@code width} values a row
         * @param columns row-major, {@link #columns()} values a row
         */
        void encode(float[] raw, int width, float[] columns, int rows);
    }

    private final Step[] steps;
    private final Map<String, Places> categories = new LinkedHashMap<>();
    private final int columns;

    Encoder(List<FittedFeature> fitted, List<FeatureExtractor.RawValues> values) {
        columns = fitted.stream().mapToInt(FittedFeature::width).sum();
        List<Step> made = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < fitted.size(); i++) {
            made.add(step(fitted.get(i), values.get(i), at));
            at += fitted.get(i).width();
        }
        steps = made.toArray(Step[]::new);
    }

    /** Width of a row of the matrix. */
    public int columns() {
        return columns;
    }

    /**
     * Encodes one row.
     *
     * @param raw what the extractor extracted
     * @param columns receives {@link #columns()} values, all finite
     * @throws InputException if a raw value that may not be missing is not finite, naming its feature
     */
    public void encode(float[] raw, float[] columns) {
        encode(raw, raw.length, columns, 1);
    }

    /**
     * Encodes some rows.
     *
     * @param raw what the extractor extracted, row-major, {@code width} values a row
     * @param columns receives {@link #columns()} values a row, row-major, all finite
     * @throws InputException as {@link #encode(float[], float[])}
     */
    public void encode(float[] raw, int width, float[] columns, int rows) {
        for (Step step : steps) {
            step.encode(raw, width, columns, rows);
        }
    }

    /** How many values of each category were not in its vocabulary, over all rows so far, by the feature's name. */
    public Map<String, Long> unseen() {
        Map<String, Long> counts = new LinkedHashMap<>();
        categories.forEach((feature, places) -> counts.put(feature, places.unseenCount));
        return counts;
    }

    private Step step(FittedFeature fitted, FeatureExtractor.RawValues values, int at) {
        int from = values.first();
        if (fitted instanceof FittedFeature.Numbers numbers) {
            return numbers(numbers, from, at);
        }
        if (fitted instanceof FittedFeature.States states) {
            return indicators(states.scales(), state -> state, from, at);
        }
        if (fitted instanceof FittedFeature.OneHot oneHot) {
            int size = oneHot.vocabulary().size();
            Places places = new Places(values.dictionary(), oneHot.vocabulary(), size, size + 1);
            categories.put(oneHot.request().name(), places);
            return indicators(oneHot.scales(), places::of, from, at);
        }
        FittedFeature.Code code = (FittedFeature.Code) fitted;
        int size = code.vocabulary().size();
        Places places = new Places(values.dictionary(), code.vocabulary(), size, -1);
        categories.put(code.request().name(), places);
        Scale scale = code.scale();
        return (raw, width, columns, rows) -> {
            for (int row = 0, r = from, c = at; row < rows; row++, r += width, c += this.columns) {
                columns[c] = scale.apply(places.of((int) raw[r]));
            }
        };
    }

    /** A column for each place that a value can have, of which one is on. */
    private Step indicators(List<Scale> scales, IntUnaryOperator place, int from, int at) {
        float[] off = at(scales, 0);
        float[] on = at(scales, 1);
        return (raw, width, columns, rows) -> {
            for (int row = 0, r = from, c = at; row < rows; row++, r += width, c += this.columns) {
                System.arraycopy(off, 0, columns, c, off.length);
                int i = place.applyAsInt((int) raw[r]);
                columns[c + i] = on[i];
            }
        };
    }

    private Step numbers(FittedFeature.Numbers fitted, int from, int at) {
        Scale[] scales = fitted.scales().toArray(Scale[]::new);
        if (fitted.fill().isEmpty()) {
            return (raw, width, columns, rows) -> {
                for (int i = 0; i < scales.length; i++) {
                    for (int row = 0, r = from + i, c = at + i; row < rows; row++, r += width, c += this.columns) {
                        columns[c] = scales[i].apply(raw[r]);
                        if (!Float.isFinite(columns[c])) {
                            throw new InputException(
                                    "feature " + fitted.request().name() + " is " + raw[r]
                                            + " in a row, and a finite number is needed; leave the feature out");
                        }
                    }
                }
            };
        }
        float filled = scales[0].apply(fitted.fill().get());
        float present = scales[1].apply(0);
        float missing = scales[1].apply(1);
        return (raw, width, columns, rows) -> {
            for (int row = 0, r = from, c = at; row < rows; row++, r += width, c += this.columns) {
                boolean isMissing = Float.isNaN(raw[r]);
                columns[c] = isMissing ? filled : scales[0].apply(raw[r]);
                columns[c + 1] = isMissing ? missing : present;
            }
        };
    }

    private static float[] at(List<Scale> scales, int value) {
        float[] scaled = new float[scales.size()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = scales.get(i).apply(value);
        }
        return scaled;
    }

    /** Dictionary numbers to places in the vocabulary. */
    private static final class Places {
        private final Dictionary dictionary;
        private final Map<String, Integer> vocabulary = new HashMap<>();
        private final int unseen;
        private final int missing;
        private int[] places = new int[32];
        private int known;
        private long unseenCount;

        Places(Dictionary dictionary, List<String> names, int unseen, int missing) {
            this.dictionary = dictionary;
            this.unseen = unseen;
            this.missing = missing;
            for (String name : names) {
                vocabulary.put(name, vocabulary.size());
            }
        }

        int of(int code) {
            if (code == Dictionary.MISSING) {
                return missing;
            }
            if (code != Dictionary.OVERFLOW && code >= known) {
                lookUp(code);
            }
            int place = code == Dictionary.OVERFLOW ? unseen : places[code];
            unseenCount += place == unseen ? 1 : 0;
            return place;
        }

        private void lookUp(int code) {
            if (code >= places.length) {
                places = Arrays.copyOf(places, Math.max(code + 1, 2 * places.length));
            }
            while (known <= code) {
                places[known] = vocabulary.getOrDefault(dictionary.name(known), unseen);
                known++;
            }
        }
    }
}
