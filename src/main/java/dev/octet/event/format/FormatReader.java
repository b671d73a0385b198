package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.InputFile;
import dev.octet.event.LabelledLogin;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectedRows.LeftOut;
import dev.octet.event.RejectedRows.Reason;
import dev.octet.event.format.Extraction.Login;
import dev.octet.event.record.RecordReader;
import dev.octet.event.record.RecordReader.Next;
import dev.octet.event.record.Values;
import java.io.IOException;

/**
 * The logins of one file in the order in which they stand there, which need not be that of time. Rows are numbered by
 * login; an unreadable one counts too, a record that is no login does not. Not thread-safe.
 */
final class FormatReader implements LoginReader {
    private final String name;
    private final RecordReader records;
    private final Extraction extraction;
    private final RejectedRows rejected;
    private final InputFile.Content content;
    private final Values values;
    private final Login login = new Login();
    private LoginEvent repeated;
    private int repeats;
    private long rows;

    /**
     * @param records are closed with the reader
     * @param content what the records are read from, to know how far reading is; {@code null} where that is not known
     */
    FormatReader(
            String name,
            RecordReader records,
            Extraction extraction,
            RejectedRows rejected,
            InputFile.Content content) {
        this.name = name;
        this.records = records;
        this.extraction = extraction;
        this.rejected = rejected;
        this.content = content;
        values = new Values(extraction.places().size());
    }

    @Override
    public LabelledLogin next() throws IOException {
        if (repeats > 0) {
            repeats--;
            return new LabelledLogin(repeated.withRow(rows++), login.label);
        }
        while (true) {
            Next next;
            try {
                next = records.next(values);
            } catch (InputFile.DamagedException e) {
                throw new InputException(
                        name + ": " + e.getMessage() + " after " + rows + " logins, line " + records.line()
                                + ". Fetch or make the file again; nothing is guessed about the rest",
                        e);
            }
            switch (next) {
                case END -> {
                    return null;
                }
                case UNREADABLE ->
                    rejected.reject(rows++, records.line(), "", Reason.RECORD, records.problem(), records.excerpt());
                case RECORD -> {
                    switch (extraction.read(values, records.line(), login)) {
                        case LOGIN -> {
                            repeated = login.event;
                            repeats = extraction.count() - 1;
                            return new LabelledLogin(login.event.withRow(rows++), login.label);
                        }
                        case NOT_A_LOGIN -> rejected.leaveOut(LeftOut.NOT_A_LOGIN);
                        case MACHINE_ACCOUNT -> rejected.leaveOut(LeftOut.MACHINE_ACCOUNT);
                        case UNREADABLE ->
                            rejected.reject(
                                    rows++,
                                    records.line(),
                                    extraction.place(),
                                    extraction.reason(),
                                    extraction.detail(),
                                    extraction.found());
                    }
                }
            }
        }
    }

    @Override
    public double share() {
        return content == null ? Double.NaN : content.share();
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
