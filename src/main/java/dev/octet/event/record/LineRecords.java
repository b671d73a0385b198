package dev.octet.event.record;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Each line that is not blank is a record, whose only place is the line itself. Not thread-safe. */
public final class LineRecords implements RecordReader {
    /** The name of the place that holds the line. */
    public static final String LINE = "line";

    private final ByteLines lines;
    private final int slot;
    private final Literals containing;
    private final int maxBytes;
    private String problem = "";

    /**
     * @param in UTF-8 bytes, closed with the reader
     * @param containing texts in ASCII; a line without any of them is passed over. Empty where none is
     */
    public LineRecords(InputStream in, Places places, List<String> containing) {
        this(new ByteLines(in), places, new Literals(containing), Integer.MAX_VALUE);
    }

    /** As {@link #LineRecords(InputStream, Places, List)}, of a block. */
    public LineRecords(LineBlocks.Block block, Places places, List<String> containing) {
        this(new ByteLines(block), places, new Literals(containing), Integer.MAX_VALUE);
    }

    private LineRecords(ByteLines lines, Places places, Literals containing, int maxBytes) {
        this.lines = lines;
        this.containing = containing;
        this.maxBytes = maxBytes;
        slot = places.slot(Place.of(LINE));
    }

    /** Takes only the beginning of each line, of so many bytes at most. */
    public static LineRecords beginnings(InputStream in, Places places, int maxBytes) {
        return new LineRecords(new ByteLines(in), places, Literals.NONE, maxBytes);
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
                if (!containing.in(lines.buffer(), lines.from(), lines.to())) {
                    return Next.PASSED;
                }
                values.set(slot, lines.text(maxBytes));
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
