package dev.octet.serve.kafka;

import dev.octet.event.GrowingLog;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LogPlace;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The logins of a topic: the value of each record is one line. Line ends within a value count as spaces, so that no record can
 * pretend to be two. What cannot be read is rejected and passed over, whatever it is. Not thread-safe.
 */
final class TopicLog implements GrowingLog {
    /** A login that is older than the newest by at most this counts as being as new: writers are not in step. */
    private static final long TOLERANCE_MICROS = 60_000_000;

    private static final int LONGEST_HEADER = 1 << 14;
    private static final int SHOWN = 1000;
    private static final int BUFFER = 1 << 16;

    private final String name;
    private final LogFormat format;
    private final TopicRecords records;
    private final RejectedRows rejected;
    private final Optional<LogPlace.Topic> from;
    private String header;
    private long newestMicros;
    private LoginReader reader;
    private boolean readsCsv;
    private Lines lines;
    private ConsumerRecord<byte[], byte[]> current;
    private long logins;

    /**
     * Reads records.
     *
     * @param header the line that names the columns of CSV; empty where a record does
     * @throws InputException if the header names no columns of the format
     */
    TopicLog(
            String name,
            LogFormat format,
            Optional<String> header,
            TopicRecords records,
            Optional<LogPlace.Topic> from,
            RejectedRows rejected) {
        this.name = name;
        this.format = format;
        this.records = records;
        this.rejected = rejected;
        this.from = from;
        header.filter(line -> !format.beginsWithHeader(line) || !format.isHeader(line))
                .ifPresent(line -> {
                    throw new InputException(
                            "--header does not name the columns of the format; each of the format's columns"
                                    + " must be in it, as in the first line of a CSV file");
                });
        this.header = header.orElse(
                from.map(LogPlace.Topic::header).filter(line -> !line.isEmpty()).orElse(null));
        newestMicros = from.map(LogPlace.Topic::newestMicros).orElse(Long.MIN_VALUE);
        rejected.placedBy(() -> current == null ? "" : current.partition() + ":" + current.offset());
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (true) {
            if (reader == null && !begin()) {
                return null;
            }
            try {
                Labelled<LoginEvent> login = reader.next();
                if (login == null) {
                    return null;
                }
                logins++;
                Labelled<LoginEvent> inOrder = inOrder(login);
                if (inOrder != null) {
                    return inOrder;
                }
            } catch (UnclosedQuoteException e) {
                reject(RejectedRows.Reason.QUOTES, "a quoted field does not end in its record");
                reader = null;
            }
        }
    }

    private Labelled<LoginEvent> inOrder(Labelled<LoginEvent> login) throws IOException {
        long time = login.row().timeMicros();
        if (time >= newestMicros) {
            newestMicros = time;
            return login;
        }
        if (time >= newestMicros - TOLERANCE_MICROS) {
            return new Labelled<>(login.row().withTime(newestMicros), login.label());
        }
        reject(RejectedRows.Reason.TIME_ORDER, "it is before " + instant(newestMicros));
        return null;
    }

    /** Grows with each record that the reader is done with. */
    private long dealtWith() {
        return logins
                + rejected.count()
                + rejected.leftOut().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    private static String instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    private void reject(RejectedRows.Reason reason, String detail) throws IOException {
        String shown = new String(current.value(), 0, Math.min(current.value().length, SHOWN), StandardCharsets.UTF_8);
        rejected.reject(current.offset(), current.offset() + 1, "", reason, detail, shown);
    }

    /** Takes records until one tells what kind of lines they are; whether one has. */
    private boolean begin() throws IOException {
        lines = new Lines();
        for (byte[] first = lines.record(); first != null; first = lines.record()) {
            String line = new String(first, StandardCharsets.UTF_8).strip();
            boolean named = format.beginsWithHeader(line);
            if (named && header == null) {
                if (!format.isHeader(line) || line.length() > LONGEST_HEADER) {
                    reject(
                            RejectedRows.Reason.RECORD,
                            "the columns are not known yet: the first record must name them, or --header");
                    continue;
                }
                header = line;
                first = null;
            }
            try {
                readsCsv = named;
                lines.begin(named ? header : null, first);
                reader = format.follow(
                        name,
                        new BufferedInputStream(lines, BUFFER),
                        named ? header : line,
                        rejected,
                        TOLERANCE_MICROS);
                return true;
            } catch (InputException e) {
                if (named) {
                    throw e; // the header is wrong, and so is every record behind it
                }
                reject(RejectedRows.Reason.RECORD, "it is none of the format: " + e.getMessage());
            }
        }
        return false;
    }

    @Override
    public Optional<LogPlace.Topic> position() {
        if (records.topicId().isEmpty()) {
            return from;
        }
        return Optional.of(
                new LogPlace.Topic(records.topicId(), header == null ? "" : header, newestMicros, records.positions()));
    }

    @Override
    public void saved(LogPlace place) throws IOException {
        if (place instanceof LogPlace.Topic topic) {
            records.saved(topic);
        }
    }

    @Override
    public void close() throws IOException {
        records.close();
    }

    /** The reader wants the next record to complete the one that it has. */
    private static final class UnclosedQuoteException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The records, handed out a line at a time, so that the reader never holds a record that it has not read. */
    private final class Lines extends InputStream {
        private byte[] line = new byte[0];
        private int at;
        private byte[] behind;
        private boolean handedOut;
        private long dealtBefore;

        /** Begins with the header, if there is one, and a record that was looked at already. */
        void begin(String columns, byte[] first) {
            if (columns == null) {
                hand(first);
            } else {
                line = (columns + "\n").getBytes(StandardCharsets.UTF_8);
                at = 0;
                behind = first;
            }
        }

        private void hand(byte[] record) {
            line = Arrays.copyOf(record, record.length + 1);
            line[record.length] = '\n';
            at = 0;
            handedOut = true;
            dealtBefore = dealtWith();
        }

        /** The next record that is not blank, as one line without its end; null at the end. */
        byte[] record() throws IOException {
            for (ConsumerRecord<byte[], byte[]> record = records.next(); record != null; record = records.next()) {
                if (record.value() == null) {
                    continue; // it says that a key was removed
                }
                current = record;
                byte[] value = record.value().clone();
                boolean blank = true;
                for (int i = 0; i < value.length; i++) {
                    if (value[i] == '\n' || value[i] == '\r') {
                        value[i] = ' ';
                    }
                    blank &= value[i] == ' ' || value[i] == '\t';
                }
                if (!blank) {
                    return value;
                }
            }
            return null;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            while (at == line.length) {
                if (behind != null) {
                    hand(behind);
                    behind = null;
                    continue;
                }
                if (readsCsv && handedOut && dealtWith() == dealtBefore) {
                    throw new UnclosedQuoteException();
                }
                byte[] next = record();
                if (next == null) {
                    return -1;
                }
                if (readsCsv && new String(next, StandardCharsets.UTF_8).strip().equals(header)) {
                    continue; // a producer that was started again names the columns again
                }
                hand(next);
            }
            int count = Math.min(length, line.length - at);
            System.arraycopy(line, at, target, offset, count);
            at += count;
            return count;
        }

        /** Whatever is asked for, no more than a line is there. */
        @Override
        public int available() {
            return 0;
        }
    }
}
