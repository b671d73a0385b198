package dev.octet.bundle;

import dev.octet.event.JudgedLogins;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.Verdicts.Verdict;
import dev.octet.event.ViewRow;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.Gathering;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.RowWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * Streams rows through a model: the one path that a run's test span, {@code octet score} and every later service take,
 * so that they cannot give different scores. Not thread-safe.
 */
public final class RowScorer {
    private static final int BATCH = 1024;
    /** Batches that are being filled or scored. */
    private static final int BATCHES = 8;

    /** The common pool has a single thread on two cores, beside a caller that mostly waits for it. */
    private static final ForkJoinPool CORES =
            new ForkJoinPool(Runtime.getRuntime().availableProcessors(), RowScorer::scoring, null, true);

    private final ScoringModel model;
    private final FeatureExtractor extractor;
    private final List<RowFeatures> memories;
    private final Encoder encoder;
    private final float[] raw;
    private final float[] columns;
    private final JudgedLogins judged;
    /** Whether rows are scored one by one: then it is known at once whether a row updates the history, and whose reasons are wanted. */
    private final boolean alone;

    private final double[] scoreAlone = new double[1];
    private final double[] contributionsAlone;
    private final Set<Object> awaited = new HashSet<>();
    private Batch batch;

    /** Whether full batches are scored on all cores; then those that are, the oldest first. */
    private final boolean background;

    private final Deque<CompletableFuture<Batch>> running = new ArrayDeque<>();

    /** Rows that wait to be scored together. */
    private static final class Batch {
        final float[] rows;
        final double[] scores = new double[BATCH];
        final double[] contributions;
        final Labelled<?>[] pending = new Labelled<?>[BATCH];
        final RowWords[] words = new RowWords[BATCH];
        int size;

        Batch(int columns) {
            rows = new float[BATCH * columns];
            contributions = new double[BATCH * columns];
        }
    }

    /** The words for the row that was extracted last: made once, when somebody asks for the first of them. */
    private final class WordsWhenAsked implements RowWords {
        private final ViewRow row;
        private RowWords made;

        WordsWhenAsked(ViewRow row) {
            this.row = row;
        }

        @Override
        public String of(String feature) {
            if (made == null) {
                made = extractor.words(row);
            }
            return made.of(feature);
        }
    }

    /** Receives every scored row, in order. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one row.
         *
         * @param score higher = more anomalous
         * @param columns the row as the detector saw it; valid during the call only
         * @param contributions what each column added; valid during the call only
         * @param words why each feature had its value when the row was read; valid during the call only
         */
        void scored(
                Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
                throws IOException;
    }

    /** @param extractor an extractor for the model's features, with the history to go on from */
    public RowScorer(ScoringModel model, FeatureExtractor extractor) {
        this(model, extractor, false);
    }

    /**
     * As above.
     *
     * @param background whether the sink may be told on another thread, one row after the other and in order all the
     *     same; done where no feature looks back, so that rows are scored on all cores while others are read. What the
     *     sink changes must then be left alone until {@link #flush} has returned
     */
    public RowScorer(ScoringModel model, FeatureExtractor extractor, boolean background) {
        this(model, extractor, background, JudgedLogins.NONE);
    }

    /**
     * As above.
     *
     * @param judged what is known of logins that will come: one that somebody called benign updates the history though it is
     *     flagged, a takeover never does
     */
    public RowScorer(ScoringModel model, FeatureExtractor extractor, boolean background, JudgedLogins judged) {
        this.model = model;
        this.judged = judged;
        this.extractor = extractor;
        memories = extractor.memories();
        this.background = background && memories.isEmpty();
        encoder = model.features().bind(extractor);
        raw = new float[extractor.width()];
        columns = new float[model.features().columns()];
        alone = !memories.isEmpty() && !model.detector().gainsFromBatches();
        contributionsAlone = new double[columns.length];
        batch = new Batch(alone ? 0 : columns.length);
    }

    /** Scores all rows of the reader that the model is for; the others only pass by. */
    public void score(RowReader rows, Sink sink) throws IOException {
        forEach(rows, row -> add(row, sink));
        flush(sink);
    }

    /** Whether {@link #forEach} works on two threads, of which the caller's has more to do. */
    public boolean gathers() {
        return alone && memories.size() == 1 && memories.get(0).gathers();
    }

    /** Hands out all rows of the reader, each of which must be {@linkplain #add added} or {@linkplain #pass passed} before the next. */
    public void forEach(RowReader rows, Gathering.Sink each) throws IOException {
        if (gathers()) {
            Gathering.forEach(rows, memories.get(0), model::scores, each);
            return;
        }
        for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
            each.take(row);
        }
    }

    /**
     * Scores one row; the sink hears of it now or with a later row, at the latest at {@link #flush}. A row that reads the
     * memory of one which is still pending makes it be scored first, so that whether it updates the history is decided
     * before anybody asks: scores are those of scoring one row after the other.
     *
     * @throws dev.octet.event.InputException if a value of the row cannot be encoded; then it is as if it had not come
     */
    public void add(Labelled<?> row, Sink sink) throws IOException {
        if (alone) {
            scoreAlone(row, sink);
            return;
        }
        if (!awaited.isEmpty() && memories.stream().anyMatch(each -> awaited.contains(each.memory(row.row())))) {
            flush(sink);
        }
        boolean scored = model.scores(row.row());
        if (scored) {
            extractor.extract(row.row(), raw);
            batch.words[batch.size] = extractor.words(row.row()); // before the row is part of what it is compared with
            encoder.encode(raw, columns); // may refuse the row, of which nothing is remembered then
        }
        extractor.observe(row.row());
        if (!scored) {
            extractor.learn(row.row(), true);
            return;
        }
        System.arraycopy(columns, 0, batch.rows, batch.size * columns.length, columns.length);
        batch.pending[batch.size++] = row;
        for (RowFeatures memory : memories) {
            if (memory.updates(row.row())) {
                awaited.add(memory.memory(row.row()));
            }
        }
        if (batch.size == BATCH && background) {
            handOver(sink);
        } else if (batch.size == BATCH) {
            flush(sink);
        }
    }

    /**
     * Lets a row update what the features remember without being scored, as a run does with the rows before its test span.
     * To be called before the first {@link #add}.
     */
    public void pass(Labelled<?> row) {
        extractor.observe(row.row());
        extractor.learn(row.row(), true);
    }

    /** The sink is told before the row is part of what it is compared with, so that words cost nothing where nobody asks. */
    private void scoreAlone(Labelled<?> row, Sink sink) throws IOException {
        boolean scored = model.scores(row.row());
        boolean flagged = false;
        if (scored) {
            extractor.extract(row.row(), raw);
            encoder.encode(raw, columns); // may refuse the row, of which nothing is remembered then
            model.detector().explain(columns, 1, scoreAlone, contributionsAlone);
            flagged = model.threshold().flags(scoreAlone[0]);
            sink.scored(row, scoreAlone[0], flagged, columns, contributionsAlone, new WordsWhenAsked(row.row()));
        }
        extractor.observe(row.row());
        if (scored) {
            learn(row.row(), flagged);
        } else {
            extractor.learn(row.row(), true);
        }
    }

    /** How many values of each category so far were not in its vocabulary, by the feature's name. */
    public Map<String, Long> unseen() {
        return encoder.unseen();
    }

    /** Hands over what is still pending. */
    public void flush(Sink sink) throws IOException {
        if (alone) {
            return;
        }
        if (background) {
            handOver(sink);
            while (!running.isEmpty()) {
                batch = finish(running.remove());
            }
            return;
        }
        explain(batch);
        tell(batch, sink);
        awaited.clear();
    }

    /** Has the batch scored while others are, and the sink told after the ones before it; goes on with an empty one. */
    private void handOver(Sink sink) throws IOException {
        Batch full = batch;
        CompletableFuture<?> before = running.isEmpty() ? CompletableFuture.completedFuture(null) : running.getLast();
        CompletableFuture<Void> explained = CompletableFuture.runAsync(() -> explain(full), CORES);
        running.add(explained.thenCombineAsync(
                before,
                (done, told) -> {
                    try {
                        tell(full, sink);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return full;
                },
                CORES));
        batch = running.size() < BATCHES ? new Batch(columns.length) : finish(running.remove());
    }

    private static ForkJoinWorkerThread scoring(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("octet-scoring-" + thread.getPoolIndex());
        return thread;
    }

    private static Batch finish(CompletableFuture<Batch> scored) throws IOException {
        try {
            return scored.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw io.getCause();
            }
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw e;
        }
    }

    private void explain(Batch full) {
        model.detector().explain(full.rows, full.size, full.scores, full.contributions);
    }

    private void learn(ViewRow row, boolean flagged) {
        Optional<Verdict> verdict = row instanceof LoginEvent attempt ? judged.of(attempt) : Optional.empty();
        if (verdict.isPresent() && verdict.get() == Verdict.TAKEOVER) {
            extractor.judge(row, false); // first, or this login could make its way a familiar one
        }
        extractor.learn(row, verdict.map(said -> said == Verdict.BENIGN).orElse(!flagged || model.flaggedUpdate()));
    }

    private void tell(Batch full, Sink sink) throws IOException {
        int width = columns.length;
        float[] rowColumns = new float[width];
        double[] rowContributions = new double[width];
        for (int i = 0; i < full.size; i++) {
            System.arraycopy(full.rows, i * width, rowColumns, 0, width);
            System.arraycopy(full.contributions, i * width, rowContributions, 0, width);
            Labelled<?> row = full.pending[i];
            boolean flagged = model.threshold().flags(full.scores[i]);
            sink.scored(row, full.scores[i], flagged, rowColumns, rowContributions, full.words[i]);
            if (!background) {
                learn(row.row(), flagged);
            }
            full.pending[i] = null;
            full.words[i] = null;
        }
        full.size = 0;
    }
}
