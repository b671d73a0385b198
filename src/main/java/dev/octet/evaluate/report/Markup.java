package dev.octet.evaluate.report;

import dev.octet.event.text.HtmlText;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and SVG whose texts and attribute values are escaped by construction: what a log says can never become an
 * element. Control and formatting characters, which could hide or turn round what stands beside them, are shown by number.
 * Not thread-safe.
 */
final class Markup {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Opens an element.
     *
     * @param attributes names and values in turn; one whose value is {@code null} is left out
     */
    Markup open(String tag, String... attributes) {
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    /** An element without content that has no end tag in HTML. */
    Markup empty(String tag, String... attributes) {
        start(tag, attributes);
        return this;
    }

    private void start(String tag, String... attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("attributes are names and values, got " + attributes.length);
        }
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                HtmlText.append(attributes[i + 1], out);
                out.append('"');
            }
        }
        out.append('>');
    }

    /** Closes the innermost open element. */
    Markup close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    Markup line() {
        out.append('\n');
        return this;
    }

    Markup text(String text) {
        HtmlText.append(text, out);
        return this;
    }

    /** An element that holds a text. */
    Markup element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** The head of a table, and the start of its body. @param texts how many columns hold texts; those after them hold numbers */
    Markup head(int texts, String... columns) {
        open("thead").open("tr");
        for (int i = 0; i < columns.length; i++) {
            element("th", columns[i], "scope", "col", "class", i < texts ? null : "num");
        }
        return close().close().open("tbody");
    }

    /** The first cell of a row, which names it. */
    Markup rowName(String name) {
        return element("th", name, "scope", "row");
    }

    /** A cell with a number. */
    Markup number(String number) {
        return element("td", number, "class", "num");
    }

    /** A paragraph in small print. */
    Markup note(String text) {
        return element("p", text, "class", "note");
    }

    /** An entry of a legend, which stays on one line: a sample of a colour and what it stands for. */
    Markup legend(String style, String meaning) {
        return open("span", "class", "entry")
                .element("span", "", "class", "swatch " + style)
                .text(meaning)
                .close()
                .text(" ");
    }

    /** Text of Octet itself that is no markup but may not be escaped: a style sheet or a script. */
    Markup ours(String text) {
        out.append(text);
        return this;
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return out.toString();
    }
}
