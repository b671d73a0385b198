package dev.octet.bundle;

import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.LabelledRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.RowWords;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Streams rows through a model: the one path that a run's test span, {@code octet score} and every later service take,
 * so that they cannot give different scores. Not thread-safe.
 */
public final class RowScorer {
    private static final int BATCH = 1024;

    private final ScoringModel model;
    private final FeatureExtractor extractor;
    private final Encoder encoder;
    private final float[] raw;
    private final float[] columns;
    private final float[] batch;
    private final double[] scores = new double[BATCH];
    private final double[] batchContributions;
    private final double[] contributions;
    private final LabelledRow[] pending = new LabelledRow[BATCH];
    private final RowWords[] words = new RowWords[BATCH];
    private final Set<Object> awaited = new HashSet<>();
    private int size;

    /** Receives every scored row, in order. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one row.
         *
         * @param score higher = more anomalous
         * @param columns the row as the detector saw it; valid during the call only
         * @param contributions what each column added; valid during the call only
         * @param words why each feature had its value when the row was read
         */
        void scored(
                LabelledRow row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
                throws IOException;
    }

    /** @param extractor an extractor for the model's features, with the history to go on from */
    public RowScorer(ScoringModel model, FeatureExtractor extractor) {
        this.model = model;
        this.extractor = extractor;
        encoder = model.features().bind(extractor);
        raw = new float[extractor.width()];
        columns = new float[model.features().columns()];
        batch = new float[BATCH * columns.length];
        contributions = new double[columns.length];
        batchContributions = new double[batch.length];
    }

    /** Scores all rows of the reader that the model is for; the others only pass by. */
    public void score(RowReader rows, Sink sink) throws IOException {
        for (LabelledRow row = rows.next(); row != null; row = rows.next()) {
            add(row, sink);
        }
        flush(sink);
    }

    /**
     * Scores one row; the sink hears of it now or with a later row, at the latest at {@link #flush}. A row that reads the
     * memory of one which is still pending makes it be scored first, so that what a flagged row may not teach is decided
     * before anybody asks: scores are those of scoring one row after the other.
     *
     * @throws dev.octet.event.InputException if a value of the row cannot be encoded; then it is as if it had not come
     */
    public void add(LabelledRow row, Sink sink) throws IOException {
        if (!awaited.isEmpty()
                && extractor.memories().stream().anyMatch(each -> awaited.contains(each.memory(row.row())))) {
            flush(sink);
        }
        extractor.extract(row.row(), raw);
        boolean scored = model.scores(row.row());
        if (scored) {
            words[size] = extractor.words(row.row()); // before the row is part of what it is compared with
        }
        if (scored) {
            encoder.encode(raw, columns); // may refuse the row, of which nothing is remembered then
        }
        extractor.observe(row.row());
        if (!scored) {
            extractor.learn(row.row(), true);
            return;
        }
        System.arraycopy(columns, 0, batch, size * columns.length, columns.length);
        pending[size++] = row;
        for (RowFeatures memory : extractor.memories()) {
            if (memory.teaches(row.row())) {
                awaited.add(memory.memory(row.row()));
            }
        }
        if (size == BATCH) {
            flush(sink);
        }
    }

    /** How many values of each category so far were not in its vocabulary, by the feature's name. */
    public Map<String, Long> unseen() {
        return encoder.unseen();
    }

    /** Hands over what is still pending. */
    public void flush(Sink sink) throws IOException {
        model.detector().explain(batch, size, scores, batchContributions);
        for (int i = 0; i < size; i++) {
            System.arraycopy(batch, i * columns.length, columns, 0, columns.length);
            System.arraycopy(batchContributions, i * columns.length, contributions, 0, columns.length);
            boolean flagged = model.threshold().flags(scores[i]);
            sink.scored(pending[i], scores[i], flagged, columns, contributions, words[i]);
            extractor.learn(pending[i].row(), !flagged || model.flaggedTeach());
            pending[i] = null;
            words[i] = null;
        }
        awaited.clear();
        size = 0;
    }
}
