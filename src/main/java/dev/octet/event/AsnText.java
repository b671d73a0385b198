package dev.octet.event;

/**
 * Autonomous system numbers as logs write them: {@code 64500}, {@code AS64500}, {@code ASN64500}, {@code AS64500 Example Net},
 * {@code 64500 Example Net}, and {@code 64500.0}, as tables with missing numbers do.
 */
public final class AsnText {
    private static final long LARGEST = 0xffffffffL;

    private AsnText() {}

    /** The number; -1 where the text is none. */
    public static long read(CharSequence text) {
        int length = text.length();
        int i = blanks(text, 0);
        if (i + 2 < length && (text.charAt(i) | 0x20) == 'a' && (text.charAt(i + 1) | 0x20) == 's') {
            i += (text.charAt(i + 2) | 0x20) == 'n' ? 3 : 2;
            i = blanks(text, i);
        }
        long number = 0;
        int first = i;
        for (; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            number = 10 * number + digit;
            if (number > LARGEST) {
                return -1;
            }
        }
        if (i + 1 < length && text.charAt(i) == '.') {
            i++;
            while (i < length && text.charAt(i) == '0') {
                i++;
            }
        }
        return i > first && (i == length || text.charAt(i) == ' ') ? number : -1;
    }

    private static int blanks(CharSequence text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        return i;
    }
}
