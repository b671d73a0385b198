package dev.octet.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Checksums;
import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoringModel;
import dev.octet.detect.AlertRate;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.MixtureDetector;
import dev.octet.detect.SignificantDigits;
import dev.octet.detect.learn.LearnedDetector;
import dev.octet.detect.learn.Population;
import dev.octet.detect.learn.VerdictLearner;
import dev.octet.event.InputException;
import dev.octet.event.JudgedLogins;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.Micros;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.Verdicts;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowReader;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.run.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A bundle's detector with a second stage that learns from verdicts. The log that the verdicts are about is scored again,
 * so that a judged login has the columns that it had when it was flagged. What was learnt before is not built upon: all
 * verdicts are learnt anew from the label-free detector. Not thread-safe.
 */
public final class Learn {
    /** Logins that the new threshold is chosen on; a sample of a longer log. */
    private static final int SAMPLE = 200_000;
    /** Rows that a bundle keeps with their scores, to be checked by whoever loads it. */
    private static final int GOLDEN_ROWS = 32;

    private final Bundle bundle;
    private final Path verdictFile;
    private final ScoringModel model;
    private final Detector base;
    private final Population population;
    private final List<VerdictLearner.Judged> judged = new ArrayList<>();
    private final FloatMatrix sample;
    private final float[][] slots;
    private final SplittableRandom random = new SplittableRandom(1);
    private final int missing;
    private final LearnedDetector learned;
    private final VerdictLearner.Check check;
    private final FittedThreshold threshold;
    private long scored;
    private long flagged;
    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;

    /**
     * Scores the log and learns.
     *
     * @param verdicts the verdict log
     * @param log the log that the verdicts are about
     * @param cold whether the log begins with an empty history
     * @throws InputException if no verdict is about a login of the log
     */
    public Learn(Bundle bundle, Path verdicts, LoginSource log, boolean cold) throws IOException {
        LiveScorer.requireAttempts(bundle);
        this.bundle = bundle;
        verdictFile = verdicts;
        FeatureExtractor remembered = cold ? bundle.coldExtractor() : bundle.extractor();
        model = bundle.model().learning(remembered.memories().isEmpty() ? List.of() : HistoryFeature.keys());
        base = LearnedDetector.labelFree(model.detector());
        population = new Population(model.features().layout());
        slots = new float[SAMPLE][];
        JudgedLogins said = JudgedLogins.read(verdicts);
        FeatureExtractor extractor = model.features().extractor(remembered.memories());
        RowScorer scorer = new RowScorer(model, extractor, false, said);
        RowScorer.Sink sink =
                (row, score, above, columns, contributions, words) -> take(row, score, above, columns, said);
        try (RejectedRows rejected = RejectedRows.counted(log.name(), RejectionPolicy.DEFAULT);
                LoginReader logins = log.open(rejected);
                RowReader rows = model.view().read(logins, Optional.empty())) {
            scorer.score(rows, sink);
        }
        missing = said.size() - judged.size();
        if (judged.isEmpty()) {
            throw new InputException(verdicts + ": none of its " + said.size() + " verdicts is about a login that "
                    + bundle.directory() + " scores in " + log.name()
                    + "; a login is recognised by its user and its time."
                    + " Name the log that was scored");
        }
        sample = new FloatMatrix(model.features().columns());
        for (int i = 0; i < Math.min(scored, SAMPLE); i++) {
            sample.append(slots[i]);
        }
        VerdictLearner learner =
                new VerdictLearner(base, population, model.threshold().value());
        check = learner.check(judged);
        learned = learner.learn(judged);
        threshold = threshold(flagged / (double) scored);
    }

    private void take(Labelled<?> row, double score, boolean above, float[] columns, JudgedLogins said) {
        population.add(columns, score);
        scored++;
        flagged += above ? 1 : 0;
        firstMicros = Math.min(firstMicros, row.row().timeMicros());
        lastMicros = Math.max(lastMicros, row.row().timeMicros());
        said.of((LoginEvent) row.row())
                .ifPresent(verdict ->
                        judged.add(new VerdictLearner.Judged(columns, verdict == Verdicts.Verdict.TAKEOVER)));
        // reservoir sampling (Vitter, "Random Sampling with a Reservoir", 1985)
        long slot = scored <= SAMPLE ? scored - 1 : random.nextLong(scored);
        if (slot < SAMPLE) {
            slots[(int) slot] = columns.clone();
        }
    }

    /** The learnt score above which as many logins lie as lay above the old threshold. */
    private FittedThreshold threshold(double share) {
        double[] scores = new double[sample.rows()];
        float[] row = new float[sample.columns()];
        double[] one = new double[1];
        for (int i = 0; i < scores.length; i++) {
            sample.copyRow(i, row, 0);
            learned.score(row, 1, one);
            scores[i] = one[0];
        }
        Arrays.sort(scores);
        int above = (int) Math.round(share * scores.length);
        double value = above == 0 ? scores[scores.length - 1] : scores[Math.max(0, scores.length - 1 - above)];
        double days = (lastMicros - firstMicros) / (double) Micros.PER_DAY;
        return new FittedThreshold(
                value,
                "as many alerts as before learning",
                AlertRate.expected(flagged, days > 0 ? days : Double.NaN),
                List.of());
    }

    /** How what was learnt ranks verdicts that it did not learn from. */
    public VerdictLearner.Check check() {
        return check;
    }

    /** Everything that it found, at full precision. */
    public ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("logins", scored);
        tree.put("verdicts", judged.size());
        tree.put("takeovers", check.takeovers());
        tree.put("benign", check.benign());
        tree.put("verdicts_of_other_logins", missing);
        put(tree, "ordered_before", check.before());
        put(tree, "ordered_after", check.after());
        tree.put("passed", check.passed());
        tree.put("slope", learned.slope());
        tree.put("threshold_before", bundle.model().threshold().value());
        tree.put("threshold_after", threshold.value());
        ArrayNode attackers = tree.putArray("attackers");
        offsets()
                .forEach((name, nats) ->
                        attackers.addObject().put("attacker", name).put("change", nats));
        ArrayNode terms = tree.putArray("terms");
        double[] weights = learned.weights();
        List<String> names = model.features().columnNames();
        for (int column : order(weights)) {
            terms.addObject().put("term", names.get(column)).put("change", weights[column]);
        }
        return tree;
    }

    /** Changes of the priors of the components of the score that were learned from verdicts, in nats, by name; empty where it has none. */
    private Map<String, Double> offsets() {
        Map<String, Double> offsets = new LinkedHashMap<>();
        if (learned.base() instanceof MixtureDetector mixture) {
            double[] each = mixture.offsets();
            for (int j = 0; j < each.length; j++) {
                offsets.put(mixture.components().get(j), each[j]);
            }
        }
        return offsets;
    }

    private static void put(ObjectNode tree, String name, double value) {
        if (Double.isNaN(value)) {
            tree.putNull(name);
        } else {
            tree.put(name, value);
        }
    }

    private static int[] order(double[] weights) {
        return IntStream.range(0, weights.length)
                .filter(column -> weights[column] != 0)
                .boxed()
                .sorted(Comparator.comparingDouble(column -> -Math.abs(weights[column])))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** What changes, as text. */
    public String report() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d logins scored, %,d of them judged: %,d takeovers, %,d benign.%n",
                scored,
                judged.size(),
                check.takeovers(),
                check.benign()));
        if (missing > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%,d verdicts are about logins that are not in this log, and are left out.%n",
                    missing));
        }
        text.append(String.format(
                "%nOn verdicts that it did not learn from, %s of the pairs of a takeover and a benign login are ordered"
                        + " rightly before, %s after.%n",
                percent(check.before()), percent(check.after())));
        if (!offsets().isEmpty()) {
            text.append(String.format("%nKinds of attackers become more or less frequent, in nats:%n%n"));
            text.append(String.format("| attacker | change |%n|---|---:|%n"));
            offsets().forEach((name, nats) -> text.append(String.format("| %s | %s |%n", name, signed(nats))));
        }
        text.append(String.format(
                "%nThe label-free score counts %s times as much. A spread above its mean adds to the score:%n%n",
                SignificantDigits.of(1 + learned.slope(), 3)));
        double[] weights = learned.weights();
        List<String> names = model.features().columnNames();
        text.append(String.format("| term | change |%n|---|---:|%n"));
        for (int column : order(weights)) {
            text.append(String.format("| %s | %s |%n", names.get(column), signed(weights[column])));
        }
        text.append(String.format(
                "%nThreshold %s before, %s after: %s.%n",
                SignificantDigits.of(bundle.model().threshold().value(), 5),
                SignificantDigits.of(threshold.value(), 5),
                threshold.policy()));
        return text.toString();
    }

    private static String signed(double change) {
        return (change > 0 ? "+" : "") + SignificantDigits.of(change, 3);
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "an unknown share" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /**
     * Writes the bundle with what was learnt to a place of its own.
     *
     * @return the new bundle, verified
     * @throws InputException if {@link #check} did not pass
     */
    public Bundle apply(Path target) throws IOException {
        if (!check.passed()) {
            throw new InputException(
                    check.takeovers() == 0 || check.benign() == 0
                            ? "there are " + check.takeovers() + " takeovers and " + check.benign()
                                    + " benign logins among the verdicts, so nothing can be checked; both are needed"
                            : "learning orders verdicts that it did not learn from worse (" + percent(check.after())
                                    + " of the pairs rightly, " + percent(check.before())
                                    + " before), so it is not applied; collect more verdicts, and look at wrong ones");
        }
        ObjectNode provenance = bundle.provenance().deepCopy();
        provenance.put(
                "learned",
                String.format(
                        Locale.ROOT,
                        "%s, from %s (bundle %s) by %d verdicts (%d takeovers, %d benign) of %s, SHA-256 %s",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        bundle.directory(),
                        bundle.id(),
                        judged.size(),
                        check.takeovers(),
                        check.benign(),
                        verdictFile,
                        Checksums.sha256(verdictFile)));
        FloatMatrix golden = new FloatMatrix(sample.columns());
        float[] row = new float[sample.columns()];
        for (int i = 0; i < GOLDEN_ROWS; i++) {
            sample.copyRow((int) ((long) i * (sample.rows() - 1) / (GOLDEN_ROWS - 1)), row, 0);
            golden.append(row);
        }
        return ModelCard.renewed(
                bundle,
                bundle.withModel(target, model.withDetector(learned, threshold), provenance, golden),
                String.format(
                        Locale.ROOT,
                        "A second stage was learnt from %,d verdicts (%,d takeovers, %,d benign logins).",
                        judged.size(),
                        check.takeovers(),
                        check.benign()));
    }
}
