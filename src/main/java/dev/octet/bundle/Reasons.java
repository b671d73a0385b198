package dev.octet.bundle;

import dev.octet.feature.FeatureColumns;
import dev.octet.feature.RowWords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns what each column adds to a score into the features that matter most. Thread-safe. */
public final class Reasons {
    private static final int MOST = 3;

    private final List<String> features;
    /** {@code name=} and {@code ;name=} as bytes. */
    private final byte[][] labels;

    private final byte[][] furtherLabels;
    private final int[] featureOfColumn;

    public Reasons(List<FeatureColumns> layout) {
        Map<String, Integer> places = new LinkedHashMap<>();
        int columns = 0;
        for (FeatureColumns part : layout) {
            places.putIfAbsent(part.feature(), places.size());
            columns = Math.max(columns, part.first() + part.width());
        }
        features = List.copyOf(places.keySet());
        labels = labels("");
        furtherLabels = labels(";");
        featureOfColumn = new int[columns];
        for (FeatureColumns part : layout) {
            for (int column = part.first(); column < part.first() + part.width(); column++) {
                featureOfColumn[column] = places.get(part.feature());
            }
        }
    }

    private byte[][] labels(String before) {
        return features.stream()
                .map(name -> (before + name + "=").getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    /**
     * Writes the three features with the largest share of a score, largest first, as {@code name=share} joined by
     * {@code ;}. A feature that adds nothing is left out; of equal shares the one listed earlier in the config comes
     * first.
     *
     * @param contributions one value a column, not negative
     */
    void write(double[] contributions, CsvLine line) {
        line.field();
        double[] sums = sums(contributions);
        double total = 0;
        for (int column = 0; column < featureOfColumn.length; column++) {
            total += contributions[column];
        }
        for (int rank = 0; rank < MOST; rank++) {
            int largest = largest(sums);
            if (largest < 0) {
                return;
            }
            line.plain(rank == 0 ? labels[largest] : furtherLabels[largest]);
            line.hundredths((int) Math.round(100 * sums[largest] / total));
            sums[largest] = 0;
        }
    }

    /** What {@link #write} writes. */
    public String of(double[] contributions) {
        CsvLine line = new CsvLine();
        write(contributions, line);
        return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
    }

    /** The same features in words, joined by {@code "; "}, each reason once. */
    public String inWords(double[] contributions, RowWords words) {
        Set<String> reasons = new LinkedHashSet<>();
        double[] sums = sums(contributions);
        for (int rank = 0; rank < MOST; rank++) {
            int largest = largest(sums);
            if (largest < 0) {
                break;
            }
            reasons.add(words.of(features.get(largest)));
            sums[largest] = 0;
        }
        return String.join("; ", reasons);
    }

    /**
     * One of the features that matter most.
     *
     * @param share of the score, in [0, 1]
     * @param text why it has its value, in words
     */
    public record Reason(String feature, double share, String text) {}

    /** The same features with their shares and in words, largest first. */
    public List<Reason> list(double[] contributions, RowWords words) {
        double[] sums = sums(contributions);
        double total = 0;
        for (int column = 0; column < featureOfColumn.length; column++) {
            total += contributions[column];
        }
        List<Reason> reasons = new ArrayList<>();
        for (int rank = 0; rank < MOST; rank++) {
            int largest = largest(sums);
            if (largest < 0) {
                break;
            }
            String feature = features.get(largest);
            reasons.add(new Reason(feature, sums[largest] / total, words.of(feature)));
            sums[largest] = 0;
        }
        return reasons;
    }

    private double[] sums(double[] contributions) {
        double[] sums = new double[features.size()];
        for (int column = 0; column < featureOfColumn.length; column++) {
            sums[featureOfColumn[column]] += contributions[column];
        }
        return sums;
    }

    /** The first of the largest, -1 where none is above 0. */
    private static int largest(double[] sums) {
        int best = -1;
        for (int i = 0; i < sums.length; i++) {
            if (sums[i] > 0 && (best < 0 || sums[i] > sums[best])) {
                best = i;
            }
        }
        return best;
    }
}
