package dev.octet.event;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.octet.event.RejectedRows.Reason;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the rows of a {@link CsvSource}. Not thread-safe. */
final class CsvLoginReader implements LoginReader {
    private static final int SHOWN = 200;
    /** Characters of a header that is tried with other separators. */
    private static final int SHOWN_HEADER = 1 << 12;

    private static final char[] SEPARATORS = {';', '\t', '|', ','};

    private final String name;
    private final CsvFormat format;
    private final RecordText text;
    private final RowValues row;
    private final LoginRows rows;
    private final RecordFields fields;
    private final CsvRow handler;
    private final RowFilter filter;
    private final Optional<PlacedSource.Notes> notes;
    private final Iterator<PlacedSource.Part> parts;
    /** Rows of the file before the end of the part that is read. */
    private long untilRow;
    /** Columns that the filter looks at, and the others that are wanted. */
    private int[] first;

    private int[] others;

    /**
     * A reader of all of the text, or of parts between places that an earlier reading of the same text noted.
     *
     * @param labelMayBeMissing whether a file without the format's label column is read as one without labels
     */
    CsvLoginReader(
            String name,
            RecordText text,
            CsvFormat format,
            boolean labelMayBeMissing,
            RowOrder order,
            ReadRequest request)
            throws IOException {
        this.name = name;
        filter = request.filter();
        notes = request.notes();
        parts = request.parts().iterator();
        this.text = text;
        this.format = format;
        List<String> header = header(labelMayBeMissing);
        boolean labelMissing = format.labelColumn() != null && !header.contains(format.labelColumn());
        row = new RowValues(labelMissing ? format.withLabelColumn(null) : format, header, request.needed());
        rows = LoginRows.ofFile(row, order, request);
        fields = new RecordFields(text, format.separator(), header.size());
        chooseColumns();
        handler = new CsvRow(text, row, header.size());
    }

    /** Goes to the next part, if there is one. */
    private boolean nextPart() throws IOException {
        if (!parts.hasNext()) {
            return false;
        }
        PlacedSource.Part part = parts.next();
        untilRow = part.untilRow();
        if (part.from().isPresent()) {
            PlacedSource.Place place = part.from().orElseThrow();
            try {
                text.goTo(place.offset(), place.line());
            } catch (IOException e) {
                throw damaged(e);
            }
            rows.goTo(place);
        }
        return true;
    }

    private void chooseColumns() {
        int[] wanted = row.wanted();
        boolean all = filter == RowFilter.ALL;
        first = all
                ? new int[0]
                : Arrays.stream(wanted).filter(i -> row.isNeeded(filter, i)).toArray();
        others = all
                ? wanted
                : Arrays.stream(wanted).filter(i -> !row.isNeeded(filter, i)).toArray();
    }

    private CsvReader.CsvReaderBuilder parser() {
        return CsvReader.builder()
                .fieldSeparator(format.separator())
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
    }

    private List<String> header(boolean labelMayBeMissing) throws IOException {
        CsvRecord record;
        try {
            CloseableIterator<CsvRecord> lines = parser().ofCsvRecord(text).iterator();
            if (!lines.hasNext()) {
                throw new InputException(name + " is empty; a CSV file with a header line is expected");
            }
            record = lines.next();
        } catch (CsvParseException e) {
            throw new InputException(
                    name + ":1: the header line cannot be read: " + e.getMessage()
                            + separatorThatFits(text.recordHead(SHOWN_HEADER)),
                    e);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof RecordText.TooLongException) {
                throw new InputException(
                        name + ":1: no line end in the first " + text.longest()
                                + " characters; this is not a CSV file with a header line",
                        e);
            }
            throw damaged(e.getCause());
        }
        List<String> names = record.getFields();
        String where = name + ":" + record.getStartingLineNumber();
        refuseBinary(where, names);
        refuseDuplicates(where, names);
        requireColumns(where, names, labelMayBeMissing);
        if (format.labelColumn() != null) {
            DetectorOutput.refuseAsLabel(names, format.labelColumn(), where);
        }
        return names;
    }

    /** Advice, where a header of quoted names has another separator than the format. */
    private String separatorThatFits(String header) {
        for (char other : SEPARATORS) {
            try {
                List<String> names = CsvReader.builder()
                        .fieldSeparator(other)
                        .ofCsvRecord(header)
                        .iterator()
                        .next()
                        .getFields();
                if (names.containsAll(format.columns().values())) {
                    return "; is the separator " + shown(other) + "? Then say so with data.format.separator";
                }
            } catch (CsvParseException e) {
                continue; // nor is it this one
            }
        }
        return "";
    }

    private static String shown(char separator) {
        return separator == '\t' ? "'\\t'" : "'" + separator + "'";
    }

    private static void refuseBinary(String where, List<String> names) {
        for (String column : names) {
            char[] characters = column.toCharArray();
            for (int i = 0; i < characters.length; i++) {
                Reason problem = RecordText.problem(characters, i);
                if (problem == Reason.CONTROL_CHARACTER) {
                    throw new InputException(
                            where + ": this is a binary file (found U+%04X); ".formatted((int) characters[i])
                                    + "a CSV file with a header line is expected");
                }
                if (problem == Reason.NOT_UTF8) {
                    throw new InputException(
                            where + ": the header line is not UTF-8 text; if this is a CSV file, convert"
                                    + " it, e.g. iconv -f ISO-8859-1 -t UTF-8");
                }
            }
        }
    }

    private static void refuseDuplicates(String where, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String column : names) {
            if (!seen.add(column)) {
                throw new InputException(where + ": the header has the column \"" + column
                        + "\" twice; rename or remove one. Found: " + String.join(", ", names));
            }
        }
    }

    private void requireColumns(String where, List<String> names, boolean labelMayBeMissing) {
        Set<String> missing = new TreeSet<>(format.columns().values());
        if (format.labelColumn() != null && !labelMayBeMissing) {
            missing.add(format.labelColumn());
        }
        names.forEach(missing::remove);
        if (missing.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder(where)
                .append(": the header has no column ")
                .append(String.join(", ", missing))
                .append(". Found: ")
                .append(PlainText.of(String.join(", ", names), 5 * SHOWN));
        List<String> unused = names.stream()
                .filter(name -> !format.columns().containsValue(name))
                .toList();
        for (String column : missing) {
            Spelling.nearest(column, unused)
                    .ifPresent(name -> message.append("; is \"")
                            .append(PlainText.of(name, SHOWN))
                            .append("\" meant for ")
                            .append(column)
                            .append('?'));
        }
        message.append(
                ". Choose the format that fits this file, or map its column names in the config under data.format");
        if (names.size() == 1) {
            for (char other : SEPARATORS) {
                if (other != format.separator() && names.get(0).indexOf(other) >= 0) {
                    message.append("; is the separator ").append(shown(other)).append('?');
                    break;
                }
            }
        }
        throw new InputException(message.toString());
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (true) {
            if (notes.isPresent() && notes.get().isDue(rows.count())) {
                notes.get().add(new PlacedSource.Place(text.offset(), text.line(), rows.count(), rows.newestMicros()));
            }
            if (rows.count() >= untilRow && !nextPart()) {
                return end();
            }
            switch (nextRecord()) {
                case PLAIN -> {
                    row.begin();
                    for (int index : first) {
                        fields.field(index, row);
                    }
                    if (first.length > 0 && rows.leavesOut(filter, text.recordLine())) {
                        continue;
                    }
                    for (int index : others) {
                        fields.field(index, row);
                    }
                    int lacking = row.lacking();
                    if (lacking >= 0) {
                        fields.field(lacking, row);
                    }
                    if (row.wantedChanged()) {
                        chooseColumns();
                    }
                }
                case OTHER -> {
                    Parsed parsed = parse();
                    if (parsed == Parsed.END) {
                        return end();
                    }
                    if (parsed == Parsed.REJECTED) {
                        continue;
                    }
                }
                case END -> {
                    return end();
                }
            }
            Labelled<LoginEvent> login = rows.take(text.recordLine());
            if (login != null) {
                if (notes.isPresent()) {
                    notes.get().add(row.user());
                }
                return login;
            }
        }
    }

    private Labelled<LoginEvent> end() {
        rows.end();
        notes.ifPresent(PlacedSource.Notes::end);
        return null;
    }

    private RecordFields.Next nextRecord() throws IOException {
        try {
            return fields.next();
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private enum Parsed {
        RECORD,
        REJECTED,
        END
    }

    /** Lets the CSV parser read one record into {@link #row}. */
    private Parsed parse() throws IOException {
        // a parser of its own: it must not read on, for the record behind may be a plain one again
        CloseableIterator<RowValues> record = parser().build(handler, text).iterator();
        try {
            if (!record.hasNext()) {
                return Parsed.END;
            }
            record.next();
        } catch (CsvParseException e) {
            if (e.getCause() != null) {
                throw e; // not the text's fault
            }
            rejectLine(Reason.QUOTES, withoutLine(e.getMessage()));
            return Parsed.REJECTED;
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof RecordText.TooLongException)) {
                throw damaged(e.getCause());
            }
            rejectLine(
                    text.spansLines() ? Reason.QUOTES : Reason.TOO_LONG,
                    "more than " + text.longest() + " characters in one record");
            return Parsed.REJECTED;
        }
        if (handler.wrongCount() && text.spansLines()) {
            rejectLine(
                    Reason.QUOTES,
                    "a quoted field goes over the line end, and then the row has " + handler.countMessage());
            return Parsed.REJECTED;
        }
        return Parsed.RECORD;
    }

    /** The parser counts lines from where it was last started, so what it says about them would mislead. */
    private static String withoutLine(String message) {
        int line = message.indexOf(" (record starting at line");
        return line < 0 ? message : message.substring(0, line);
    }

    /** Gives up the first line of the record; reading goes on behind it. */
    private void rejectLine(Reason reason, String detail) throws IOException {
        long line = text.recordLine();
        String head = text.recordHead(SHOWN);
        try {
            text.skipLine();
        } catch (IOException e) {
            throw damaged(e);
        }
        rows.leaveOut(line, reason, detail, head);
    }

    private RuntimeException damaged(IOException e) throws IOException {
        if (e instanceof InputFile.DamagedException damage) {
            return new InputException(
                    name + ": " + damage.getMessage() + " after " + rows.count() + " rows, line " + text.recordLine()
                            + ". Fetch or make the file again; nothing is guessed about the rest",
                    damage);
        }
        throw e;
    }

    @Override
    public double share() {
        return text.share();
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
