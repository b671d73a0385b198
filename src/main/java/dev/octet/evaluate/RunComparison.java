package dev.octet.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.SignificantDigits;
import dev.octet.event.text.MarkdownText;
import java.util.ArrayList;
import java.util.List;

/**
 * Finished runs side by side: how their configs differ, their figures, and paired differences where they were tested on the
 * same rows.
 *
 * @param runs in the order that they were named
 * @param shares budgets that all of them have
 * @param settings keys of the configs that are not the same in all runs
 * @param differences of detectors that were tested on the same rows, named {@code RUN/DETECTOR}
 * @param notes what a reader must know, e.g. why there are no differences
 */
public record RunComparison(
        List<Run> runs,
        List<Double> shares,
        List<Setting> settings,
        List<PairedDifferences> differences,
        List<String> notes) {
    private static final int DIGITS = 3;
    private static final String NONE = "-";

    public RunComparison {
        runs = List.copyOf(runs);
        shares = List.copyOf(shares);
        settings = List.copyOf(settings);
        differences = List.copyOf(differences);
        notes = List.copyOf(notes);
    }

    /**
     * One run.
     *
     * @param name that tells it apart from the others
     * @param data what it read, in words
     * @param split how, in words
     * @param detectors its figures
     */
    public record Run(String name, String data, String split, List<Detector> detectors) {
        public Run {
            detectors = List.copyOf(detectors);
        }
    }

    /**
     * The figures of one detector of a run; NaN where undefined. Over several seeds they are means.
     *
     * @param seeds number of seeds
     * @param recallAtBudgets at each of the {@link #shares()}
     * @param alertsPerDay at its own threshold
     */
    public record Detector(
            String name,
            int seeds,
            double rocAuc,
            double averagePrecision,
            List<Double> recallAtBudgets,
            double recallAtThreshold,
            double precisionAtThreshold,
            double alertsPerDay) {
        public Detector {
            recallAtBudgets = List.copyOf(recallAtBudgets);
        }
    }

    /**
     * A key of the configs.
     *
     * @param values one for each run; {@code -} where the config does not have it
     */
    public record Setting(String key, List<String> values) {
        public Setting {
            values = List.copyOf(values);
        }
    }

    /**
     * A table to be drawn.
     *
     * @param texts how many columns hold texts of others; those after them hold what Octet computed
     */
    public record Table(String title, int texts, List<String> heads, List<List<String>> rows) {}

    /** All as tables, for text and page. */
    public List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        List<String> names = runs.stream().map(Run::name).toList();
        tables.add(new Table(
                "Runs",
                3,
                List.of("run", "data", "split"),
                runs.stream().map(run -> List.of(run.name, run.data, run.split)).toList()));
        if (!settings.isEmpty()) {
            List<String> heads = new ArrayList<>(List.of("key"));
            heads.addAll(names);
            tables.add(new Table(
                    "Configs, where they differ",
                    heads.size(),
                    heads,
                    settings.stream()
                            .map(setting -> {
                                List<String> row = new ArrayList<>(List.of(setting.key));
                                row.addAll(setting.values);
                                return row;
                            })
                            .toList()));
        }
        tables.add(figures());
        differences.forEach(each -> tables.add(table(each)));
        return tables;
    }

    private Table figures() {
        List<String> heads = new ArrayList<>(List.of("run", "detector", "seeds", "ROC-AUC", "average precision"));
        shares.forEach(share -> heads.add("recall at " + percent(share)));
        heads.addAll(List.of("recall at its threshold", "precision", "alerts/day"));
        List<List<String>> rows = new ArrayList<>();
        for (Run run : runs) {
            for (Detector each : run.detectors) {
                List<String> row = new ArrayList<>(List.of(
                        run.name,
                        each.name,
                        Integer.toString(each.seeds),
                        number(each.rocAuc),
                        number(each.averagePrecision)));
                each.recallAtBudgets.forEach(recall -> row.add(number(recall)));
                row.add(number(each.recallAtThreshold));
                row.add(number(each.precisionAtThreshold));
                row.add(number(each.alertsPerDay));
                rows.add(row);
            }
        }
        return new Table("Figures", 2, heads, rows);
    }

    private static Table table(PairedDifferences differences) {
        List<String> heads = new ArrayList<>(List.of("run/detector"));
        differences.budgets().forEach(budget -> heads.add("at " + percent(budget.share())));
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < differences.budgets().get(0).detectors().size(); i++) {
            List<String> row = new ArrayList<>();
            for (PairedDifferences.AtBudget budget : differences.budgets()) {
                PairedDifferences.OfDetector each = budget.detectors().get(i);
                if (row.isEmpty()) {
                    row.add(each.detector());
                }
                PairedDifferences.Difference difference = each.toBest();
                row.add(
                        each.detector().equals(budget.best())
                                ? "best"
                                : number(difference.value())
                                        + (Double.isNaN(difference.low())
                                                ? ""
                                                : " [" + number(difference.low()) + ", " + number(difference.high())
                                                        + "]")
                                        + (difference.isDecided() ? "" : " ="));
            }
            rows.add(row);
        }
        return new Table(
                "Recall less that of the best, on the same " + differences.groups() + " groups of attacks [95 %]; `=`:"
                        + " cannot be told apart from it",
                1,
                heads,
                rows);
    }

    /** As GitHub markdown, aligned for a terminal. */
    public String markdown() {
        StringBuilder text = new StringBuilder("# Comparison of runs\n");
        for (Table table : tables()) {
            MarkdownTable drawn = new MarkdownTable(
                    table.texts, table.heads.stream().map(MarkdownText::of).toArray(String[]::new));
            table.rows.forEach(drawn::row);
            text.append("\n## ").append(table.title).append("\n\n").append(drawn.text());
        }
        if (!notes.isEmpty()) {
            text.append('\n');
            notes.forEach(
                    note -> text.append("- ").append(MarkdownText.of(note)).append('\n'));
        }
        return text.toString();
    }

    /** Everything at full precision; undefined is null. */
    public ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.set("runs", ReportJson.bound(runs));
        tree.set("budgets", ReportJson.bound(shares));
        tree.set("config_differences", ReportJson.bound(settings));
        tree.set("paired_differences", ReportJson.bound(differences));
        tree.set("notes", ReportJson.bound(notes));
        return tree;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? NONE : SignificantDigits.of(value, DIGITS);
    }

    private static String percent(double share) {
        return SignificantDigits.of(100 * share, DIGITS) + " %";
    }
}
