package dev.octet.evaluate;

import java.util.ArrayList;
import java.util.List;

/** A GitHub table padded so that it reads as well in a terminal. The first columns hold texts and go to
 * the left, the others numbers and go to the right. */
final class MarkdownTable {
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

    boolean isEmpty() {
        return lines.size() == 1;
    }

    String text() {
        int columns = lines.get(0).size();
        int[] widths = new int[columns];
        List<List<String>> escaped = lines.stream()
                .map(line -> line.stream().map(MarkdownTable::escape).toList())
                .toList();
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

    private static String escape(String cell) {
        return cell.replace("|", "\\|").replace('\n', ' ');
    }
}
