package dev.octet.evaluate;

import dev.octet.event.text.MarkdownText;
import dev.octet.event.text.PlainText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A GitHub table, padded to be read in a terminal as well. The first columns hold untrusted texts and are aligned left, the
 * others hold what Octet computed and are aligned right.
 */
final class MarkdownTable {
    static final String UNDEFINED = "n/a";

    private final List<List<String>> lines = new ArrayList<>();

    private final int textColumns;

    MarkdownTable(int textColumns, String... heads) {
        this.textColumns = textColumns;
        lines.add(List.of(heads));
    }

    void row(List<String> cells) {
        if (cells.size() != lines.get(0).size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells under " + lines.get(0).size() + " heads");
        }
        lines.add(List.copyOf(cells));
    }

    /** Whether there is nothing to read: no row, or rows without a single number. */
    boolean isEmpty() {
        return lines.size() == 1 || columns().length == textColumns;
    }

    /** The texts, and of the others the columns that have a value in some row. */
    private int[] columns() {
        return IntStream.range(0, lines.get(0).size())
                .filter(column -> column < textColumns
                        || lines.size() == 1
                        || lines.stream()
                                .skip(1)
                                .anyMatch(line -> !line.get(column).equals(UNDEFINED)))
                .toArray();
    }

    /** The table; a column that is undefined in every row is left out. */
    String text() {
        int[] kept = columns();
        int columns = kept.length;
        int[] widths = new int[columns];
        List<List<String>> escaped = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> line = lines.get(i);
            escaped.add(escaped(Arrays.stream(kept).mapToObj(line::get).toList(), i == 0 ? 0 : textColumns));
        }
        for (List<String> line : escaped) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], length(line.get(column)));
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < escaped.size(); i++) {
            line(text, escaped.get(i), widths);
            if (i == 0) {
                for (int column = 0; column < columns; column++) {
                    // a right-aligned column's colon takes the place of the space before the bar
                    text.append("|").append("-".repeat(widths[column] + 1)).append(column < textColumns ? "-" : ":");
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    private void line(StringBuilder text, List<String> cells, int[] widths) {
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - length(cell));
            text.append(column == 0 ? "| " : " | ").append(column < textColumns ? cell + padding : padding + cell);
        }
        text.append(" |\n");
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    /** The cells, the first of which hold texts. */
    private static List<String> escaped(List<String> cells, int texts) {
        List<String> escaped = new ArrayList<>();
        for (String cell : cells) {
            escaped.add(
                    escaped.size() < texts
                            ? MarkdownText.of(cell, PlainText.SHOWN)
                            : cell.replace("|", "\\|").replace('\n', ' '));
        }
        return escaped;
    }
}
