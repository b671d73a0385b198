package dev.octet.feature;

import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Raw values of one extractor to the columns of a fitted set: the fast path.
 *
 * <p>Not thread-safe, as its extractor is not. Makes no garbage a row. {@link FittedFeatures#bind} makes it.
 */
public final class Encoder {
    private interface Step {
        void encode(float[] raw, float[] columns);
    }

    private final Step[] steps;
    private final Map<String, Places> categories = new LinkedHashMap<>();
    private final int columns;

    Encoder(List<FittedFeature> fitted, List<FeatureExtractor.RawValues> values) {
        List<Step> made = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < fitted.size(); i++) {
            made.add(step(fitted.get(i), values.get(i), at, categories));
            at += fitted.get(i).width();
        }
        steps = made.toArray(Step[]::new);
        columns = at;
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
        for (Step step : steps) {
            step.encode(raw, columns);
        }
    }

    /** How many values of each category were not in its vocabulary, over all rows so far, by the feature's name. */
    public Map<String, Long> unseen() {
        Map<String, Long> counts = new LinkedHashMap<>();
        categories.forEach((feature, places) -> counts.put(feature, places.unseenCount));
        return counts;
    }

    private static Step step(
            FittedFeature fitted, FeatureExtractor.RawValues values, int at, Map<String, Places> categories) {
        int from = values.first();
        if (fitted instanceof FittedFeature.Numbers numbers) {
            return numbers(numbers, from, at);
        }
        if (fitted instanceof FittedFeature.States states) {
            float[] off = at(states.scales(), 0);
            float[] on = at(states.scales(), 1);
            return (raw, columns) -> {
                System.arraycopy(off, 0, columns, at, off.length);
                int state = (int) raw[from];
                columns[at + state] = on[state];
            };
        }
        if (fitted instanceof FittedFeature.OneHot oneHot) {
            float[] off = at(oneHot.scales(), 0);
            float[] on = at(oneHot.scales(), 1);
            int size = oneHot.vocabulary().size();
            Places places = new Places(values.dictionary(), oneHot.vocabulary(), size, size + 1);
            categories.put(oneHot.request().name(), places);
            return (raw, columns) -> {
                System.arraycopy(off, 0, columns, at, off.length);
                int place = places.of((int) raw[from]);
                columns[at + place] = on[place];
            };
        }
        FittedFeature.Code code = (FittedFeature.Code) fitted;
        int size = code.vocabulary().size();
        Places places = new Places(values.dictionary(), code.vocabulary(), size, -1);
        categories.put(code.request().name(), places);
        Scale scale = code.scale();
        return (raw, columns) -> columns[at] = scale.apply(places.of((int) raw[from]));
    }

    private static Step numbers(FittedFeature.Numbers fitted, int from, int at) {
        Scale[] scales = fitted.scales().toArray(Scale[]::new);
        if (fitted.fill().isEmpty()) {
            return (raw, columns) -> {
                for (int i = 0; i < scales.length; i++) {
                    columns[at + i] = scales[i].apply(raw[from + i]);
                    if (!Float.isFinite(columns[at + i])) {
                        throw new InputException("feature " + fitted.request().name() + " is " + raw[from + i]
                                + " in a row, and a finite number is needed; leave the feature out");
                    }
                }
            };
        }
        float filled = scales[0].apply(fitted.fill().get());
        float present = scales[1].apply(0);
        float missing = scales[1].apply(1);
        return (raw, columns) -> {
            boolean isMissing = Float.isNaN(raw[from]);
            columns[at] = isMissing ? filled : scales[0].apply(raw[from]);
            columns[at + 1] = isMissing ? missing : present;
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
