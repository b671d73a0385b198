package dev.octet.event.format;

import dev.octet.event.IpAddress;
import dev.octet.event.Label;
import dev.octet.event.LabelledLogin;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sorts any number of logins by time in bounded memory: each hundred thousand are sorted and written to a temporary file,
 * and the files are merged when they are read. Logins of one moment stay in the order in which they came. The files are
 * deleted with the process. Not thread-safe.
 */
final class LoginSorter {
    private static final int BATCH = 100_000;
    private static final int MAX_RUNS = 64;
    private static final int MAX_TEXT = 1 << 20;
    private static final Comparator<LabelledLogin> BY_TIME =
            Comparator.comparingLong(login -> login.event().timeMicros());

    private final int batchSize;
    private final List<LabelledLogin> batch = new ArrayList<>();
    private List<Path> runs = new ArrayList<>();
    private long count;

    LoginSorter() {
        this(BATCH);
    }

    LoginSorter(int batchSize) {
        this.batchSize = batchSize;
    }

    void add(LabelledLogin login) throws IOException {
        batch.add(login);
        count++;
        if (batch.size() == batchSize) {
            write();
        }
    }

    long count() {
        return count;
    }

    private void write() throws IOException {
        batch.sort(BY_TIME);
        try (RunWriter out = new RunWriter()) {
            for (LabelledLogin login : batch) {
                out.write(login);
            }
            runs.add(out.file);
        }
        batch.clear();
        if (runs.size() == MAX_RUNS) {
            Path merged;
            try (LoginReader all = new Merge(readers(runs));
                    RunWriter out = new RunWriter()) {
                for (LabelledLogin login = all.next(); login != null; login = all.next()) {
                    out.write(login);
                }
                merged = out.file;
            }
            for (Path run : runs) {
                Files.delete(run);
            }
            runs = new ArrayList<>(List.of(merged));
        }
    }

    /** All logins in the order of time; may be called again. No more may be added then. */
    LoginReader read() throws IOException {
        if (!batch.isEmpty()) {
            write();
        }
        return new Merge(readers(runs));
    }

    private static List<LoginReader> readers(List<Path> runs) throws IOException {
        List<LoginReader> readers = new ArrayList<>();
        for (Path run : runs) {
            readers.add(new RunReader(run));
        }
        return readers;
    }

    private static final class RunWriter implements AutoCloseable {
        private final Path file;
        private final DataOutputStream out;

        RunWriter() throws IOException {
            file = Files.createTempFile("octet-sort-", ".tmp");
            file.toFile().deleteOnExit();
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        }

        void write(LabelledLogin login) throws IOException {
            LoginEvent event = login.event();
            out.writeLong(event.timeMicros());
            out.writeByte(login.label().ordinal() << 1 | (event.success() ? 1 : 0));
            IpAddress ip = event.ip();
            out.writeByte(ip.version());
            out.writeLong(ip.high());
            out.writeLong(ip.low());
            out.writeLong(event.asn());
            for (LoginField field : LoginField.values()) {
                if (field.kind() == LoginField.Kind.TEXT) {
                    byte[] text = event.text(field).getBytes(StandardCharsets.UTF_8);
                    out.writeInt(text.length);
                    out.write(text);
                } else if (field.kind() == LoginField.Kind.NUMBER) {
                    out.writeDouble(event.number(field));
                }
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static final class RunReader implements LoginReader {
        private final DataInputStream in;

        RunReader(Path file) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        }

        @Override
        public LabelledLogin next() throws IOException {
            long time;
            try {
                time = in.readLong();
            } catch (EOFException e) {
                return null; // a run ends where a login would begin
            }
            int flags = in.readByte();
            LoginEvent.Builder event = LoginEvent.at(time, "", (flags & 1) != 0);
            event.ip(new IpAddress(in.readByte(), in.readLong(), in.readLong()));
            event.asn(in.readLong());
            for (LoginField field : LoginField.values()) {
                if (field.kind() == LoginField.Kind.TEXT) {
                    int length = in.readInt();
                    if (length < 0 || length > MAX_TEXT) {
                        throw new IOException("a temporary file of sorted logins is damaged");
                    }
                    event.with(field, new String(in.readNBytes(length), StandardCharsets.UTF_8));
                } else if (field.kind() == LoginField.Kind.NUMBER) {
                    event.with(field, in.readDouble());
                }
            }
            return new LabelledLogin(event.build(), Label.values()[flags >> 1]);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
