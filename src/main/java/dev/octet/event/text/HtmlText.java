package dev.octet.event.text;

/** Writes untrusted text as the content of an HTML element or of a quoted attribute. */
public final class HtmlText {
    private HtmlText() {}

    /** Adds the text: {@code & < > " '} as references, hidden characters by number, line feeds as they are. */
    public static void append(String text, StringBuilder html) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                case '\n' -> html.append('\n');
                default -> {
                    if (HiddenCharacters.is(c)) {
                        HiddenCharacters.append(c, html);
                    } else {
                        html.appendCodePoint(c);
                    }
                }
            }
        });
    }
}
