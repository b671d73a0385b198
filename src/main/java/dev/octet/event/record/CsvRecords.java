package dev.octet.event.record;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a CSV file as records, by the names of their columns. Read as leniently as the many programs that write
 * CSV need: a quoted field may go over lines, text may follow a closing quote, a row may be short or long. A quote that
 * no other one closes costs the one line where its row begins. Not thread-safe.
 */
public final class CsvRecords implements RecordReader {
    private static final int MAX_RECORD = 1 << 20;
    private static final int MAX_RECORD_LINES = 10_000;
    private static final String SEPARATORS = ",;\t|";

    /**
     * How a file is written.
     *
     * @param separator between two fields; where empty, the one of comma, semicolon, tab and bar that the header has most
     * @param quoted whether a field may stand in quotes
     * @param header the columns where no line names them; else empty
     * @param headerPrefix what the line that names the columns begins with, e.g. {@code #fields}; may be empty
     * @param comment what a line begins with that is no row; empty where there are none
     * @param commentsAnywhere whether such lines may stand behind the header too
     */
    public record Dialect(
            Optional<Character> separator,
            boolean quoted,
            List<String> header,
            String headerPrefix,
            String comment,
            boolean commentsAnywhere) {
        public Dialect {
            header = List.copyOf(header);
        }
    }

    /** A line, with its number. */
    private record Line(String text, String ending, long number) {}

    private final ByteLines lines;
    private final Dialect dialect;
    private final List<Place> places;
    private final Deque<Line> putBack = new ArrayDeque<>();
    private final List<Line> record = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();
    private char separator;
    private int[][] slotsOfColumn;
    private long line;
    private String problem = "";
    private String excerpt = "";

    /**
     * @param in UTF-8 bytes, closed with the reader
     * @param places what to take of each row; complete
     */
    public CsvRecords(InputStream in, Dialect dialect, Places places) throws IOException {
        lines = new ByteLines(in);
        this.dialect = dialect;
        this.places = places.all();
        separator = dialect.separator().orElse(',');
        if (!dialect.header().isEmpty()) {
            columns(dialect.header());
        }
    }

    /**
     * The columns that a text names, the first of a file.
     *
     * @return empty where no line of it names columns
     */
    public static List<String> header(InputStream in, Dialect dialect) throws IOException {
        try (CsvRecords reader = new CsvRecords(in, dialect, new Places())) {
            return reader.readHeader() ? List.copyOf(reader.fields) : List.of();
        }
    }

    /** How many fields the first row of a text without a header has; 0 where there is none. */
    public static int widthOfFirst(InputStream in, Dialect dialect) throws IOException {
        try (CsvRecords reader = new CsvRecords(in, dialect, new Places())) {
            return reader.next(new Values(0)) == Next.RECORD ? reader.fields.size() : 0;
        }
    }

    private boolean readHeader() throws IOException {
        while (true) {
            Line first = nextLine();
            if (first == null) {
                return false;
            }
            String text = first.text();
            boolean names = dialect.headerPrefix().isEmpty() || text.startsWith(dialect.headerPrefix());
            if (!names || dialect.headerPrefix().isEmpty() && isComment(text)) {
                if (isComment(text)) {
                    continue;
                }
                return false;
            }
            if (text.matches("(?i)sep=.")) {
                separator = text.charAt(4);
                continue;
            }
            String names0 = text.substring(dialect.headerPrefix().length());
            if (dialect.separator().isEmpty()) {
                separator = mostFrequent(text);
            }
            if (!dialect.headerPrefix().isEmpty() && !names0.isEmpty() && names0.charAt(0) == separator) {
                names0 = names0.substring(1);
            }
            putBack.push(new Line(names0, first.ending(), first.number()));
            return readRecord() == Next.RECORD;
        }
    }

    private boolean isComment(String text) {
        return !dialect.comment().isEmpty() && text.startsWith(dialect.comment());
    }

    private static char mostFrequent(String header) {
        char best = ',';
        long most = 0;
        for (char candidate : SEPARATORS.toCharArray()) {
            boolean inQuotes = false;
            long count = 0;
            for (int i = 0; i < header.length(); i++) {
                char c = header.charAt(i);
                inQuotes ^= c == '"';
                count += !inQuotes && c == candidate ? 1 : 0;
            }
            if (count > most) {
                most = count;
                best = candidate;
            }
        }
        return best;
    }

    private void columns(List<String> names) {
        slotsOfColumn = new int[names.size()][];
        Map<String, List<Integer>> slots = new HashMap<>();
        for (int slot = 0; slot < places.size(); slot++) {
            slots.computeIfAbsent(places.get(slot).name(), n -> new ArrayList<>())
                    .add(slot);
        }
        for (int i = 0; i < slotsOfColumn.length; i++) {
            slotsOfColumn[i] = slots.getOrDefault(names.get(i).strip(), List.of()).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
    }

    @Override
    public Next next(Values values) throws IOException {
        values.clear();
        if (slotsOfColumn == null) {
            if (!readHeader()) {
                return Next.END;
            }
            columns(fields);
        }
        while (true) {
            Line first = nextLine();
            if (first == null) {
                return Next.END;
            }
            if (dialect.commentsAnywhere() && isComment(first.text())) {
                if (!dialect.headerPrefix().isEmpty() && first.text().startsWith(dialect.headerPrefix())) {
                    putBack.push(first);
                    if (readHeader()) {
                        columns(fields);
                    }
                }
                continue;
            }
            putBack.push(first);
            Next read = readRecord();
            if (read == Next.RECORD) {
                for (int i = 0; i < Math.min(fields.size(), slotsOfColumn.length); i++) {
                    for (int slot : slotsOfColumn[i]) {
                        values.add(slot, fields.get(i));
                    }
                }
            }
            return read;
        }
    }

    /** The next line that is not blank. */
    private Line nextLine() throws IOException {
        Line next;
        do {
            next = anyLine();
        } while (next != null && next.text().isBlank());
        return next;
    }

    private Line anyLine() throws IOException {
        if (!putBack.isEmpty()) {
            return putBack.pop();
        }
        return lines.next() ? new Line(lines.text(), lines.ending(), lines.line()) : null;
    }

    /** Reads a record, of which at least one line is there, into {@link #fields}. */
    private Next readRecord() throws IOException {
        record.clear();
        fields.clear();
        StringBuilder field = new StringBuilder();
        int characters = 0;
        boolean inQuotes = false;
        boolean closed = false;
        while (true) {
            Line next = anyLine();
            if (next == null) {
                return giveUp("a quoted field is not closed before the end of the file");
            }
            if (record.isEmpty()) {
                line = next.number();
            }
            record.add(next);
            String text = next.text();
            characters += text.length();
            if (characters > MAX_RECORD || record.size() > MAX_RECORD_LINES) {
                return giveUp("a quoted field goes over too many lines");
            }
            int i = 0;
            while (i < text.length()) {
                char c = text.charAt(i);
                if (inQuotes) {
                    int quote = text.indexOf('"', i);
                    if (quote < 0) {
                        field.append(text, i, text.length());
                        break;
                    }
                    field.append(text, i, quote);
                    if (quote + 1 < text.length() && text.charAt(quote + 1) == '"') {
                        field.append('"');
                        i = quote + 2;
                    } else {
                        inQuotes = false;
                        closed = true;
                        i = quote + 1;
                    }
                } else if (c == separator) {
                    fields.add(field.toString());
                    field.setLength(0);
                    closed = false;
                    i++;
                } else if (c == '"' && dialect.quoted() && field.isEmpty()) {
                    inQuotes = true;
                    i++;
                } else {
                    if (closed && record.size() > 1 && c != ' ') {
                        return giveUp("a quoted field goes over the line end, and text follows its closing quote");
                    }
                    int until = text.indexOf(separator, i);
                    until = until < 0 ? text.length() : until;
                    field.append(text, i, until);
                    i = until;
                }
            }
            if (!inQuotes) {
                fields.add(field.toString());
                return Next.RECORD;
            }
            field.append(next.ending());
        }
    }

    private Next giveUp(String why) {
        problem = why;
        String first = record.get(0).text();
        excerpt = first.substring(0, Math.min(ByteLines.EXCERPT, first.length()));
        for (int i = record.size() - 1; i > 0; i--) {
            putBack.push(record.get(i));
        }
        return Next.UNREADABLE;
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public String excerpt() {
        if (problem.isEmpty() && !record.isEmpty()) {
            String first = record.get(0).text();
            return first.substring(0, Math.min(ByteLines.EXCERPT, first.length()));
        }
        return excerpt;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
