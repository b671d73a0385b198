package dev.octet.event;

/** Autonomous system numbers as logs write them: {@code 64500}, {@code AS64500}, {@code AS64500 Example Net}. */
public final class AsnText {
    private static final long LARGEST = 0xffffffffL;

    private AsnText() {}

    /** The number; -1 where the text is none. */
    public static long read(CharSequence text) {
        int length = text.length();
        boolean named = length > 2 && (text.charAt(0) | 0x20) == 'a' && (text.charAt(1) | 0x20) == 's';
        int i = named ? 2 : 0;
        if (named && text.charAt(2) == ' ') {
            i++;
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
        boolean ends = i == length || named && text.charAt(i) == ' ';
        return i > first && ends ? number : -1;
    }
}
