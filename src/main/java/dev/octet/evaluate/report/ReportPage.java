package dev.octet.evaluate.report;

import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.TopAlert;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes {@code report.html} of one run. Same input, same bytes. */
public final class ReportPage {
    private final EvaluationReport report;
    private final RunFigures figures;
    private final boolean labelled;

    private ReportPage(EvaluationReport report, RunFigures figures) {
        this.report = report;
        this.figures = figures;
        labelled = report.evaluations().get(0).labelled();
    }

    /**
     * The page.
     *
     * @param figures of the same detectors in the same order
     */
    public static String of(EvaluationReport report, RunFigures figures) {
        return new ReportPage(report, figures).html();
    }

    private String html() {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("overview", "Overview");
        sections.put("alerts", "Alerts");
        sections.put("comparison", "Comparison");
        sections.put("curves", "Curves");
        sections.put("detectors", "Detectors");
        sections.put("data", "Data");
        sections.put("provenance", "Provenance");
        return Page.of("Report", report.subject().name(), sections, page -> {
            overview(page);
            new AlertsSection(report, figures).writeTo(page);
            new ComparisonSection(report).writeTo(page);
            new CurvesSection(report, figures).writeTo(page);
            new DetectorsSection(report, figures).writeTo(page);
            new DataSection(figures).writeTo(page);
            provenance(page);
        });
    }

    /** Opens a section with its heading. */
    static void section(Markup page, String id, String title) {
        page.open("section", "id", id, "aria-labelledby", id + "-title");
        page.element("h2", title, "id", id + "-title").line();
    }

    private void overview(Markup page) {
        page.open("section", "id", "overview", "aria-labelledby", "overview-title");
        page.element("h1", report.subject().name(), "id", "overview-title");
        page.element("p", report.subject().data(), "class", "lead").line();
        if (report.subject().simulated()) {
            page.open("p", "class", "banner");
            page.element("strong", "Simulated data.");
            page.text(" Drawn from published statistics; no figure here was measured on real attacks.");
            page.close().line();
        }
        for (String warning : report.warnings()) {
            page.open("p", "class", "banner warning", "role", "note");
            page.element("strong", "Warning: ").text(warning).close().line();
        }
        tiles(page);
        facts(
                page,
                Map.entry("split", report.subject().split()),
                Map.entry("scored", report.subject().evaluatedOn()),
                Map.entry(
                        "one row is",
                        switch (figures.view()) {
                            case "attempt" -> "one login attempt";
                            case "window" -> "one span of time of the whole site";
                            default -> "one address or user over the whole span";
                        }));
        for (String note : report.notes()) {
            page.note(note).line();
        }
        page.close().line();
    }

    @SafeVarargs
    private static void facts(Markup page, Map.Entry<String, String>... facts) {
        page.open("dl", "class", "facts");
        for (Map.Entry<String, String> fact : facts) {
            page.element("dt", fact.getKey()).element("dd", fact.getValue());
        }
        page.close().line();
    }

    private void tiles(Markup page) {
        Evaluation first = report.evaluations().get(0);
        page.element(
                        "p",
                        report.evaluations().size() > 1 && figures.detectors().size() > 3
                                ? first.detector() + ", the first detector of the config, at its own threshold:"
                                : first.detector() + ", at its own threshold:",
                        "class",
                        "tiles-of")
                .line();
        page.open("div", "class", "tiles");
        tile(
                page,
                "Rows scored",
                Numbers.count(first.rows()),
                Double.isNaN(first.days()) ? "" : "in " + Numbers.rate(first.days()) + " days");
        if (labelled) {
            tile(
                    page,
                    "Attacks among them",
                    Numbers.count(first.attacks()),
                    first.rows() == 0 ? "" : Numbers.percent((double) first.attacks() / first.rows()) + " of the rows");
        } else {
            tile(page, "Attacks among them", "unknown", "the data carries no labels");
        }
        first.decision().ifPresent(decision -> {
            long alerts = report.alarms().stream()
                    .filter(each -> each.detector().equals(first.detector())
                            && each.period().equals("all"))
                    .findFirst()
                    .map(each -> each.alerts())
                    .orElse(decision.flagged());
            double perDay = alerts / first.days();
            tile(page, "Alerts", Numbers.count(alerts), Double.isNaN(perDay) ? "" : Numbers.rate(perDay) + " a day");
            if (labelled) {
                tile(
                        page,
                        "Recall",
                        Numbers.share(decision.recall()),
                        Numbers.count(decision.confusion().truePositives()) + " of " + Numbers.count(first.attacks())
                                + bracketed(Numbers.interval(decision.recall())));
                tile(
                        page,
                        "Precision",
                        Numbers.share(decision.precision()),
                        Numbers.count(decision.confusion().truePositives()) + " of " + Numbers.count(decision.flagged())
                                + " flagged" + bracketed(Numbers.interval(decision.precision())));
            }
        });
        page.close().line();
    }

    private static String bracketed(String interval) {
        return interval.isEmpty() ? "" : ", " + interval;
    }

    private static void tile(Markup page, String name, String value, String more) {
        page.open("div", "class", "tile");
        page.element("div", name, "class", "tile-name");
        page.element("div", value, "class", "tile-value");
        page.element("div", more, "class", "tile-more");
        page.close();
    }

    private void provenance(Markup page) {
        section(page, "provenance", "Configuration and provenance");
        page.open("div", "class", "columns");
        page.open("div");
        page.element("h3", "Model card");
        List<String> trained = figures.detectors().stream()
                .filter(ReportPage::isTrained)
                .map(DetectorFigures::detector)
                .toList();
        for (String detector : trained) {
            String folder = trained.size() == 1 ? "bundle" : "bundle-" + detector;
            page.open("p")
                    .element("a", detector, "href", folder + "/model-card.md")
                    .close();
        }
        page.element("h3", "Made from, with what, where");
        page.open("dl", "class", "facts");
        figures.provenance().properties().forEach(entry -> {
            if (entry.getValue().isValueNode()) {
                page.element("dt", entry.getKey().replace('_', ' '));
                page.element(
                        "dd",
                        entry.getValue().isIntegralNumber()
                                ? Numbers.count(entry.getValue().asLong())
                                : entry.getValue().asText());
            }
        });
        page.close().line();
        figures.provenance().path("data").forEach(file -> {
            page.open("dl", "class", "facts");
            file.properties().forEach(entry -> {
                page.element("dt", entry.getKey());
                page.element(
                        "dd",
                        entry.getValue().isIntegralNumber()
                                ? Numbers.count(entry.getValue().asLong())
                                : entry.getValue().asText(),
                        "class",
                        entry.getKey().equals("sha256") ? "mono" : null);
            });
            page.close().line();
        });
        page.note(
                "The time of the run is in the bundle's provenance.json. It is left out here, so that equal runs write"
                        + " equal files.");
        page.close();
        page.open("div");
        page.element("h3", "Config, with its overrides");
        page.open("pre", "tabindex", "0", "aria-label", "Config")
                .text(figures.configuration())
                .close();
        page.close();
        page.close();
        page.note("Every figure of this page is in evaluation.json beside it; docs/report.md tells how to read both.");
        page.close().line();
    }

    /** Whether the detector is one that was trained, and not one for comparison. */
    static boolean isTrained(DetectorFigures figures) {
        return figures.histogram().isPresent();
    }

    /** Alerts raised by a detector over the whole test span. */
    static long alerts(EvaluationReport report, String detector) {
        return report.alarms().stream()
                .filter(each ->
                        each.detector().equals(detector) && each.period().equals("all"))
                .findFirst()
                .map(each -> each.alerts())
                .orElse(0L);
    }

    /** The alerts of one detector. */
    static List<TopAlert> alertsOf(EvaluationReport report, String detector) {
        return report.topAlerts().stream()
                .filter(each -> each.detector().equals(detector))
                .toList();
    }

    /** The evaluation of one detector. */
    static Optional<Evaluation> evaluation(EvaluationReport report, String detector) {
        return report.evaluations().stream()
                .filter(each -> each.detector().equals(detector))
                .findFirst();
    }
}
