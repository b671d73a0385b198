package dev.octet.event.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.FollowedLog;
import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectedRows.LeftOut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats by their definitions: what a user can write, and what logs do that their authors did not foresee. */
class FormatsTest {
    @TempDir
    private Path folder;

    private final RejectedRows rejected = RejectedRows.ignoring();

    private List<LoginEvent> read(String format, String text) throws IOException {
        return read(format, FormatSettings.DEFAULT, text.getBytes(StandardCharsets.UTF_8));
    }

    private List<LoginEvent> read(String format, FormatSettings settings, byte[] log) throws IOException {
        Path file = folder.resolve("log");
        Files.write(file, log);
        return SampleLogsTest.read(new FormatSource(file, Formats.find(format, settings)), rejected);
    }

    private static FormatSettings ofYear(int year) {
        return FormatSettings.DEFAULT.withYear(Optional.of(year));
    }

    @Test
    void aFormatNamesFieldsOfItsOwn() throws IOException {
        String yaml = """
                title: ours
                records: [{json: {}}]
                time: {from: at, formats: [iso]}
                success: {from: ok, success: ["true"], failure: ["false"]}
                user: who
                extra:
                  tenant: org.name
                  managed: {type: boolean, from: device.managed}
                  risk: {type: number, from: risk}
                """;
        Path file = Files.writeString(folder.resolve("ours.yaml"), yaml);
        LoginField tenant = LoginField.extra("tenant", LoginField.Extra.CATEGORY);
        LoginField managed = LoginField.extra("managed", LoginField.Extra.BOOLEAN);
        LoginField risk = LoginField.extra("risk", LoginField.Extra.NUMBER);
        List<LoginEvent> logins = read(file.toString(), """
                {"at":"2024-01-01T00:00:00Z","who":"a","ok":true,"org":{"name":"x"},"device":{"managed":true},"risk":1.5}
                {"at":"2024-01-01T00:00:01Z","who":"a","ok":true,"device":{"managed":"perhaps"},"risk":"high"}
                """);
        assertEquals("x", logins.get(0).text(tenant));
        assertEquals("true", logins.get(0).text(managed));
        assertEquals(1.5, logins.get(0).number(risk));
        assertTrue(logins.get(0).unreadableFields().isEmpty());
        assertTrue(logins.get(1).isMissing(tenant)
                && logins.get(1).isMissing(managed)
                && logins.get(1).isMissing(risk));
        assertEquals(Set.of(managed, risk), logins.get(1).unreadableFields());

        for (String[] wrong : new String[][] {
            {"type: boolean", "type: truth", "category, boolean or number"},
            {"  tenant:", "  Tenant:", "lower case letters"},
            {"  tenant:", "  country:", "columns.country"}
        }) {
            Files.writeString(file, yaml.replace(wrong[0], wrong[1]));
            String message = assertThrows(InputException.class, () -> read(file.toString(), ""))
                    .getMessage();
            assertTrue(message.contains(wrong[2]), message);
        }
    }

    private static String time(LoginEvent login) {
        return Instant.EPOCH.plus(login.timeMicros(), ChronoUnit.MICROS).toString();
    }

    static Stream<String> shipped() {
        return Formats.names().stream();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedFormatNamesItsSourcesAndHasMarks(String name) throws IOException {
        assertTrue(
                Files.readString(Path.of("docs/formats.md")).contains("\n| `" + name + "`"),
                "docs/formats.md lists it");
        FormatDefinition format = Formats.find(name, FormatSettings.DEFAULT);
        assertTrue(!format.sources().isEmpty(), "where the names of the fields come from");
        assertTrue(!format.rules().marks().isEmpty(), "what tells the format from others");
    }

    @Test
    void everyFileOfAFormatIsListed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/dev/octet/event/formats"))) {
            assertEquals(
                    Formats.names(),
                    files.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".yaml"))
                            .map(file -> file.substring(0, file.length() - 5))
                            .sorted()
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Failed password for invalid user root from 192.0.2.1 from 203.0.113.9 port 4 ssh2",
                "Failed password for invalid user root from 192.0.2.1 port 22 ssh2 from 203.0.113.9 port 4 ssh2",
                "Failed password for invalid user root from 192.0.2.1 port 22 ssh2: RSA SHA256:x from 203.0.113.9 port 4 ssh2",
                "Failed publickey for invalid user a b from 203.0.113.9 port 4 ssh2: RSA SHA256:x",
                "Failed keyboard-interactive/pam for invalid user  from 203.0.113.9 port 4 ssh2",
                "message repeated 1 times: [ Failed password for invalid user ] from 203.0.113.9 port 4 ssh2]",
                "Failed none for invalid user message repeated 9 times: [ from 203.0.113.9 port 4 ssh2 [preauth]"
            })
    void sshdTakesTheAddressThatNoVisitorCanWrite(String message) throws IOException {
        List<LoginEvent> logins = read("sshd", "2024-03-30T18:36:47+00:00 host sshd-session[7]: " + message + "\n");
        assertEquals(1, logins.size());
        assertEquals("203.0.113.9", logins.get(0).ip().toString());
        assertEquals("invalid user", logins.get(0).failureReason());
    }

    @Test
    void sshdCountsWhatIsRepeatedAndLeavesOutTheRest() throws IOException {
        List<LoginEvent> logins = read("sshd", """
                2024-03-30T18:36:46Z host sshd[7]: Invalid user x from 203.0.113.9 port 4
                2024-03-30T18:36:47Z host sshd[7]: Failed password for x y from 203.0.113.9 port 4 ssh2
                2024-03-30T18:36:49Z host sshd[7]: message repeated 3 times: [ Failed password for x y from 203.0.113.9 port 4 ssh2]
                2024-03-30T18:36:49Z host sshd[7]: pam_unix(sshd:auth): authentication failure; rhost=203.0.113.9 user=x
                2024-03-30T18:36:50Z host su[8]: Accepted password for root from 203.0.113.9 port 4 ssh2
                <38>1 2024-03-30T18:36:51.5+02:00 host sshd 9 - - Accepted publickey for bob from ::1 port 4 ssh2: RSA SHA256:x
                """);
        assertEquals(5, logins.size());
        assertEquals("x y", logins.get(3).user());
        assertEquals("2024-03-30T16:36:51.500Z", time(logins.get(4)));
        assertEquals(Map.of(LeftOut.NOT_A_LOGIN, 3L), rejected.leftOut());
        assertEquals(
                List.of(0L, 1L, 2L, 3L, 4L),
                logins.stream().map(LoginEvent::row).toList());
    }

    @Test
    void yearsFollowFromTheLastLine() throws IOException {
        String log = Stream.of(
                        "Nov 30 10:00:00",
                        "Dec 31 23:59:59",
                        "Jan  1 00:00:01",
                        "Dec 31 23:59:58",
                        "Feb 29 12:00:00",
                        "Dec  1 10:00:00",
                        "Jan 15 10:00:00")
                .map(at -> at + " h sshd[1]: Accepted password for a from 192.0.2.1 port 1 ssh2\n")
                .reduce("", String::concat);
        List<String> expected = List.of(
                "2023-11-30T10:00:00Z",
                "2023-12-31T23:59:59Z",
                "2024-01-01T00:00:01Z",
                "2023-12-31T23:59:58Z",
                "2024-02-29T12:00:00Z",
                "2024-12-01T10:00:00Z",
                "2025-01-15T10:00:00Z");
        assertEquals(
                expected,
                read("sshd", ofYear(2025), log.getBytes(StandardCharsets.UTF_8)).stream()
                        .map(FormatsTest::time)
                        .toList());
        // a 29 February says the year where the file's date does not fit it
        Path file = folder.resolve("log");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2027-06-01T00:00:00Z")));
        assertEquals(
                expected,
                SampleLogsTest.read(new FormatSource(file, Formats.find("sshd", FormatSettings.DEFAULT)), rejected)
                        .stream()
                        .map(FormatsTest::time)
                        .toList());
    }

    @Test
    void anyEncodingAndPackingReadsTheSame() throws IOException {
        String log = "2024-03-30T18:36:47Z h sshd[1]: Failed password for J\u00fcrgen from 192.0.2.1 port 1 ssh2\r\n"
                .repeat(40);
        for (String charset : List.of("UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "windows-1252")) {
            byte[] bytes = log.getBytes(Charset.forName(charset));
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(bytes);
            }
            for (byte[] each : List.of(bytes, packed.toByteArray())) {
                List<LoginEvent> logins = read("sshd", FormatSettings.DEFAULT, each);
                assertEquals(40, logins.size(), charset);
                assertEquals("J\u00fcrgen", logins.get(39).user(), charset);
            }
        }
    }

    @Test
    void oneBadLineCostsOneLine() throws IOException {
        String okta = "{\"eventType\":\"user.session.start\",\"published\":\"2024-03-30T18:36:4%d.000Z\",\"actor\":"
                + "{\"alternateId\":\"a\"},\"outcome\":{\"result\":\"SUCCESS\"}}\n";
        String log = okta.formatted(1) + "{\"eventType\": broken\n" + okta.formatted(2) + "\n\n"
                + okta.formatted(3).strip() + okta.formatted(4);
        assertEquals(4, read("okta", log).size());
        assertEquals(1, rejected.count());
    }

    @Test
    void aQuoteThatNothingClosesCostsOneRow() throws IOException {
        List<LoginEvent> logins = read(
                "octet",
                "time,user,success,ip,failure_reason,round_trip_ms\n2024-03-30T18:36:47Z,a,1,192.0.2.1,,\n"
                        + "2024-03-30T18:36:48Z,\"b,1,192.0.2.1,,\n2024-03-30T18:36:49Z,\"c\nd\",0,192.0.2.1,why,1.5\n");
        assertEquals(List.of("a", "c\nd"), logins.stream().map(LoginEvent::user).toList());
        assertEquals(1, rejected.count());
    }

    @Test
    void aFormatOfOnesOwnNeedsNoJava() throws IOException {
        Path yaml = folder.resolve("ours.yaml");
        Files.writeString(yaml, """
                title: The portal's own log
                sources: [https://wiki.example.com/portal-log]
                parameters:
                  ok: {default: "200", description: the status of a login that succeeded}
                records:
                  - lines:
                      extract:
                        - patterns: ['^(?<time>\\S+) portal (?<what>\\w+) (?<details>.*)$']
                where:
                  - {at: what, is: signin}
                  - any:
                      - {at: {at: details, pair: status}, present: true}
                      - {at: details, matches: legacy}
                time: {from: time, formats: [epoch-seconds, iso]}
                user: {at: details, pair: user}
                success: {from: {at: details, pair: status}, success: "${ok}", failure: "*"}
                ip: [{at: details, pair: client}, {at: details, pattern: 'via (\\S+)$'}]
                country: {from: {at: details, pair: cc}, map: {XX: "", "*": NO}}
                machine-accounts:
                  - {at: {at: details, pair: user}, matches: '^svc-'}
                """);
        String log = """
                1711823807 portal signin user="a, b" status=200 client=192.0.2.1 cc=XX
                2024-03-30T18:36:48Z portal signin user=b status=403 via 192.0.2.2
                1711823809.5 portal signout user=b status=200
                1711823810 portal signin user=svc-backup status=200
                """;
        List<LoginEvent> logins = read(yaml.toString(), log);
        assertEquals(2, logins.size());
        assertEquals("a, b", logins.get(0).user());
        assertEquals("192.0.2.2", logins.get(1).ip().toString());
        assertEquals(
                List.of(true, false), logins.stream().map(LoginEvent::success).toList());
        assertEquals(
                "NO",
                read(yaml.toString(), log.replace("cc=XX", "cc=SE")).get(0).country());
        assertEquals(1, rejected.leftOut().get(LeftOut.MACHINE_ACCOUNT) / 2);
        FormatSettings other = new FormatSettings(
                Map.of("ok", "403"),
                List.of(UserSpelling.LOWER_CASE),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertEquals(
                List.of(false, true, false),
                read(yaml.toString(), other, log.getBytes(StandardCharsets.UTF_8)).stream()
                        .map(LoginEvent::success)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time|: unknown key tiem; did you mean time?|3:1",
                "success: {from: ok, success: y, failure: y}|cannot mean both|",
                "success: {from: ok}|success is missing|",
                "time: {from: t, formats: [yyyy-QQQQQQQ]}|time format|",
                "ip: {at: x, pattern: '('}|not a regular expression|",
                "where: [{at: x}]|expected one of is|"
            })
    void aWrongFormatIsRefusedWithItsPlace(String change) {
        String[] parts = change.split("\\|", -1);
        String line = parts[0].equals("time") ? "tiem: {from: t}" : parts[0];
        String yaml = "title: x\nrecords: [{csv: {}}]\n" + line + "\n"
                + (line.startsWith("time") ? "" : "time: {from: t}\n")
                + (line.startsWith("success") ? "" : "success: {from: ok, success: y}\n");
        InputException error =
                assertThrows(InputException.class, () -> Formats.parse("ours", yaml, FormatSettings.DEFAULT));
        assertTrue(error.getMessage().contains(parts[1].replace(": unknown", "unknown")), error.getMessage());
        assertTrue(error.getMessage().contains("ours:3:"), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"logins.csv", "logins.ndjson", "logins.parquet"})
    void whatIsWrittenReadsBackToTheBit(String name) throws IOException {
        Random random = new Random(1);
        List<LoginEvent> logins = new ArrayList<>();
        String[] texts = {
            "", "=1+1", "a,\"b\"", "line\nbreak", "\u202ex", "null", "-", "J\u00fcrgen", " x ", "\ud83d\ude00"
        };
        for (int i = 0; i < 300; i++) {
            LoginEvent.Builder login = LoginEvent.at(
                    random.nextLong(0, 4_000_000_000_000_000L),
                    texts[random.nextInt(texts.length)],
                    random.nextBoolean());
            login.row(i);
            if (i % 3 > 0) {
                login.ip(Fields.address(i % 2 == 0 ? "192.0.2." + i % 256 : "2001:db8::" + i))
                        .asn(random.nextInt(1 << 30) * 4L);
                login.country(texts[random.nextInt(texts.length)]).userAgent(texts[random.nextInt(texts.length)]);
                login.coordinates(random.nextDouble(-90, 90), random.nextDouble(-180, 180))
                        .roundTripMillis(random.nextFloat());
            }
            LoginEvent event = login.build();
            logins.add(
                    event.success()
                            ? event
                            : event.toBuilder().failureReason("why\r\n" + i).build());
        }
        Path file = folder.resolve(name);
        try (LoginWriter writer = LoginWriter.to(file)) {
            for (LoginEvent login : logins) {
                writer.write(login);
            }
            writer.complete();
        }
        List<LoginEvent> back =
                SampleLogsTest.read(new FormatSource(file, Formats.find("octet", FormatSettings.DEFAULT)), rejected);
        assertEquals(0, rejected.count(), rejected.first());
        assertEquals(logins, back);
    }

    @Test
    void filesAreMergedByTime() throws IOException {
        List<FormatSource> files = new ArrayList<>();
        FormatDefinition format = Formats.find("sshd", FormatSettings.DEFAULT);
        for (int file = 0; file < 3; file++) {
            StringBuilder log = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                log.append("2024-03-30T18:%02d:%02dZ h sshd[1]: Accepted password for u%d from 192.0.2.1 port 1 ssh2\n"
                        .formatted(i, file, file));
            }
            Path path = folder.resolve("log" + file);
            Files.writeString(path, log);
            files.add(new FormatSource(path, format));
        }
        List<String> notes = new ArrayList<>();
        OrderedLog all = new OrderedLog("all", files, notes::add);
        for (int pass = 0; pass < 2; pass++) {
            List<Long> times = new ArrayList<>();
            try (var reader = all.open(rejected)) {
                for (var login = reader.next(); login != null; login = reader.next()) {
                    assertEquals(times.size(), login.row().row());
                    times.add(login.row().timeMicros());
                }
            }
            assertEquals(60, times.size());
            assertEquals(times.stream().sorted().toList(), times);
        }
        assertEquals(List.of(), notes);
        // one that is newest first
        List<String> lines = Files.readAllLines(folder.resolve("log0"));
        java.util.Collections.reverse(lines);
        Files.write(folder.resolve("log0"), lines);
        OrderedLog sorted = new OrderedLog("all", files, notes::add);
        try (var reader = sorted.open(rejected)) {
            assertEquals("u0", reader.next().row().user());
            assertEquals("u1", reader.next().row().user());
        }
        assertTrue(notes.get(0).contains("sorted"), notes.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "json"})
    void aLogThatGrowsIsFollowed(String shape) throws Exception {
        Path log = folder.resolve("grows");
        String first = shape.equals("lines")
                ? "2024-03-30T18:36:00Z h cron[1]: Accepted nothing for anybody\n"
                : "{\"MESSAGE\":\"Starting\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"__REALTIME_TIMESTAMP\":\"1\"}\n";
        Files.writeString(log, first);
        int[] waits = {0};
        FollowedLog.Waiter waiter = () -> {
            if (waits[0]++ < 3) {
                String message = "Failed password for u" + waits[0] + " from 192.0.2.1 port 1 ssh2";
                Files.writeString(
                        log,
                        shape.equals("lines")
                                ? "2024-03-30T18:36:0%dZ h sshd[1]: %s\n".formatted(4 - waits[0], message)
                                : "{\"MESSAGE\":\"%s\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"__REALTIME_TIMESTAMP\":\"171182380%d000000\"}\n"
                                        .formatted(message, 4 - waits[0]),
                        StandardOpenOption.APPEND);
                return true;
            }
            return false;
        };
        List<String> users = new ArrayList<>();
        long last = 0;
        try (FollowedLog followed = new FollowedLog(
                log,
                Formats.find("sshd", FormatSettings.DEFAULT),
                rejected,
                Optional.empty(),
                true,
                Duration.ofMillis(1),
                waiter)) {
            for (var login = followed.next(); login != null; login = followed.next()) {
                users.add(login.row().user());
                assertTrue(login.row().timeMicros() >= last, "in the order of time");
                last = login.row().timeMicros();
            }
        }
        assertEquals(List.of("u1", "u2", "u3"), users);
    }

    @Test
    void aTableWithUsualColumnNamesNeedsNoFormat() throws IOException {
        List<List<LoginEvent>> same = new ArrayList<>();
        for (String log : List.of(
                "ts,user,ok,ip\n1711823807,a,0,192.0.2.1\n1711823808,b,1,\n",
                "Timestamp;User Name;Result;Client IP\n1711823807000;a;Failed;192.0.2.1\n1711823808000;b;Success;\n",
                "{\"time\":1711823807000000,\"userId\":\"a\",\"success\":false,\"source_ip\":\"192.0.2.1\"}\n"
                        + "{\"time\":\"2024-03-30T18:36:48Z\",\"userId\":\"b\",\"success\":true}\n")) {
            same.add(read("table", log));
            assertEquals(
                    "table",
                    Detection.of(folder.resolve("log"), FormatSettings.DEFAULT)
                            .require("log")
                            .name());
        }
        assertEquals(same.get(0), same.get(1));
        assertEquals(same.get(0), same.get(2));
        assertEquals("2024-03-30T18:36:47Z", time(same.get(0).get(0)));
    }

    @Test
    void filesFoldersAndPatternsAreFound() throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        Files.createDirectories(folder.resolve("a/.git"));
        for (String name : List.of("a/1.gz", "a/b/2.gz", "a/.git/3.gz", "a/x.txt")) {
            Files.writeString(folder.resolve(name), name);
        }
        List<String> found = new ArrayList<>();
        for (String name : List.of("a", "a/*.gz", "a/**.gz")) {
            found.add(LogFiles.find(folder + "/" + name).stream()
                    .map(file -> folder.relativize(file).toString())
                    .toList()
                    .toString());
        }
        assertEquals(List.of("[a/1.gz, a/b/2.gz, a/x.txt]", "[a/1.gz]", "[a/.git/3.gz, a/1.gz, a/b/2.gz]"), found);
        assertThrows(InputException.class, () -> LogFiles.find(folder + "/no*"));
    }
}
