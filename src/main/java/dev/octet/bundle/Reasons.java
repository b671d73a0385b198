package dev.octet.bundle;

import dev.octet.event.text.CsvLines;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.RowWords;
import dev.octet.feature.history.HistoryFeature;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Turns what each column adds to a score into the features that matter most. Thread-safe. */
public final class Reasons {
    /** Features that are named. */
    public static final int MAX_REASONS = 3;
    /** A smaller share would be written as 0.00. */
    private static final double MIN_SHARE = 0.005;

    private final List<String> features;
    /** The topic of each feature. */
    private final String[] topics;
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
        topics = features.stream().map(HistoryFeature::topic).toArray(String[]::new);
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
    void write(double[] contributions, CsvLines lines) {
        lines.field();
        Shares shares = new Shares(contributions);
        for (int rank = 0; rank < MAX_REASONS && shares.next(); rank++) {
            write(rank, shares.feature, shares.hundredths(), lines);
        }
    }

    /** What {@link #write} writes. */
    public String of(double[] contributions) {
        CsvLines lines = new CsvLines();
        write(contributions, lines);
        return new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
    }

    private void write(int rank, int feature, int hundredths, CsvLines lines) {
        lines.plain(rank == 0 ? labels[feature] : furtherLabels[feature]);
        lines.hundredths(hundredths);
    }

    /**
     * Finds what {@link #write} writes, as numbers.
     *
     * @param chosen receives the numbers of at most {@link #MAX_REASONS} features, the largest first
     * @param hundredths receives their shares
     * @return number of features
     */
    public int largest(double[] contributions, int[] chosen, int[] hundredths) {
        Shares shares = new Shares(contributions);
        int found = 0;
        while (found < MAX_REASONS && shares.next()) {
            chosen[found] = shares.feature;
            hundredths[found++] = shares.hundredths();
        }
        return found;
    }

    /**
     * Adds to a field what {@link #write(double[], CsvLines)} writes, of what {@link #largest} found.
     *
     * @param found number of features
     */
    public void write(int found, int[] chosen, int[] hundredths, CsvLines lines) {
        for (int rank = 0; rank < found; rank++) {
            write(rank, chosen[rank], hundredths[rank], lines);
        }
    }

    /** The texts of {@link #list}, each once, joined by {@code "; "}. */
    public String inWords(double[] contributions, RowWords words) {
        return list(contributions, words).stream().map(Reason::text).distinct().collect(Collectors.joining("; "));
    }

    /**
     * One of the features that matter most.
     *
     * @param share of the score, in [0, 1], with that of the features which say the same
     * @param text why it has its value, in words
     */
    public record Reason(String feature, double share, String text) {}

    /**
     * What a feature adds to a score.
     *
     * @param rank features that add more, or as much and stand before it
     */
    private record Part(int feature, double share, int rank) {}

    /** Features that say the same, the largest first; its words are those of the first. */
    private static final class Topic {
        private final Deque<Part> parts = new ArrayDeque<>();

        double share() {
            double sum = 0;
            for (Part part : parts) {
                sum += part.share;
            }
            return sum;
        }

        boolean isBefore(Topic other) {
            int larger = Double.compare(share(), other.share());
            return larger > 0 || larger == 0 && parts.peek().rank < other.parts.peek().rank;
        }
    }

    private Collection<Topic> topics(double[] contributions) {
        Map<String, Topic> byName = new LinkedHashMap<>();
        Shares shares = new Shares(contributions);
        for (int rank = 0; shares.next(); rank++) {
            byName.computeIfAbsent(topics[shares.feature], name -> new Topic())
                    .parts
                    .add(new Part(shares.feature, shares.sum / shares.total, rank));
        }
        return byName.values();
    }

    /**
     * The three largest, in words, each said once: features of one {@linkplain HistoryFeature#topic topic} are one reason, told
     * by the largest of them. One without a reason is passed over. No other words are asked for.
     */
    public List<Reason> list(double[] contributions, RowWords words) {
        Collection<Topic> left = topics(contributions);
        List<Reason> reasons = new ArrayList<>(MAX_REASONS);
        while (reasons.size() < MAX_REASONS && !left.isEmpty()) {
            Topic largest = null;
            for (Topic topic : left) {
                largest = largest == null || topic.isBefore(largest) ? topic : largest;
            }
            String feature = features.get(largest.parts.peek().feature);
            String text = words.of(feature);
            if (text.isEmpty()) {
                largest.parts.remove();
            } else {
                reasons.add(new Reason(feature, largest.share(), text));
                largest.parts.clear();
            }
            if (largest.parts.isEmpty()) {
                left.remove(largest);
            }
        }
        return List.copyOf(reasons);
    }

    /** The {@linkplain HistoryFeature#topic topic} with the largest share of a score; {@code ""} where nothing has one. */
    public String cause(double[] contributions) {
        Map<String, Double> byTopic = new LinkedHashMap<>();
        Shares shares = new Shares(contributions);
        while (shares.next()) {
            byTopic.merge(topics[shares.feature], shares.sum, Double::sum);
        }
        return byTopic.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** What each feature adds to a score, the largest first. */
    private final class Shares {
        private final double[] left = new double[labels.length];
        private final double total;
        private int feature;
        private double sum;

        Shares(double[] contributions) {
            double all = 0;
            for (int column = 0; column < featureOfColumn.length; column++) {
                left[featureOfColumn[column]] += contributions[column];
                all += contributions[column];
            }
            total = all;
        }

        int hundredths() {
            return (int) Math.round(100 * sum / total);
        }

        /** Goes on to the largest of those left, the first of equal ones; false where none is half a percent of the score. */
        boolean next() {
            int largest = -1;
            double most = 0;
            for (int i = 0; i < left.length; i++) {
                if (left[i] > most && left[i] >= MIN_SHARE * total) {
                    most = left[i];
                    largest = i;
                }
            }
            if (largest < 0) {
                return false;
            }
            left[largest] = 0;
            feature = largest;
            sum = most;
            return true;
        }
    }
}
