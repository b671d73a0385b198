package dev.octet.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.SignificantDigits;
import dev.octet.event.text.MarkdownText;
import java.util.ArrayList;
import java.util.List;

/**
 * A rolling-origin evaluation (Tashman, "Out-of-sample tests of forecasting accuracy", International Journal of Forecasting
 * 2000): the same config on several test spans, each with all that comes before it for training.
 *
 * @param name the experiment
 * @param folds the reports in order of time
 */
public record FoldTable(String name, List<EvaluationReport> folds) {
    private static final int DIGITS = 3;

    public FoldTable {
        folds = List.copyOf(folds);
        if (folds.isEmpty()) {
            throw new IllegalArgumentException("a fold table needs a fold");
        }
    }

    /** A detector over the folds; trivial detectors, which may be another column in each fold, are left out. */
    private List<String> detectors() {
        return folds.get(0).evaluations().stream()
                .filter(each -> each.decision().isPresent())
                .map(Evaluation::detector)
                .toList();
    }

    private static Evaluation of(EvaluationReport fold, String detector) {
        return fold.evaluations().stream()
                .filter(each -> each.detector().equals(detector))
                .findFirst()
                .orElseThrow();
    }

    private List<Double> shares() {
        return folds.get(0).evaluations().get(0).budgets().stream()
                .map(BudgetResult::share)
                .toList();
    }

    /** Found attacks of all folds over all their attacks, at one budget. */
    private Proportion pooled(String detector, int budget) {
        double hits = 0;
        double of = 0;
        for (EvaluationReport fold : folds) {
            Proportion recall = of(fold, detector).budgets().get(budget).recall();
            hits += recall.hits();
            of += recall.of();
        }
        return new Proportion(hits, of);
    }

    private SeedSpread.Spread spread(String detector, int budget) {
        return SeedSpread.Spread.of(folds.stream()
                .map(fold -> of(fold, detector).budgets().get(budget).recall().value())
                .filter(value -> !value.isNaN())
                .toList());
    }

    private boolean isLabelled() {
        return folds.stream()
                .anyMatch(fold -> fold.evaluations().get(0).attacks() > 0
                        && fold.evaluations().get(0).labelled());
    }

    /** As GitHub markdown, aligned for a terminal. */
    public String markdown() {
        List<String> heads = new ArrayList<>(List.of("fold", "detector", "rows", "attacks"));
        shares().forEach(share -> heads.add("recall at " + percent(share)));
        heads.add("alerts/day");
        heads.add("promised");
        MarkdownTable table = new MarkdownTable(2, heads.toArray(String[]::new));
        for (int i = 0; i < folds.size(); i++) {
            for (String detector : detectors()) {
                Evaluation each = of(folds.get(i), detector);
                Evaluation.Decision decision = each.decision().orElseThrow();
                List<String> cells = new ArrayList<>(List.of(
                        Integer.toString(i + 1),
                        detector,
                        Long.toString(each.rows()),
                        each.labelled() ? Long.toString(each.attacks()) : MarkdownTable.UNDEFINED));
                each.budgets()
                        .forEach(budget -> cells.add(number(budget.recall().value())));
                cells.add(number(decision.alerts().perDay()));
                cells.add(number(decision.threshold().alerts().perDay()));
                table.row(cells);
            }
        }
        StringBuilder text = new StringBuilder("# ")
                .append(MarkdownText.of(name))
                .append(": ")
                .append(folds.size())
                .append(" folds, rolling origin\n\n")
                .append(table.text())
                .append('\n');
        if (isLabelled()) {
            List<String> all = new ArrayList<>(List.of("detector"));
            shares().forEach(share -> all.add("recall at " + percent(share)));
            MarkdownTable pooled = new MarkdownTable(1, all.toArray(String[]::new));
            for (String detector : detectors()) {
                List<String> cells = new ArrayList<>(List.of(detector));
                for (int budget = 0; budget < shares().size(); budget++) {
                    Proportion recall = pooled(detector, budget);
                    SeedSpread.Spread spread = spread(detector, budget);
                    cells.add(number(recall.value()) + " [" + number(recall.low()) + ", " + number(recall.high())
                            + "], by fold " + number(spread.mean()) + " ± " + number(spread.standardDeviation()));
                }
                pooled.row(cells);
            }
            text.append("## All folds: recall of all attacks [95 %], mean and standard deviation by fold\n\n")
                    .append(pooled.text())
                    .append('\n');
        }
        for (int i = 0; i < folds.size(); i++) {
            text.append("- fold ")
                    .append(i + 1)
                    .append(": ")
                    .append(MarkdownText.of(folds.get(i).subject().split()))
                    .append('\n');
        }
        return text.toString();
    }

    /** Everything at full precision; undefined is null. */
    public ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("name", name);
        ArrayNode array = tree.putArray("folds");
        folds.forEach(each -> array.add(ReportJson.tree(each)));
        ArrayNode pooled = tree.putArray("pooled");
        for (String detector : detectors()) {
            ObjectNode one = pooled.addObject().put("detector", detector);
            ArrayNode budgets = one.putArray("budgets");
            for (int budget = 0; budget < shares().size(); budget++) {
                Proportion recall = pooled(detector, budget);
                ObjectNode node = budgets.addObject().put("share", shares().get(budget));
                ReportJson.put(node, "recall", recall.value());
                ReportJson.put(node, "low", recall.low());
                ReportJson.put(node, "high", recall.high());
                node.put("hits", recall.hits());
                node.put("of", recall.of());
            }
        }
        return tree;
    }

    private static String number(double value) {
        return SignificantDigits.of(value, DIGITS);
    }

    private static String percent(double share) {
        return number(100 * share) + " %";
    }
}
