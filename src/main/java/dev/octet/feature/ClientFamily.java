package dev.octet.feature;

/** The name of a browser or an operating system without its version. */
public final class ClientFamily {
    private ClientFamily() {}

    /**
     * The words before the first that starts with a digit; the first word always stays, so {@code 1Password} is a
     * family. {@code "Chrome Mobile WebView 85.0.4183"} becomes {@code "Chrome Mobile WebView"}, {@code "Other "}
     * {@code "Other"}, and a blank text {@code ""}.
     */
    public static String of(String nameAndVersion) {
        String text = nameAndVersion.strip();
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9' && Character.isWhitespace(text.charAt(i - 1))) {
                return text.substring(0, i).stripTrailing();
            }
        }
        return text;
    }
}
