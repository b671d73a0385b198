package dev.octet.event.text;

import java.util.regex.Pattern;

/**
 * Writes untrusted text into a line or a table cell of GitHub Flavored Markdown, so that a renderer shows the characters
 * and nothing else: no heading, list, table, code, emphasis, link, image or HTML. It stays readable as plain text: letters,
 * digits and most punctuation are written as they are.
 */
public final class MarkdownText {
    /** What begins a block where it stands first: a heading, a quotation, an underlined heading, a list, a rule. */
    private static final Pattern BLOCK = Pattern.compile(
            "^(\\s*)(?:(?=[#>=])|(?=[-+](?![\\p{L}\\p{N}]))|(\\d{1,9})(?=[.)](?:\\s|$)))",
            Pattern.UNICODE_CHARACTER_CLASS);

    private static final String LINKS_WITHOUT_SLASHES = "mailto|xmpp";
    private static final Pattern SCHEME =
            Pattern.compile("(?i).*(?<![\\p{L}\\p{N}])(" + LINKS_WITHOUT_SLASHES + ")", Pattern.DOTALL);

    private MarkdownText() {}

    /** The text on one line. */
    public static String of(String text) {
        StringBuilder markdown = new StringBuilder(text.length() + 16);
        int[] characters = text.codePoints().toArray();
        for (int i = 0; i < characters.length; i++) {
            int c = characters[i];
            if (HiddenCharacters.is(c)) {
                HiddenCharacters.append(c, markdown); // before a letter a backslash stands for itself
            } else if (c == '<') {
                markdown.append("&lt;");
            } else if (c == '&') {
                markdown.append("&amp;");
            } else {
                markdown.append(escaped(characters, i) ? "\\" : "").appendCodePoint(c);
            }
        }
        return BLOCK.matcher(markdown).replaceFirst("$1$2\\\\");
    }

    /** The text, {@linkplain PlainText#shortened shortened}. */
    public static String of(String text, int maximum) {
        return of(PlainText.shortened(text, maximum));
    }

    private static boolean escaped(int[] characters, int i) {
        int next = i + 1 < characters.length ? characters[i + 1] : -1;
        return switch (characters[i]) {
            case '`', '*', '[', ']', '|', '~', '$' -> true;
            case '\\' -> next < 0 || !Character.isLetterOrDigit(next) && next != ' ';
            // within a word it is no emphasis
            case '_' -> !word(characters, i - 1) || !word(characters, i + 1);
            // the target of a link
            case '(' -> i > 0 && characters[i - 1] == ']';
            // a bare address would become a link
            case ':' ->
                next == '/' || SCHEME.matcher(new String(characters, 0, i)).matches();
            case '.' -> i >= 3 && w(characters[i - 1]) && w(characters[i - 2]) && w(characters[i - 3]);
            default -> false;
        };
    }

    private static boolean w(int c) {
        return c == 'w' || c == 'W';
    }

    private static boolean word(int[] characters, int i) {
        return i >= 0 && i < characters.length && Character.isLetterOrDigit(characters[i]);
    }
}
