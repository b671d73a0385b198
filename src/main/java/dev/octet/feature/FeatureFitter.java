package dev.octet.feature;

import dev.octet.event.InputException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes in the raw values of the training normals, one pass, and says what they were: vocabularies and scales.
 *
 * <p>Not thread-safe. Memory is bounded by the extractor's dictionaries. The result depends on the order of the rows
 * in the last digits of means and deviations only.
 */
public final class FeatureFitter {
    private final FeatureExtractor extractor;
    private final Scaling scaling;
    private final Moments[] moments;
    private final Tally[] tallies;
    private final int[] momentValues;
    private final int[] tallyValues;
    private long rows;

    public FeatureFitter(FeatureExtractor extractor, Scaling scaling) {
        this.extractor = extractor;
        this.scaling = scaling;
        moments = new Moments[extractor.width()];
        tallies = new Tally[extractor.width()];
        for (FeatureExtractor.RawValues values : extractor.values()) {
            for (int i = values.first(); i < values.first() + values.count(); i++) {
                if (values.feature() == null || values.feature().kind() == Feature.Kind.NUMBERS) {
                    moments[i] = new Moments();
                } else {
                    tallies[i] = new Tally();
                }
            }
        }
        momentValues = indices(moments);
        tallyValues = indices(tallies);
    }

    private static int[] indices(Object[] present) {
        int[] found = new int[present.length];
        int count = 0;
        for (int i = 0; i < present.length; i++) {
            if (present[i] != null) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** Takes in a row that the extractor has just extracted. */
    public void add(float[] raw) {
        add(raw, raw.length, 1);
    }

    /**
     * Takes in some rows that the extractor has extracted.
     *
     * @param raw row-major, {@code width} values a row
     */
    public void add(float[] raw, int width, int count) {
        rows += count;
        for (int i : momentValues) {
            moments[i].add(raw, i, width, count);
        }
        for (int i : tallyValues) {
            for (int row = 0, at = i; row < count; row++, at += width) {
                tallies[i].add((int) raw[at]);
            }
        }
    }

    /** Whether the result depends on the order of the rows, in the last digits of a mean or deviation. */
    public boolean needsOrder() {
        return scaling == Scaling.STANDARD && momentValues.length > 0
                || extractor.values().stream()
                        .anyMatch(values -> moments[values.first()] != null
                                && values.feature() != null
                                && values.feature().mayBeMissing());
    }

    /**
     * Writes what was taken in, so that fitters of several parts of the rows can be joined.
     *
     * @throws IllegalStateException if the result depends on the order of the rows
     */
    public void write(DataOutput out) throws IOException {
        if (needsOrder()) {
            throw new IllegalStateException("means of parts of the rows cannot be joined");
        }
        out.writeLong(rows);
        for (int i : momentValues) {
            moments[i].write(out);
        }
        for (int i : tallyValues) {
            tallies[i].write(out);
        }
    }

    /** Takes in what a fitter of the same features with the same dictionaries wrote. */
    public void add(DataInput in) throws IOException {
        rows += in.readLong();
        for (int i : momentValues) {
            moments[i].add(in);
        }
        for (int i : tallyValues) {
            tallies[i].add(in);
        }
    }

    /** Rows taken in so far. */
    public long rows() {
        return rows;
    }

    /** @throws InputException if no row was taken in */
    public FittedFeatures fit() {
        if (rows == 0) {
            throw new InputException("features cannot be fitted: the training span holds no normal row; choose a longer"
                    + " training span, or check the labels");
        }
        List<FittedFeature> fitted = new ArrayList<>();
        for (FeatureExtractor.RawValues values : extractor.values()) {
            fitted.add(fit(values));
        }
        return new FittedFeatures(extractor.view(), scaling, fitted);
    }

    private FittedFeature fit(FeatureExtractor.RawValues values) {
        Feature feature = values.feature();
        FeatureRequest request = values.request();
        if (feature == null || feature.kind() == Feature.Kind.NUMBERS) {
            return numbers(values);
        }
        Tally tally = tallies[values.first()];
        if (feature.kind() == Feature.Kind.TIME_PART) {
            long[] counts = new long[feature.states()];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = tally.count(i);
            }
            boolean constant = varying(counts) < 2;
            return request.encoding() == Encoding.ONE_HOT
                    ? new FittedFeature.States(request, constant, indicators(counts))
                    : new FittedFeature.Numbers(request, constant, List.of(placeScale(counts, 0)), Optional.empty());
        }
        return category(request, tally, values.dictionary());
    }

    private FittedFeature numbers(FeatureExtractor.RawValues values) {
        List<Scale> scales = new ArrayList<>();
        boolean constant = true;
        for (int i = values.first(); i < values.first() + values.count(); i++) {
            scales.add(moments[i].scale(scaling));
            constant &= moments[i].constant(rows);
        }
        if (values.feature() == null || !values.feature().mayBeMissing()) {
            return new FittedFeature.Numbers(values.request(), constant, scales, Optional.empty());
        }
        Moments only = moments[values.first()];
        scales.add(Scale.fitIndicator(scaling, (double) (rows - only.count) / rows));
        return new FittedFeature.Numbers(values.request(), constant, scales, Optional.of(only.mean));
    }

    private FittedFeature category(FeatureRequest request, Tally tally, Dictionary dictionary) {
        record Name(String text, long count) {}
        int[] came = IntStream.range(0, dictionary.size())
                .filter(code -> tally.count(code) > 0)
                .toArray();
        boolean constant = came.length + (tally.overflow > 0 ? 2 : 0) + (tally.missing > 0 ? 1 : 0) < 2;
        long[] sorted = Arrays.stream(came).mapToLong(tally::count).sorted().toArray();
        int most = Math.min(request.maxCategories(), came.length);
        long least = most == 0 ? 0 : sorted[sorted.length - most];
        // of the names that came as often as the last one kept, the first by alphabet
        List<Name> kept = Arrays.stream(came)
                .filter(code -> tally.count(code) >= least)
                .mapToObj(code -> new Name(dictionary.name(code), tally.count(code)))
                .sorted(Comparator.comparingLong(Name::count).reversed().thenComparing(Name::text))
                .limit(most)
                .sorted(Comparator.comparing(Name::text))
                .toList();
        long unseen = tally.overflow
                + Arrays.stream(sorted).sum()
                - kept.stream().mapToLong(Name::count).sum();
        List<String> vocabulary = kept.stream().map(Name::text).toList();
        if (request.encoding() == Encoding.ONE_HOT) {
            long[] counts = new long[kept.size() + 2];
            for (int i = 0; i < kept.size(); i++) {
                counts[i] = kept.get(i).count;
            }
            counts[kept.size()] = unseen;
            counts[kept.size() + 1] = tally.missing;
            return new FittedFeature.OneHot(request, constant, vocabulary, indicators(counts));
        }
        long[] counts = new long[kept.size() + 2];
        counts[0] = tally.missing;
        for (int i = 0; i < kept.size(); i++) {
            counts[i + 1] = kept.get(i).count;
        }
        counts[kept.size() + 1] = unseen;
        return new FittedFeature.Code(request, constant, vocabulary, placeScale(counts, -1));
    }

    private List<Scale> indicators(long[] counts) {
        return Arrays.stream(counts)
                .mapToObj(count -> Scale.fitIndicator(scaling, (double) count / rows))
                .toList();
    }

    /** The scale of a column whose value is the place in {@code counts}, plus {@code first}. */
    private Scale placeScale(long[] counts, int first) {
        double minimum = Double.POSITIVE_INFINITY;
        double maximum = Double.NEGATIVE_INFINITY;
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                minimum = Math.min(minimum, first + i);
                maximum = Math.max(maximum, first + i);
                sum += (double) counts[i] * (first + i);
            }
        }
        double mean = sum / rows;
        double squares = 0;
        for (int i = 0; i < counts.length; i++) {
            double off = first + i - mean;
            squares += counts[i] * off * off;
        }
        return Scale.fit(scaling, minimum, maximum, mean, Math.sqrt(squares / rows));
    }

    private static int varying(long[] counts) {
        return (int) Arrays.stream(counts).filter(count -> count > 0).count();
    }

    /** Range, mean and variance of one number, of the values that are not missing (Chan, Golub &amp; LeVeque 1983). */
    private static final class Moments {
        private long count;
        private double minimum = Double.POSITIVE_INFINITY;
        private double maximum = Double.NEGATIVE_INFINITY;
        private double mean;
        private double squares;

        void add(float[] raw, int from, int width, int rows) {
            double least = minimum;
            double most = maximum;
            double sum = 0;
            int here = 0;
            for (int row = 0, at = from; row < rows; row++, at += width) {
                float value = raw[at];
                if (!Float.isNaN(value)) {
                    least = value < least ? value : least;
                    most = value > most ? value : most;
                    sum += value;
                    here++;
                }
            }
            if (here == 0) {
                return;
            }
            double meanHere = sum / here;
            double squaresHere = 0;
            for (int row = 0, at = from; row < rows; row++, at += width) {
                double off = raw[at] - meanHere;
                squaresHere += Float.isNaN(raw[at]) ? 0 : off * off;
            }
            double away = meanHere - mean;
            squares += squaresHere + away * away * count * here / (count + here);
            count += here;
            mean += away * here / count;
            minimum = least;
            maximum = most;
        }

        /** All but mean and squares. */
        void write(DataOutput out) throws IOException {
            out.writeLong(count);
            out.writeDouble(minimum);
            out.writeDouble(maximum);
        }

        void add(DataInput in) throws IOException {
            count += in.readLong();
            minimum = Math.min(minimum, in.readDouble());
            maximum = Math.max(maximum, in.readDouble());
        }

        boolean constant(long rows) {
            return count == 0 || (count == rows && minimum == maximum);
        }

        Scale scale(Scaling scaling) {
            return count == 0 ? Scale.IDENTITY : Scale.fit(scaling, minimum, maximum, mean, Math.sqrt(squares / count));
        }
    }

    /** How often each dictionary number came. */
    private static final class Tally {
        private long[] counts = new long[32];
        private long missing;
        private long overflow;

        void add(int code) {
            if (code == Dictionary.MISSING) {
                missing++;
            } else if (code == Dictionary.OVERFLOW) {
                overflow++;
            } else {
                if (code >= counts.length) {
                    counts = Arrays.copyOf(counts, Math.max(code + 1, 2 * counts.length));
                }
                counts[code]++;
            }
        }

        void write(DataOutput out) throws IOException {
            out.writeLong(missing);
            out.writeLong(overflow);
            int used = counts.length;
            while (used > 0 && counts[used - 1] == 0) {
                used--;
            }
            out.writeInt(used);
            for (int code = 0; code < used; code++) {
                out.writeLong(counts[code]);
            }
        }

        void add(DataInput in) throws IOException {
            missing += in.readLong();
            overflow += in.readLong();
            int used = in.readInt();
            if (used > counts.length) {
                counts = Arrays.copyOf(counts, used);
            }
            for (int code = 0; code < used; code++) {
                counts[code] += in.readLong();
            }
        }

        long count(int code) {
            return code < counts.length ? counts[code] : 0;
        }
    }
}
