package dev.octet.feature;

import dev.octet.event.text.PlainText;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The words that tell one user agent from others, for reasons. Most of a browser's text is the same in all browsers
 * (compatibility tokens) and stands at its beginning, so a text that is cut at its end loses the part that differs.
 */
public final class UserAgentWords {
    /** Characters that an alert has room for. */
    private static final int SHOWN = 100;

    /** What browsers send to be taken for each other; the longer before its part. */
    private static final List<String> SHARED = List.of(
            "Mozilla/5.0",
            "AppleWebKit/537.36",
            "AppleWebKit/605.1.15",
            "(KHTML, like Gecko)",
            "(KHTML, like Gecko",
            "Gecko/20100101",
            "Safari/537.36",
            "Version/4.0",
            "compatible;",
            "like Gecko");

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private UserAgentWords() {}

    /**
     * The text without what all browsers send and, where that is still long, without its middle: {@code (Linux; Android 13;
     * Pixel 7) Chrome/123.0.0.0 Mobile}. A text of nothing else stays as it is.
     */
    public static String of(String userAgent) {
        // a hostile text may be long, and is shortened before anything is done with it
        String text = userAgent.length() <= 8 * SHOWN ? userAgent : PlainText.shortened(userAgent, 8 * SHOWN);
        String telling = text;
        for (String shared : SHARED) {
            telling = telling.replace(shared, " ");
        }
        telling = BLANKS.matcher(telling.strip()).replaceAll(" ");
        if (telling.isEmpty()) {
            telling = text.strip();
        }
        int length = telling.codePointCount(0, telling.length());
        if (length <= SHOWN) {
            return telling;
        }
        int begin = telling.offsetByCodePoints(0, SHOWN / 2);
        int end = telling.offsetByCodePoints(telling.length(), -(SHOWN / 2 - 1));
        return telling.substring(0, begin) + "…" + telling.substring(end);
    }
}
