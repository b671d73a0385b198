package dev.octet.event.text;

/**
 * Writes untrusted text into a line of the Common Event Format (ArcSight CEF, version 25): hidden characters by number,
 * and before its own signs a backslash.
 */
public final class CefText {
    private CefText() {}

    /** A field of the header, between bars. */
    public static String header(String text) {
        return PlainText.of(text).replace("\\", "\\\\").replace("|", "\\|");
    }

    /** A value of the extension, after {@code key=}. */
    public static String value(String text) {
        return PlainText.of(text).replace("\\", "\\\\").replace("=", "\\=");
    }
}
