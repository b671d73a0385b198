package dev.octet.lab;

import dev.octet.bundle.ScoringModel;
import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.LabelsConfig;
import dev.octet.config.ReplayConfig;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.SignificantDigits;
import dev.octet.evaluate.Confusion;
import dev.octet.evaluate.ReplayTable;
import dev.octet.evaluate.report.ReplayPage;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowReader;
import dev.octet.run.FitStep;
import dev.octet.run.FittedDetector;
import dev.octet.run.Log;
import dev.octet.run.OutputFile;
import dev.octet.run.Outputs;
import dev.octet.run.ReadLog;
import dev.octet.run.ReadStep;
import dev.octet.run.RunListener;
import dev.octet.run.Spans;
import dev.octet.run.ThresholdStep;
import dev.octet.run.ValidationPass;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The loop of a security team, made general (Molin, Hands-On Data Analysis with Pandas, chapter 11, does it by month): train
 * once, then walk the test span by calendar spans. Each span is predicted; then its labels arrive, the predictions are
 * evaluated, detectors that learn online go on learning from the span's rows, and every threshold is chosen anew by the
 * config's policy on the latest rows that nothing was learned from. Beside it the same detectors walk along as they were trained, so that one sees what
 * the feedback was worth. The state is saved after each span; a replay that was killed goes on from there and ends with
 * the same table. Not thread-safe.
 */
public final class Replay {
    private final ExperimentConfig config;
    private final RunListener listener;
    private final List<Double> budgets;

    /**
     * What a replay wrote.
     *
     * @param table span by span
     * @param bundles the updated detectors after the last span, in the order of the config
     */
    public record Result(ReplayTable table, List<Path> bundles) {}

    /** @throws InputException if the config has no labels to learn from */
    public Replay(ExperimentConfig config, RunListener listener) {
        this.config = config;
        this.listener = listener;
        budgets = config.evaluate().budgetShares();
        LabelsConfig labels = config.data()
                .labels()
                .orElseThrow(() -> config.file()
                        .error("data", "a replay gives labels back after each span; name them with data.labels"));
        if (config.replay().verdicts() == ReplayConfig.Labels.ALL
                && labels.inTraining() == LabelsConfig.InTraining.IGNORE) {
            throw config.file()
                    .error(
                            "data.labels.in-training",
                            "ignore says that labels are for the evaluation only, but a replay learns from those of the"
                                    + " spans that are over; take exclude");
        }
    }

    /**
     * Replays the log.
     *
     * @param strict whether the first row that cannot be used ends it
     * @param restart whether what an earlier replay left is forgotten
     * @throws InputException if it cannot be done with this config and this data, or an earlier replay was another one
     */
    public Result run(boolean strict, boolean restart) throws IOException {
        ReadLog read = ReadStep.read(config, listener, strict);
        ZoneId zone = config.data().reading().format().time().zone();
        List<Long> ends = ends(read, zone);
        if (config.replay().verdicts() == ReplayConfig.Labels.ALERTS) {
            return new Result(withVerdicts(read, ends, zone), List.of());
        }
        ReplayState states = new ReplayState(config.output().resolve("replay"), config, read.scan(), read.files());
        if (restart) {
            states.clear();
        }
        Optional<ReplayState.Saved> before = states.load();
        ReplayState.Saved now;
        if (before.isPresent()) {
            now = before.get();
            listener.stage(String.format(
                    Locale.ROOT,
                    "going on after %d of %d spans (--restart begins anew)",
                    now.spansDone(),
                    ends.size()));
        } else {
            now = new ReplayState.Saved(0, new ReplayTable(config.name(), List.of()), begin(read));
            states.save(now);
            for (DetectorConfig detector : config.detection().detectors()) {
                new Outputs(config).forgetCheckpoints(detector.name());
            }
        }
        try (RowReader rows = read.openForReplay(ends)) {
            long begin = now.spansDone() == 0 ? read.testFrom() : ends.get(now.spansDone() - 1);
            Labelled<?> row = rows.next();
            while (row != null && row.row().timeMicros() < begin) {
                row = rows.next();
            }
            for (int span = now.spansDone(); span < ends.size(); span++) {
                long end = ends.get(span);
                while (row != null && row.row().timeMicros() < end) {
                    if (row.label() == Label.UNKNOWN) {
                        throw new InputException("row " + row.row().row() + " at "
                                + Log.time(row.row().timeMicros()) + " has no label; a replay needs one for every row");
                    }
                    for (ReplayState.Tracks tracks : now.tracks()) {
                        tracks.fixed().add(row);
                        tracks.updated().add(row);
                    }
                    row = rows.next();
                }
                double days = Spans.days(begin, Math.min(end, read.lastMicros() + 1));
                String name = config.replay().name(begin, zone);
                List<ReplayTable.Line> lines = new ArrayList<>();
                for (ReplayState.Tracks tracks : now.tracks()) {
                    receiveLabels(tracks, name, days).ifPresent(lines::add);
                }
                now = new ReplayState.Saved(span + 1, now.table().with(lines), now.tracks());
                states.save(now);
                begin = end;
            }
        }
        write(now.table());
        int done = now.spansDone();
        return new Result(
                now.table(),
                config.detection().detectors().stream()
                        .map(detector -> states.updatedBundle(done, detector.name()))
                        .toList());
    }

    /** Labels only for what an analyst was shown; the table is written after each span. */
    private ReplayTable withVerdicts(ReadLog read, List<Long> ends, ZoneId zone) throws IOException {
        ReplayTable table = new ReplayTable(config.name(), List.of());
        FitStep fit = new FitStep(read, listener);
        fit.readRows(config.detection().detectors());
        ValidationPass validation = new ValidationPass(read, listener);
        List<VerdictReplay> replays = new ArrayList<>();
        for (DetectorConfig detector : config.detection().detectors()) {
            FittedDetector fitted = validation.score(fit.fit(detector));
            replays.add(new VerdictReplay(
                    config.replay(), detector.name(), ThresholdStep.model(config, fitted), fitted.rows()));
        }
        try (RowReader rows = read.openForReplay(ends)) {
            long begin = read.testFrom();
            Labelled<?> row = rows.next();
            while (row != null && row.row().timeMicros() < begin) {
                row = rows.next();
            }
            for (long end : ends) {
                while (row != null && row.row().timeMicros() < end) {
                    for (VerdictReplay replay : replays) {
                        replay.add(row);
                    }
                    row = rows.next();
                }
                double days = Spans.days(begin, Math.min(end, read.lastMicros() + 1));
                List<ReplayTable.Line> lines = new ArrayList<>();
                for (VerdictReplay replay : replays) {
                    replay.endSpan(config.replay().name(begin, zone), days).ifPresent(lines::add);
                }
                lines.forEach(line -> listener.note(String.format(
                        Locale.ROOT,
                        "%s, %s: %,d rows, %,d takeovers; fixed: %s; learning: %s; %s",
                        line.span(),
                        line.detector(),
                        line.rows(),
                        line.attacks(),
                        inWords(line.without().confusion()),
                        inWords(line.with().confusion()),
                        line.update())));
                table = table.with(lines);
                write(table);
                begin = end;
            }
        }
        return table;
    }

    private void write(ReplayTable table) throws IOException {
        OutputFile.write(config.output().resolve("replay.md"), table.markdown());
        OutputFile.write(config.output().resolve("replay.json"), JsonText.indented(table.tree()) + "\n");
        OutputFile.write(
                config.output().resolve("report.html"),
                ReplayPage.of(table, config.file().yaml()));
    }

    /** Where each span ends; the last holds the last row. */
    private List<Long> ends(ReadLog read, ZoneId zone) {
        List<Long> ends = new ArrayList<>();
        long at = read.testFrom();
        while (at <= read.lastMicros()) {
            at = Math.min(config.replay().nextAfter(at, zone), read.testUntil());
            ends.add(at);
        }
        if (ends.isEmpty()) {
            throw new InputException("the test span holds no row to replay; give split other shares or moments");
        }
        return ends;
    }

    private List<ReplayState.Tracks> begin(ReadLog read) throws IOException {
        FitStep fit = new FitStep(read, listener);
        fit.readRows(config.detection().detectors());
        ValidationPass validation = new ValidationPass(read, listener);
        List<ReplayState.Tracks> tracks = new ArrayList<>();
        for (DetectorConfig detector : config.detection().detectors()) {
            FittedDetector fitted = validation.score(fit.fit(detector));
            ScoringModel model = ThresholdStep.model(config, fitted);
            FloatMatrix golden = ThresholdStep.golden(fitted.rows(), fitted.features());
            tracks.add(new ReplayState.Tracks(
                    track(detector, fitted, model, golden),
                    track(detector, fitted, model, golden),
                    LatestRows.of(fit.heldOut(fitted.rows(), fitted.features()))));
        }
        return tracks;
    }

    /** A track with a memory of its own that has seen the training and the validation span. */
    private ReplayTrack track(DetectorConfig detector, FittedDetector fitted, ScoringModel model, FloatMatrix golden)
            throws IOException {
        return new ReplayTrack(
                detector.name(),
                config.replay().holdOut(),
                model,
                model.features().extractor(fitted.rows().copyOfMemories()),
                golden);
    }

    /** Evaluates a span, updates, and says what came of it; nothing where the span holds no row. */
    private Optional<ReplayTable.Line> receiveLabels(ReplayState.Tracks tracks, String span, double days)
            throws IOException {
        ReplayTrack fixed = tracks.fixed();
        ReplayTrack updated = tracks.updated();
        fixed.endSpan();
        updated.endSpan();
        if (fixed.rows() == 0) {
            return Optional.empty();
        }
        ReplayTable.Outcome without = fixed.outcome(days, budgets);
        ReplayTable.Outcome with = updated.outcome(days, budgets);
        tracks.latest().add(updated.heldOut(days));
        String update = update(tracks);
        ReplayTable.Line line =
                new ReplayTable.Line(fixed.detector(), span, fixed.rows(), fixed.attacks(), without, with, update);
        listener.note(String.format(
                Locale.ROOT,
                "%s, %s: %,d rows, %,d attacks; fixed: %s; updated: %s; %s",
                span,
                line.detector(),
                line.rows(),
                line.attacks(),
                inWords(without.confusion()),
                inWords(with.confusion()),
                update));
        fixed.nextSpan();
        updated.nextSpan();
        return Optional.of(line);
    }

    private static String inWords(Confusion confusion) {
        return String.format(
                Locale.ROOT, "%,d found, %,d false alarms", confusion.truePositives(), confusion.falsePositives());
    }

    /**
     * Lets a detector learn and chooses its threshold anew, both or neither: learning moves every score, so a detector
     * never decides by a threshold that was chosen for another one.
     */
    private String update(ReplayState.Tracks tracks) {
        ReplayTrack track = tracks.updated();
        Optional<Detector> learned = track.learned();
        Detector next = learned.orElse(track.model().detector());
        FittedThreshold threshold;
        try {
            threshold = config.detection().threshold().fit(tracks.latest().scoredBy(next));
        } catch (InputException e) {
            return "nothing changed: " + e.getMessage();
        }
        track.goOnWith(next, threshold);
        return (learned.isPresent() ? "learned, " : "") + "threshold " + SignificantDigits.of(threshold.value(), 4);
    }
}
