package dev.octet.evaluate.report;

import dev.octet.evaluate.Confusion;
import dev.octet.evaluate.DayCounts;
import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.EntityCell;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.ScoreHistogram;
import dev.octet.evaluate.TimeSpan;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.evaluate.WindowTimeline;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** One detector at a time: scores, confusion, what it did over time, how it was trained. */
final class DetectorsSection {
    private static final double SECONDS_A_DAY = 86_400;
    private static final int MAX_DAYS = 400;
    /** From here on the greatest loss over the least asks for a logarithmic axis. */
    private static final double WIDE = 20;

    private final EvaluationReport report;
    private final RunFigures figures;
    private final boolean labelled;

    DetectorsSection(EvaluationReport report, RunFigures figures) {
        this.report = report;
        this.figures = figures;
        labelled = report.evaluations().get(0).labelled();
    }

    void writeTo(Markup page) {
        ReportPage.section(page, "detectors", "Detectors");
        List<DetectorFigures> trained =
                figures.detectors().stream().filter(ReportPage::isTrained).toList();
        if (trained.size() > 1) {
            page.open("div", "class", "toolbar");
            page.open("label").text("Detector ");
            page.open("select", "id", "detector");
            for (int i = 0; i < trained.size(); i++) {
                page.element("option", trained.get(i).detector(), "value", "panel-" + i);
            }
            page.close().close().close().line();
        }
        for (int i = 0; i < trained.size(); i++) {
            page.open("div", "class", "panel", "id", "panel-" + i);
            panel(page, trained.get(i));
            page.close().line();
        }
        page.close().line();
    }

    private void panel(Markup page, DetectorFigures detector) {
        Evaluation evaluation =
                ReportPage.evaluation(report, detector.detector()).orElseThrow();
        Evaluation.Decision decision = evaluation.decision().orElseThrow();
        page.element("h3", detector.detector(), "class", "detector-name");
        page.element(
                        "p",
                        "Threshold " + Numbers.rate(decision.threshold().value()) + ": "
                                + decision.threshold().policy()
                                + ". On a later span as long as the validation span, expect "
                                + decision.threshold().alerts().text() + ".",
                        "class",
                        "lead")
                .line();
        figures.timeline().ifPresent(timeline -> timeline(page, timeline, detector));
        page.open("div", "class", "plots");
        page.open("figure").element("figcaption", "Scores and threshold");
        histogram(page, detector.histogram().orElseThrow(), decision);
        page.close().line();
        page.open("figure").element("figcaption", "Confusion at the threshold");
        confusion(page, evaluation, decision);
        page.close().line();
        if (!detector.entities().isEmpty()) {
            page.open("figure").element("figcaption", "Entities");
            scatter(page, detector.entities());
            page.close().line();
        }
        if (detector.training().isPresent()) {
            training(page, detector.training().get());
        }
        page.close().line();
        if (detector.training().isEmpty()) {
            page.note("No losses: this detector is not trained in epochs, or no epoch was left to train when the run"
                            + " went on from its checkpoint.")
                    .line();
        }
        if (!figures.view().equals("entity")) {
            page.open("figure", "class", "wide").element("figcaption", "Alerts per day");
            days(page, detector, decision);
            page.close().line();
        }
    }

    private void histogram(Markup page, ScoreHistogram histogram, Evaluation.Decision decision) {
        if (histogram.edges().isEmpty()) {
            page.element("p", "No score is finite, so there is nothing to draw.", "class", "empty");
            return;
        }
        List<Double> edges = histogram.edges();
        double threshold = decision.threshold().value();
        double low = edges.get(0);
        double high = edges.get(edges.size() - 1);
        boolean inside = threshold >= low && threshold <= high;
        if (!inside && Double.isFinite(threshold) && (!histogram.logarithmic() || threshold > 0)) {
            low = Math.min(low, threshold);
            high = Math.max(high, threshold);
            inside = true;
        }
        if (!(high > low)) {
            low -= 0.5;
            high += 0.5;
        }
        long most = 1;
        for (int i = 0; i < histogram.normals().size(); i++) {
            most = Math.max(
                    most,
                    Math.max(histogram.normals().get(i), histogram.attacks().get(i)));
        }
        Axis x = histogram.logarithmic()
                ? Axis.logarithmic("score (higher = more anomalous)", low, high, Axis::plain)
                : Axis.linear("score (higher = more anomalous)", low, high);
        Axis y = Axis.logarithmic("rows per bin", 0.5, Math.max(10, 1.5 * most), Axis::plain);
        Plot plot = Plot.half(
                "Score histogram",
                "Rows by score, " + (labelled ? "normal and attack rows; " : "") + "the threshold is at "
                        + Numbers.rate(threshold),
                x,
                y);
        bars(plot, "bar normal", "normal rows", edges, histogram.normals());
        if (labelled) {
            bars(plot, "bar attack", "attack rows", edges, histogram.attacks());
        }
        if (inside) {
            plot.vertical("threshold", threshold, "threshold " + Numbers.rate(threshold));
        }
        plot.writeTo(page);
        page.open("p", "class", "note");
        page.legend("normal", labelled ? "normal rows" : "rows");
        if (labelled) {
            page.legend("attack", "attack rows");
        }
        page.text("in " + histogram.normals().size() + " bins, counts on a logarithmic axis.");
        if (histogram.infinite() > 0) {
            page.text(" " + Numbers.count(histogram.infinite()) + " rows with an infinite score are not drawn.");
        }
        if (Double.isInfinite(threshold)) {
            page.text(" The threshold is infinite: it flags nothing.");
        }
        page.close();
    }

    private static void bars(Plot plot, String style, String what, List<Double> edges, List<Long> counts) {
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) > 0) {
                plot.bar(
                        style,
                        edges.get(i),
                        edges.get(i + 1),
                        counts.get(i),
                        Numbers.count(counts.get(i)) + " " + what + " from " + Numbers.rate(edges.get(i)) + " to "
                                + Numbers.rate(edges.get(i + 1)));
            }
        }
    }

    private void confusion(Markup page, Evaluation evaluation, Evaluation.Decision decision) {
        if (!labelled) {
            page.element(
                    "p",
                    Numbers.count(decision.flagged()) + " of " + Numbers.count(evaluation.rows())
                            + " rows were flagged. Without labels nobody knows which of them are attacks.",
                    "class",
                    "empty");
            return;
        }
        Confusion confusion = decision.confusion();
        page.open("table", "class", "confusion");
        page.open("thead").open("tr");
        page.element("td", "");
        page.element("th", "flagged", "scope", "col");
        page.element("th", "not flagged", "scope", "col");
        page.close().close().open("tbody");
        page.open("tr").rowName("attack");
        confusionCell(page, confusion.truePositives(), "found", confusion.truePositives() > 0 ? "good" : "calm");
        confusionCell(page, confusion.falseNegatives(), "missed", confusion.falseNegatives() > 0 ? "bad" : "calm");
        page.close();
        page.open("tr").rowName("normal");
        confusionCell(
                page, confusion.falsePositives(), "false alarms", confusion.falsePositives() > 0 ? "warn" : "calm");
        confusionCell(page, confusion.trueNegatives(), "left alone", "calm");
        page.close();
        page.close().close();
        page.note("Recall " + Numbers.share(decision.recall()) + bracketed(Numbers.interval(decision.recall()))
                + ", precision " + Numbers.share(decision.precision())
                + bracketed(Numbers.interval(decision.precision())) + ", F1 " + Numbers.rate(decision.f1())
                + ".");
    }

    private static String bracketed(String interval) {
        return interval.isEmpty() ? "" : " (95 %: " + interval + ")";
    }

    private static void confusionCell(Markup page, long count, String what, String style) {
        page.open("td", "class", style).element("span", Numbers.count(count), "class", "confusion-count");
        page.element("span", what, "class", "confusion-what").close();
    }

    /** Training and validation losses have a plot each: they need not be of one size, or even of one kind. */
    private static void training(Markup page, TrainingCurve training) {
        int last = training.epochs().get(training.epochs().size() - 1).epoch();
        page.open("figure").element("figcaption", "Training loss");
        losses(page, "Training loss", "train", training.epochs(), TrainingCurve.Epoch::trainLoss, Optional.empty());
        page.note("Mean over the training rows during each epoch; " + last + (last == 1 ? " epoch." : " epochs."));
        page.close().line();
        training.best().ifPresent(best -> {
            page.open("figure").element("figcaption", "Validation loss");
            losses(
                    page,
                    "Validation loss",
                    "validation",
                    training.epochs(),
                    TrainingCurve.Epoch::validationLoss,
                    Optional.of(best));
            page.note("Mean over the validation normals after each epoch; lowest in epoch " + best.epoch() + " of "
                    + last + ": " + Numbers.rate(best.validationLoss()) + ".");
            page.close().line();
        });
    }

    private static void losses(
            Markup page,
            String title,
            String style,
            List<TrainingCurve.Epoch> all,
            ToDoubleFunction<TrainingCurve.Epoch> loss,
            Optional<TrainingCurve.Epoch> best) {
        List<TrainingCurve.Epoch> epochs = all.stream()
                .filter(each -> Double.isFinite(loss.applyAsDouble(each)))
                .toList();
        if (epochs.isEmpty()) {
            page.element("p", "No loss is a finite number.", "class", "empty");
            return;
        }
        double low = epochs.stream().mapToDouble(loss).min().orElseThrow();
        double high = epochs.stream().mapToDouble(loss).max().orElseThrow();
        int first = epochs.get(0).epoch();
        int last = Math.max(first + 1, epochs.get(epochs.size() - 1).epoch());
        boolean wide = low > 0 && high / low > WIDE;
        double margin = high > low ? 0.08 * (high - low) : Math.max(0.01, 0.05 * Math.abs(high));
        Axis y = wide
                ? Axis.logarithmic("mean loss", low / 1.1, high * 1.1, Axis::plain)
                : Axis.linear("mean loss", low - margin, high + margin);
        Axis x = new Axis(
                "epoch",
                first,
                last,
                Axis.Scale.LINEAR,
                Axis.linear("epoch", first, last).ticks().stream()
                        .filter(tick -> tick.value() == Math.rint(tick.value()))
                        .toList());
        Plot plot = Plot.half(
                title,
                "From " + Numbers.rate(loss.applyAsDouble(epochs.get(0))) + " in epoch " + first + " to "
                        + Numbers.rate(loss.applyAsDouble(epochs.get(epochs.size() - 1))) + " in the last",
                x,
                y);
        plot.line(
                style,
                null,
                epochs.stream()
                        .map(each -> new double[] {each.epoch(), loss.applyAsDouble(each)})
                        .toList());
        best.ifPresent(each -> plot.dot(
                "point " + style,
                null,
                each.epoch(),
                loss.applyAsDouble(each),
                4.5,
                "best epoch " + each.epoch() + ": " + Numbers.rate(loss.applyAsDouble(each))));
        plot.writeTo(page);
    }

    private void days(Markup page, DetectorFigures detector, Evaluation.Decision decision) {
        List<DayCounts> days = detector.days();
        LocalDate first = LocalDate.parse(days.get(0).day());
        LocalDate last = LocalDate.parse(days.get(days.size() - 1).day());
        long span = last.toEpochDay() - first.toEpochDay() + 1;
        int width = (int) ((span + MAX_DAYS - 1) / MAX_DAYS);
        List<double[]> bins = new ArrayList<>(); // first day, alerts, attacks, found
        for (DayCounts day : days) {
            long start =
                    first.toEpochDay() + (LocalDate.parse(day.day()).toEpochDay() - first.toEpochDay()) / width * width;
            if (bins.isEmpty() || bins.get(bins.size() - 1)[0] != start) {
                bins.add(new double[] {start, 0, 0, 0});
            }
            double[] bin = bins.get(bins.size() - 1);
            bin[1] += day.alerts();
            bin[2] += day.attacks();
            bin[3] += day.found();
        }
        double most = bins.stream().mapToDouble(bin -> bin[1] / width).max().orElse(0);
        double expected = decision.threshold().alerts().perDay();
        Plot plot = Plot.wide(
                "Alerts per day",
                "From " + first + " to " + last + ", at most " + Numbers.rate(most) + " a day",
                labelled ? 1 : 0,
                Axis.days("day (UTC)", first, last),
                Axis.counts(
                        width == 1 ? "alerts a day" : "alerts a day, mean of " + width + " days",
                        Math.max(most, Double.isNaN(expected) ? 0 : expected)));
        if (!Double.isNaN(expected)) {
            plot.line("expected", null, List.of(new double[] {first.toEpochDay(), expected}, new double[] {
                last.toEpochDay() + 1.0, expected
            }));
        }
        if (labelled) {
            plot.lane(0, "attacks");
        }
        for (double[] bin : bins) {
            String day = LocalDate.ofEpochDay((long) bin[0]).toString();
            plot.bar(
                    "bar alarm",
                    bin[0],
                    bin[0] + width,
                    bin[1] / width,
                    day + ": " + Numbers.count(bin[1]) + " alerts");
            if (bin[2] > 0) {
                plot.mark(
                        0,
                        bin[3] == bin[2] ? "found" : bin[3] > 0 ? "partly" : "missed",
                        bin[0],
                        bin[0] + width,
                        day + ": " + Numbers.count(bin[3]) + " of " + Numbers.count(bin[2]) + " attack rows flagged");
            }
        }
        scrolled(page, "Alerts per day", plot);
        page.open("p", "class", "note");
        if (!Double.isNaN(expected)) {
            page.legend("expected", "flagged a day on the validation span (" + Numbers.rate(expected) + ")");
        }
        if (labelled) {
            legendOfMarks(page, "attack rows of the day: all flagged", "some", "none");
        }
        page.close();
    }

    private static void legendOfMarks(Markup page, String found, String partly, String missed) {
        page.legend("found", found);
        if (partly != null) {
            page.legend("partly", partly);
        }
        page.legend("missed", missed);
    }

    private static void scrolled(Markup page, String name, Plot plot) {
        page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name);
        plot.writeTo(page);
        page.close();
    }

    private void timeline(Markup page, WindowTimeline timeline, DetectorFigures detector) {
        page.open("figure", "class", "wide");
        page.element("figcaption", "Usernames with failures per " + span(timeline.windowSeconds()));
        double from = day(timeline.from());
        double bin = timeline.binSeconds() / SECONDS_A_DAY;
        int most = timeline.highest().stream().mapToInt(Integer::intValue).max().orElse(0);
        LocalDate first = LocalDate.ofEpochDay((long) Math.floor(from));
        LocalDate last = LocalDate.ofEpochDay(
                (long) Math.floor(from + bin * Math.max(1, timeline.highest().size()) - 1e-9));
        Plot plot = Plot.wide(
                "Usernames with failures per " + span(timeline.windowSeconds()),
                "The highest of each " + span(timeline.binSeconds()) + "; at most " + most + ". "
                        + detector.alarms().size() + " alarms"
                        + (labelled
                                ? ", " + detector.attacks().size() + " attacks, "
                                        + detector.attacks().stream()
                                                .filter(TimeSpan::hit)
                                                .count() + " of them met"
                                : ""),
                labelled ? 2 : 1,
                Axis.days("time (UTC)", first, last),
                Axis.counts("usernames with failures in one " + span(timeline.windowSeconds()), most));
        List<double[]> bars = new ArrayList<>();
        for (int i = 0; i < timeline.highest().size(); i++) {
            if (timeline.highest().get(i) > 0) {
                bars.add(new double[] {
                    from + i * bin, from + (i + 1) * bin, timeline.highest().get(i)
                });
            }
        }
        plot.bars("bar quiet", bars);
        plot.lane(0, "alarms");
        for (TimeSpan alarm : detector.alarms()) {
            plot.mark(
                    0,
                    !labelled ? "alarm" : alarm.hit() ? "found" : "false-alarm",
                    day(alarm.from()),
                    day(alarm.until()),
                    "alarm from " + Numbers.time(alarm.from()) + " to " + Numbers.time(alarm.until())
                            + (labelled ? alarm.hit() ? ", an attack" : ", no attack" : ""));
        }
        if (labelled) {
            plot.lane(1, "attacks");
            for (TimeSpan attack : detector.attacks()) {
                plot.mark(
                        1,
                        attack.hit() ? "found" : "missed",
                        day(attack.from()),
                        day(attack.until()),
                        "attack from " + Numbers.time(attack.from()) + " to " + Numbers.time(attack.until())
                                + (attack.hit() ? ", met by an alarm" : ", missed"));
            }
        }
        scrolled(page, "Timeline", plot);
        page.open("p", "class", "note");
        if (labelled) {
            legendOfMarks(page, "alarm at an attack, attack met", null, "attack missed");
            page.legend("false-alarm", "alarm without attack.");
        }
        page.text("Bars: the highest of each " + span(timeline.binSeconds()) + ".");
        if (detector.alarms().size() == RunFigures.MAX_SPANS
                || detector.attacks().size() == RunFigures.MAX_SPANS) {
            page.text(
                    String.format(Locale.ROOT, " Only the first %,d marks of a lane are drawn.", RunFigures.MAX_SPANS));
        }
        page.close();
        page.close().line();
    }

    /** Days since 1970-01-01. */
    private static double day(String iso) {
        return Instant.parse(iso).atOffset(ZoneOffset.UTC).toEpochSecond() / SECONDS_A_DAY;
    }

    private static String span(long seconds) {
        if (seconds % 86_400 == 0) {
            return one(seconds / 86_400, "day");
        }
        if (seconds % 3600 == 0) {
            return one(seconds / 3600, "hour");
        }
        return seconds % 60 == 0 ? one(seconds / 60, "minute") : one(seconds, "second");
    }

    private static String one(long count, String unit) {
        return count == 1 ? unit : count + " " + unit + "s";
    }

    private void scatter(Markup page, List<EntityCell> cells) {
        double mostAttempts = 10;
        double lowestGap = 0.1;
        double highestGap = 10;
        for (EntityCell cell : cells) {
            mostAttempts = Math.max(mostAttempts, cell.attempts());
            highestGap = Math.max(highestGap, cell.longestGapMinutes());
            if (cell.longestGapMinutes() > 0) {
                lowestGap = Math.min(lowestGap, cell.longestGapMinutes());
            }
        }
        Plot plot = Plot.half(
                "Entities by attempts and longest gap",
                "Each dot stands for the entities close to it; those of one attempt lie at the bottom",
                Axis.logarithmic("login attempts", 0.8, mostAttempts * 1.3, Axis::plain),
                Axis.durations("longest time between two attempts", lowestGap / 3, highestGap * 1.5));
        for (EntityCell cell : cells) {
            String text = Numbers.count(cell.entities()) + (cell.entities() == 1 ? " entity" : " entities")
                    + " with about "
                    + Numbers.rate(cell.attempts()) + " attempts: "
                    + (labelled ? Numbers.count(cell.attacks()) + " attacks, " : "") + Numbers.count(cell.flagged())
                    + " flagged" + (labelled ? ", " + Numbers.count(cell.found()) + " of them attacks" : "");
            double gap = Math.max(lowestGap / 3, cell.longestGapMinutes());
            double radius = 2.5 + 2.2 * StrictMath.log10(cell.entities());
            plot.dot(
                    labelled && cell.attacks() > 0 ? "entity attack" : "entity normal",
                    null,
                    cell.attempts(),
                    gap,
                    radius,
                    text);
            if (cell.flagged() > 0) {
                plot.dot("entity ring", null, cell.attempts(), gap, radius + 2.5, text);
            }
        }
        plot.writeTo(page);
        page.open("p", "class", "note");
        page.legend("normal", labelled ? "no attack" : "entities");
        if (labelled) {
            page.legend("attack", "attacks among them");
        }
        page.legend("ring", "some flagged.");
        page.text("Larger dots stand for more entities; those of a single attempt lie at the bottom.");
        page.close();
    }
}
