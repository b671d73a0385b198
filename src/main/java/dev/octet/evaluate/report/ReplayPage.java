package dev.octet.evaluate.report;

import dev.octet.evaluate.Confusion;
import dev.octet.evaluate.Proportion;
import dev.octet.evaluate.ReplayTable;
import dev.octet.evaluate.ReplayTable.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Writes {@code report.html} of a replay: span by span, as trained once and as updated. Same input, same bytes. */
public final class ReplayPage {
    private ReplayPage() {}

    /**
     * The page.
     *
     * @param configuration the config with its overrides, as YAML
     */
    public static String of(ReplayTable table, String configuration) {
        Map<String, List<Line>> byDetector = new LinkedHashMap<>();
        table.lines()
                .forEach(line -> byDetector
                        .computeIfAbsent(line.detector(), any -> new ArrayList<>())
                        .add(line));
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("overview", "Overview");
        int number = 0;
        for (String detector : byDetector.keySet()) {
            sections.put("detector-" + number++, detector);
        }
        sections.put("provenance", "Configuration");
        return Page.of("Replay", table.name(), sections, page -> {
            overview(page, table.name(), byDetector);
            int detector = 0;
            for (Map.Entry<String, List<Line>> each : byDetector.entrySet()) {
                ReportPage.section(page, "detector-" + detector++, each.getKey());
                detector(page, each.getValue());
                page.close().line();
            }
            ReportPage.section(page, "provenance", "Configuration");
            page.open("pre", "tabindex", "0", "aria-label", "Config")
                    .text(configuration)
                    .close();
            page.note("Every figure of this page is in replay.json beside it.");
            page.close().line();
        });
    }

    private static void overview(Markup page, String name, Map<String, List<Line>> byDetector) {
        page.open("section", "id", "overview", "aria-labelledby", "overview-title");
        page.element("h1", name, "id", "overview-title");
        page.element(
                        "p",
                        "Each span is predicted first; then its labels arrive. Fixed is the detector and the threshold as they"
                                + " were trained once; updated is the same after learning from every earlier span.",
                        "class",
                        "lead")
                .line();
        page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "All spans");
        page.open("table", "class", "figures");
        page.open("thead").open("tr");
        for (String column : List.of(
                "Detector",
                "Attacks",
                "Recall, fixed",
                "Recall, updated",
                "Precision, fixed",
                "Precision, updated",
                "False alarms, fixed",
                "False alarms, updated")) {
            page.element("th", column, "scope", "col", "class", column.equals("Detector") ? null : "num");
        }
        page.close().close().open("tbody").line();
        byDetector.forEach((detector, lines) -> {
            Confusion fixed = sum(lines, Line::without);
            Confusion updated = sum(lines, Line::with);
            page.open("tr").rowName(detector);
            page.number(Numbers.count(lines.stream().mapToLong(Line::attacks).sum()));
            for (Proportion share : List.of(fixed.recall(), updated.recall(), fixed.precision(), updated.precision())) {
                page.open("td", "class", "num")
                        .text(Numbers.share(share))
                        .element("small", Numbers.interval(share))
                        .close();
            }
            page.number(Numbers.count(fixed.falsePositives()));
            page.number(Numbers.count(updated.falsePositives()));
            page.close().line();
        });
        page.close().close().close();
        page.note("Small figures under a rate are its 95 % interval.");
        page.close().line();
    }

    private static Confusion sum(List<Line> lines, Function<Line, ReplayTable.Outcome> of) {
        long truePositives = 0;
        long falsePositives = 0;
        long falseNegatives = 0;
        long trueNegatives = 0;
        for (Line line : lines) {
            Confusion confusion = of.apply(line).confusion();
            truePositives += confusion.truePositives();
            falsePositives += confusion.falsePositives();
            falseNegatives += confusion.falseNegatives();
            trueNegatives += confusion.trueNegatives();
        }
        return new Confusion(truePositives, falsePositives, falseNegatives, trueNegatives);
    }

    private static void detector(Markup page, List<Line> lines) {
        page.open("div", "class", "plots");
        page.open("figure").element("figcaption", "Recall, span by span");
        rates(
                page,
                "Recall, span by span",
                "recall",
                lines,
                outcome -> outcome.confusion().recall());
        page.close().line();
        page.open("figure").element("figcaption", "False alarms, span by span");
        falseAlarms(page, lines);
        page.close().line();
        page.close();
        page.open("p", "class", "note");
        page.legend("train", "fixed");
        page.legend("validation", "updated");
        page.close().line();
        table(page, lines);
    }

    private static Axis spans(List<Line> lines) {
        int step = Math.max(1, (lines.size() + 5) / 6);
        List<Axis.Tick> ticks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += step) {
            ticks.add(new Axis.Tick(i, lines.get(i).span()));
        }
        return new Axis("span", -0.5, lines.size() - 0.5, Axis.Scale.LINEAR, ticks);
    }

    private static void rates(
            Markup page, String title, String label, List<Line> lines, Function<ReplayTable.Outcome, Proportion> of) {
        Plot plot = Plot.half(
                title, "Spans without attacks have none", spans(lines), Axis.linear(label, 0, 1, Numbers::percent));
        draw(plot, lines, outcome -> of.apply(outcome).value(), Numbers::percent);
        plot.writeTo(page);
    }

    private static void falseAlarms(Markup page, List<Line> lines) {
        double most = 0;
        for (Line line : lines) {
            most = Math.max(
                    most,
                    Math.max(
                            line.without().confusion().falsePositives(),
                            line.with().confusion().falsePositives()));
        }
        Plot plot = Plot.half(
                "False alarms, span by span",
                "At most " + Numbers.count(most),
                spans(lines),
                Axis.counts("false alarms in a span", most));
        draw(plot, lines, outcome -> (double) outcome.confusion().falsePositives(), Numbers::count);
        plot.writeTo(page);
    }

    private static void draw(
            Plot plot, List<Line> lines, Function<ReplayTable.Outcome, Double> value, Function<Double, String> text) {
        for (boolean updated : new boolean[] {false, true}) {
            String style = updated ? "validation" : "train";
            List<double[]> points = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                Line line = lines.get(i);
                double here = value.apply(updated ? line.with() : line.without());
                if (!Double.isNaN(here)) {
                    points.add(new double[] {i, here});
                }
            }
            plot.line(style, null, points);
            for (double[] point : points) {
                plot.dot(
                        "point " + style,
                        null,
                        point[0],
                        point[1],
                        updated ? 3.5 : 4.5,
                        lines.get((int) point[0]).span() + ", " + (updated ? "updated" : "fixed") + ": "
                                + text.apply(point[1]));
            }
        }
    }

    private static void table(Markup page, List<Line> lines) {
        page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Span by span");
        page.open("table", "class", "figures");
        page.open("thead");
        page.open("tr");
        page.element("td", "", "colspan", "3");
        page.element("th", "fixed", "scope", "colgroup", "colspan", "4", "class", "group");
        page.element("th", "updated", "scope", "colgroup", "colspan", "4", "class", "group");
        page.element("td", "");
        page.close().open("tr");
        for (String column : List.of("Span", "Rows", "Attacks")) {
            page.element("th", column, "scope", "col", "class", column.equals("Span") ? null : "num");
        }
        for (int i = 0; i < 2; i++) {
            for (String column : List.of("found", "missed", "false alarms", "F1")) {
                page.element("th", column, "scope", "col", "class", "num");
            }
        }
        page.element("th", "Then", "scope", "col");
        page.close().close().open("tbody").line();
        for (Line line : lines) {
            page.open("tr").rowName(line.span());
            page.number(Numbers.count(line.rows()));
            page.number(Numbers.count(line.attacks()));
            for (ReplayTable.Outcome outcome : List.of(line.without(), line.with())) {
                Confusion confusion = outcome.confusion();
                page.number(Numbers.count(confusion.truePositives()));
                page.number(Numbers.count(confusion.falseNegatives()));
                page.number(Numbers.count(confusion.falsePositives()));
                page.number(Numbers.rate(confusion.f1()));
            }
            page.element("td", line.update(), "class", "then").close().line();
        }
        page.close().close().close();
    }
}
