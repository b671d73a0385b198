package dev.octet.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.SignificantDigits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A published experiment done again: every published figure beside ours. {@link #markdown()} is {@code table.md}, {@link
 * #json()} is {@code evaluation.json}.
 *
 * @param name the experiment
 * @param source where it was published
 * @param data what was read
 * @param figures in the order of the publication
 * @param notes what a reader should know of all of them
 */
public record ReproductionReport(
        String name, String source, String data, List<ReproducedFigure> figures, List<String> notes) {
    private static final int DIGITS = 7;

    public ReproductionReport {
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
    }

    /** How many figures agree with the published ones. */
    public long agreeing() {
        return figures.stream().filter(ReproducedFigure::agrees).count();
    }

    /** A GitHub table and the notes under it, aligned for a terminal; ends with a newline. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# ").append(name).append("\n\n");
        text.append("Published: ").append(source).append("\n");
        text.append("Data: ").append(data).append("\n");
        text.append(String.format(Locale.ROOT, "Agree: %d of %d%n%n", agreeing(), figures.size())
                .replace(System.lineSeparator(), "\n"));
        MarkdownTable table = new MarkdownTable(3, "method", "rows", "figure", "published", "ours", "agree", "note");
        List<String> texts = new ArrayList<>();
        for (ReproducedFigure figure : figures) {
            String number = "";
            if (!figure.note().isEmpty()) {
                int known = texts.indexOf(figure.note());
                if (known < 0) {
                    texts.add(figure.note());
                    known = texts.size() - 1;
                }
                number = "[" + (known + 1) + "]";
            }
            table.row(List.of(
                    figure.method(),
                    figure.rows(),
                    figure.quantity(),
                    list(figure.published()),
                    figure.seeds() ? range(figure.ours()) : list(figure.ours()),
                    figure.agrees() ? "yes" : "no",
                    number));
        }
        text.append(table.text()).append("\n");
        for (int i = 0; i < texts.size(); i++) {
            text.append("[").append(i + 1).append("] ").append(texts.get(i)).append("\n");
        }
        notes.forEach(note -> text.append("- ").append(note).append("\n"));
        return text.toString();
    }

    /** Everything at full precision; ends with a newline. */
    public String json() {
        return ReportJson.text(tree());
    }

    /** As {@link #json()}, to add to. */
    public ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("version", ReportJson.VERSION);
        tree.put("name", name);
        tree.put("published", source);
        tree.put("data", data);
        tree.put("agree", agreeing());
        ArrayNode array = tree.putArray("figures");
        for (ReproducedFigure figure : figures) {
            ObjectNode node = array.addObject();
            node.put("method", figure.method());
            node.put("rows", figure.rows());
            node.put("figure", figure.quantity());
            figure.published().forEach(node.putArray("published")::add);
            figure.ours().forEach(node.putArray(figure.seeds() ? "ours_by_seed" : "ours")::add);
            node.put("agree", figure.agrees());
            node.put("note", figure.note());
        }
        notes.forEach(tree.putArray("notes")::add);
        return tree;
    }

    private static String list(List<Double> values) {
        return values.stream().map(ReproductionReport::number).collect(Collectors.joining(" / "));
    }

    private static String range(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return number(Collections.min(values)) + " to " + number(Collections.max(values)) + ", median "
                + number((sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2);
    }

    private static String number(double value) {
        return SignificantDigits.of(value, DIGITS);
    }
}
