package dev.octet.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.SignificantDigits;
import dev.octet.event.InputException;
import dev.octet.event.text.MarkdownText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of a replay, span by span: each detector as it was trained once, beside itself as it was updated after
 * every span with that span's labels. Both saw each row before its label. Immutable.
 *
 * @param name of the experiment
 * @param lines in the order of the spans, the detectors of one span together
 */
public record ReplayTable(String name, List<Line> lines) {

    /**
     * One detector on one span.
     *
     * @param span its name, e.g. {@code 2018-02}
     * @param update what the span's labels changed, in words
     */
    public record Line(
            String detector, String span, long rows, long attacks, Outcome without, Outcome with, String update) {}

    /**
     * Decisions on one span and how well its rows were ranked.
     *
     * @param threshold that decided
     * @param rocAuc NaN where the span holds no attack, or nothing else
     */
    public record Outcome(double threshold, Confusion confusion, double rocAuc) {}

    public ReplayTable {
        lines = List.copyOf(lines);
    }

    /** The same with the lines of one more span. */
    public ReplayTable with(List<Line> more) {
        List<Line> all = new ArrayList<>(lines);
        all.addAll(more);
        return new ReplayTable(name, all);
    }

    /** A table a detector as GitHub markdown, with a line of sums; ends with a newline. */
    public String markdown() {
        Map<String, List<Line>> byDetector = new LinkedHashMap<>();
        lines.forEach(line -> byDetector
                .computeIfAbsent(line.detector, any -> new ArrayList<>())
                .add(line));
        StringBuilder text = new StringBuilder(
                "# Replay of " + MarkdownText.of(name) + "\n\nEach span is predicted first; then its labels"
                        + " arrive. *Fixed* is the detector and the threshold as they were trained once, *updated* the same after"
                        + " learning from every earlier span. TP, FP, FN: attacks found, false alarms, attacks missed.\n");
        byDetector.forEach((detector, own) -> append(text, detector, own));
        return text.toString();
    }

    private static void append(StringBuilder text, String detector, List<Line> lines) {
        MarkdownTable table = new MarkdownTable(
                1,
                "span",
                "rows",
                "attacks",
                "fixed: TP",
                "FP",
                "FN",
                "F1",
                "ROC-AUC",
                "updated: TP",
                "FP",
                "FN",
                "F1",
                "ROC-AUC",
                "then");
        Confusion without = new Confusion(0, 0, 0, 0);
        Confusion with = without;
        long rows = 0;
        long attacks = 0;
        for (Line line : lines) {
            without = sum(without, line.without.confusion);
            with = sum(with, line.with.confusion);
            rows += line.rows;
            attacks += line.attacks;
            List<String> cells = new ArrayList<>(List.of(line.span, count(line.rows), count(line.attacks)));
            add(cells, line.without.confusion, line.without.rocAuc);
            add(cells, line.with.confusion, line.with.rocAuc);
            cells.add(line.update);
            table.row(cells);
        }
        List<String> cells = new ArrayList<>(List.of("all", count(rows), count(attacks)));
        add(cells, without, Double.NaN);
        add(cells, with, Double.NaN);
        cells.add("");
        table.row(cells);
        text.append("\n## ").append(MarkdownText.of(detector)).append("\n\n").append(table.text());
        text.append("\nRecall ").append(rate(without.recall())).append(" without updating, ");
        text.append(rate(with.recall())).append(" with it; precision ");
        text.append(rate(without.precision())).append(" without, ");
        text.append(rate(with.precision())).append(" with.\n");
    }

    private static Confusion sum(Confusion a, Confusion b) {
        return new Confusion(
                a.truePositives() + b.truePositives(),
                a.falsePositives() + b.falsePositives(),
                a.falseNegatives() + b.falseNegatives(),
                a.trueNegatives() + b.trueNegatives());
    }

    private static void add(List<String> cells, Confusion confusion, double rocAuc) {
        cells.add(count(confusion.truePositives()));
        cells.add(count(confusion.falsePositives()));
        cells.add(count(confusion.falseNegatives()));
        cells.add(number(confusion.f1()));
        cells.add(number(rocAuc));
    }

    private static String rate(Proportion proportion) {
        return Double.isNaN(proportion.value())
                ? "n/a"
                : number(proportion.value()) + " [" + number(proportion.low()) + ", " + number(proportion.high()) + "]";
    }

    private static String number(double value) {
        String text = SignificantDigits.of(value, 3);
        return text.startsWith("0.") ? text.substring(1) : text;
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Everything at full precision; undefined is {@code null}. */
    public ObjectNode tree() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("name", name);
        ArrayNode spans = root.putArray("spans");
        for (Line line : lines) {
            ObjectNode node = spans.addObject();
            node.put("detector", line.detector);
            node.put("span", line.span);
            node.put("rows", line.rows);
            node.put("attacks", line.attacks);
            node.set("fixed", tree(line.without));
            node.set("updated", tree(line.with));
            node.put("update", line.update);
        }
        return root;
    }

    private static ObjectNode tree(Outcome outcome) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        // an infinite threshold has no JSON number
        node.put("threshold", Double.toString(outcome.threshold));
        node.put("true_positives", outcome.confusion.truePositives());
        node.put("false_positives", outcome.confusion.falsePositives());
        node.put("false_negatives", outcome.confusion.falseNegatives());
        node.put("true_negatives", outcome.confusion.trueNegatives());
        if (Double.isNaN(outcome.rocAuc)) {
            node.putNull("roc_auc");
        } else {
            node.put("roc_auc", outcome.rocAuc);
        }
        return node;
    }

    /**
     * Reads what {@link #tree} wrote.
     *
     * @throws InputException if it is something else
     */
    public static ReplayTable of(JsonNode root) {
        List<Line> lines = new ArrayList<>();
        for (JsonNode node : required(root, "spans")) {
            lines.add(new Line(
                    required(node, "detector").asText(),
                    required(node, "span").asText(),
                    required(node, "rows").asLong(),
                    required(node, "attacks").asLong(),
                    outcome(required(node, "fixed")),
                    outcome(required(node, "updated")),
                    required(node, "update").asText()));
        }
        return new ReplayTable(required(root, "name").asText(), lines);
    }

    private static Outcome outcome(JsonNode node) {
        JsonNode rocAuc = required(node, "roc_auc");
        try {
            return new Outcome(
                    Double.parseDouble(required(node, "threshold").asText()),
                    new Confusion(
                            required(node, "true_positives").asLong(),
                            required(node, "false_positives").asLong(),
                            required(node, "false_negatives").asLong(),
                            required(node, "true_negatives").asLong()),
                    rocAuc.isNull() ? Double.NaN : rocAuc.asDouble());
        } catch (NumberFormatException e) {
            throw new InputException("a replay's threshold is " + node.get("threshold"), e);
        }
    }

    private static JsonNode required(JsonNode node, String key) {
        JsonNode value = node.get(key);
        if (value == null) {
            throw new InputException("this is no table of a replay: it has no " + key);
        }
        return value;
    }
}
