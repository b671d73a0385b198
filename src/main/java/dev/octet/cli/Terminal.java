package dev.octet.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * What the two output streams are connected to.
 *
 * @param out whether the standard output is a terminal
 * @param err whether the error stream is one: progress bars are shown there only
 * @param colour whether colours are wanted where there is a terminal
 * @param unicode whether the terminal shows more than ASCII
 */
record Terminal(boolean out, boolean err, boolean colour, boolean unicode) {
    /** No terminal at all: a pipe, a file, a test. */
    static final Terminal NONE = new Terminal(false, false, false, true);

    /** The launcher's word on which streams are terminals; what Java itself can tell differs from release to release. */
    private static final String STREAMS = "octet.terminal";

    /** The terminal of this process. */
    static Terminal ofProcess() {
        String streams = System.getProperty(STREAMS);
        boolean console = System.console() != null;
        return of(
                streams == null ? console : streams.contains("out"),
                streams == null ? console : streams.contains("err"),
                System.getenv());
    }

    /** As the environment says: {@code NO_COLOR} (no-color.org), {@code TERM} and the locale. */
    static Terminal of(boolean out, boolean err, Map<String, String> environment) {
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        String locale = "";
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            locale = locale.isEmpty() ? environment.getOrDefault(name, "") : locale;
        }
        String plain = locale.toLowerCase(Locale.ROOT).replace("-", "");
        return new Terminal(out, err, colour, !out || plain.contains("utf8"));
    }

    boolean colouredOut() {
        return out && colour;
    }

    /** How text is written: as the terminal reads it, and always UTF-8 to files and pipes. */
    Charset charset() {
        return unicode ? StandardCharsets.UTF_8 : Charset.forName(System.getProperty("native.encoding", "US-ASCII"));
    }
}
