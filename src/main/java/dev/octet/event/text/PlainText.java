package dev.octet.event.text;

import java.util.Locale;

/**
 * Writes untrusted text for terminals, log lines and messages: on one line, with every {@linkplain HiddenCharacters
 * hidden character} by number. A backslash stays one, since names such as {@code DOMAIN\ann} are common: a
 * backslash and {@code u202e} may stand for U+202E or for these six characters.
 */
public final class PlainText {
    /** Characters of a value that a message shows at most. */
    public static final int SHOWN = 200;

    private PlainText() {}

    /** The whole text. */
    public static String of(String text) {
        if (HiddenCharacters.absentFrom(text)) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length() + 16);
        append(text, false, plain);
        return plain.toString();
    }

    /** The text, {@linkplain #shortened shortened}. */
    public static String of(String text, int maximum) {
        return of(shortened(text, maximum));
    }

    /** A text that Octet has put together from lines; the line feeds stay. */
    public static String lines(String text) {
        StringBuilder plain = new StringBuilder(text.length() + 16);
        append(text, true, plain);
        return plain.toString();
    }

    private static void append(String text, boolean lineFeeds, StringBuilder plain) {
        text.codePoints().forEach(c -> {
            if (HiddenCharacters.is(c) && !(lineFeeds && c == '\n')) {
                HiddenCharacters.append(c, plain);
            } else {
                plain.appendCodePoint(c);
            }
        });
    }

    /**
     * Formats as {@link String#format(Locale, String, Object...)} does in {@link Locale#ROOT}. The format is Octet's own;
     * every argument but numbers, truth values and {@code null} is written as {@link #of(String)} does.
     */
    public static String format(String format, Object... arguments) {
        Object[] plain = arguments.clone();
        for (int i = 0; i < plain.length; i++) {
            if (plain[i] != null && !(plain[i] instanceof Number) && !(plain[i] instanceof Boolean)) {
                plain[i] = of(plain[i].toString());
            }
        }
        return String.format(Locale.ROOT, format, plain);
    }

    /**
     * The text itself if it has at most so many code points, else its beginning and how long it is: {@code aaaa… (70,000
     * characters)}. Hidden characters stay; other types of this package write them.
     */
    public static String shortened(String text, int maximum) {
        if (text.length() <= maximum) {
            return text;
        }
        int count = text.codePointCount(0, text.length());
        return count <= maximum
                ? text
                : text.substring(0, text.offsetByCodePoints(0, maximum))
                        + String.format(Locale.ROOT, "… (%,d characters)", count);
    }
}
