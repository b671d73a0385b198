package dev.octet.event.text;

import java.util.HexFormat;

/**
 * Tells which characters a reader cannot see or which act on the text around them, and writes them by number: U+202E
 * as a backslash and {@code u202e}, and U+E0041 as a backslash and <code>u{e0041}</code>.
 *
 * <p>Hidden are: control characters (C0, DEL, C1 such as U+009B, which starts a terminal command), format characters
 * (bidirectional marks, zero-width spaces and joiners, byte order marks, tags), line and paragraph separators, other
 * characters that Unicode declares ignorable by default (variation selectors, fillers), private use and unassigned code
 * points. A surrogate without its partner, which UTF-8 cannot express, becomes U+FFFD.
 */
final class HiddenCharacters {
    private static final HexFormat HEX = HexFormat.of();
    static final char REPLACEMENT = '\ufffd';

    private HiddenCharacters() {}

    /** Whether the text has none, so that it can be written as it is. */
    static boolean absentFrom(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f && (Character.isSurrogate(c) || is(c))) {
                return text.codePoints().noneMatch(HiddenCharacters::is);
            }
        }
        return true;
    }

    static boolean is(int codePoint) {
        if (codePoint >= ' ' && codePoint < 0x7f) {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> ignorable(codePoint);
        };
    }

    /** Default_Ignorable_Code_Point of Unicode 15 (DerivedCoreProperties.txt), less the format and unassigned ones. */
    private static boolean ignorable(int c) {
        return c == 0x034f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || c >= 0x180b && c <= 0x180f
                || c == 0x3164
                || c >= 0xfe00 && c <= 0xfe0f
                || c == 0xffa0
                || c >= 0xe0100 && c <= 0xe01ef;
    }

    /** Adds a code point that {@link #is} hidden. */
    static void append(int codePoint, StringBuilder out) {
        if (codePoint <= Character.MAX_VALUE) {
            if (Character.isSurrogate((char) codePoint)) {
                out.append(REPLACEMENT);
            } else {
                out.append("\\u").append(HEX.toHexDigits((char) codePoint));
            }
        } else {
            out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
        }
    }
}
