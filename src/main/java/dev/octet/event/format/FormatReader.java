package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.InputFile;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows.LeftOut;
import dev.octet.event.RejectedRows.Reason;
import dev.octet.event.format.Extraction.Login;
import dev.octet.event.format.Extraction.Outcome;
import dev.octet.event.record.RecordReader;
import dev.octet.event.record.RecordReader.Next;
import dev.octet.event.record.Values;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The logins of one file in the order in which they stand there, which need not be that of time. Rows are numbered by
 * login; an unreadable one counts too, a record that is no login does not. Not thread-safe.
 */
final class FormatReader implements LoginReader {
    private final String name;
    private final RecordReader records;
    private final Extraction extraction;
    private final Remarks remarks;
    private final InputFile.Content content;
    private final Values values;
    private final Login login = new Login();
    private LoginEvent repeated;
    private int repeats;
    private long rows;

    /**
     * @param records are closed with the reader
     * @param remarks told what is no login and what cannot be read
     * @param content what the records are read from, to know how far reading is; {@code null} where that is not known
     */
    FormatReader(String name, RecordReader records, Extraction extraction, Remarks remarks, InputFile.Content content) {
        this.name = name;
        this.records = records;
        this.extraction = extraction;
        this.remarks = remarks;
        this.content = content;
        values = new Values(extraction.places().size());
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        if (repeats > 0) {
            repeats--;
            return new Labelled<>(repeated.withRow(rows++), login.label);
        }
        while (true) {
            Next next;
            Outcome outcome = Outcome.NOT_A_LOGIN;
            try {
                next = records.next(values);
                if (next == Next.RECORD) {
                    outcome = extraction.read(values, records.line(), login);
                }
            } catch (InputFile.DamagedException e) {
                throw damaged(name, e, rows, records.line());
            } catch (UncheckedIOException e) {
                throw e.getCause(); // of looking for the years of the log
            }
            switch (next) {
                case END -> {
                    return null;
                }
                case PASSED -> remarks.leaveOut(LeftOut.NOT_A_LOGIN);
                case UNREADABLE ->
                    remarks.reject(rows++, records.line(), "", Reason.RECORD, records.problem(), records.excerpt());
                case RECORD -> {
                    switch (outcome) {
                        case LOGIN -> {
                            repeated = login.event;
                            repeats = extraction.count() - 1;
                            for (Extraction.Unreadable each : extraction.unreadable()) {
                                remarks.keep(
                                        rows,
                                        records.line(),
                                        login.event,
                                        each.place(),
                                        each.problem().reason(),
                                        each.problem().detail(),
                                        each.value());
                            }
                            if (login.event.user().isEmpty()) {
                                remarks.noteMissingUser();
                            }
                            return new Labelled<>(login.event.withRow(rows++), login.label);
                        }
                        case NOT_A_LOGIN -> remarks.leaveOut(LeftOut.NOT_A_LOGIN);
                        case MACHINE_ACCOUNT -> remarks.leaveOut(LeftOut.MACHINE_ACCOUNT);
                        case UNREADABLE ->
                            remarks.reject(
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

    static InputException damaged(String name, InputFile.DamagedException e, long rows, long line) {
        return new InputException(
                name + ": " + e.getMessage() + " after " + rows + " logins, line " + line
                        + ". Fetch or make the file again; nothing is guessed about the rest",
                e);
    }

    /** The number of rows so far, unreadable ones too. */
    long rows() {
        return rows;
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
