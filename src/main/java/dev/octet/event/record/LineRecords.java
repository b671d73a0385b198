package dev.octet.event.record;

import java.io.IOException;
import java.io.InputStream;

/** Each line that is not blank is a record, whose only place is the line itself. Not thread-safe. */
public final class LineRecords implements RecordReader {
    /** The name of the place that holds the line. */
    public static final String LINE = "line";

    private final ByteLines lines;
    private final int slot;
    private String problem = "";

    /** @param in UTF-8 bytes, closed with the reader */
    public LineRecords(InputStream in, Places places) {
        lines = new ByteLines(in);
        slot = places.slot(Place.of(LINE));
    }

    @Override
    public Next next(Values values) throws IOException {
        values.clear();
        while (lines.next()) {
            if (lines.tooLong()) {
                problem = "a line of more than " + ByteLines.MAX_LINE + " bytes";
                return Next.UNREADABLE;
            }
            if (!lines.isBlank()) {
                values.set(slot, lines.text());
                return Next.RECORD;
            }
        }
        return Next.END;
    }

    @Override
    public long line() {
        return lines.line();
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public String excerpt() {
        return lines.excerpt();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
