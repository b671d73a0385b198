package dev.octet.experiment;

import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.feature.AttemptRow;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.LabelledRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.Scaling;
import dev.octet.feature.ViewRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * The raw feature values of the training and the validation span, for one list of features. Built in one pass, then
 * only read.
 */
final class TrainingRows {
    private final FeatureExtractor extractor;
    private final boolean labelsCount;
    private final Part train;
    private final Part validation;
    private final Optional<SwappedLogins> swaps;

    private TrainingRows(FeatureExtractor extractor, boolean labelsCount, Optional<SwappedLogins> swaps) {
        this.extractor = extractor;
        this.labelsCount = labelsCount;
        train = new Part(extractor.width());
        validation = new Part(extractor.width());
        this.swaps = swaps;
    }

    /** The rows of one span. */
    static final class Part {
        private final FloatMatrix raw;
        private final BitSet attacks = new BitSet();
        private final BitSet scored = new BitSet();

        private Part(int width) {
            raw = new FloatMatrix(width);
        }

        int rows() {
            return raw.rows();
        }

        /**
         * Rows that lie among the {@code share} lowest or highest of any column; ties at the edge are not among them.
         *
         * @param encoded the chosen rows, as the detector sees them
         * @param chosen which rows of this span they are
         */
        BitSet tails(FloatMatrix encoded, BitSet chosen, double share) {
            int rows = encoded.rows();
            int edge = (int) (share * rows);
            float[] row = new float[encoded.columns()];
            float[] low = new float[encoded.columns()];
            float[] high = new float[encoded.columns()];
            float[] column = new float[rows];
            for (int c = 0; c < encoded.columns(); c++) {
                for (int r = 0; r < rows; r++) {
                    encoded.copyRow(r, row, 0);
                    column[r] = row[c];
                }
                Arrays.sort(column);
                low[c] = column[edge];
                high[c] = column[rows - 1 - edge];
            }
            BitSet tails = new BitSet();
            int place = 0;
            for (int r = chosen.nextSetBit(0); r >= 0; r = chosen.nextSetBit(r + 1)) {
                encoded.copyRow(place++, row, 0);
                for (int c = 0; c < row.length; c++) {
                    if (row[c] < low[c] || row[c] > high[c]) {
                        tails.set(r);
                    }
                }
            }
            return tails;
        }

        private void add(float[] values, boolean attack, boolean isScored) {
            attacks.set(raw.rows(), attack);
            scored.set(raw.rows(), isScored);
            raw.append(values);
        }

        /** Rows labelled an attack, none where labels are for the evaluation only. */
        BitSet attacks() {
            return attacks;
        }

        /** Rows that the experiment scores. */
        BitSet scored() {
            return scored;
        }
    }

    /**
     * Reads the log up to the end of the validation span.
     *
     * @param scoredOnly whether rows that the experiment does not score are left out, and only teach
     * @param labelsCount whether a row labelled an attack is kept out of what is normal
     */
    static TrainingRows read(
            RowReader rows,
            FeatureExtractor extractor,
            Spans spans,
            boolean successfulOnly,
            boolean scoredOnly,
            boolean labelsCount)
            throws IOException {
        return read(rows, extractor, spans, successfulOnly, scoredOnly, labelsCount, Optional.empty());
    }

    /** As above; with made-up takeovers for {@link #encodeSwapped}. */
    static TrainingRows read(
            RowReader rows,
            FeatureExtractor extractor,
            Spans spans,
            boolean successfulOnly,
            boolean scoredOnly,
            boolean labelsCount,
            Optional<SwappedLogins> swaps)
            throws IOException {
        TrainingRows result = new TrainingRows(extractor, labelsCount, swaps);
        float[] raw = new float[extractor.width()];
        for (LabelledRow row = rows.next();
                row != null && row.row().timeMicros() < spans.validationUntil();
                row = rows.next()) {
            ViewRow current = row.row();
            boolean attack = labelsCount && row.label() == Label.ATTACK;
            boolean scored = !successfulOnly
                    || !(row.row() instanceof AttemptRow attempt)
                    || attempt.event().success();
            if (swaps.isPresent() && scored && !attack && row.row().timeMicros() >= spans.trainFrom()) {
                swaps.get().see(row.row(), row.row().timeMicros() < spans.trainUntil());
            }
            if (scored || !scoredOnly) {
                extractor.extract(row.row(), raw);
                if (row.row().timeMicros() >= spans.trainFrom()) {
                    Part part = row.row().timeMicros() < spans.trainUntil() ? result.train : result.validation;
                    part.add(raw, attack, scored);
                }
            }
            extractor.observe(row.row());
            extractor.learn(row.row(), !attack);
            swaps.ifPresent(made -> made.pass(current, !attack));
        }
        if (result.train.rows() == 0 || result.validation.rows() == 0) {
            throw new InputException("the training span has " + result.train.rows() + " rows, the validation span "
                    + result.validation.rows() + "; both need some: give split other shares or moments, or more data"
                    + (scoredOnly ? "; only rows that are scored train, see data.train-on" : ""));
        }
        return result;
    }

    FeatureExtractor extractor() {
        return extractor;
    }

    boolean labelsCount() {
        return labelsCount;
    }

    Part train() {
        return train;
    }

    Part validation() {
        return validation;
    }

    /** What the features remember at the end of the validation span, as {@link RowFeatures#save} writes it. */
    byte[] memory() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (RowFeatures memory : extractor.memories()) {
            memory.save(out);
        }
        return out.toByteArray();
    }

    /**
     * Vocabularies and scales of the training normals.
     *
     * @param leftOut rows that do not count
     */
    FittedFeatures fit(Scaling scaling, BitSet leftOut) {
        FeatureFitter fitter = new FeatureFitter(extractor, scaling);
        float[] raw = new float[extractor.width()];
        BitSet out = (BitSet) train.attacks.clone();
        out.or(leftOut);
        for (int row = out.nextClearBit(0); row < train.rows(); row = out.nextClearBit(row + 1)) {
            train.raw.copyRow(row, raw, 0);
            fitter.add(raw);
        }
        return fitter.fit();
    }

    /** The rows of a span whose bit is set, as the detector sees them. */
    FloatMatrix encode(FittedFeatures features, Part part, BitSet chosen) {
        Encoder encoder = features.bind(extractor);
        FloatMatrix encoded = new FloatMatrix(features.columns());
        float[] raw = new float[extractor.width()];
        float[] columns = new float[features.columns()];
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
            part.raw.copyRow(row, raw, 0);
            encoder.encode(raw, columns);
            encoded.append(columns);
        }
        return encoded;
    }

    /** The made-up takeovers, none where they were not asked for. */
    FloatMatrix encodeSwapped(FittedFeatures features) {
        FloatMatrix encoded = new FloatMatrix(features.columns());
        swaps.ifPresent(made -> {
            Encoder encoder = features.bind(made.extractor());
            float[] columns = new float[features.columns()];
            for (float[] raw : made.rows()) {
                encoder.encode(raw, columns);
                encoded.append(columns);
            }
        });
        return encoded;
    }
}
