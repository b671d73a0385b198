package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader splits plain records itself and leaves the rest to FastCSV; here everything goes through FastCSV, too. */
class CsvLoginReaderTest {
    private static final Map<LoginField, String> COLUMNS = Map.of(
            LoginField.TIME, "time",
            LoginField.USER, "user",
            LoginField.SUCCESS, "ok",
            LoginField.IP, "ip",
            LoginField.CITY, "city",
            LoginField.ASN, "asn",
            LoginField.ROUND_TRIP_MILLIS, "rtt",
            LoginField.USER_AGENT, "agent");
    private static final CsvFormat FORMAT =
            CsvFormats.of(TimeFormat.utc("uuuu-MM-dd HH:mm:ss"), COLUMNS).withLabelColumn("attack");
    private static final String HEADER = "time,user,unused,ok,ip,city,asn,rtt,agent,attack";

    private static final Set<LoginField> ALL = LoginField.all();

    /** What breaks CSV, text or values, or looks as if it did. */
    private static final List<byte[]> HOSTILE = List.of(
            utf8(","),
            utf8("\""),
            utf8("\"\""),
            utf8("\n"),
            utf8("\r"),
            utf8("\r\n"),
            utf8("\n\n"),
            utf8("\t"),
            utf8("\0"),
            utf8("\u0001"),
            utf8("\u001f"),
            utf8("\u007f"),
            utf8("\u0085"),
            utf8("ø"),
            utf8("Ålesund"),
            utf8("東京"),
            utf8("\ud83d\ude00"),
            utf8("\ufffd"),
            utf8("\ufeff"),
            utf8(" "),
            utf8("-"),
            utf8("1"),
            utf8(";"),
            utf8("\",\""),
            utf8("\",\"\n"),
            new byte[] {(byte) 0xc3},
            new byte[] {(byte) 0x80},
            new byte[] {(byte) 0xe2, (byte) 0x82},
            new byte[] {(byte) 0xf0, (byte) 0x9f, (byte) 0x98},
            new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {(byte) 0xff});

    @TempDir
    Path folder;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private interface Opening {
        LoginReader open(InputStream in, RejectedRows rejected) throws IOException;
    }

    /** Hands out a few bytes at a time. */
    private static final class Dripping extends ByteArrayInputStream {
        private final SplittableRandom random;
        private final int most;

        Dripping(byte[] content, SplittableRandom random, int most) {
            super(content);
            this.random = random;
            this.most = most;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
        }
    }

    /** All that reading gives: logins, rejected rows with their messages, how it ended. */
    private List<String> told(byte[] content, CsvFormat format, int most, Opening opening) throws IOException {
        List<String> told = new ArrayList<>();
        Path list = folder.resolve("rejected.csv");
        InputStream in = new Dripping(content, new SplittableRandom(content.length), most);
        try (RejectedRows rejected = RejectedRows.listedIn(list, "FILE", new RejectionPolicy(1, false))) {
            try (LoginReader reader = opening.open(in, rejected)) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    told.add(login.toString());
                }
            } catch (InputException e) {
                told.add(e.getMessage());
            }
        }
        if (Files.exists(list)) {
            told.addAll(Files.readAllLines(list));
            Files.delete(list);
        }
        return told;
    }

    private List<String> compare(byte[] content, CsvFormat format, int most) throws IOException {
        List<String> reference = told(
                content,
                format,
                most,
                (in, rejected) -> new FastCsvLoginReader("FILE", new FastCsvText(in), format, rejected));
        List<String> own = told(
                content,
                format,
                most,
                (in, rejected) -> reader(in, format, new ReadRequest(rejected, ALL, RowFilter.ALL)));
        assertEquals(
                String.join("\n", reference),
                String.join("\n", own),
                () -> new String(content, 0, Math.min(2000, content.length), StandardCharsets.UTF_8));
        return own;
    }

    private static String row(SplittableRandom random, int second) {
        String agent =
                random.nextInt(3) == 0 ? "\"Mozilla/5.0 (KHTML, like Gecko) x" + second + "\"" : "curl/7." + second;
        return String.format(
                Locale.ROOT,
                "2020-02-03 12:%02d:%02d,u%d,x,%s,10.0.%d.7,%s,%d,%s,%s,%d",
                second / 60,
                second % 60,
                random.nextInt(5),
                random.nextBoolean() ? "true" : "FALSE",
                random.nextInt(256),
                random.nextInt(4) == 0 ? "Møre og Romsdal" : "Oslo",
                random.nextInt(70_000),
                random.nextInt(3) == 0 ? "" : "12.5",
                agent,
                random.nextInt(2));
    }

    private static byte[] log(SplittableRandom random, int rows, int spoils, String lineEnd) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(utf8(HEADER + lineEnd));
        int start = out.size();
        for (int i = 0; i < rows; i++) {
            out.write(utf8(row(random, i)));
            if (i < rows - 1 || random.nextBoolean()) {
                out.write(utf8(lineEnd));
            }
        }
        byte[] content = out.toByteArray();
        for (int spoil = 0; spoil < spoils; spoil++) {
            int at = start + random.nextInt(content.length - start + 1);
            int dropped = Math.min(content.length - at, random.nextInt(3));
            ByteArrayOutputStream spoilt = new ByteArrayOutputStream();
            spoilt.write(content, 0, at);
            spoilt.write(HOSTILE.get(random.nextInt(HOSTILE.size())));
            spoilt.write(content, at + dropped, content.length - at - dropped);
            content = spoilt.toByteArray();
        }
        return content;
    }

    @Test
    void readsHostileFilesAsFastCsvDoes() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        int rejected = 0;
        int accepted = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] content = log(
                    random,
                    1 + random.nextInt(12),
                    random.nextInt(8),
                    List.of("\n", "\r\n", "\r").get(random.nextInt(3)));
            for (String line : compare(content, FORMAT, random.nextBoolean() ? 7 : 1 << 20)) {
                accepted += line.startsWith("Labelled[") ? 1 : 0;
                rejected += line.startsWith("Labelled[") ? 0 : 1;
            }
        }
        assertTrue(accepted > 3000 && rejected > 1000, accepted + " accepted, " + rejected + " lines of rejected rows");
    }

    @Test
    void textsThatNobodyNeedsAreLeftOutAndRowsAreCheckedAllTheSame() throws IOException {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 100; i++) {
            byte[] content = log(random, 8, random.nextInt(6), "\n");
            Set<LoginField> agents = LoginField.setOf(LoginField.USER, LoginField.USER_AGENT);
            List<String> all = told(
                    content,
                    FORMAT,
                    1 << 20,
                    (in, rejected) -> reader(in, FORMAT, new ReadRequest(rejected, ALL, RowFilter.ALL)));
            List<String> some = told(
                    content,
                    FORMAT,
                    1 << 20,
                    (in, rejected) -> reader(in, FORMAT, new ReadRequest(rejected, agents, RowFilter.ALL)));
            assertEquals(
                    all.stream()
                            .map(line -> line.replaceFirst(
                                    "(?s), city=.*?(, asn=|, user-agent=|, round-trip-millis=|, unreadable=|\\], label=)",
                                    "$1"))
                            .toList(),
                    some);
        }
    }

    @Test
    void whatAFilterLeavesOutChangesNoOtherLogin() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        int left = 0;
        for (int i = 0; i < 600; i++) {
            byte[] content = log(random, 40, random.nextInt(6), "\n");
            List<Labelled<LoginEvent>> all = logins(content, RowFilter.ALL);
            long from = all.isEmpty() ? 0 : all.get(all.size() / 2).row().timeMicros();
            Set<String> users = Set.of("u1", "u" + random.nextInt(2, 5));
            for (RowFilter filter : List.of(RowFilter.from(from), RowFilter.of(users), new RowFilter(from, users))) {
                List<Labelled<LoginEvent>> some = logins(content, filter);
                left += all.size() - some.size();
                assertEquals(wanted(all, filter), wanted(some, filter));
            }
        }
        assertTrue(left > 10_000, left + " logins were left out");
    }

    @Test
    void aFileThatIsReadAgainBeginsAtAPlaceBetweenRecords(@TempDir Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        int compared = 0;
        for (int i = 0; i < 400; i++) {
            String lineEnd = List.of("\n", "\r\n").get(i % 2);
            Path file = folder.resolve("log-" + i + (i % 3 == 0 ? ".csv.gz" : ".csv"));
            byte[] content = log(random, 60, random.nextInt(4), lineEnd);
            try (OutputStream out =
                    i % 3 == 0 ? new GZIPOutputStream(Files.newOutputStream(file)) : Files.newOutputStream(file)) {
                out.write(content);
            }
            CsvSource plain = new CsvSource(file, FORMAT, false, RowOrder.LIVE);
            LoginSource again = new PlacedSource(plain, 1 + random.nextInt(9), i % 5 == 0 ? 4 : 100);
            List<Labelled<LoginEvent>> all = logins(again.open(RejectedRows.ignoring()));
            assertEquals(logins(plain.open(RejectedRows.ignoring())), all);
            for (int part = 0; part < 4; part++) {
                long from = all.isEmpty()
                        ? 0
                        : all.get(random.nextInt(all.size())).row().timeMicros();
                RowFilter filter = RowFilter.from(from);
                List<Labelled<LoginEvent>> wanted =
                        wanted(logins(plain.open(RejectedRows.ignoring(), ALL, filter)), filter);
                assertEquals(wanted, wanted(logins(again.open(RejectedRows.ignoring(), ALL, filter)), filter));
                compared += wanted.size();
                for (RowFilter few : List.of(RowFilter.of(Set.of("u1", "u3")), new RowFilter(from, Set.of("u2")))) {
                    assertEquals(wanted(all, few), wanted(logins(again.open(RejectedRows.ignoring(), ALL, few)), few));
                }
            }
        }
        assertTrue(compared > 10_000, compared + " logins were compared");
    }

    @Test
    void whatLiesBeforeThePlaceIsNotRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.csv");
        StringBuilder text = new StringBuilder("\ufeff" + HEADER + "\n");
        int start = utf8(text.toString()).length;
        SplittableRandom random = new SplittableRandom(10);
        for (int i = 0; i < 3_000; i++) {
            text.append(row(random, i)).append('\n');
        }
        byte[] content = utf8(text.toString());
        Files.write(file, content);
        CsvSource plain = new CsvSource(file, FORMAT, false, RowOrder.LIVE);
        LoginSource again = new PlacedSource(plain, 100, 1000);
        List<Labelled<LoginEvent>> all = logins(again.open(RejectedRows.ignoring()));
        RowFilter filter = RowFilter.from(all.get(all.size() * 3 / 4).row().timeMicros());
        List<Labelled<LoginEvent>> wanted = wanted(all, filter);
        Arrays.fill(content, start, content.length / 2, (byte) '"');
        Files.write(file, content);
        assertTrue(
                wanted.equals(wanted(logins(again.open(RejectedRows.ignoring(), ALL, filter)), filter)),
                "another reading");
        assertFalse(
                wanted.equals(wanted(logins(plain.open(RejectedRows.ignoring(), ALL, filter)), filter)),
                "a whole reading of a damaged file");
    }

    @Test
    void partsWithoutTheUsersOfAFilterAreNotRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.csv");
        StringBuilder text = new StringBuilder(HEADER + "\n");
        int start = utf8(text.toString()).length;
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) { // user u7 has 20 rows from 140 on, 20 from 1,140 on, and 20 from 2,140 on
            text.append("2020-02-03 12:%02d:%02d,u%d,x,true,10.0.0.7,Oslo,1,,curl/7,0\n"
                    .formatted(i / 60, i % 60, i / 20 % 50));
            ends.add(utf8(text.toString()).length);
        }
        byte[] content = utf8(text.toString());
        Files.write(file, content);
        CsvSource plain = new CsvSource(file, FORMAT, false, RowOrder.LIVE);
        LoginSource again = new PlacedSource(plain, 10, 1000);
        List<Labelled<LoginEvent>> all = logins(again.open(RejectedRows.ignoring()));
        LoginSource thinned = new PlacedSource(plain, 10, 100);
        logins(thinned.open(RejectedRows.ignoring()));
        LoginSource withoutUsers = new PlacedSource(plain, 10, 1000);
        logins(withoutUsers.open(RejectedRows.ignoring(), Set.of()));
        RowFilter filter = RowFilter.of(Set.of("u7", "u99"));
        List<Labelled<LoginEvent>> wanted = wanted(all, filter);
        assertEquals(60, wanted.size());
        assertEquals(List.of(), logins(again.open(RejectedRows.ignoring(), ALL, RowFilter.of(Set.of("u99")))));
        Arrays.fill(content, start, ends.get(110), (byte) '"');
        Arrays.fill(content, ends.get(190), ends.get(1_110), (byte) '"');
        Arrays.fill(content, ends.get(2_190), content.length, (byte) '"');
        Files.write(file, content);
        assertEquals(wanted, logins(again.open(RejectedRows.ignoring(), ALL, filter)), "a reading of parts");
        for (LoginSource whole : List.of(plain, thinned, withoutUsers)) {
            assertFalse(
                    wanted.equals(wanted(logins(whole.open(RejectedRows.ignoring(), ALL, filter)), filter)),
                    "a whole reading of a damaged file");
        }
    }

    private static List<Labelled<LoginEvent>> logins(LoginReader reader) throws IOException {
        List<Labelled<LoginEvent>> logins = new ArrayList<>();
        try (reader) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login);
            }
        }
        return logins;
    }

    private static LoginReader reader(InputStream in, CsvFormat format, ReadRequest request) throws IOException {
        return new CsvLoginReader("FILE", new RecordText(in), format, false, RowOrder.LIVE, request);
    }

    private static List<Labelled<LoginEvent>> logins(byte[] content, RowFilter filter) throws IOException {
        return logins(reader(
                new ByteArrayInputStream(content), FORMAT, new ReadRequest(RejectedRows.ignoring(), ALL, filter)));
    }

    private static List<Labelled<LoginEvent>> wanted(List<Labelled<LoginEvent>> logins, RowFilter filter) {
        return logins.stream()
                .filter(login -> login.row().timeMicros() >= filter.fromMicros()
                        && (filter.users() == null
                                || filter.users().contains(login.row().user())))
                .toList();
    }

    @Test
    void readsLongFieldsAndRecordsAsFastCsvDoes() throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        for (String letter : List.of("x", "ø", "東", "\ud83d\ude00", "\"\"", "\n", "\r\n", ",")) {
            for (int length : new int[] {65_400, 65_536, 65_537, 131_072, 262_000, 262_144, 262_145, 400_000}) {
                for (String quote : List.of("", "\"")) {
                    String city = quote + letter.repeat(length / letter.length()) + quote;
                    String text = HEADER + "\n" + row(random, 0) + "\n"
                            + row(random, 1).replaceFirst("Oslo|Møre og Romsdal", city) + "\n" + row(random, 2) + "\n";
                    compare(utf8(text), FORMAT, 1 << 20);
                }
            }
        }
    }

    @Test
    void otherSeparatorsToo() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (char separator : new char[] {'\t', ';', '|', ' ', '\u0001', '§'}) {
            for (int i = 0; i < 40; i++) {
                String text = new String(log(random, 6, random.nextInt(4), "\n"), StandardCharsets.ISO_8859_1);
                byte[] content = utf8(new String(
                        text.replace(',', separator).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
                compare(content, CsvFormats.separatedBy(separator, FORMAT), 1 << 20);
            }
        }
    }

    @Test
    void theFilesThatHaveNoRows() throws IOException {
        for (String text :
                List.of("", "\n", "\r\n\r\n", HEADER, HEADER + "\r", "\ufeff" + HEADER + "\n", "\ufeff", "\"", "a")) {
            for (int most : new int[] {7, 1 << 20}) {
                compare(utf8(text), FORMAT, most);
            }
        }
    }

    @Test
    void readingAheadGivesTheSameLoginsAndTheSameFailureAtTheSamePlace() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        StringBuilder rows = new StringBuilder(HEADER).append('\n');
        for (int i = 0; i < 3000; i++) {
            rows.append(row(random, i)).append('\n');
        }
        byte[] content = utf8(rows.toString());
        Opening plain = (in, rejected) -> reader(in, FORMAT, new ReadRequest(rejected, ALL, RowFilter.ALL));
        Opening ahead = (in, rejected) -> ReadAhead.of(plain.open(in, rejected));
        assertEquals(told(content, FORMAT, 1 << 20, plain), told(content, FORMAT, 1 << 20, ahead));

        Opening damaged = (in, rejected) -> plain.open(new Breaking(in, 100_000), rejected);
        Opening damagedAhead = (in, rejected) -> ReadAhead.of(damaged.open(in, rejected));
        List<String> told = told(content, FORMAT, 1 << 10, damaged);
        assertEquals(told, told(content, FORMAT, 1 << 10, damagedAhead));
        assertTrue(told.get(told.size() - 1).contains("is damaged"), told.get(told.size() - 1));
        assertTrue(told.size() > 500);
    }

    @Test
    void aReaderAheadCanBeClosedAtAnyTime() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder rows = new StringBuilder(HEADER).append('\n');
        for (int i = 0; i < 3000; i++) {
            rows.append(row(random, i % 3600)).append('\n');
        }
        byte[] content = utf8(rows.toString());
        for (int read = 0; read < 1200; read += 100) {
            try (RejectedRows rejected = RejectedRows.ignoring()) {
                LoginReader reader = ReadAhead.of(reader(
                        new ByteArrayInputStream(content), FORMAT, new ReadRequest(rejected, ALL, RowFilter.ALL)));
                for (int i = 0; i < read; i++) {
                    assertEquals(i, reader.next().row().row());
                }
                reader.close();
            }
        }
    }

    @Test
    void readingHasAThreadOfItsOwnOnlyWhereACoreIsLeft() throws IOException {
        int cores = Runtime.getRuntime().availableProcessors();
        try (RejectedRows rejected = RejectedRows.ignoring();
                LoginReader plain = reader(
                        new ByteArrayInputStream(utf8(HEADER + '\n')),
                        FORMAT,
                        new ReadRequest(rejected, ALL, RowFilter.ALL))) {
            assertSame(plain, ReadAhead.of(plain, cores));
            try (LoginReader ahead = ReadAhead.of(plain, cores - 1)) {
                assertNotSame(plain, ahead);
                assertNull(ahead.next());
            }
        }
    }

    /** Says that its data is damaged from some byte on. */
    private static final class Breaking extends InputStream {
        private final InputStream in;
        private int left;

        Breaking(InputStream in, int left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            throw new IOException("not used");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new InputFile.DamagedException("the gzip data is damaged", new IOException("bad code"));
            }
            int count = in.read(target, offset, Math.min(left, length));
            left -= count;
            return count;
        }
    }
}
