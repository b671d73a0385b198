package dev.octet.cli;

import dev.octet.event.text.PlainText;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way to a terminal, for everything that a command prints: hidden characters are written by number, whoever put the
 * text together. Line ends and tabs pass, and on a terminal with colours the sequences that set them. Not thread-safe.
 */
final class TerminalWriter extends FilterWriter {
    private static final Pattern LINE_END = Pattern.compile("\r\n|[\n\t]");
    private static final Pattern LINE_END_OR_COLOUR = Pattern.compile("\r\n|[\n\t]|\u001b\\[[0-9;]*m");

    private final Pattern passes;

    TerminalWriter(Writer out, boolean coloured) {
        super(out);
        passes = coloured ? LINE_END_OR_COLOUR : LINE_END;
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        String part = text.substring(offset, offset + length);
        Matcher pass = passes.matcher(part);
        int from = 0;
        while (pass.find()) {
            out.write(PlainText.of(part.substring(from, pass.start())));
            out.write(pass.group());
            from = pass.end();
        }
        out.write(PlainText.of(part.substring(from)));
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        write(new String(text, offset, length), 0, length);
    }

    @Override
    public void write(int c) throws IOException {
        write(String.valueOf((char) c), 0, 1);
    }
}
