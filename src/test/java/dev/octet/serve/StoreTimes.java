package dev.octet.serve;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The journal beside SQLite, by turns, as a markdown table: what writing a login costs and how fast all of them are read
 * back. Both survive kill -9 up to the last request ("each request") or the last second ("each second").
 *
 * <pre>
 * bench/store.sh [LOGINS] [ROUNDS]
 * </pre>
 */
final class StoreTimes {
    private StoreTimes() {}

    private interface Store extends AutoCloseable {
        void append(List<EventRecord> records) throws Exception;

        void eachSecond() throws Exception;

        long readBack() throws Exception;

        @Override
        void close() throws IOException, SQLException;
    }

    public static void main(String[] arguments) throws Exception {
        int logins = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        List<EventRecord> records = records(logins);
        System.out.println("| store | logins a request | µs a login | logins/s read back | bytes a login |");
        System.out.println("|---|---:|---:|---:|---:|");
        for (int request : new int[] {1, 100}) {
            List<List<double[]>> times = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int round = 0; round < rounds; round++) {
                for (int kind = 0; kind < 3; kind++) {
                    times.get(kind).add(run(kind, records, request));
                }
            }
            String[] names = {
                "journal, a write each request", "SQLite WAL, a commit each request", "SQLite WAL, a commit each second"
            };
            for (int kind = 0; kind < 3; kind++) {
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %d | %.2f | %,.0f | %.0f |%n",
                        names[kind],
                        request,
                        median(times.get(kind), 0),
                        median(times.get(kind), 1),
                        median(times.get(kind), 2));
            }
        }
    }

    private static double median(List<double[]> times, int which) {
        return times.stream().mapToDouble(each -> each[which]).sorted().toArray()[times.size() / 2];
    }

    private static double[] run(int kind, List<EventRecord> records, int request) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "store");
        try {
            double micros;
            double readBack;
            try (Store store = kind == 0 ? new JournalStore(folder) : new SqliteStore(folder, kind == 1)) {
                long start = System.nanoTime();
                long second = start;
                for (int from = 0; from < records.size(); from += request) {
                    store.append(records.subList(from, Math.min(records.size(), from + request)));
                    if (System.nanoTime() - second > 1_000_000_000L) {
                        store.eachSecond();
                        second = System.nanoTime();
                    }
                }
                store.eachSecond();
                micros = (System.nanoTime() - start) / 1e3 / records.size();
                start = System.nanoTime();
                long count = store.readBack();
                if (count != records.size()) {
                    throw new IllegalStateException(count + " read back");
                }
                readBack = records.size() / ((System.nanoTime() - start) / 1e9);
            }
            long bytes;
            try (Stream<Path> files = Files.list(folder)) {
                bytes = files.mapToLong(file -> file.toFile().length()).sum();
            }
            return new double[] {micros, readBack, (double) bytes / records.size()};
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static List<EventRecord> records(int logins) {
        List<EventRecord> records = new ArrayList<>(logins);
        for (int i = 1; i <= logins; i++) {
            LoginEvent event = LoginEvent.at(1_700_000_000_000_000L + i * 1000L, "user-" + i % 5000, i % 3 != 0)
                    .row(i)
                    .ip(new IpAddress(4, 0, 0x0a000000L + i % 70_000))
                    .country("NO")
                    .region("Oslo County")
                    .city("Oslo")
                    .asn(29695)
                    .userAgent("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/537.36 (KHTML, like Gecko)"
                            + " Chrome/78.0.3904.179.215 Safari/537.36")
                    .browser("Chrome 78.0.3904.179")
                    .os("Mac OS X 10.14.6")
                    .device("desktop")
                    .build();
            String reasons =
                    "[{\"feature\":\"surprise-asn\",\"share\":0.41,\"text\":\"network AS 29695, seen in 4 of this"
                            + " user's 12 logins (2.1 % of all)\"}]";
            records.add(new EventRecord(
                    event,
                    true,
                    new Answer(
                            "0a1b2c3d-" + i,
                            i,
                            event.timeMicros(),
                            true,
                            i % 97 / 10.0,
                            7.5,
                            false,
                            Answer.History.KNOWN_USER,
                            false,
                            "0123456789abcdef",
                            reasons,
                            0)));
        }
        return records;
    }

    private static final class JournalStore implements Store {
        private final Journal journal;

        JournalStore(Path folder) throws IOException {
            journal = Journal.create(folder, 1);
        }

        @Override
        public void append(List<EventRecord> records) throws IOException {
            journal.append(records);
        }

        @Override
        public void eachSecond() throws IOException {
            journal.force();
        }

        @Override
        public long readBack() throws IOException {
            long[] count = new long[1];
            Journal.read(journal.file(), record -> count[0]++);
            return count[0];
        }

        @Override
        public void close() throws IOException {
            journal.close();
        }
    }

    private static final class SqliteStore implements Store {
        private final Connection connection;
        private final PreparedStatement insert;
        private final boolean commitEachRequest;

        SqliteStore(Path folder, boolean commitEachRequest) throws SQLException {
            this.commitEachRequest = commitEachRequest;
            connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("store.db"));
            run("PRAGMA journal_mode=WAL");
            run("PRAGMA synchronous=NORMAL");
            run("CREATE TABLE login (sequence INTEGER PRIMARY KEY, record BLOB)");
            connection.setAutoCommit(false);
            insert = connection.prepareStatement("INSERT INTO login VALUES (?, ?)");
        }

        private void run(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        public void append(List<EventRecord> records) throws SQLException, IOException {
            for (EventRecord record : records) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
                record.write(new DataOutputStream(bytes));
                insert.setLong(1, record.answer().sequence());
                insert.setBytes(2, bytes.toByteArray());
                insert.executeUpdate();
            }
            if (commitEachRequest) {
                connection.commit();
            }
        }

        @Override
        public void eachSecond() throws SQLException {
            connection.commit();
            run("PRAGMA wal_checkpoint(PASSIVE)");
            connection.commit();
        }

        @Override
        public long readBack() throws SQLException, IOException {
            long count = 0;
            try (ResultSet rows =
                    connection.createStatement().executeQuery("SELECT record FROM login ORDER BY sequence")) {
                while (rows.next()) {
                    EventRecord.read(rows.getBytes(1), rows.getBytes(1).length);
                    count++;
                }
            }
            return count;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
