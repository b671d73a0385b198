package dev.octet.evaluate.report;

import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.RankingCurve;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** What each detector finds and at which cost, three ways of looking at one curve. */
final class CurvesSection {
    /** Detectors drawn at first; the others at a click. */
    private static final int FIRST_SHOWN = 6;

    private static final int STYLES = 8;
    private static final double RADIUS = 4;
    /** Points that a straight piece is bent into on a logarithmic axis, a decade. */
    private static final int BENDS = 12;

    private final EvaluationReport report;
    private final RunFigures figures;
    private final List<DetectorFigures> drawn;

    CurvesSection(EvaluationReport report, RunFigures figures) {
        this.report = report;
        this.figures = figures;
        drawn = figures.detectors().stream()
                .filter(each -> each.curve().isPresent())
                .toList();
    }

    void writeTo(Markup page) {
        ReportPage.section(page, "curves", "Curves");
        if (drawn.isEmpty()) {
            Evaluation first = report.evaluations().get(0);
            page.element(
                    "p",
                    !first.labelled()
                            ? "No curves: the data carries no labels, so nobody knows what was found. Name labels in the config"
                                    + " (data.labels) to see recall here; the score histograms below need none."
                            : first.attacks() == 0
                                    ? "No curves: the labels know no attack in the test span, so there is nothing to find."
                                    : "No curves: every row of the test span is labelled an attack.",
                    "class",
                    "empty");
            page.close().line();
            return;
        }
        Target target = figures.target();
        page.element(
                "p",
                "Shaded is the target: recall of at least " + Numbers.percent(target.minRecall())
                        + " with at most " + Numbers.percent(target.maxFalsePositiveRate())
                        + " of the normal rows flagged, or with a precision of at least "
                        + Numbers.percent(target.minPrecision()) + " (" + target.chosenBy()
                        + "). Dots are the thresholds.",
                "class",
                "lead");
        legend(page);
        page.open("div", "class", "plots");
        page.open("figure").element("figcaption", "ROC curve");
        roc(false).writeTo(page);
        page.close().line();
        page.open("figure").element("figcaption", "ROC curve, logarithmic");
        roc(true).writeTo(page);
        page.close().line();
        page.open("figure").element("figcaption", "Precision and recall");
        precisionRecall().writeTo(page);
        page.close().line();
        page.open("figure").element("figcaption", "Recall against the alert budget");
        budget().writeTo(page);
        page.close().line();
        page.close();
        page.close().line();
    }

    private String style(int index) {
        String detector = drawn.get(index).detector();
        if (!ReportPage.isTrained(drawn.get(index))) {
            return detector.equals("random") ? "random" : "single";
        }
        return "s" + index % STYLES + (index / STYLES % 2 == 1 ? " dashed" : "")
                + (index / STYLES >= 2 ? " dotted" : "");
    }

    /** The best by average precision among those that were trained, and those for comparison. */
    private Set<String> shownFirst() {
        Set<String> shown = new HashSet<>();
        drawn.stream()
                .filter(ReportPage::isTrained)
                .sorted(Comparator.comparingDouble(
                        (DetectorFigures each) -> -ReportPage.evaluation(report, each.detector())
                                .orElseThrow()
                                .averagePrecision()))
                .limit(FIRST_SHOWN)
                .forEach(each -> shown.add(each.detector()));
        drawn.stream().filter(each -> !ReportPage.isTrained(each)).forEach(each -> shown.add(each.detector()));
        return shown;
    }

    private void legend(Markup page) {
        Set<String> shown = shownFirst();
        page.open("div", "class", "legend", "role", "group", "aria-label", "Curves shown");
        for (int i = 0; i < drawn.size(); i++) {
            page.open(
                    "button",
                    "type",
                    "button",
                    "class",
                    "key",
                    "data-key",
                    Integer.toString(i),
                    "aria-pressed",
                    Boolean.toString(shown.contains(drawn.get(i).detector())));
            page.open("svg", "viewBox", "0 0 26 10", "aria-hidden", "true");
            page.open("path", "class", "line " + style(i), "d", "M1 5H25").close();
            page.close();
            page.text(drawn.get(i).detector());
            page.close();
        }
        page.close().line();
    }

    private Plot roc(boolean logarithmic) {
        double normals = drawn.get(0).curve().orElseThrow().normals();
        double lowest = Math.min(0.001, 1 / Math.max(10, normals));
        Axis x = logarithmic
                ? Axis.logarithmic("false positive rate", lowest, 1, Numbers::percent)
                : Axis.linear("false positive rate", 0, 1, Numbers::percent);
        Plot plot = Plot.half(
                "ROC curve" + (logarithmic ? ", logarithmic" : ""),
                description("ROC-AUC", Evaluation::rocAuc),
                x,
                Axis.linear("recall (true positive rate)", 0, 1, Numbers::percent));
        Target target = figures.target();
        plot.region(
                "target",
                logarithmic ? lowest : 0,
                target.maxFalsePositiveRate(),
                target.minRecall(),
                1,
                "target: recall at least " + Numbers.percent(target.minRecall()) + ", false positive rate at most "
                        + Numbers.percent(target.maxFalsePositiveRate()));
        for (int i = 0; i < drawn.size(); i++) {
            RankingCurve curve = drawn.get(i).curve().orElseThrow();
            List<double[]> points = bent(
                    curve.points().stream()
                            .map(point -> new double[] {curve.falsePositiveRate(point), curve.recall(point)})
                            .toList(),
                    logarithmic,
                    lowest);
            plot.line(style(i), Integer.toString(i), points);
        }
        thresholds(plot, (curve, evaluation) -> new double[] {
            evaluation.falsePositiveRate().value(), evaluation.recall().value()
        });
        return plot;
    }

    private Plot precisionRecall() {
        Plot plot = Plot.half(
                "Precision and recall",
                description("average precision", Evaluation::averagePrecision),
                Axis.linear("recall", 0, 1, Numbers::percent),
                Axis.linear("precision", 0, 1, Numbers::percent));
        Target target = figures.target();
        plot.region(
                "target",
                target.minRecall(),
                1,
                target.minPrecision(),
                1,
                "target: recall at least " + Numbers.percent(target.minRecall()) + ", precision at least "
                        + Numbers.percent(target.minPrecision()));
        for (int i = 0; i < drawn.size(); i++) {
            RankingCurve curve = drawn.get(i).curve().orElseThrow();
            // steps as average precision counts them: each gain in recall at the precision with it
            List<double[]> points = new ArrayList<>();
            double recall = 0;
            for (RankingCurve.Point point : curve.points()) {
                if (curve.recall(point) > recall) {
                    double precision = point.found() / point.flagged();
                    points.add(new double[] {recall, precision});
                    recall = curve.recall(point);
                    points.add(new double[] {recall, precision});
                }
            }
            plot.line(style(i), Integer.toString(i), points);
        }
        thresholds(plot, (curve, decision) ->
                new double[] {decision.recall().value(), decision.precision().value()});
        return plot;
    }

    private Plot budget() {
        RankingCurve first = drawn.get(0).curve().orElseThrow();
        double rows = first.attacks() + first.normals();
        double lowest = Math.min(0.001, 1 / Math.max(10, rows));
        double days = report.evaluations().get(0).days();
        Plot plot = Plot.half(
                "Recall against the alert budget",
                "Share of the attacks found when the share on the horizontal axis of all rows is flagged",
                Axis.logarithmic(
                        "share of the rows flagged"
                                + (Double.isNaN(days) ? "" : " (1 % = " + Numbers.rate(0.01 * rows / days) + " a day)"),
                        lowest,
                        1,
                        Numbers::percent),
                Axis.linear("recall", 0, 1, Numbers::percent));
        for (int i = 0; i < drawn.size(); i++) {
            RankingCurve curve = drawn.get(i).curve().orElseThrow();
            plot.line(
                    style(i),
                    Integer.toString(i),
                    bent(
                            curve.points().stream()
                                    .map(point -> new double[] {curve.flaggedShare(point), curve.recall(point)})
                                    .toList(),
                            true,
                            lowest));
        }
        thresholds(plot, (curve, decision) -> new double[] {
            decision.flagged() / (curve.attacks() + curve.normals()),
            decision.recall().value()
        });
        return plot;
    }

    private void thresholds(Plot plot, BiFunction<RankingCurve, Evaluation.Decision, double[]> place) {
        for (int i = 0; i < drawn.size(); i++) {
            RankingCurve curve = drawn.get(i).curve().orElseThrow();
            String detector = drawn.get(i).detector();
            String style = style(i);
            ReportPage.evaluation(report, detector)
                    .flatMap(Evaluation::decision)
                    .ifPresent(decision -> {
                        double[] at = place.apply(curve, decision);
                        if (!Double.isNaN(at[0]) && !Double.isNaN(at[1])) {
                            plot.dot(
                                    "point " + style,
                                    indexOf(detector),
                                    at[0],
                                    at[1],
                                    RADIUS,
                                    detector + " at its threshold "
                                            + Numbers.rate(decision.threshold().value()));
                        }
                    });
        }
    }

    private String indexOf(String detector) {
        for (int i = 0; i < drawn.size(); i++) {
            if (drawn.get(i).detector().equals(detector)) {
                return Integer.toString(i);
            }
        }
        throw new IllegalArgumentException(detector + " is not drawn");
    }

    /** A straight piece of which both ends differ in both directions is no straight line on a logarithmic axis. */
    private static List<double[]> bent(List<double[]> points, boolean logarithmic, double lowest) {
        if (!logarithmic) {
            return points;
        }
        List<double[]> bent = new ArrayList<>();
        double[] before = null;
        for (double[] point : points) {
            if (before != null && before[1] < point[1] && point[0] > before[0]) {
                double from = Math.max(lowest, before[0]);
                double to = Math.max(lowest, point[0]);
                int pieces = (int) Math.ceil(BENDS * StrictMath.log10(to / from));
                for (int i = before[0] < lowest ? 0 : 1; i < pieces; i++) {
                    double x = from * StrictMath.pow(to / from, (double) i / pieces);
                    double share = (x - before[0]) / (point[0] - before[0]);
                    bent.add(new double[] {x, before[1] + share * (point[1] - before[1])});
                }
            }
            bent.add(point);
            before = point;
        }
        return bent;
    }

    private String description(String name, ToDoubleFunction<Evaluation> metric) {
        StringBuilder text = new StringBuilder(name + ": ");
        String between = "";
        for (DetectorFigures each : drawn) {
            text.append(between).append(each.detector()).append(' ');
            text.append(Numbers.rate(metric.applyAsDouble(
                    ReportPage.evaluation(report, each.detector()).orElseThrow())));
            between = ", ";
        }
        return text.toString();
    }
}
