package dev.octet.event;

/** Texts that programs write where an address or a number is missing. Names are not read so: somebody may be called Null. */
public final class AbsentText {
    private static final String[] WORDS = {
        "-", "?", "unknown", "undefined", "null", "(null)", "none", "(none)", "nil", "<nil>", "nan", "n/a", "na", "\\N"
    };
    private static final int LONGEST = 9;

    private AbsentText() {}

    /** Whether a text, which may have blanks around it, stands for no value. */
    public static boolean is(CharSequence text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && text.charAt(to - 1) <= ' ') {
            to--;
        }
        if (from == to) {
            return true;
        }
        if (to - from > LONGEST || text.charAt(from) >= '0' && text.charAt(from) <= '9') {
            return false;
        }
        String stripped = text.subSequence(from, to).toString();
        for (String word : WORDS) {
            if (word.equalsIgnoreCase(stripped)) {
                return true;
            }
        }
        return false;
    }
}
