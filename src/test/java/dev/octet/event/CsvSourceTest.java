package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import dev.octet.event.format.ColumnFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CsvSourceTest {
    private static final String RBA_HEADER =
            "index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,"
                    + "City,ASN,User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,"
                    + "Is Attack IP,Is Account Takeover\n";

    /** Rows 2, 4 and 15 of the RBA data set, verbatim, and one made of its other quirks. */
    private static final String RBA_ROWS = """
            2,2020-02-03 12:43:55.873,-3284137479262433373,,81.167.144.58,NO,Vestland,Urangsvag,29695,"Mozilla/5.0  (iPad; CPU OS 7_1 like Mac OS X) AppleWebKit/533.1 (KHTML, like Gecko Version/4.0 Mobile Safari/533.1 variation/277457",Android 2.3.3.2672,iOS 7.1,mobile,True,False,False
            4,2020-02-03 12:43:59.396,-4618854071942621186,,10.0.0.47,US,Virginia,Ashburn,398986,"Mozilla/5.0  (Linux; U; Android 2.2) Build/NMA26.42-169; wv AppleWebKit/537.36 (KHTML, like Gecko Version/4.0 Chrome/85.0.4183.120 Mobile Safari/537.36",Chrome Mobile WebView 85.0.4183,Android 2.2,mobile,False,True,False
            15,2020-02-03 12:44:30.475,-8296667206273764769,1123.0,82.147.58.93,NO,Oslo County,Oslo,29492,"Mozilla/5.0  (iPad; CPU OS 7_1 like Mac OS X) AppleWebKit/533.1 (KHTML, like Gecko Version/4.0 Mobile Safari/533.1 variation/277457",Android 2.3.3.2672,iOS 7.1,mobile,True,False,False
            16,2020-02-03 12:44:31,9223372036854775807,8.0,10.4.1.162,XK,-,,500000,ZipppBot,134 Browser,Other ,,True,True,True
            """;

    private static final String HEADER = "time,user,ok,ip\n";
    private static final CsvFormat FORMAT = CsvFormats.of(
            TimeFormat.utc("uuuu-MM-dd HH:mm:ss"),
            Map.of(LoginField.TIME, "time", LoginField.USER, "user", LoginField.SUCCESS, "ok", LoginField.IP, "ip"));

    private static final RejectionPolicy ANY = new RejectionPolicy(1, false);

    @TempDir
    Path folder;

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("log.csv"), content);
    }

    private Path file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Labelled<LoginEvent>> read(LoginSource source, RejectedRows rejected) throws IOException {
        List<Labelled<LoginEvent>> logins = new ArrayList<>();
        try (LoginReader reader = source.open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login);
            }
            assertNull(reader.next());
        }
        return logins;
    }

    private static String row(int second) {
        return String.format(
                Locale.ROOT,
                "2020-02-03 12:%02d:%02d,u%d,true,10.0.0.%d\n",
                second / 60,
                second % 60,
                second,
                second % 250);
    }

    private static String rows(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(row(i));
        }
        return text.toString();
    }

    private List<String> users(List<Labelled<LoginEvent>> logins) {
        return logins.stream().map(login -> login.row().user()).toList();
    }

    private String failure(CsvFormat format) {
        Path path = folder.resolve("log.csv");
        String message = assertThrows(
                        InputException.class,
                        () -> read(new CsvSource(path, format), RejectedRows.counted("FILE", ANY)))
                .getMessage();
        return message.replace(path.toString(), "FILE");
    }

    /** Reads a file with one broken thing in it and gives its line in unreadable.csv. */
    private String rejection(byte[] content, List<String> expectedUsers) throws IOException {
        Path list = folder.resolve("unreadable.csv");
        List<Labelled<LoginEvent>> logins;
        try (RejectedRows rejected = RejectedRows.listedIn(list, "FILE", ANY)) {
            logins = read(new CsvSource(file(content), FORMAT, false, RowOrder.LIVE), rejected);
            assertEquals(1, rejected.count() + rejected.kept());
        }
        assertEquals(expectedUsers, users(logins));
        List<String> lines = Files.readAllLines(list);
        assertEquals("row,line,time,user,column,reason,value,outcome", lines.get(0));
        assertEquals(2, lines.size());
        return lines.get(1);
    }

    /** As above, of a row that is kept. */
    private String kept(String brokenRow, String user) throws IOException {
        return rejection(
                (HEADER + row(1) + brokenRow + "\n" + row(3)).getBytes(StandardCharsets.UTF_8),
                List.of("u1", user, "u3"));
    }

    private String rejection(String brokenRow) throws IOException {
        return rejection(
                (HEADER + row(1) + brokenRow + "\n" + row(3)).getBytes(StandardCharsets.UTF_8), List.of("u1", "u3"));
    }

    @Test
    void readsTheRbaFormatWithItsQuirks() throws IOException {
        CsvSource source =
                new CsvSource(file(RBA_HEADER + RBA_ROWS), ColumnFormats.RBA.withLabelColumn("Is Account Takeover"));
        RejectedRows rejected = RejectedRows.counted("FILE", new RejectionPolicy(0, true));
        List<Labelled<LoginEvent>> logins = read(source, rejected);
        assertEquals(4, logins.size());
        LoginEvent first = logins.get(0).row();
        assertEquals(
                LoginEvent.at(1580733835873000L, "-3284137479262433373", true)
                        .row(0)
                        .ip(IpAddress.parse("81.167.144.58"))
                        .country("NO")
                        .region("Vestland")
                        .city("Urangsvag")
                        .asn(29695)
                        .userAgent("Mozilla/5.0  (iPad; CPU OS 7_1 like Mac OS X) AppleWebKit/533.1 (KHTML, like Gecko"
                                + " Version/4.0 Mobile Safari/533.1 variation/277457")
                        .browser("Android 2.3.3.2672")
                        .os("iOS 7.1")
                        .device("mobile")
                        .build(),
                first);
        assertEquals(Label.NORMAL, logins.get(0).label());
        assertEquals(1123.0f, logins.get(2).row().roundTripMillis());
        assertSame(first.userAgent(), logins.get(2).row().userAgent());
        assertEquals(
                LoginEvent.at(1580733871000000L, "9223372036854775807", true)
                        .row(3)
                        .ip(IpAddress.parse("10.4.1.162"))
                        .country("XK")
                        .asn(500000)
                        .userAgent("ZipppBot")
                        .browser("134 Browser")
                        .os("Other ")
                        .roundTripMillis(8)
                        .build(),
                logins.get(3).row());
        assertEquals(Label.ATTACK, logins.get(3).label());
    }

    @Test
    void withoutALabelColumnNothingIsKnown() throws IOException {
        List<Labelled<LoginEvent>> logins =
                read(new CsvSource(file(RBA_HEADER + RBA_ROWS), ColumnFormats.RBA), RejectedRows.ignoring());
        assertTrue(logins.stream().allMatch(login -> login.label() == Label.UNKNOWN));
    }

    @Test
    void keepsRbaUsersThatAreNoLong() throws IOException {
        for (String user : List.of("9223372036854775808", "-9223372036854775809", "12a", "", "-", "+5", "1.0")) {
            String odd = RBA_ROWS.lines().findFirst().orElseThrow().replace("-3284137479262433373", user);
            RejectedRows rejected = RejectedRows.counted("FILE", ANY);
            List<Labelled<LoginEvent>> logins =
                    read(new CsvSource(file(RBA_HEADER + odd + "\n"), ColumnFormats.RBA), rejected);
            boolean missing = user.isEmpty() || user.equals("-");
            assertEquals(List.of(missing ? "" : user), users(logins));
            assertEquals(missing ? 1 : 0, rejected.missingUsers());
            assertEquals(
                    missing ? Map.of() : Map.of("User ID", Map.of(RejectedRows.Reason.USER, 1L)),
                    rejected.unreadable(),
                    user);
        }
        String least = RBA_ROWS.lines().findFirst().orElseThrow().replace("-3284137479262433373", Long.MIN_VALUE + "");
        List<Labelled<LoginEvent>> logins =
                read(new CsvSource(file(RBA_HEADER + least + "\n"), ColumnFormats.RBA), RejectedRows.ignoring());
        assertEquals(List.of(Long.MIN_VALUE + ""), users(logins));
    }

    @Test
    void columnsStandInAnyOrderAndOthersAreIgnored() throws IOException {
        Path path = file("x,ip,ok,user,time,y\n1,::1,YES,bob,2020-02-03 12:00:00,2\n");
        LoginEvent event = read(new CsvSource(path, FORMAT), RejectedRows.ignoring())
                .get(0)
                .row();
        assertEquals(
                LoginEvent.at(1580731200000000L, "bob", true)
                        .ip(IpAddress.parse("::1"))
                        .build(),
                event);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void acceptsEveryLineEndByteOrderMarkEmptyLinesAndAMissingLastLineEnd(String lineEnd) throws IOException {
        String text = "\ufeff" + HEADER + "\n" + row(1) + "\n\n" + row(2) + row(3);
        text = text.substring(0, text.length() - 1).replace("\n", lineEnd);
        RejectedRows rejected = RejectedRows.counted("FILE", ANY);
        List<Labelled<LoginEvent>> logins = read(new CsvSource(file(text), FORMAT), rejected);
        assertEquals(List.of("u1", "u2", "u3"), users(logins));
        assertEquals(0, rejected.count());
        assertEquals(
                List.of(0L, 1L, 2L),
                logins.stream().map(login -> login.row().row()).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesAreCountedAsAnEditorCountsThem(String lineEnd) throws IOException {
        String text = (HEADER + "\n" + row(1) + "\n2020-02-03 12:00:02,\"two\nlines\",true,10.0.0.1\nbad\n" + row(3))
                .replace("\n", lineEnd);
        assertEquals(
                "2,7,,,,wrong number of fields: 1 fields where the header has 4,bad,left out",
                rejection(text.getBytes(StandardCharsets.UTF_8), List.of("u1", "two" + lineEnd + "lines", "u3")));
    }

    @Test
    void quotedFieldsMayHoldSeparatorsQuotesAndLineEnds() throws IOException {
        Path path = file(HEADER + "2020-02-03 12:00:00,\"a,\"\"b\"\"\nc\",0,\n");
        LoginEvent event = read(new CsvSource(path, FORMAT), RejectedRows.ignoring())
                .get(0)
                .row();
        assertEquals("a,\"b\"\nc", event.user());
        assertEquals(IpAddress.MISSING, event.ip());
    }

    @Test
    void otherSeparatorsOutcomesUnknownWordsAndNumbers() throws IOException {
        CsvFormat format = new CsvFormat(
                Map.of(
                        LoginField.TIME, "t",
                        LoginField.USER, "u",
                        LoginField.SUCCESS, "s",
                        LoginField.COUNTRY, "c",
                        LoginField.ASN, "a",
                        LoginField.LATITUDE, "lat",
                        LoginField.LONGITUDE, "lon"),
                TimeFormat.utc("epoch-seconds"),
                CsvFormat.UserIds.TEXT,
                Set.of("granted"),
                Set.of("denied"),
                ';',
                null,
                Set.of("n/a", "?"));
        String header = "t;u;s;c;a;lat;lon\n";
        List<Labelled<LoginEvent>> logins = read(
                new CsvSource(file(header + "1;?;Granted;n/a;?;-33.5;151.2e0\n2;u;DENIED;AU;4294967295;;\n"), format),
                RejectedRows.ignoring());
        assertEquals(
                LoginEvent.at(1_000_000, "", true).coordinates(-33.5, 151.2).build(),
                logins.get(0).row());
        assertEquals(
                LoginEvent.at(2_000_000, "u", false)
                        .row(1)
                        .country("AU")
                        .asn(4294967295L)
                        .build(),
                logins.get(1).row());
        RejectedRows rejected = RejectedRows.counted("FILE", ANY);
        String bad = "1;u;granted;;4294967296;;\n1;u;granted;;-1;;\n1;u;granted;;;90.1;\n1;u;granted;;;Infinity;\n"
                + "1;u;granted;;;;0x1p3\n1;u;granted;;;;-181\n1;u;granted;;;1e;\n1;u;granted;;;1f;\n";
        List<Labelled<LoginEvent>> kept = read(new CsvSource(file(header + bad), format), rejected);
        assertEquals(8, kept.size());
        assertTrue(kept.stream()
                .allMatch(login -> login.row().unreadableCount() == 1
                        && login.row().asn() == -1
                        && Double.isNaN(login.row().latitude())
                        && Double.isNaN(login.row().longitude())));
        assertEquals(
                Map.of(
                        "a", Map.of(RejectedRows.Reason.NUMBER, 2L),
                        "lat", Map.of(RejectedRows.Reason.NUMBER, 4L),
                        "lon", Map.of(RejectedRows.Reason.NUMBER, 2L)),
                rejected.unreadable());
    }

    @Test
    void readsLabelTexts() throws IOException {
        CsvFormat format = FORMAT.withLabelColumn("attack");
        StringBuilder text = new StringBuilder("time,user,ok,ip,attack\n");
        for (String label : List.of("true", "True", "1", "YES", "false", "FALSE", "0", "no", "2", "")) {
            text.append("2020-02-03 12:00:00,u,1,,").append(label).append('\n');
        }
        RejectedRows rejected = RejectedRows.counted("FILE", ANY);
        List<Labelled<LoginEvent>> logins = read(new CsvSource(file(text.toString()), format), rejected);
        assertEquals(
                List.of(
                        Label.ATTACK,
                        Label.ATTACK,
                        Label.ATTACK,
                        Label.ATTACK,
                        Label.NORMAL,
                        Label.NORMAL,
                        Label.NORMAL,
                        Label.NORMAL,
                        Label.UNKNOWN,
                        Label.UNKNOWN),
                logins.stream().map(Labelled::label).toList());
        assertEquals(Map.of("attack", Map.of(RejectedRows.Reason.LABEL, 2L)), rejected.unreadable());
    }

    @Test
    void listsWhatCannotBeReadAndKeepsWhatHasATimeAndAnOutcome() throws IOException {
        String start = "2020-02-03 12:00:02,";
        String known = "1,3,2020-02-03T12:00:02Z,u2,";
        assertEquals(
                known + "ip,\"unreadable IP address: octet 256 in 10.1.1.256 is not in [0, 255]\",10.1.1.256,kept",
                kept(start + "u2,true,10.1.1.256", "u2"));
        assertEquals(
                "1,3,,u2,time,\"unreadable time: \"\"2020-02-30 12:00:02\"\" is not a time: day 30 is not in [1, 29];"
                        + " data.format.time-format says how times are written\",2020-02-30 12:00:02,left out",
                rejection("2020-02-30 12:00:02,u2,true,10.1.1.1"));
        assertEquals(
                "1,3,2020-02-03T11:59:00.999Z,u2,time,time goes backwards: it is before 2020-02-03T12:00:01Z in line 2; sort"
                        + " the file by time,2020-02-03T11:59:00.999Z,left out",
                rejection("2020-02-03 11:59:00.999,u2,true,10.1.1.1"));
        assertEquals(
                known
                        + ",wrong number of fields: 3 fields where the header has 4,\"2020-02-03 12:00:02,u2,true\",left out",
                rejection(start + "u2,true"));
        assertEquals(
                known + ",wrong number of fields: 5 fields where the header has 4,"
                        + "\"2020-02-03 12:00:02,u2,maybe,10.1.1.1,x\",left out",
                rejection(start + "u2,maybe,10.1.1.1,x"));
        assertEquals(
                known
                        + "ok,\"neither success nor failure: allowed are 1, true, yes (success) and 0, false, no (failure)\","
                        + "maybe,left out",
                rejection(start + "u2,maybe,10.1.1.1"));
        assertEquals(
                known + "ip,control character: found U+0007,10.1.1.1\\u0007,kept",
                kept(start + "u2,true,10.1.1.1\u0007", "u2"));
        assertTrue(kept(start + "u2,true," + "1".repeat(70_000), "u2")
                .startsWith(known + "ip,\"too long: 70000 characters"));
        assertTrue(rejection(start + "x".repeat(5 << 20) + ",true,10.1.1.1")
                .startsWith("1,3,,,,too long: more than 4194304 characters in one record,"));
    }

    @Test
    void userNamesAreKeptWhateverTheyHold() throws IOException {
        for (String user : List.of("a\0b", "\u001b[2Jb", "x".repeat(65_537), "x".repeat(1 << 20), "=cmd()")) {
            RejectedRows rejected = RejectedRows.counted("FILE", ANY);
            Path path = file(HEADER + "2020-02-03 12:00:02," + user + ",true,10.1.1.1\n");
            assertEquals(List.of(user), users(read(new CsvSource(path, FORMAT), rejected)));
            assertEquals(0, rejected.count() + rejected.kept());
        }
    }

    @Test
    void bytesThatAreNotUtf8CostNoLogin() throws IOException {
        byte[] latin1 = (HEADER + row(1) + "2020-02-03 12:00:02,\u00c5lesund,true,\n" + row(3))
                .getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                List.of("u1", "\ufffdlesund", "u3"),
                users(read(new CsvSource(file(latin1), FORMAT), RejectedRows.ignoring())));
        // the first byte of a character at the very end of the file
        byte[] cut = (HEADER + row(1) + row(2) + "2020-02-03 12:00:03,\u00c5").getBytes(StandardCharsets.UTF_8);
        assertTrue(rejection(Arrays.copyOf(cut, cut.length - 1), List.of("u1", "u2"))
                .startsWith(
                        "2,4,2020-02-03T12:00:03Z,\ufffd,,wrong number of fields: 2 fields where the header has 4,"));
        // a genuine replacement character, and characters outside the basic plane, are text like any other
        String odd = "\ufffd\ud83d\udc80\u00c5";
        Path path = file(HEADER + "2020-02-03 12:00:02," + odd + ",true,\n");
        assertEquals(List.of(odd), users(read(new CsvSource(path, FORMAT), RejectedRows.ignoring())));
    }

    @Test
    void charactersMayLieAcrossAnyBufferBoundary() throws IOException {
        for (String character : List.of("\u00e5", "\u20ac", "\ud83d\udc80")) {
            for (int shift = 0; shift < 5; shift++) {
                String user = "x".repeat(shift) + character.repeat(30_000 / character.length());
                Path path = file(HEADER + "2020-02-03 12:00:02," + user + ",true,\n" + row(3));
                List<Labelled<LoginEvent>> logins = read(new CsvSource(path, FORMAT), RejectedRows.ignoring());
                assertEquals(List.of(user, "u3"), users(logins));
            }
        }
    }

    @Test
    void brokenQuotesCostOneRow() throws IOException {
        String start = "2020-02-03 12:00:02,";
        String unexpected = "broken quotes: Unexpected character after closing quote: 'b' (0x62)";
        assertEquals(
                "1,3,,,," + unexpected + ",\"2020-02-03 12:00:02,\"\"a\"\"b,true,10.1.1.1\",left out",
                rejection(start + "\"a\"b,true,10.1.1.1"));
        // the quote that opens the next row's field closes this one; the next row must survive
        String next = "2020-02-03 12:00:03,\"u3,x\",true,10.1.1.1\n";
        byte[] content = (HEADER + row(1) + start + "\"a,true,10.1.1.1\n" + next + rows(4, 2000))
                .getBytes(StandardCharsets.UTF_8);
        List<String> expected = new ArrayList<>(List.of("u1", "u3,x"));
        for (int i = 4; i < 2000; i++) {
            expected.add("u" + i);
        }
        assertTrue(rejection(content, expected).startsWith("1,3,,,,broken quotes: Unexpected character"));
        // never closed: the rest of the file is one field, whether short of the longest record or beyond it
        for (int last : new int[] {4, 200, 3600}) {
            byte[] open =
                    (HEADER + row(1) + start + "\"a,true,10.1.1.1\n" + rows(3, last)).getBytes(StandardCharsets.UTF_8);
            List<String> others = new ArrayList<>(List.of("u1"));
            for (int i = 3; i < last; i++) {
                others.add("u" + i);
            }
            assertTrue(rejection(open, others).startsWith("1,3,,,,broken quotes: Unclosed quoted field"));
        }
        String far = row(3).replace("true", "true".toUpperCase(Locale.ROOT)).repeat(12_000);
        byte[] beyond = (HEADER + row(1) + start + "\"a,true,10.1.1.1\n" + far).getBytes(StandardCharsets.UTF_8);
        List<String> many = new ArrayList<>(List.of("u1"));
        many.addAll(Collections.nCopies(12_000, "u3"));
        assertTrue(rejection(beyond, many)
                .startsWith("1,3,,,,broken quotes: more than 262144 characters in one record,\"2020-02-03 12:00:02,"));
        // closed at the end of a later row: the right quotes, but not the right number of fields
        byte[] closed = (HEADER + row(1) + start + "\"a,true,10.1.1.1\n2020-02-03 12:00:03,u3\",true,\n" + row(4))
                .getBytes(StandardCharsets.UTF_8);
        assertEquals(List.of("a,true,10.1.1.1\n2020-02-03 12:00:03,u3", "u4"), usersAfterFirst(closed));
        byte[] short1 = (HEADER + row(1) + start + "\"a,true,10.1.1.1\n2020-02-03 12:00:03,u3,true,\"\n" + row(4))
                .getBytes(StandardCharsets.UTF_8);
        try (RejectedRows rejected = RejectedRows.counted("FILE", ANY)) {
            assertEquals(List.of("u1", "u4"), users(read(new CsvSource(file(short1), FORMAT), rejected)));
            assertEquals(Map.of(RejectedRows.Reason.QUOTES, 2L), rejected.counts());
        }
    }

    private List<String> usersAfterFirst(byte[] content) throws IOException {
        List<String> users = users(read(new CsvSource(file(content), FORMAT), RejectedRows.ignoring()));
        return users.subList(1, users.size());
    }

    @Test
    void rowsCountRejectedRowsToo() throws IOException {
        Path path = file(HEADER + row(1) + "bad\n" + row(2) + "\"x\"y\n" + row(3));
        List<Labelled<LoginEvent>> logins = read(new CsvSource(path, FORMAT), RejectedRows.ignoring());
        assertEquals(
                List.of(0L, 2L, 4L),
                logins.stream().map(login -> login.row().row()).toList());
    }

    @Test
    void theRepeatedHourOfAZoneDoesNotGoBackwards() throws IOException {
        CsvFormat berlin =
                CsvFormats.of(new TimeFormat("uuuu-MM-dd HH:mm:ss", ZoneId.of("Europe/Berlin")), FORMAT.columns());
        Path path = file(HEADER
                + "2020-10-25 02:10:00,a,1,\n2020-10-25 02:50:00,b,1,\n2020-10-25 02:05:00,c,1,\n"
                + "2020-10-25 02:55:00,d,1,\n2020-10-25 02:53:00,e,1,\n2020-10-25 03:00:00,f,1,\n");
        RejectedRows rejected = RejectedRows.counted("FILE", ANY);
        List<Labelled<LoginEvent>> logins = read(new CsvSource(path, berlin, false, RowOrder.LIVE), rejected);
        assertEquals(List.of("a", "b", "c", "d", "f"), users(logins));
        assertEquals(Map.of(RejectedRows.Reason.TIME_ORDER, 1L), rejected.counts());
        TimeParser utc = new TimeParser(TimeFormat.utc("uuuu-MM-dd HH:mm:ss"));
        assertEquals(utc.micros("2020-10-25 01:05:00"), logins.get(2).row().timeMicros());
    }

    @Test
    void aLogThatIsNotInTheOrderOfTimeIsReadByThoseWhoSortIt() throws IOException {
        CsvSource source = new CsvSource(file(HEADER + row(300) + row(250) + row(230) + row(301)), FORMAT);
        OutOfOrderException refused = assertThrows(
                OutOfOrderException.class, () -> read(source, RejectedRows.counted("FILE", RejectionPolicy.DEFAULT)));
        assertEquals("line 4 (2020-02-03T12:03:50Z) is older than line 2 (2020-02-03T12:05:00Z)", refused.getMessage());
        RejectedRows rejected = RejectedRows.counted("FILE", RejectionPolicy.DEFAULT);
        List<Labelled<LoginEvent>> logins = read(source.inAnyOrder(TimeSpan.ALL), rejected);
        assertEquals(0, rejected.count());
        assertEquals(List.of("u300", "u250", "u230", "u301"), users(logins));
        TimeParser utc = new TimeParser(TimeFormat.utc("uuuu-MM-dd HH:mm:ss"));
        assertEquals(utc.micros("2020-02-03 12:04:10"), logins.get(1).row().timeMicros());
        assertEquals(2, logins.get(2).row().row());
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "\t", "|"})
    void aHeaderOfQuotedNamesTellsItsSeparator(String separator) throws IOException {
        Path path = file(String.join(separator, "\"time\"", "\"user\"", "\"ok\"", "\"ip\"") + "\n");
        String message = assertThrows(
                        InputException.class, () -> read(new CsvSource(path, FORMAT), RejectedRows.ignoring()))
                .getMessage();
        assertTrue(
                message.contains("is the separator '" + separator.replace("\t", "\\t") + "'? Then say so with"),
                message);
    }

    @Test
    void aHeaderOnlyIsReadableAndHoldsNothing() throws IOException {
        RejectedRows rejected = RejectedRows.counted("FILE", RejectionPolicy.DEFAULT);
        assertTrue(read(new CsvSource(file(HEADER), FORMAT), rejected).isEmpty());
        rejected.check(0);
    }

    @Test
    void saysWhyAFileCannotBeRead() throws IOException {
        assertEquals("FILE does not exist", failure(FORMAT));
        String empty = "FILE is empty; a CSV file with a header line is expected";
        file("");
        assertEquals(empty, failure(FORMAT));
        file("\n\r\n");
        assertEquals(empty, failure(FORMAT));
        file("when,user,ip\n");
        assertEquals(
                "FILE:1: the header has no column ok, time. Found: when, user, ip. Choose the format that fits this file,"
                        + " or map its column names in the config under data.format",
                failure(FORMAT));
        file(HEADER.replace(',', ';'));
        assertEquals(
                "FILE:1: the header has no column ip, ok, time, user. Found: time;user;ok;ip. Choose the format that fits"
                        + " this file, or map its column names in the config under data.format; is the separator ';'?",
                failure(FORMAT));
        file(HEADER);
        assertEquals(
                "FILE:1: the header has no column attack. Found: time, user, ok, ip. Choose the format that fits this"
                        + " file, or map its column names in the config under data.format",
                failure(FORMAT.withLabelColumn("attack")));
        file("time,user,ok,ip,user\n");
        assertEquals(
                "FILE:1: the header has the column \"user\" twice; rename or remove one. Found: time, user, ok, ip, user",
                failure(FORMAT));
        file("time,\"user,ok,ip\n");
        assertTrue(failure(FORMAT).startsWith("FILE:1: the header line cannot be read: Unclosed quoted field"));
        file("x".repeat(5 << 20));
        assertEquals(
                "FILE:1: no line end in the first 4194304 characters; this is not a CSV file with a header line",
                failure(FORMAT));
        file("time,us\u0007er\n");
        assertEquals(
                "FILE:1: this is a binary file (found U+0007); a CSV file with a header line is expected",
                failure(FORMAT));
        file("time,ben\u00fctzer\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(
                "FILE:1: the header line is not UTF-8 text; if this is a CSV file, convert it, e.g. iconv -f ISO-8859-1"
                        + " -t UTF-8",
                failure(FORMAT));
        file("PK\u0003\u0004rest");
        assertEquals("FILE is a zip archive, not CSV text; unpack it first, e.g. with unzip", failure(FORMAT));
        file(HEADER.getBytes(StandardCharsets.UTF_16));
        assertEquals("FILE is UTF-16 text, not CSV text; convert it: iconv -f UTF-16 -t UTF-8", failure(FORMAT));
        String directory = assertThrows(
                        InputException.class, () -> new CsvSource(folder, FORMAT).open(RejectedRows.ignoring()))
                .getMessage();
        assertEquals(folder + " is a directory, not a file", directory);
    }

    @Test
    void refusesRandomBytes() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[20_000];
            random.nextBytes(noise);
            file(noise);
            String message = failure(FORMAT);
            assertTrue(message.startsWith("FILE:"), message);
        }
    }

    private enum Packing {
        GZIP,
        XZ,
        ZSTD
    }

    private static byte[] pack(Packing packing, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (packing) {
            case GZIP -> new GZIPOutputStream(bytes);
            case XZ -> new XZOutputStream(bytes, new LZMA2Options(0));
            case ZSTD -> new ZstdOutputStream(bytes);
        }) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void readsPackedFilesWhateverTheyAreCalled() throws IOException {
        for (Packing packing : Packing.values()) {
            byte[] one = pack(packing, HEADER + rows(0, 100));
            byte[] two = pack(packing, rows(100, 3000));
            byte[] both = Arrays.copyOf(one, one.length + two.length);
            System.arraycopy(two, 0, both, one.length, two.length);
            List<Labelled<LoginEvent>> logins = read(new CsvSource(file(both), FORMAT), RejectedRows.ignoring());
            assertEquals(3000, logins.size(), packing.name());
            assertEquals("u2999", logins.get(2999).row().user());
        }
    }

    @Test
    void packedFilesThatEndEarlyAreErrorsAfterTheirGoodRows() throws IOException {
        for (Packing packing : Packing.values()) {
            byte[] whole = pack(packing, HEADER + rows(0, 3000));
            for (int missing : new int[] {1, 5, whole.length / 2, whole.length - 12}) {
                file(Arrays.copyOf(whole, whole.length - missing));
                String message = failure(FORMAT);
                String name = packing.name().toLowerCase(Locale.ROOT);
                assertTrue(
                        message.startsWith("FILE: the " + name + " data is damaged or ends early ("),
                        packing + " less " + missing + ": " + message);
            }
            byte[] damaged = whole.clone();
            damaged[whole.length / 2] ^= 0x55;
            damaged[whole.length / 2 + 1] ^= 0x55;
            file(damaged);
            assertTrue(failure(FORMAT).contains("data is damaged or ends early"), packing.name());
        }
        byte[] whole = pack(Packing.GZIP, HEADER + rows(0, 3000));
        file(Arrays.copyOf(whole, whole.length - 4));
        String message = failure(FORMAT);
        assertTrue(
                message.matches(
                        "FILE: the gzip data is damaged or ends early \\(.*\\) after \\d+ rows, line \\d+\\. Fetch or"
                                + " make the file again; nothing is guessed about the rest"),
                message);
        // a second member of which only the first bytes are there
        byte[] cut = Arrays.copyOf(whole, whole.length + 3);
        System.arraycopy(whole, 0, cut, whole.length, 3);
        file(cut);
        assertTrue(failure(FORMAT).contains("the gzip data is damaged or ends early"));
    }

    @Test
    void whateverIsBrokenEveryRowIsReadOrRejectedAndNothingElseHappens() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        byte[] good = (RBA_HEADER + RBA_ROWS.repeat(3)).getBytes(StandardCharsets.UTF_8);
        int headerLength = RBA_HEADER.length();
        byte[] interesting = {'"', '"', ',', '\n', '\r', 0, (byte) 0xc3, (byte) 0xff, '-', '9', ' '};
        for (int round = 0; round < 500; round++) {
            byte[] broken = good.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                broken[random.nextInt(headerLength, broken.length)] = interesting[random.nextInt(interesting.length)];
            }
            RejectedRows rejected = RejectedRows.counted("FILE", ANY);
            List<Labelled<LoginEvent>> logins =
                    read(new CsvSource(file(broken), ColumnFormats.RBA, false, RowOrder.LIVE), rejected);
            long last = -1;
            for (Labelled<LoginEvent> login : logins) {
                assertTrue(login.row().row() > last);
                last = login.row().row();
            }
            // a broken line end can make two rows of one or one of two, so the number of rows is not exactly 12
            long all = logins.size() + rejected.count();
            assertTrue(all >= 6 && all <= 18, all + " rows in round " + round);
            assertTrue(last < all);
        }
    }

    @Test
    void theLongestFieldAllowedIsRead() throws IOException {
        String user = "x".repeat(RowValues.LONGEST_FIELD);
        Path path = file(HEADER + "2020-02-03 12:00:02," + user + ",true,\n");
        assertEquals(List.of(user), users(read(new CsvSource(path, FORMAT), RejectedRows.ignoring())));
    }
}
