package dev.octet.bundle;

import dev.octet.feature.FeatureColumns;
import dev.octet.feature.RowWords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Turns what each column adds to a score into the features that matter most. Thread-safe. */
public final class Reasons {
    private static final int MOST = 3;

    private final List<String> features;
    private final int[] featureOfColumn;

    public Reasons(List<FeatureColumns> layout) {
        Map<String, Integer> places = new LinkedHashMap<>();
        int columns = 0;
        for (FeatureColumns part : layout) {
            places.putIfAbsent(part.feature(), places.size());
            columns = Math.max(columns, part.first() + part.width());
        }
        features = new ArrayList<>(places.keySet());
        featureOfColumn = new int[columns];
        for (FeatureColumns part : layout) {
            for (int column = part.first(); column < part.first() + part.width(); column++) {
                featureOfColumn[column] = places.get(part.feature());
            }
        }
    }

    /**
     * The three features with the largest share of a score, largest first, as {@code name=share} joined by {@code ;}.
     * A feature that adds nothing is left out; of equal shares the one listed earlier in the config comes first.
     *
     * @param contributions one value a column, not negative
     */
    public String of(double[] contributions) {
        double total = 0;
        for (int column = 0; column < featureOfColumn.length; column++) {
            total += contributions[column];
        }
        StringBuilder text = new StringBuilder();
        for (Share share : largest(contributions)) {
            text.append(text.isEmpty() ? "" : ";").append(share.feature).append('=');
            long percent = Math.round(100 * share.sum / total);
            text.append(percent / 100).append('.').append(percent / 10 % 10).append(percent % 10);
        }
        return text.toString();
    }

    /** The same features in words, joined by {@code "; "}, each reason once. */
    public String inWords(double[] contributions, RowWords words) {
        return largest(contributions).stream()
                .map(share -> words.of(share.feature))
                .distinct()
                .collect(Collectors.joining("; "));
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
        double total = 0;
        for (int column = 0; column < featureOfColumn.length; column++) {
            total += contributions[column];
        }
        List<Reason> reasons = new ArrayList<>();
        for (Share share : largest(contributions)) {
            reasons.add(new Reason(share.feature, share.sum / total, words.of(share.feature)));
        }
        return reasons;
    }

    private record Share(String feature, double sum) {}

    private List<Share> largest(double[] contributions) {
        double[] sums = new double[features.size()];
        for (int column = 0; column < featureOfColumn.length; column++) {
            sums[featureOfColumn[column]] += contributions[column];
        }
        List<Share> largest = new ArrayList<>();
        for (int rank = 0; rank < MOST; rank++) {
            int best = -1;
            for (int i = 0; i < sums.length; i++) {
                if (sums[i] > 0 && (best < 0 || sums[i] > sums[best])) {
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            largest.add(new Share(features.get(best), sums[best]));
            sums[best] = 0;
        }
        return largest;
    }
}
