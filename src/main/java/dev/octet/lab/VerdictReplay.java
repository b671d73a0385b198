package dev.octet.lab;

import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.ReplayConfig;
import dev.octet.detect.AlertRate;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.SignificantDigits;
import dev.octet.detect.learn.LearnedDetector;
import dev.octet.detect.learn.Population;
import dev.octet.detect.learn.VerdictLearner;
import dev.octet.evaluate.Confusion;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.ReplayTable;
import dev.octet.evaluate.ScoredRows;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.ViewRow;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowWords;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.run.TrainingRows;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One detector in a replay whose labels come from an analyst: only for the alerts of a budget and some random picks. Two
 * copies walk side by side: one as it was trained, one that learns from each span's verdicts by a second stage
 * ({@link VerdictLearner}) and whose flagged benign logins become part of their users' history. Not thread-safe.
 */
final class VerdictReplay {
    private final String name;
    private final ReplayConfig settings;
    private final Detector base;
    private final Population population;
    private final Track fixed;
    private final Track learning;
    private final SplittableRandom random;
    private final List<VerdictLearner.Judged> verdicts = new ArrayList<>();
    /** What was learnt last; a check that fails leaves it as it is. */
    private Optional<LearnedDetector> learned = Optional.empty();

    /**
     * A detector before the first span.
     *
     * @param name the detector's
     * @param trained with its threshold
     * @param rows that it was trained on, with what its features remember then
     */
    VerdictReplay(ReplayConfig settings, String name, ScoringModel trained, TrainingRows rows) throws IOException {
        this.settings = settings;
        this.name = name;
        ScoringModel model = trained.learning(rows.copyOfMemories().isEmpty() ? List.of() : HistoryFeature.keys());
        base = LearnedDetector.labelFree(model.detector());
        population = new Population(model.features().layout());
        fixed = new Track(model, model.features().extractor(rows.copyOfMemories()));
        learning = new Track(model, model.features().extractor(rows.copyOfMemories()));
        random = new SplittableRandom(name.hashCode());
    }

    void add(Labelled<?> row) throws IOException {
        fixed.add(row);
        learning.add(row);
    }

    /** Evaluates a span, lets the analyst judge what was shown of it, and learns; nothing where the span holds no row. */
    Optional<ReplayTable.Line> endSpan(String span, double days) throws IOException {
        fixed.endSpan();
        learning.endSpan();
        if (fixed.size() == 0) {
            return Optional.empty();
        }
        ReplayTable.Outcome without = fixed.outcome(days);
        ReplayTable.Outcome with = learning.outcome(days);
        int rows = fixed.size();
        int attacks = fixed.attacks.cardinality();
        judge();
        fixed.addTo(population);
        String update = learn();
        fixed.nextSpan();
        learning.nextSpan();
        return Optional.of(new ReplayTable.Line(name, span, rows, attacks, without, with, update));
    }

    private void judge() {
        int[] order = learning.order();
        int alerts = learning.alerts();
        BitSet shown = new BitSet();
        for (int i = 0; i < alerts; i++) {
            shown.set(order[i]);
        }
        int picks = (int) Math.min(order.length - alerts, Math.round(settings.explore() * alerts));
        while (shown.cardinality() < alerts + picks) {
            shown.set(random.nextInt(order.length));
        }
        shown.stream().filter(row -> !learning.unknown.get(row)).forEach(row -> {
            boolean takeover = learning.attacks.get(row) != random.nextDouble() < settings.wrong();
            float[] columns = new float[learning.columns.columns()];
            learning.columns.copyRow(row, columns, 0);
            verdicts.add(new VerdictLearner.Judged(columns, takeover));
            ViewRow flagged = learning.flagged.get(row);
            if (flagged != null) {
                learning.extractor.judge(flagged, !takeover);
            }
        });
    }

    private String learn() {
        if (population.size() < VerdictLearner.MIN_LOGINS) {
            return String.format(
                    Locale.ROOT,
                    "not learned: %,d logins so far, fewer than %,d",
                    population.size(),
                    VerdictLearner.MIN_LOGINS);
        }
        VerdictLearner learner =
                new VerdictLearner(base, population, fixed.model.threshold().value());
        VerdictLearner.Check check = learner.check(verdicts);
        boolean passed = check.passed();
        LearnedDetector next = passed ? learner.learn(verdicts) : learned.orElseGet(() -> learner.learn(List.of()));
        learned = Optional.of(next);
        learning.goOnWith(next, fixed.flagged.size());
        return String.format(
                Locale.ROOT,
                "%s%,d verdicts, %,d takeovers; of the pairs that were not learnt from, %s were ordered rightly before, %s after",
                passed ? "learned: " : "not learned: ",
                verdicts.size(),
                check.takeovers(),
                SignificantDigits.of(check.before(), 3),
                SignificantDigits.of(check.after(), 3));
    }

    /** A copy of the detector on its way through the log. */
    private final class Track {
        private final FeatureExtractor extractor;
        private ScoringModel model;
        private RowScorer scorer;
        private DoubleArrayList scores;
        private BitSet attacks;
        private BitSet unknown;
        private FloatMatrix columns;
        private Map<Integer, ViewRow> flagged;

        Track(ScoringModel model, FeatureExtractor extractor) {
            this.model = model;
            this.extractor = extractor;
            scorer = new RowScorer(model, extractor);
            nextSpan();
        }

        void nextSpan() {
            scores = new DoubleArrayList();
            attacks = new BitSet();
            unknown = new BitSet();
            columns = new FloatMatrix(model.features().columns());
            flagged = new HashMap<>();
        }

        void add(Labelled<?> row) throws IOException {
            scorer.add(row, this::scored);
        }

        void endSpan() throws IOException {
            scorer.flush(this::scored);
        }

        private void scored(
                Labelled<?> row, double score, boolean above, float[] values, double[] parts, RowWords words) {
            int number = scores.size();
            attacks.set(number, row.label() == Label.ATTACK);
            unknown.set(number, row.label() == Label.UNKNOWN);
            scores.add(score);
            columns.append(values);
            if (above && !model.flaggedUpdate()) {
                flagged.put(number, row.row());
            }
        }

        int size() {
            return scores.size();
        }

        int alerts() {
            return (int) Math.max(1, Math.round(settings.budget() * size()));
        }

        /** The rows, the most anomalous first; of equal ones the earlier. */
        int[] order() {
            return IntStream.range(0, size())
                    .boxed()
                    .sorted((a, b) -> Double.compare(scores.getDouble(b), scores.getDouble(a)))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        ReplayTable.Outcome outcome(double days) {
            int[] order = order();
            int alerts = alerts();
            int found = 0;
            for (int i = 0; i < alerts; i++) {
                found += attacks.get(order[i]) ? 1 : 0;
            }
            int all = attacks.cardinality();
            Confusion confusion = new Confusion(found, alerts - found, all - found, size() - alerts - (all - found));
            ScoredRows rows = new ScoredRows(scores.elements(), size(), attacks, true, days, List.of());
            Evaluation evaluation = Evaluation.of(name, rows, Optional.empty(), List.of(settings.budget()));
            return new ReplayTable.Outcome(scores.getDouble(order[alerts - 1]), confusion, evaluation.rocAuc());
        }

        void addTo(Population all) {
            float[] row = new float[columns.columns()];
            for (int i = 0; i < size(); i++) {
                columns.copyRow(i, row, 0);
                all.add(row, scores.getDouble(i));
            }
        }

        /** Scores with another detector from the next row on, which would have flagged so many of the span's rows. */
        void goOnWith(LearnedDetector next, int flagged) {
            double[] again = new double[size()];
            float[] row = new float[columns.columns()];
            double[] one = new double[1];
            for (int i = 0; i < again.length; i++) {
                columns.copyRow(i, row, 0);
                next.score(row, 1, one);
                again[i] = one[0];
            }
            Arrays.sort(again);
            double value = again[Math.max(0, again.length - 1 - flagged)];
            FittedThreshold threshold = new FittedThreshold(
                    value, "as many as the label-free detector flags", AlertRate.of(flagged, Double.NaN), List.of());
            model = model.withDetector(next, threshold);
            scorer = new RowScorer(model, extractor);
        }
    }
}
