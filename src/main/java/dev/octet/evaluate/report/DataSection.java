package dev.octet.evaluate.report;

import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.FeatureFigures;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.drift.FeatureDrift;
import dev.octet.evaluate.drift.PopulationStability;
import java.util.List;

/** What was read, what could not be used, what is new in the test span and what has moved. */
final class DataSection {
    private static final int MAX_SHIFTS = 40;
    /** Where the bar of a shift ends. */
    private static final double FULL = 0.5;

    private final RunFigures figures;

    DataSection(RunFigures figures) {
        this.figures = figures;
    }

    void writeTo(Markup page) {
        ReportPage.section(page, "data", "Data");
        page.open("div", "class", "columns");
        page.open("div");
        rejected(page);
        scoreShifts(page);
        page.close();
        page.open("div");
        for (FeatureFigures each : figures.features()) {
            unseen(page, each);
        }
        page.close();
        page.close().line();
        for (FeatureFigures each : figures.features()) {
            shifts(page, each);
        }
        page.close().line();
    }

    private void rejected(Markup page) {
        page.element("h3", "Rows read");
        page.open("div", "class", "scroll");
        page.open("table", "class", "figures");
        page.head(1, "Log", "Rows", "Rejected");
        boolean any = false;
        for (RunFigures.RowsRead log : figures.rows()) {
            page.open("tr").element("th", log.source(), "scope", "row", "class", "path");
            page.number(Numbers.count(log.rows()));
            page.number(Numbers.count(
                    log.rejected().stream().mapToLong(RunFigures.Rejected::rows).sum()));
            page.close();
            for (RunFigures.Rejected rejected : log.rejected()) {
                any = true;
                page.open("tr", "class", "sub").rowName(rejected.reason());
                page.element("td", "");
                page.number(Numbers.count(rejected.rows()));
                page.close();
            }
        }
        page.close().close().close();
        page.note(
                        any
                                ? "What could not be read is listed in unreadable.csv beside this page, with line, user and reason."
                                : "Every row could be used.")
                .line();
    }

    private void scoreShifts(Markup page) {
        page.element("h3", "Drift of the scores");
        page.open("table", "class", "figures");
        page.open("thead").open("tr");
        page.element("th", "Detector", "scope", "col");
        page.element("th", "PSI", "scope", "col", "class", "num");
        page.element("th", "", "scope", "col", "aria-label", "Verdict");
        page.close().close().open("tbody");
        for (DetectorFigures each : figures.detectors()) {
            if (ReportPage.isTrained(each)) {
                shift(page, each.detector(), each.scoreShift());
            }
        }
        page.close().close();
        page.note("Population stability index of the test span's scores against those of the validation span's normal"
                        + " rows, in the latter's deciles. Below 0.1 nothing has moved; above 0.25 the threshold no longer"
                        + " means what it meant.")
                .line();
        for (DetectorFigures each : figures.detectors()) {
            each.drift()
                    .ifPresent(drift ->
                            page.note(each.detector() + ": " + drift.text()).line());
        }
    }

    private static void shift(Markup page, String name, double index) {
        page.open("tr").rowName(name);
        page.number(Double.isNaN(index) ? Numbers.UNKNOWN : index < 0.0005 ? "0" : Numbers.rate(index));
        page.open("td", "class", "verdict");
        if (!Double.isNaN(index)) {
            String verdict = index >= PopulationStability.LARGE
                    ? "large"
                    : index >= PopulationStability.MODERATE ? "moderate" : "stable";
            page.open("svg", "class", "meter " + verdict, "viewBox", "0 0 100 8", "aria-hidden", "true");
            page.open("rect", "class", "track", "width", "100", "height", "8", "rx", "4")
                    .close();
            double width = 100 * Math.min(1, index / FULL);
            page.open("rect", "class", "level", "width", Numbers.at(Math.max(4, width)), "height", "8", "rx", "4")
                    .close();
            page.close();
            page.element("span", verdict, "class", "verdict-" + verdict);
        }
        page.close().close().line();
    }

    private String of(FeatureFigures features) {
        return figures.features().size() == 1 ? "" : " (" + String.join(", ", features.detectors()) + ")";
    }

    private void unseen(Markup page, FeatureFigures features) {
        page.element("h3", "Unseen categories" + of(features));
        if (features.unseen().isEmpty()) {
            page.element("p", "No feature of these has a vocabulary.", "class", "empty");
            return;
        }
        page.open("table", "class", "figures");
        page.head(1, "Feature", "Rows", "Share");
        for (FeatureFigures.Unseen each : features.unseen()) {
            page.open("tr").rowName(each.feature());
            page.number(Numbers.count(each.rows()));
            page.number(
                    features.rows() == 0 ? Numbers.UNKNOWN : Numbers.percent((double) each.rows() / features.rows()));
            page.close();
        }
        page.close().close();
        page.note("Rows of the test span whose value is not in the vocabulary of the training normals: new, or too rare"
                        + " there to have a place.")
                .line();
    }

    private void shifts(Markup page, FeatureFigures features) {
        page.element("h3", "Drift of the features" + of(features));
        List<FeatureDrift.Shift> shown =
                features.shifts().stream().limit(MAX_SHIFTS).toList();
        page.open("div", "class", "drift");
        page.open("table", "class", "figures");
        page.open("thead").open("tr");
        page.element("th", "Feature", "scope", "col");
        page.element("th", "PSI", "scope", "col", "class", "num");
        page.element("th", "", "scope", "col", "aria-label", "Verdict");
        page.close().close().open("tbody");
        shown.forEach(each -> shift(page, each.feature(), each.index()));
        page.close().close().close();
        page.note("Population stability index of " + Numbers.count(features.rows()) + " test rows against "
                        + Numbers.count(features.referenceRows()) + " training rows"
                        + (shown.size() < features.shifts().size()
                                ? "; the " + MAX_SHIFTS + " that moved farthest of "
                                        + features.shifts().size()
                                : "")
                        + ". Features that remember, such as counts of earlier logins, move as the log goes on.")
                .line();
    }
}
