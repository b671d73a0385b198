package dev.octet.run;

import dev.octet.config.EvaluateConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.autoencoder.AutoencoderDetector;
import dev.octet.evaluate.AlarmResult;
import dev.octet.evaluate.AttackGroups;
import dev.octet.evaluate.AttackRanks;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.KappaMatrix;
import dev.octet.evaluate.PairedBootstrap;
import dev.octet.evaluate.PairedDifferences;
import dev.octet.evaluate.Period;
import dev.octet.evaluate.RankingCurve;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.ScoredRows;
import dev.octet.evaluate.SeedSpread;
import dev.octet.evaluate.SingleFeatures;
import dev.octet.evaluate.Subject;
import dev.octet.evaluate.TopAlert;
import dev.octet.feature.View;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2BooleanOpenHashMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The fifth step of a run: compares what the detectors gave the test span with its labels, and reads the log once more for
 * what it says around the alerts of the report, which are known only now.
 */
final class EvaluateStep {
    private final ReadLog read;
    private final ExperimentConfig config;
    private final List<ScoredDetector> scored;
    private final Map<String, List<SeedStep.SeedScores>> further;
    private final List<ExternalScores> external;
    private final FigureCollector figures;
    private final RunListener listener;

    private EvaluateStep(
            ReadLog read,
            List<ScoredDetector> scored,
            Map<String, List<SeedStep.SeedScores>> further,
            List<ExternalScores> external,
            FigureCollector figures,
            RunListener listener) {
        this.external = external;
        this.further = further;
        this.read = read;
        this.config = read.config();
        this.scored = scored;
        this.figures = figures;
        this.listener = listener;
    }

    /** The table's content, the report's figures, and the ranks of the attacks. */
    record Evaluated(EvaluationReport report, RunFigures figures, AttackFile attacks) {}

    /**
     * Evaluates.
     *
     * @param further what further seeds of each detector gave the test span, by its name
     * @param external what other programs gave it
     */
    static Evaluated evaluate(
            ReadLog read,
            List<ScoredDetector> scored,
            Map<String, List<SeedStep.SeedScores>> further,
            List<ExternalScores> external,
            FigureCollector figures,
            RunListener listener)
            throws IOException {
        return new EvaluateStep(read, scored, further, external, figures, listener).evaluate();
    }

    private Evaluated evaluate() throws IOException {
        List<Double> budgets = config.evaluate().budgetShares();
        boolean byMonth = config.evaluate().by().contains(EvaluateConfig.Breakdown.MONTH);
        Optional<Long2BooleanOpenHashMap> history = config.evaluate().by().contains(EvaluateConfig.Breakdown.HISTORY)
                ? Optional.of(read.testScan().attacks())
                : Optional.empty();
        List<Evaluation> evaluations = new ArrayList<>();
        List<Evaluation> trivial = new ArrayList<>();
        List<Period> periods = new ArrayList<>();
        List<AlarmResult> alarms = new ArrayList<>();
        List<TopAlert> top = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<BitSet> flagged = new ArrayList<>();
        List<SeedSpread> seeds = new ArrayList<>();
        List<AttackRanks> ranks = new ArrayList<>();
        Optional<AttackRanks> singleRanks = Optional.empty();
        Optional<RankingCurve> randomCurve = Optional.empty();
        Optional<RankingCurve> singleCurve = Optional.empty();
        for (ScoredDetector one : scored) {
            FittedThreshold threshold = one.trained().model().threshold();
            ScoredRows rows = one.scores().all(read.attackers(), history);
            Optional<String> drift = one.figures().end(rows);
            drift.filter(any -> config.split().testUsers().isEmpty()).ifPresent(warnings::add);
            Evaluation evaluation = Evaluation.of(one.name(), rows, Optional.of(threshold), budgets);
            evaluations.add(evaluation);
            List<Evaluation> ofSeeds = new ArrayList<>(List.of(evaluation));
            List<AttackRanks.OfSeed> ranksOfSeeds = new ArrayList<>(List.of(AttackRanks.of(rows)));
            for (SeedStep.SeedScores seed : further.getOrDefault(one.name(), List.of())) {
                ScoredRows seedRows = seed.scores().all(Map.of(), Optional.empty());
                ofSeeds.add(Evaluation.of(
                        one.name(), seedRows, Optional.of(seed.model().threshold()), budgets));
                ranksOfSeeds.add(AttackRanks.of(seedRows));
            }
            if (ofSeeds.size() > 1) {
                seeds.add(SeedSpread.of(one.name(), ofSeeds));
            }
            ranks.add(new AttackRanks(one.name(), rows.rows(), ranksOfSeeds));
            if (byMonth) {
                periods.addAll(one.scores().months(one.name(), threshold, budgets));
            }
            flagged.add(one.scores().flagged(threshold));
            alarms.addAll(one.alarms());
            top.addAll(one.top());
            if (one.single().isPresent()) {
                SingleFeatures single = one.single().get();
                trivial.add(Evaluation.random(rows, budgets));
                single.evaluate(rows.days(), budgets).ifPresent(trivial::add);
                randomCurve = single.curve().map(any -> RankingCurve.of(rows.allEqual()));
                singleCurve = single.curve();
                singleRanks = single.ranks(rows.rows());
                warnings.addAll(single.leaks());
            }
        }
        for (ExternalScores one : external) {
            ScoredRows rows = one.scores().all(read.attackers(), history);
            Evaluation evaluation = Evaluation.of(one.name(), rows, one.threshold(), budgets);
            for (String note : one.notes()) {
                evaluation = evaluation.noting(note);
            }
            evaluations.add(evaluation);
            ranks.add(new AttackRanks(one.name(), rows.rows(), List.of(AttackRanks.of(rows))));
            figures.trivial(one.name(), curve(rows));
        }
        for (Evaluation each : evaluations) {
            if (config.split().testUsers().isEmpty()) {
                warnings.addAll(each.brokenPromises()); // other users raise another number of alerts a day
            }
        }
        evaluations.addAll(trivial);
        for (int i = 0; i < trivial.size(); i++) {
            figures.trivial(trivial.get(i).detector(), i == 0 ? randomCurve : singleCurve);
        }
        TestScores first = scored.get(0).scores();
        AttackGroups groups = first.groups(read.campaigns());
        ranks.add(AttackRanks.random(groups.ofAttack().length, first.rows()));
        singleRanks.ifPresent(ranks::add);
        Optional<PairedDifferences> differences = PairedBootstrap.of(main(), ranks, groups, budgets);
        differences.ifPresent(found -> warnings.addAll(found.beaten()));
        EvaluationReport report = new EvaluationReport(
                new Subject(
                        config.name(),
                        dataLine(),
                        splitLine(first),
                        read.successfulOnly() ? "successful logins" : "all rows",
                        Sample.isSimulated(config.data())),
                evaluations,
                byPeriod(periods),
                alarms,
                withBackgrounds(top),
                scored.size() < 2
                        ? Optional.empty()
                        : Optional.of(KappaMatrix.of(
                                scored.stream().map(ScoredDetector::name).toList(), flagged, first.rows())),
                Clusterings.agreements(clusters()),
                warnings,
                notes(),
                seeds,
                differences);
        TrainedDetector trained = scored.get(0).trained();
        RunFigures drawn = figures.finish(
                rowsRead(),
                config.detection().threshold(),
                Provenance.ofRun(read.files(), read.scan(), trained.trainRows(), trained.validationRows()),
                config.file().yaml());
        return new Evaluated(report, drawn, new AttackFile(first.attackRows(), groups, ranks));
    }

    private static Optional<RankingCurve> curve(ScoredRows rows) {
        int attacks = rows.attacks().cardinality();
        return rows.labelled() && attacks > 0 && attacks < rows.rows()
                ? Optional.of(RankingCurve.of(rows))
                : Optional.empty();
    }

    /** The detector that others must not beat unseen: the first autoencoder of the config, or its first detector. */
    private String main() {
        return scored.stream()
                .filter(one -> one.trained().model().detector().kind().equals(AutoencoderDetector.KIND))
                .findFirst()
                .orElse(scored.get(0))
                .name();
    }

    private List<TopAlert> withBackgrounds(List<TopAlert> top) throws IOException {
        if (!read.testLog().isHere()) {
            return top.stream()
                    .map(alert -> alert.with(LoginWords.shown(alert.who()), "", Optional.empty()))
                    .toList();
        }
        if (!top.isEmpty()) {
            listener.stage("reading what the log says around the top alerts");
        }
        return AlertBackgrounds.of(
                config.view(),
                top,
                read.isOneLog() ? List.of() : List.of(read.log()),
                read.testLog(),
                read.testFrom(),
                read.testUntil());
    }

    private Map<String, IntArrayList> clusters() {
        Map<String, IntArrayList> clusters = new LinkedHashMap<>();
        scored.forEach(one -> one.clusters().ifPresent(found -> clusters.put(one.name(), found)));
        return clusters;
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (config.view() instanceof View.Entity) {
            unequalSpans().ifPresent(notes::add);
        }
        ReadStep.withoutLabels(config.data(), read.log(), read.scan()).ifPresent(notes::add);
        notes.addAll(read.scan().figures());
        if (!read.isOneLog()) {
            ReadStep.withoutLabels(config.data(), read.testLog(), read.testScan())
                    .ifPresent(notes::add);
            notes.addAll(read.testScan().figures());
        }
        scored.stream().flatMap(one -> one.memoryNotes().stream()).distinct().forEach(notes::add);
        scored.forEach(one -> one.notes().forEach(note -> notes.add(one.name() + ": " + note)));
        return notes;
    }

    /** Period by period and in each the detectors in the order of the config. */
    private static List<Period> byPeriod(List<Period> byDetector) {
        return byDetector.stream().sorted(Comparator.comparing(Period::name)).toList();
    }

    /** What a reader must know where the rows of the spans count over different times. */
    private Optional<String> unequalSpans() {
        Spans spans = read.spans();
        double train = Spans.days(read.scan().firstMicros(), spans.trainUntil());
        double validation = Spans.days(
                spans.trainUntil(),
                Math.min(spans.validationUntil(), read.scan().lastMicros()));
        double test = Spans.days(
                read.testFrom(), Math.min(spans.testUntil(), read.testScan().lastMicros()));
        double longest = Math.max(train, Math.max(validation, test));
        double shortest = Math.min(train, Math.min(validation, test));
        return longest <= 1.1 * shortest
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "an entity's counts grow with the length of its span: training %.0f days, validation %.0f, test"
                                + " %.0f; spans of one length would compare like with like",
                        train,
                        validation,
                        test));
    }

    private String dataLine() {
        String train = String.format(
                Locale.ROOT,
                "%s, %,d rows (%,d successful), %s",
                read.log().name(),
                read.scan().usable(),
                read.scan().successes(),
                Log.span(read.scan().firstMicros(), read.scan().lastMicros()));
        return read.isOneLog()
                ? train
                : train + "; test " + read.testLog().name()
                        + String.format(
                                Locale.ROOT, ", %,d rows", read.testScan().usable());
    }

    private String splitLine(TestScores test) {
        String users = config.split().testUsers().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "by user, %.0f %% of them tested and none of those trained on, and ",
                        100 * config.split().testUsers().getAsDouble())
                : "";
        return users
                + String.format(
                        Locale.ROOT,
                        "by time: train until %s, validation until %s, test %s (%,d rows scored)",
                        Log.second(read.spans().trainUntil()),
                        Log.second(Math.min(
                                read.spans().validationUntil(), read.scan().lastMicros())),
                        Log.span(test.firstMicros(), test.lastMicros()),
                        test.rows());
    }

    private List<RunFigures.RowsRead> rowsRead() {
        List<RunFigures.RowsRead> all = new ArrayList<>(List.of(rowsRead(read.log(), read.scan())));
        if (!read.isOneLog()) {
            all.add(rowsRead(read.testLog(), read.testScan()));
        }
        return all;
    }

    private static RunFigures.RowsRead rowsRead(Log log, Log.Scan scan) {
        return new RunFigures.RowsRead(
                log.name(),
                scan.rows(),
                scan.rejected().entrySet().stream()
                        .map(entry -> new RunFigures.Rejected(entry.getKey().text(), entry.getValue()))
                        .toList());
    }
}
