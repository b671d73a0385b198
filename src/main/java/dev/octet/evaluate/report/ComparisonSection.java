package dev.octet.evaluate.report;

import dev.octet.evaluate.AlarmResult;
import dev.octet.evaluate.BudgetResult;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.KappaMatrix;
import dev.octet.evaluate.PairedDifferences;
import dev.octet.evaluate.Period;
import dev.octet.evaluate.Proportion;
import dev.octet.evaluate.SeedSpread;
import dev.octet.evaluate.StratumResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** The detectors side by side: the tables of {@code table.md}. */
final class ComparisonSection {
    private final EvaluationReport report;
    private final boolean labelled;

    ComparisonSection(EvaluationReport report) {
        this.report = report;
        labelled = report.evaluations().get(0).labelled();
    }

    void writeTo(Markup page) {
        ReportPage.section(page, "comparison", "Comparison");
        page.element(
                "p",
                labelled
                        ? "All detectors on the same rows. Small figures under a rate are its 95 % interval; the random detector"
                                + " and the best single feature are there to be beaten."
                        : "The data carries no labels, so recall, precision and the rates that need them are unknown: only"
                                + " volumes can be compared.",
                "class",
                "lead");
        if (labelled) {
            ranking(page);
            if (!report.seeds().isEmpty()) {
                seeds(page);
            }
            report.differences().ifPresent(differences -> differences(page, differences));
        }
        thresholds(page);
        if (!report.alarms().isEmpty()) {
            alarms(
                    page,
                    "Alerts, after the alarm rule (" + report.alarms().get(0).rule() + ")",
                    report.alarms().stream().filter(ComparisonSection::isWhole).toList());
        }
        List<AlarmResult> parts =
                report.alarms().stream().filter(each -> !isWhole(each)).toList();
        if (!parts.isEmpty()) {
            folded(page, "Alerts by period");
            alarms(page, "Alerts by period", parts);
            page.close().line();
        }
        if (!report.periods().isEmpty()) {
            folded(page, "By period, at each detector's own threshold");
            periods(page);
            page.close().line();
        }
        strata(page);
        report.kappa().ifPresent(kappa -> kappa(page, kappa));
        notes(page);
        page.close().line();
    }

    private static boolean isWhole(AlarmResult alarms) {
        return alarms.period().equals("all");
    }

    /** Opens something long that shows at a click. */
    private static void folded(Markup page, String title) {
        page.open("details").element("summary", title);
    }

    private static void head(Markup page, String title, int textColumns, String... columns) {
        page.element("h3", title);
        page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", title);
        page.open("table", "class", "figures");
        page.open("thead").open("tr");
        for (int i = 0; i < columns.length; i++) {
            page.element("th", columns[i], "scope", "col", "class", i < textColumns ? null : "num");
        }
        page.close().close().open("tbody").line();
    }

    private static void end(Markup page) {
        page.close().close().close().line();
    }

    private void ranking(Markup page) {
        List<String> columns = new ArrayList<>(List.of("Detector", "ROC-AUC", "Average precision"));
        report.evaluations()
                .get(0)
                .budgets()
                .forEach(budget -> columns.add("Recall at " + Numbers.percent(budget.share())));
        head(page, "Ranking, and recall at fixed alert budgets", 1, columns.toArray(String[]::new));
        for (Evaluation each : report.evaluations()) {
            page.open("tr");
            page.rowName(each.detector());
            page.number(Numbers.rate(each.rocAuc()));
            page.number(Numbers.rate(each.averagePrecision()));
            for (BudgetResult budget : each.budgets()) {
                proportion(page, budget.recall());
            }
            page.close().line();
        }
        end(page);
    }

    private void seeds(Markup page) {
        List<String> columns = new ArrayList<>(List.of("Detector", "Seeds", "ROC-AUC"));
        report.evaluations()
                .get(0)
                .budgets()
                .forEach(budget -> columns.add("Recall at " + Numbers.percent(budget.share())));
        columns.addAll(List.of("Recall at its threshold", "A day"));
        head(
                page,
                "Over several seeds: mean, and standard deviation in small print",
                1,
                columns.toArray(String[]::new));
        for (SeedSpread each : report.seeds()) {
            page.open("tr");
            page.rowName(each.detector());
            page.number(Numbers.count(each.seeds()));
            spread(page, each.rocAuc(), Numbers::rate);
            each.recallAtBudgets().forEach(recall -> spread(page, recall, Numbers::percent));
            spread(page, each.recallAtThreshold(), Numbers::percent);
            spread(page, each.alertsPerDay(), Numbers::rate);
            page.close().line();
        }
        end(page);
    }

    private static void spread(Markup page, SeedSpread.Spread spread, DoubleFunction<String> format) {
        page.open("td", "class", "num").text(format.apply(spread.mean()));
        if (!Double.isNaN(spread.standardDeviation())) {
            page.element("small", "± " + format.apply(spread.standardDeviation()));
        }
        page.close();
    }

    private void differences(Markup page, PairedDifferences differences) {
        List<String> columns = new ArrayList<>(List.of("Detector"));
        differences.budgets().forEach(budget -> columns.add("At " + Numbers.percent(budget.share())));
        head(page, "Recall less that of the best, at the same alert budget", 1, columns.toArray(String[]::new));
        for (int i = 0; i < differences.budgets().get(0).detectors().size(); i++) {
            page.open("tr");
            page.rowName(differences.budgets().get(0).detectors().get(i).detector());
            for (PairedDifferences.AtBudget budget : differences.budgets()) {
                PairedDifferences.OfDetector each = budget.detectors().get(i);
                PairedDifferences.Difference difference = each.toBest();
                boolean best = each.detector().equals(budget.best());
                page.open("td", "class", "num")
                        .text(
                                best
                                        ? "best"
                                        : Numbers.percent(difference.value()) + (difference.isDecided() ? "" : " ="));
                if (!best && !Double.isNaN(difference.low())) {
                    page.element(
                            "small", Numbers.percent(difference.low()) + " to " + Numbers.percent(difference.high()));
                }
                page.close();
            }
            page.close().line();
        }
        end(page);
        page.note(
                "= cannot be told apart from the best. Small figures are the 95 % interval of a paired bootstrap over "
                        + Numbers.count(differences.groups()) + " groups of attacks (by " + differences.groupedBy()
                        + ")"
                        + (report.seeds().isEmpty() ? "." : " and over seeds."));
    }

    private static void proportion(Markup page, Proportion share) {
        page.open("td", "class", "num").text(Numbers.share(share));
        String interval = Numbers.interval(share);
        if (!interval.isEmpty()) {
            page.element("small", interval);
        }
        page.close();
    }

    /** The columns of a table; some are of nothing but n/a where there are no labels, and are left out then. */
    private String[] columns(List<String> always, String... ofLabels) {
        List<String> columns = new ArrayList<>(always);
        if (labelled) {
            columns.addAll(List.of(ofLabels));
        }
        return columns.toArray(String[]::new);
    }

    private void thresholds(Markup page) {
        head(
                page,
                "At each detector's own threshold",
                1,
                columns(
                        List.of("Detector", "Threshold", "Flagged", "A day"),
                        "Recall",
                        "Precision",
                        "F1",
                        "False positive rate",
                        "Lift"));
        for (Evaluation each : report.evaluations()) {
            each.decision().ifPresent(decision -> {
                page.open("tr");
                page.rowName(each.detector());
                page.open("td", "class", "num", "title", decision.threshold().policy())
                        .text(Numbers.rate(decision.threshold().value()))
                        .close();
                page.number(Numbers.count(decision.flagged()));
                page.open("td", "class", "num")
                        .text(Numbers.rate(decision.alerts().perDay()));
                String interval = Numbers.interval(decision.alerts());
                if (!interval.isEmpty()) {
                    page.element("small", interval);
                }
                page.close();
                if (labelled) {
                    proportion(page, decision.recall());
                    proportion(page, decision.precision());
                    page.number(Numbers.rate(decision.f1()));
                    page.number(Numbers.percent(decision.falsePositiveRate().value()));
                    page.number(Numbers.rate(decision.lift()));
                }
                page.close().line();
            });
        }
        end(page);
    }

    private void alarms(Markup page, String title, List<AlarmResult> alarms) {
        head(
                page,
                title,
                2,
                columns(
                        List.of("Detector", "Period", "Alerts", "A day"),
                        "False alerts",
                        "Recall of rows",
                        "Precision of rows"));
        for (AlarmResult each : alarms) {
            page.open("tr");
            page.rowName(each.detector());
            page.element("td", each.period());
            page.number(Numbers.count(each.alerts()));
            page.open("td", "class", "num")
                    .text(Numbers.rate(each.rate().perDay()))
                    .element("small", Numbers.interval(each.rate()))
                    .close();
            if (labelled) {
                page.element(
                        "td", each.labelled() ? Numbers.count(each.falseAlerts()) : Numbers.UNKNOWN, "class", "num");
                proportion(page, each.labelled() ? each.rows().recall() : Proportion.UNDEFINED);
                proportion(page, each.labelled() ? each.rows().precision() : Proportion.UNDEFINED);
            }
            page.close().line();
        }
        end(page);
    }

    private void periods(Markup page) {
        head(
                page,
                "By period, at each detector's own threshold",
                2,
                columns(List.of("Period", "Detector", "Rows", "Flagged"), "Attacks", "Recall", "Precision", "ROC-AUC"));
        for (Period each : report.periods()) {
            Evaluation evaluation = each.evaluation();
            page.open("tr");
            page.rowName(each.name());
            page.element("td", evaluation.detector());
            page.number(Numbers.count(evaluation.rows()));
            evaluation.decision().ifPresent(decision -> page.number(Numbers.count(decision.flagged())));
            if (labelled) {
                page.number(evaluation.labelled() ? Numbers.count(evaluation.attacks()) : Numbers.UNKNOWN);
                evaluation.decision().ifPresent(decision -> {
                    proportion(page, decision.recall());
                    proportion(page, decision.precision());
                });
                page.number(Numbers.rate(evaluation.rocAuc()));
            }
            page.close().line();
        }
        end(page);
    }

    private void strata(Markup page) {
        if (report.evaluations().stream().allMatch(each -> each.strata().isEmpty())) {
            return;
        }
        List<String> columns = new ArrayList<>(List.of("Group", "Detector", "Attacks", "At the threshold"));
        report.evaluations().get(0).budgets().forEach(budget -> columns.add("At " + Numbers.percent(budget.share())));
        head(page, "Recall by group of attacks", 2, columns.toArray(String[]::new));
        for (Evaluation each : report.evaluations()) {
            for (StratumResult stratum : each.strata()) {
                page.open("tr");
                page.rowName(stratum.division() + " " + stratum.name());
                page.element("td", each.detector());
                page.number(Numbers.count(stratum.attacks()));
                proportion(page, stratum.atThreshold());
                stratum.atBudgets().forEach(recall -> proportion(page, recall));
                page.close().line();
            }
        }
        end(page);
    }

    private static void kappa(Markup page, KappaMatrix matrix) {
        List<String> columns = new ArrayList<>(List.of(""));
        for (int i = 0; i < matrix.names().size(); i++) {
            columns.add(Integer.toString(i + 1));
        }
        head(page, "Agreement of the flagged rows (Cohen's kappa)", 1, columns.toArray(String[]::new));
        for (int i = 0; i < matrix.names().size(); i++) {
            page.open("tr");
            page.rowName(i + 1 + "  " + matrix.names().get(i));
            for (double value : matrix.kappa().get(i)) {
                long shade = Double.isNaN(value) ? 0 : Math.round(5 * Math.max(0, value));
                page.element(
                        "td",
                        Double.isNaN(value) ? Numbers.UNKNOWN : String.format(Locale.ROOT, "%.2f", value),
                        "class",
                        "num shade" + shade);
            }
            page.close().line();
        }
        end(page);
    }

    private void notes(Markup page) {
        List<String> notes = new ArrayList<>();
        for (Evaluation each : report.evaluations()) {
            each.notes().forEach(note -> notes.add(each.detector() + ": " + note));
            each.decision()
                    .ifPresent(decision -> decision.threshold()
                            .notes()
                            .forEach(note -> notes.add(each.detector() + ", threshold: " + note)));
        }
        notes.forEach(note -> page.note(note).line());
    }
}
