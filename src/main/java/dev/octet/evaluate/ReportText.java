package dev.octet.evaluate;

import dev.octet.detect.AlertRate;
import dev.octet.detect.SignificantDigits;
import dev.octet.event.text.MarkdownText;
import dev.octet.event.text.PlainText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes a report as markdown. */
final class ReportText {
    private static final int DIGITS = 3;
    private static final int INTERVAL_DIGITS = 2;
    private static final int THRESHOLD_DIGITS = 6;
    private static final int ALL_DIGITS = 17;
    private static final int MAX_ALERTS = 10;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}@._\\\\/+-]+");
    private static final int LONGEST_REASONS = 1000;

    private final EvaluationReport report;

    ReportText(EvaluationReport report) {
        this.report = report;
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        head(text);
        section(text, "Ranking of all rows", ranking());
        section(text, "Over several seeds, mean ± standard deviation", seeds());
        report.differences().ifPresent(differences -> differences(text, differences));
        section(text, "At each detector's own threshold", thresholds());
        section(text, "By period, at each detector's own threshold", periods());
        section(text, "Alerts", alarms());
        section(text, "At the same alert budget", budgets());
        section(text, "Recall [95 %] by group of attacks", strata());
        report.kappa().ifPresent(matrix -> section(text, "Agreement of flagged rows (Cohen's kappa)", kappa(matrix)));
        section(text, "Agreement of clusterings", clusterings());
        if (!report.topAlerts().isEmpty()) {
            text.append("\n## Top alerts\n\n").append(topAlerts());
        }
        notes(text);
        return text.toString();
    }

    private void head(StringBuilder text) {
        Evaluation first = report.evaluations().get(0);
        text.append("# ").append(MarkdownText.of(report.subject().name())).append("\n\n");
        if (report.subject().simulated()) {
            text.append("**Simulated data**: drawn from published statistics; no figure below was measured on real")
                    .append(" attacks.\n\n");
        }
        for (String warning : report.warnings()) {
            text.append("**WARNING: ").append(MarkdownText.of(warning)).append("**\n\n");
        }
        line(text, "data", MarkdownText.of(report.subject().data()));
        line(text, "split", MarkdownText.of(report.subject().split()));
        line(
                text,
                "scored",
                report.subject().evaluatedOn() + ": " + count(first.rows()) + " rows"
                        + (Double.isNaN(first.days()) ? "" : " in " + number(first.days()) + " days"));
        line(
                text,
                "attacks",
                first.labelled()
                        ? count(first.attacks())
                                + (first.rows() == 0
                                        ? ""
                                        : " (" + number(100.0 * first.attacks() / first.rows()) + " % of the rows)")
                        : "n/a, the data carries no labels");
        for (Evaluation each : report.evaluations()) {
            each.decision()
                    .ifPresent(decision -> line(
                            text,
                            "threshold",
                            MarkdownText.of(each.detector()) + ": "
                                    + SignificantDigits.of(decision.threshold().value(), THRESHOLD_DIGITS) + ", "
                                    + decision.threshold().policy() + "; on a later span as long expect "
                                    + decision.threshold().alerts().text()));
        }
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append("- ").append(what).append(": ").append(value).append('\n');
    }

    private static void section(StringBuilder text, String title, MarkdownTable table) {
        if (!table.isEmpty()) {
            text.append("\n## ").append(title).append("\n\n").append(table.text());
        }
    }

    private MarkdownTable ranking() {
        List<String> heads = new ArrayList<>(List.of("detector", "ROC-AUC", "average precision"));
        shares().forEach(share -> heads.add("recall at " + percent(share)));
        MarkdownTable table = new MarkdownTable(1, heads.toArray(String[]::new));
        for (Evaluation each : report.evaluations()) {
            List<String> cells =
                    new ArrayList<>(List.of(each.detector(), rate(each.rocAuc()), rate(each.averagePrecision())));
            each.budgets().forEach(budget -> cells.add(rate(budget.recall().value())));
            table.row(cells);
        }
        return table;
    }

    private MarkdownTable seeds() {
        List<String> heads = new ArrayList<>(List.of("detector", "seeds", "ROC-AUC"));
        shares().forEach(share -> heads.add("recall at " + percent(share)));
        heads.addAll(List.of("recall at its threshold", "alerts/day"));
        MarkdownTable table = new MarkdownTable(1, heads.toArray(String[]::new));
        for (SeedSpread each : report.seeds()) {
            List<String> cells =
                    new ArrayList<>(List.of(each.detector(), count(each.seeds()), spread(each.rocAuc(), true)));
            each.recallAtBudgets().forEach(recall -> cells.add(spread(recall, true)));
            cells.add(spread(each.recallAtThreshold(), true));
            cells.add(spread(each.alertsPerDay(), false));
            table.row(cells);
        }
        return table;
    }

    private static String spread(SeedSpread.Spread spread, boolean isRate) {
        if (Double.isNaN(spread.mean())) {
            return MarkdownTable.UNDEFINED;
        }
        return isRate
                ? rate(spread.mean()) + " ± " + rate(spread.standardDeviation(), INTERVAL_DIGITS)
                : number(spread.mean()) + " ± " + SignificantDigits.of(spread.standardDeviation(), INTERVAL_DIGITS);
    }

    /** Marks: {@code best}, and {@code =} for what cannot be told apart from it. */
    private void differences(StringBuilder text, PairedDifferences differences) {
        List<String> heads = new ArrayList<>(List.of("detector"));
        differences.budgets().forEach(budget -> heads.add("at " + percent(budget.share())));
        MarkdownTable table = new MarkdownTable(1, heads.toArray(String[]::new));
        for (int i = 0; i < differences.budgets().get(0).detectors().size(); i++) {
            List<String> cells = new ArrayList<>();
            for (PairedDifferences.AtBudget budget : differences.budgets()) {
                PairedDifferences.OfDetector each = budget.detectors().get(i);
                if (cells.isEmpty()) {
                    cells.add(each.detector());
                }
                cells.add(each.detector().equals(budget.best()) ? "best" : difference(each.toBest()));
            }
            table.row(cells);
        }
        section(text, "Recall less that of the best, at the same alert budget [95 %]", table);
        text.append("\n`=`: cannot be told apart from the best. Paired bootstrap over ")
                .append(count(differences.groups()))
                .append(differences.groups() == 1 ? " group" : " groups")
                .append(" of attacks (by ")
                .append(differences.groupedBy())
                .append(")")
                .append(report.seeds().isEmpty() ? "" : " and over seeds")
                .append(".\n");
    }

    private static String difference(PairedDifferences.Difference difference) {
        String value = rate(difference.value());
        return Double.isNaN(difference.low())
                ? value + " =" // a single group tells nothing apart
                : value + " [" + rate(difference.low(), INTERVAL_DIGITS) + ", "
                        + rate(difference.high(), INTERVAL_DIGITS) + "]"
                        + (difference.isDecided() ? "" : " =");
    }

    /** The budgets, which are the same for all. */
    private List<Double> shares() {
        return report.evaluations().get(0).budgets().stream()
                .map(BudgetResult::share)
                .toList();
    }

    private MarkdownTable thresholds() {
        MarkdownTable table = new MarkdownTable(
                1,
                "detector",
                "flagged",
                "TP",
                "FP",
                "FN",
                "TN",
                "recall [95 %]",
                "precision [95 %]",
                "F1",
                "FPR",
                "lift",
                "alerts/day [95 %]");
        for (Evaluation each : report.evaluations()) {
            each.decision().ifPresent(decision -> {
                Confusion confusion = decision.confusion();
                boolean labelled = each.labelled();
                table.row(List.of(
                        each.detector(),
                        count(decision.flagged()),
                        labelled ? count(confusion.truePositives()) : "n/a",
                        labelled ? count(confusion.falsePositives()) : "n/a",
                        labelled ? count(confusion.falseNegatives()) : "n/a",
                        labelled ? count(confusion.trueNegatives()) : "n/a",
                        interval(decision.recall()),
                        interval(decision.precision()),
                        rate(decision.f1()),
                        rate(decision.falsePositiveRate().value()),
                        number(decision.lift()),
                        alerts(decision.alerts())));
            });
        }
        return table;
    }

    private MarkdownTable periods() {
        MarkdownTable table = new MarkdownTable(
                2,
                "period",
                "detector",
                "rows",
                "attacks",
                "found",
                "false alarms",
                "recall [95 %]",
                "precision [95 %]",
                "FPR",
                "alerts/day [95 %]");
        for (Period period : report.periods()) {
            Evaluation each = period.evaluation();
            each.decision().ifPresent(decision -> {
                Confusion confusion = decision.confusion();
                boolean labelled = each.labelled();
                table.row(List.of(
                        period.name(),
                        each.detector(),
                        count(each.rows()),
                        labelled ? count(each.attacks()) : "n/a",
                        labelled ? count(confusion.truePositives()) : "n/a",
                        labelled ? count(confusion.falsePositives()) : "n/a",
                        interval(decision.recall()),
                        interval(decision.precision()),
                        rate(decision.falsePositiveRate().value()),
                        alerts(decision.alerts())));
            });
        }
        return table;
    }

    private MarkdownTable alarms() {
        MarkdownTable table = new MarkdownTable(
                3,
                "period",
                "detector",
                "alarm",
                "rows in alarm",
                "TP",
                "FP",
                "FN",
                "recall [95 %]",
                "alerts",
                "false alerts",
                "alerts/day [95 %]");
        for (AlarmResult each : report.alarms()) {
            Confusion rows = each.rows();
            table.row(List.of(
                    each.period(),
                    each.detector(),
                    each.rule(),
                    count(rows.flagged()),
                    each.labelled() ? count(rows.truePositives()) : "n/a",
                    each.labelled() ? count(rows.falsePositives()) : "n/a",
                    each.labelled() ? count(rows.falseNegatives()) : "n/a",
                    each.labelled() ? interval(rows.recall()) : "n/a",
                    count(each.alerts()),
                    each.labelled() ? count(each.falseAlerts()) : "n/a",
                    alerts(each.rate())));
        }
        return table;
    }

    /** A numbered list for the first detector, for those of twenty are no help; reasons are sentences, too long for a cell. */
    private String topAlerts() {
        StringBuilder text = new StringBuilder();
        String detector = report.topAlerts().get(0).detector();
        text.append(MarkdownText.of(detector)).append(":\n\n");
        int number = 0;
        boolean others = false;
        for (TopAlert each : report.topAlerts()) {
            others |= !each.detector().equals(detector);
            if (each.detector().equals(detector) && number < MAX_ALERTS) {
                text.append(++number)
                        .append(". ")
                        .append(each.time())
                        .append(each.who().isEmpty() ? "" : ", " + MarkdownText.of(named(each.who())))
                        .append(", score ")
                        .append(number(each.score()))
                        .append(": ")
                        .append(MarkdownText.of(each.reasons(), LONGEST_REASONS))
                        .append('\n');
            }
        }
        if (others) {
            text.append("\nThose of the other detectors are in their alerts-NAME.csv and in evaluation.json.\n");
        }
        return text.toString();
    }

    /** A name; in quotation marks where it is not one word, so that it ends where it ends. */
    private static String named(String who) {
        String shown = PlainText.of(who, PlainText.SHOWN);
        return WORD.matcher(shown).matches() ? shown : '"' + shown.replace("\"", "\\\"") + '"';
    }

    private MarkdownTable budgets() {
        MarkdownTable table = new MarkdownTable(
                1,
                "detector",
                "budget",
                "flagged",
                "found",
                "recall [95 %]",
                "precision [95 %]",
                "FPR",
                "lift",
                "alerts/day");
        for (int i = 0; i < shares().size(); i++) {
            for (Evaluation each : report.evaluations()) {
                BudgetResult budget = each.budgets().get(i);
                table.row(List.of(
                        each.detector(),
                        percent(budget.share()),
                        count(budget.flagged()),
                        found(budget.recall()),
                        interval(budget.recall()),
                        interval(budget.precision()),
                        rate(budget.falsePositiveRate().value()),
                        number(budget.lift()),
                        number(budget.alertsPerDay())));
            }
        }
        return table;
    }

    private MarkdownTable strata() {
        List<String> heads = new ArrayList<>(List.of("attacks", "detector", "number"));
        shares().forEach(share -> heads.add("at " + percent(share)));
        heads.add("at its threshold");
        MarkdownTable table = new MarkdownTable(2, heads.toArray(String[]::new));
        Set<String> divisions = new LinkedHashSet<>();
        report.evaluations()
                .forEach(each ->
                        each.strata().forEach(stratum -> divisions.add(stratum.division() + ": " + stratum.name())));
        for (String division : divisions) {
            for (Evaluation each : report.evaluations()) {
                for (StratumResult stratum : each.strata()) {
                    if (division.equals(stratum.division() + ": " + stratum.name())) {
                        List<String> cells =
                                new ArrayList<>(List.of(division, each.detector(), count(stratum.attacks())));
                        stratum.atBudgets().forEach(recall -> cells.add(interval(recall)));
                        cells.add(interval(stratum.atThreshold()));
                        table.row(cells);
                    }
                }
            }
        }
        return table;
    }

    private static MarkdownTable kappa(KappaMatrix matrix) {
        List<String> heads = new ArrayList<>(List.of("detector"));
        heads.addAll(matrix.names());
        MarkdownTable table = new MarkdownTable(1, heads.toArray(String[]::new));
        for (int i = 0; i < matrix.names().size(); i++) {
            List<String> cells = new ArrayList<>(List.of(matrix.names().get(i)));
            matrix.kappa().get(i).forEach(value -> cells.add(rate(value)));
            table.row(cells);
        }
        return table;
    }

    private MarkdownTable clusterings() {
        MarkdownTable table = new MarkdownTable(2, "clustering", "other clustering", "Fowlkes-Mallows index");
        for (ClusteringAgreement each : report.clusterings()) {
            table.row(List.of(each.one(), each.other(), rate(each.fowlkesMallows())));
        }
        return table;
    }

    /** The notes, each once, with the detectors that it is about. */
    private void notes(StringBuilder text) {
        Map<String, List<String>> about = new LinkedHashMap<>();
        for (Evaluation each : report.evaluations()) {
            List<String> all = new ArrayList<>();
            each.decision()
                    .ifPresent(decision -> all.addAll(decision.threshold().notes()));
            all.addAll(each.notes());
            for (String note : all) {
                about.computeIfAbsent(note, key -> new ArrayList<>()).add(each.detector());
            }
        }
        if (about.isEmpty() && report.notes().isEmpty()) {
            return;
        }
        text.append("\n## Notes\n\n");
        report.notes()
                .forEach(note -> text.append("- ").append(MarkdownText.of(note)).append('\n'));
        about.forEach((note, detectors) -> text.append("- ")
                .append(MarkdownText.of(String.join(", ", detectors)))
                .append(": ")
                .append(MarkdownText.of(note))
                .append('\n'));
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String number(double value) {
        return SignificantDigits.of(value, DIGITS);
    }

    private static String rate(double value) {
        return rate(value, DIGITS);
    }

    /** A value in [-1, 1] without the zero before the point; only 1 itself is written 1. */
    private static String rate(double value, int digits) {
        int enough = digits;
        while (value < 1
                && enough < ALL_DIGITS
                && SignificantDigits.of(value, enough).equals("1")) {
            enough++;
        }
        String text = SignificantDigits.of(value, enough);
        if (text.startsWith("0.")) {
            return text.substring(1);
        }
        return text.startsWith("-0.") ? "-" + text.substring(2) : text;
    }

    private static String percent(double share) {
        return number(100 * share) + " %";
    }

    private static String interval(Proportion share) {
        return share.of() == 0
                ? "n/a"
                : rate(share.value()) + " [" + rate(share.low(), INTERVAL_DIGITS) + ", "
                        + rate(share.high(), INTERVAL_DIGITS) + "]";
    }

    private static String found(Proportion recall) {
        return recall.of() == 0 ? "n/a" : decimals(recall.hits()) + "/" + count(Math.round(recall.of()));
    }

    /** Whole where it is whole; a tie split in expectation to one decimal. */
    private static String decimals(double value) {
        double rounded = Math.rint(10 * value) / 10;
        return rounded == Math.rint(rounded) ? count((long) rounded) : String.format(Locale.ROOT, "%,.1f", rounded);
    }

    private static String alerts(AlertRate rate) {
        return Double.isNaN(rate.perDay())
                ? "n/a"
                : number(rate.perDay()) + " [" + number(rate.low()) + ", " + number(rate.high()) + "]";
    }
}
