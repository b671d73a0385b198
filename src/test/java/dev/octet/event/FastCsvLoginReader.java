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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads every record through FastCSV, as {@link CsvLoginReader} did before it split plain records itself: the reference for
 * it. Not thread-safe.
 */
final class FastCsvLoginReader implements LoginReader {
    private static final int SHOWN = 200;

    private final String name;
    private final CsvFormat format;
    private final FastCsvText text;
    private final RowValues row;
    private final LoginRows rows;
    private final FastCsvRow handler;
    private CloseableIterator<RowValues> records;

    FastCsvLoginReader(String name, FastCsvText text, CsvFormat format, RejectedRows rejected) throws IOException {
        this.name = name;
        this.format = format;
        this.text = text;
        List<String> header = header();
        row = new RowValues(format, header, LoginField.all());
        rows = LoginRows.ofFile(row, RowOrder.LIVE, new ReadRequest(rejected, LoginField.all(), RowFilter.ALL));
        handler = new FastCsvRow(text, row, header.size());
        records = records();
    }

    private CsvReader.CsvReaderBuilder parser() {
        return CsvReader.builder()
                .fieldSeparator(format.separator())
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
    }

    private CloseableIterator<RowValues> records() {
        return parser().build(handler, text).iterator();
    }

    private List<String> header() throws IOException {
        CsvRecord record;
        try {
            CloseableIterator<CsvRecord> lines = parser().ofCsvRecord(text).iterator();
            if (!lines.hasNext()) {
                throw new InputException(name + " is empty; a CSV file with a header line is expected");
            }
            record = lines.next();
        } catch (CsvParseException e) {
            throw new InputException(name + ":1: the header line cannot be read: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof FastCsvText.TooLongException) {
                throw new InputException(
                        name + ":1: no line end in the first " + FastCsvText.LONGEST_RECORD
                                + " characters; this is not a CSV file with a header line",
                        e);
            }
            throw damaged(e);
        }
        List<String> names = record.getFields();
        String where = name + ":" + record.getStartingLineNumber();
        refuseBinary(where, names);
        refuseDuplicates(where, names);
        requireColumns(where, names);
        if (format.labelColumn() != null) {
            DetectorOutput.refuseAsLabel(names, format.labelColumn(), where);
        }
        return names;
    }

    private static void refuseBinary(String where, List<String> names) {
        for (String column : names) {
            char[] characters = column.toCharArray();
            for (int i = 0; i < characters.length; i++) {
                Reason problem = FastCsvText.problem(characters, i);
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

    private void requireColumns(String where, List<String> names) {
        Set<String> missing = new TreeSet<>(format.columns().values());
        if (format.labelColumn() != null) {
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
                .append(PlainText.of(String.join(", ", names), 5 * SHOWN))
                .append(
                        ". Choose the format that fits this file, or map its column names in the config under data.format");
        if (names.size() == 1) {
            for (char other : new char[] {';', '\t', '|', ','}) {
                if (other != format.separator() && names.get(0).indexOf(other) >= 0) {
                    message.append("; is the separator '")
                            .append(other == '\t' ? "\\t" : String.valueOf(other))
                            .append("'?");
                    break;
                }
            }
        }
        throw new InputException(message.toString());
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (true) {
            try {
                if (!records.hasNext()) {
                    rows.end();
                    return null;
                }
                records.next();
            } catch (CsvParseException e) {
                if (e.getCause() != null) {
                    throw e; // not the text's fault
                }
                rejectLine(Reason.QUOTES, withoutLine(e.getMessage()));
                continue;
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof FastCsvText.TooLongException)) {
                    throw damaged(e);
                }
                rejectLine(
                        text.spansLines() ? Reason.QUOTES : Reason.TOO_LONG,
                        "more than " + text.longest() + " characters in one record");
                continue;
            }
            if (handler.wrongCount() && text.spansLines()) {
                rejectLine(
                        Reason.QUOTES,
                        "a quoted field goes over the line end, and then the row has " + handler.countMessage());
                continue;
            }
            Labelled<LoginEvent> login = rows.take(text.recordLine());
            if (login != null) {
                return login;
            }
        }
    }

    /** The parser counts lines from where it was last started, so what it says about them would mislead. */
    private static String withoutLine(String message) {
        int line = message.indexOf(" (record starting at line");
        return line < 0 ? message : message.substring(0, line);
    }

    /** Gives up the first line of the record and starts again behind it. */
    private void rejectLine(Reason reason, String detail) throws IOException {
        long line = text.recordLine();
        String head = text.recordHead(SHOWN);
        try {
            text.skipLine();
        } catch (IOException e) {
            throw damaged(new UncheckedIOException(e));
        }
        records = records();
        rows.leaveOut(line, reason, detail, head);
    }

    private RuntimeException damaged(UncheckedIOException e) throws IOException {
        if (e.getCause() instanceof InputFile.DamagedException damage) {
            return new InputException(
                    name + ": " + damage.getMessage() + " after " + rows.count() + " rows, line " + text.recordLine()
                            + ". Fetch or make the file again; nothing is guessed about the rest",
                    damage);
        }
        throw e.getCause();
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
