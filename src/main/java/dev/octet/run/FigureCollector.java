package dev.octet.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.Alarms;
import dev.octet.detect.SortedScores;
import dev.octet.detect.Threshold;
import dev.octet.evaluate.DayCounts;
import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.EntityCell;
import dev.octet.evaluate.FeatureFigures;
import dev.octet.evaluate.RankingCurve;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.ScoreHistogram;
import dev.octet.evaluate.ScoredRows;
import dev.octet.evaluate.Target;
import dev.octet.evaluate.TimeSpan;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.evaluate.WindowTimeline;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.evaluate.drift.FeatureDrift;
import dev.octet.evaluate.drift.PopulationStability;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.Micros;
import dev.octet.feature.EntityRow;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.UnseenMark;
import dev.octet.feature.View;
import dev.octet.feature.WindowRow;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gathers what {@code report.html} draws while the test span is scored. Detectors may be told of rows on threads of their
 * own; otherwise not thread-safe.
 */
final class FigureCollector {
    private static final long MICROS_A_SECOND = 1_000_000;
    private static final int TIMELINE_BINS = 1000;

    private final View view;
    private final Map<String, Trained> trained = new HashMap<>();
    private final List<FeatureSet> sets = new ArrayList<>();
    private final List<DetectorFigures> detectors = new ArrayList<>();
    private Optional<WindowTimeline> timeline = Optional.empty();

    private record Trained(Optional<TrainingCurve> curve, SortedScores validationNormals) {}

    /** Detectors that work on the same features share their drift. */
    private static final class FeatureSet {
        private final FittedFeatures features;
        private final FeatureDrift drift;
        private final List<UnseenMark> marks;
        private final long[] unseen;
        private final List<String> detectors = new ArrayList<>();

        FeatureSet(FittedFeatures features, FloatMatrix reference) {
            this.features = features;
            drift = new FeatureDrift(features.layout(), features.columnNames(), reference);
            marks = features.unseenMarks();
            unseen = new long[marks.size()];
        }

        void add(float[] columns) {
            drift.add(columns);
            for (int i = 0; i < unseen.length; i++) {
                unseen[i] += marks.get(i).isOn(columns) ? 1 : 0;
            }
        }

        FeatureFigures figures() {
            List<FeatureFigures.Unseen> rows = new ArrayList<>();
            for (int i = 0; i < unseen.length; i++) {
                rows.add(new FeatureFigures.Unseen(marks.get(i).feature(), unseen[i]));
            }
            return new FeatureFigures(detectors, drift.referenceRows(), drift.rows(), drift.shifts(), rows);
        }
    }

    /** @param detectors in the order of the config */
    FigureCollector(View view, List<TrainedDetector> detectors) {
        this.view = view;
        for (TrainedDetector one : detectors) {
            FittedFeatures features = one.model().features();
            trained.put(
                    one.name(),
                    new Trained(
                            one.epochs().isEmpty() ? Optional.empty() : Optional.of(new TrainingCurve(one.epochs())),
                            one.validationNormals()));
            setOf(features)
                    .orElseGet(() -> {
                        sets.add(new FeatureSet(features, one.reference()));
                        return sets.get(sets.size() - 1);
                    })
                    .detectors
                    .add(one.name());
        }
    }

    private Optional<FeatureSet> setOf(FittedFeatures features) {
        return sets.stream().filter(set -> set.features.equals(features)).findFirst();
    }

    /** Begins the test span of a detector. */
    OfDetector test(TrainedDetector detector, long fromMicros, long untilMicros) {
        FeatureSet set = setOf(detector.model().features()).orElseThrow();
        return new OfDetector(
                detector.name(),
                set.detectors.get(0).equals(detector.name()) ? Optional.of(set) : Optional.empty(),
                detector.drift()
                        .map(reference -> new DriftMonitor(
                                reference, detector.model().threshold().alerts())),
                fromMicros,
                untilMicros);
    }

    /** A detector that is not trained; after those that are. */
    void trivial(String detector, Optional<RankingCurve> curve) {
        detectors.add(DetectorFigures.trivial(detector, curve));
    }

    /** Everything gathered. */
    RunFigures finish(
            List<RunFigures.RowsRead> read, Threshold threshold, ObjectNode provenance, String configuration) {
        return new RunFigures(
                view.key(),
                read,
                target(threshold),
                detectors,
                sets.stream().map(FeatureSet::figures).toList(),
                timeline,
                provenance,
                configuration);
    }

    private static Target target(Threshold threshold) {
        Target usual = Target.DEFAULT;
        if (threshold instanceof Threshold.TargetPrecisionRecall wanted) {
            return new Target(
                    wanted.minRecall().orElse(usual.minRecall()),
                    usual.maxFalsePositiveRate(),
                    wanted.minPrecision().orElse(usual.minPrecision()),
                    "the config's threshold");
        }
        if (threshold instanceof Threshold.TargetRates wanted) {
            return new Target(
                    wanted.minTpr().orElse(usual.minRecall()),
                    wanted.maxFpr().orElse(usual.maxFalsePositiveRate()),
                    usual.minPrecision(),
                    "the config's threshold");
        }
        return usual;
    }

    /** What one detector does with the rows of the test span, in their order. */
    final class OfDetector {
        private final String detector;
        private final Optional<FeatureSet> features;
        private final Optional<DriftMonitor> drift;
        private final TreeMap<Long, long[]> days = new TreeMap<>();
        /** That of the row that was added last, with its number; {@code null} before the first. */
        private long[] day;

        private long dayNumber;
        private final OpenSpans attacks = new OpenSpans();
        private final OpenSpans alarms = new OpenSpans();
        private final Map<Long, long[]> cells = new LinkedHashMap<>();
        private final long timelineFrom;
        private final long binSeconds;
        private final Long2IntOpenHashMap highest = new Long2IntOpenHashMap();
        private int alertsBefore;

        private OfDetector(
                String detector,
                Optional<FeatureSet> features,
                Optional<DriftMonitor> drift,
                long fromMicros,
                long untilMicros) {
            this.drift = drift;
            this.detector = detector;
            this.features = features;
            timelineFrom = Math.floorDiv(fromMicros, MICROS_A_SECOND);
            long seconds = Math.floorDiv(untilMicros, MICROS_A_SECOND) + 1 - timelineFrom;
            binSeconds = binSeconds(windowSeconds(), seconds / TIMELINE_BINS + 1);
        }

        /** A length of time that people know, of whole windows. */
        private static long binSeconds(long window, long least) {
            for (long minutes : new long[] {1, 5, 10, 30, 60, 120, 240, 360, 720, 1440, 2880, 10_080}) {
                if (60 * minutes >= least && 60 * minutes % window == 0) {
                    return 60 * minutes;
                }
            }
            return (least + window - 1) / window * window;
        }

        private long windowSeconds() {
            return view instanceof View.Window window ? window.span().toSeconds() : 1;
        }

        /** @param alert number of the alert that the row belongs to, or {@link Alarms#NONE} */
        void add(Labelled<?> row, double score, boolean flagged, int alert, float[] columns) {
            boolean attack = row.label() == Label.ATTACK;
            boolean raised = alert >= alertsBefore;
            alertsBefore = Math.max(alertsBefore, alert + 1);
            long number = Math.floorDiv(row.row().timeMicros(), Micros.PER_DAY);
            if (number != dayNumber || day == null) {
                day = days.computeIfAbsent(number, any -> new long[5]);
                dayNumber = number;
            }
            day[0]++;
            day[1] += flagged ? 1 : 0;
            day[2] += raised ? 1 : 0;
            day[3] += attack ? 1 : 0;
            day[4] += attack && flagged ? 1 : 0;
            features.ifPresent(set -> set.add(columns));
            drift.ifPresent(
                    monitor -> monitor.add(columns, score, flagged, row.row().timeMicros()));
            if (row.row() instanceof WindowRow window) {
                boolean alarm = alert != Alarms.NONE;
                attacks.add(window, attack, alarm);
                alarms.add(window, alarm, attack);
                long bin = (window.startMicros() / MICROS_A_SECOND - timelineFrom) / binSeconds;
                highest.put(bin, Math.max(highest.get(bin), window.usersWithFailures()));
            } else if (row.row() instanceof EntityRow entity) {
                long[] cell = cells.computeIfAbsent(cell(entity), any -> new long[4]);
                cell[0]++;
                cell[1] += attack ? 1 : 0;
                cell[2] += flagged ? 1 : 0;
                cell[3] += attack && flagged ? 1 : 0;
            }
        }

        /** A cell is a tenth of a decade of either quantity; no gap is a row of cells of its own. */
        private static long cell(EntityRow entity) {
            long x = Math.round(10 * StrictMath.log10(entity.attempts()));
            double gap = entity.maxGapMinutes();
            long y = gap > 0 ? Math.max(-30, Math.round(10 * StrictMath.log10(gap))) : -31;
            return x * 1000 + y + 100;
        }

        private List<EntityCell> entities() {
            List<EntityCell> result = new ArrayList<>();
            new TreeMap<>(cells).forEach((key, cell) -> {
                double x = StrictMath.pow(10, (key / 1000) / 10.0);
                long y = key % 1000 - 100;
                double gap = y == -31 ? 0 : StrictMath.pow(10, y / 10.0);
                result.add(new EntityCell(x, gap, cell[0], cell[1], cell[2], cell[3]));
            });
            return result;
        }

        /**
         * Ends the test span.
         *
         * @return what must not be overlooked of its scores, if anything
         */
        Optional<String> end(ScoredRows rows) {
            Trained training = trained.get(detector);
            boolean curve = rows.labelled()
                    && !rows.attacks().isEmpty()
                    && rows.attacks().cardinality() < rows.rows();
            double shift = PopulationStability.ofScores(training.validationNormals, rows.scores(), rows.rows());
            Optional<DriftReport> drifted = drift.map(DriftMonitor::report);
            detectors.add(new DetectorFigures(
                    detector,
                    curve ? Optional.of(RankingCurve.of(rows)) : Optional.empty(),
                    Optional.of(ScoreHistogram.of(rows)),
                    training.curve,
                    shift,
                    drifted,
                    dayCounts(),
                    attacks.spans(),
                    alarms.spans(),
                    entities()));
            if (timeline.isEmpty() && view instanceof View.Window) {
                List<Integer> bins = new ArrayList<>();
                long last = highest.keySet().longStream().max().orElse(-1);
                for (long bin = 0; bin <= last; bin++) {
                    bins.add(highest.get(bin));
                }
                timeline = Optional.of(new WindowTimeline(
                        Log.time(timelineFrom * MICROS_A_SECOND).toString(), binSeconds, windowSeconds(), bins));
            }
            return drifted.filter(report -> report.decision() == DriftReport.Decision.RETHRESHOLD
                            || report.decision() == DriftReport.Decision.RETRAIN)
                    .map(report -> detector + ": " + report.text());
        }

        private List<DayCounts> dayCounts() {
            List<DayCounts> result = new ArrayList<>();
            days.forEach((day, counts) -> result.add(new DayCounts(
                    LocalDate.ofEpochDay(day).toString(), counts[0], counts[1], counts[2], counts[3], counts[4])));
            return result;
        }
    }

    /** Neighbouring windows of one kind, joined. */
    private static final class OpenSpans {
        private final List<TimeSpan> spans = new ArrayList<>();
        private boolean open;
        private long from;
        private long until;
        private boolean hit;

        void add(WindowRow window, boolean inside, boolean isHit) {
            if (!inside) {
                close();
                return;
            }
            if (!open) {
                open = true;
                hit = false;
                from = window.startMicros();
            }
            until = window.endMicros();
            hit |= isHit;
        }

        private void close() {
            if (open && spans.size() < RunFigures.MAX_SPANS) {
                spans.add(
                        new TimeSpan(Log.time(from).toString(), Log.time(until).toString(), hit));
            }
            open = false;
        }

        List<TimeSpan> spans() {
            close();
            return spans;
        }
    }
}
