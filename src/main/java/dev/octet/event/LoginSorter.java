package dev.octet.event;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Sorts any number of logins by time in bounded memory: batches are sorted and written to a temporary file one behind the
 * other, and are merged when they are read. Logins of one moment stay in the order in which they came, but in the opposite
 * one where times fall more often than they rise: such a log is written from the newest login to the oldest. The file
 * vanishes with the process. Not thread-safe.
 */
public final class LoginSorter implements AutoCloseable {
    private static final int BATCH = 100_000;
    /** Of a login's flags: fields beyond the table follow. */
    private static final int EXTRAS = 8;
    /** Characters of all texts of a batch. */
    private static final long BATCH_CHARACTERS = 1 << 24;
    /** Bytes that are read ahead of a batch, and of all of them together. */
    private static final int BUFFER = 1 << 16;

    private static final int BUFFERS = 1 << 25;
    private static final int MIN_BUFFER = 1 << 10;

    private static final Comparator<Labelled<LoginEvent>> BY_TIME =
            Comparator.comparingLong(login -> login.row().timeMicros());

    private final Path folder;
    private final int batchSize;
    private final List<Labelled<LoginEvent>> batch = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private FileChannel file;
    private long batchCharacters;
    private long previousMicros;
    private long count;
    private long rising;
    private long falling;
    private long newestMicros = Long.MIN_VALUE;
    private long late;
    private long maxLateMicros;

    /** A sorted batch: bytes of the file. */
    private record Run(long from, long until) {}

    /** @param folder where the temporary file lies; made when it is needed */
    public LoginSorter(Path folder) {
        this(folder, BATCH);
    }

    LoginSorter(Path folder, int batchSize) {
        this.folder = folder;
        this.batchSize = batchSize;
    }

    /** A sorter whose file lies where the system keeps temporary files. */
    public static LoginSorter inTemporaryFolder() {
        return new LoginSorter(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Takes a login with its row number, which it keeps. */
    public void add(Labelled<LoginEvent> login) throws IOException {
        long time = login.row().timeMicros();
        if (count++ > 0) {
            rising += time > previousMicros ? 1 : 0;
            falling += time < previousMicros ? 1 : 0;
        }
        previousMicros = time;
        newestMicros = Math.max(newestMicros, time);
        late += time < newestMicros ? 1 : 0;
        maxLateMicros = Math.max(maxLateMicros, newestMicros - time);
        batch.add(login);
        batchCharacters += login.row().characters();
        if (batch.size() == batchSize || batchCharacters > BATCH_CHARACTERS) {
            write();
        }
    }

    private void write() throws IOException {
        if (falling > rising) {
            Collections.reverse(batch);
        }
        batch.sort(BY_TIME);
        if (file == null) {
            Files.createDirectories(folder);
            file = FileChannel.open(
                    TemporaryFile.beside(folder.resolve("sorted")),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        }
        long from = file.position();
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(file), BUFFER));
        for (Labelled<LoginEvent> login : batch) {
            write(login, out);
        }
        out.flush(); // closing it would close the file
        runs.add(new Run(from, file.position()));
        batch.clear();
        batchCharacters = 0;
    }

    private static void write(Labelled<LoginEvent> login, DataOutputStream out) throws IOException {
        LoginEvent event = login.row();
        out.writeLong(event.timeMicros());
        out.writeLong(event.row());
        boolean more = !event.extraFields().isEmpty();
        out.writeByte(login.label().ordinal() << 1 | (event.success() ? 1 : 0) | (more ? EXTRAS : 0));
        IpAddress ip = event.ip();
        out.writeByte(ip.version());
        out.writeLong(ip.high());
        out.writeLong(ip.low());
        out.writeLong(event.asn());
        out.writeLong(event.unreadable());
        for (LoginField field : LoginField.values()) {
            if (field.kind() == LoginField.Kind.TEXT) {
                byte[] text = event.text(field).getBytes(StandardCharsets.UTF_8);
                out.writeInt(text.length);
                out.write(text);
            } else if (field.kind() == LoginField.Kind.NUMBER) {
                out.writeDouble(event.number(field));
            }
        }
        if (more) {
            writeExtras(event, out);
        }
    }

    private static void writeExtras(LoginEvent event, DataOutputStream out) throws IOException {
        out.writeByte(event.extraFields().size());
        for (LoginField field : event.extraFields()) {
            out.writeByte(field.extra().orElseThrow().ordinal());
            out.writeUTF(field.key());
            if (field.kind() == LoginField.Kind.TEXT) {
                byte[] text = event.text(field).getBytes(StandardCharsets.UTF_8);
                out.writeInt(text.length);
                out.write(text);
            } else {
                out.writeDouble(event.number(field));
            }
        }
    }

    /** How many logins came behind newer ones. */
    long late() {
        return late;
    }

    /** Batches that have been written. */
    int spilled() {
        return runs.size();
    }

    /** What was done, in a sentence. */
    public String summary() {
        Duration longest = Duration.of(maxLateMicros, ChronoUnit.MICROS);
        return String.format(
                Locale.ROOT,
                "the rows do not stand in the order of time and were sorted: %,d of %,d stand behind a newer one, by up to %s",
                late,
                count,
                longest.toDays() > 1 ? longest.toDays() + " days" : longest.toSeconds() + " s");
    }

    /** All logins in the order of time; may be called again, also while others read. No more may be added then. */
    public LoginReader read() throws IOException {
        if (!batch.isEmpty()) {
            write();
        }
        List<Run> inOrder = new ArrayList<>(runs);
        if (falling > rising) {
            Collections.reverse(inOrder);
        }
        int buffer = Math.max(MIN_BUFFER, Math.min(BUFFER, BUFFERS / Math.max(1, runs.size())));
        StringPool[] pools = LoginField.values().stream()
                .map(field -> new StringPool(field.poolSlots(), Set.of()))
                .toArray(StringPool[]::new);
        List<LoginReader> readers = new ArrayList<>();
        for (Run run : inOrder) {
            readers.add(new RunReader(file, run, buffer, pools));
        }
        return new Merge(readers);
    }

    /** Deletes the temporary file. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /** Reads a batch back. */
    private static final class RunReader implements LoginReader {
        private final FileChannel file;
        private final Run run;
        private final StringPool[] pools;
        private final DataInputStream in;
        /** By their names; a log has one type for each. */
        private final Map<String, LoginField> extras = new HashMap<>();

        private byte[] text = new byte[1 << 8];
        private long position;

        RunReader(FileChannel file, Run run, int buffer, StringPool[] pools) {
            this.file = file;
            this.run = run;
            this.pools = pools;
            position = run.from;
            in = new DataInputStream(new BufferedInputStream(new Bytes(), buffer));
        }

        /** The bytes of the batch. */
        private final class Bytes extends InputStream {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int wanted = (int) Math.min(length, run.until - position);
                if (wanted == 0) {
                    return -1;
                }
                int got = file.read(ByteBuffer.wrap(buffer, offset, wanted), position);
                position += Math.max(0, got);
                return got;
            }
        }

        @Override
        public Labelled<LoginEvent> next() throws IOException {
            in.mark(1);
            if (in.read() < 0) {
                in.close();
                return null;
            }
            in.reset();
            long time = in.readLong();
            long row = in.readLong();
            int flags = in.readByte();
            LoginEvent.Builder event = LoginEvent.at(time, "", (flags & 1) != 0).row(row);
            event.ip(new IpAddress(in.readByte(), in.readLong(), in.readLong()));
            event.asn(in.readLong());
            event.unreadable(in.readLong());
            List<LoginField> fields = LoginField.values();
            for (int i = 0; i < fields.size(); i++) {
                LoginField field = fields.get(i);
                if (field.kind() == LoginField.Kind.TEXT) {
                    event.with(field, text(pools[i]));
                } else if (field.kind() == LoginField.Kind.NUMBER) {
                    event.with(field, in.readDouble());
                }
            }
            if ((flags & EXTRAS) != 0) {
                readExtras(event);
            }
            return new Labelled<>(event.build(), Label.values()[(flags & ~EXTRAS) >> 1]);
        }

        private void readExtras(LoginEvent.Builder event) throws IOException {
            int count = in.readByte();
            for (int i = 0; i < count; i++) {
                LoginField.Extra type = LoginField.Extra.values()[in.readByte()];
                LoginField field = extras.computeIfAbsent(in.readUTF(), key -> LoginField.extra(key, type));
                if (field.kind() == LoginField.Kind.TEXT) {
                    event.with(field, text(pools[LoginField.DEVICE.ordinal()]));
                } else {
                    event.with(field, in.readDouble());
                }
            }
        }

        private String text(StringPool pool) throws IOException {
            int length = in.readInt();
            if (length > text.length) {
                text = new byte[length];
            }
            in.readFully(text, 0, length);
            return pool.get(text, 0, length);
        }

        @Override
        public double share() {
            return (position - run.from) / (double) (run.until - run.from);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
