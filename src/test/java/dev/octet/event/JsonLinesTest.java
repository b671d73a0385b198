package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.RejectedRows.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
    private static final CsvFormat FORMAT = CsvFormats.of(
            TimeFormat.utc("epoch-seconds"),
            Map.of(
                    LoginField.TIME, "ts",
                    LoginField.USER, "actor.login",
                    LoginField.SUCCESS, "ok",
                    LoginField.IP, "net.ip",
                    LoginField.ASN, "net.as.number",
                    LoginField.LATITUDE, "lat"));

    @TempDir
    private Path folder;

    private final RejectedRows rejected = RejectedRows.counted("log", new RejectionPolicy(1, false));

    private List<Labelled<LoginEvent>> read(CsvFormat format, String text) throws IOException {
        Path log = folder.resolve("log");
        Files.writeString(log, text);
        return read(new CsvSource(log, format, false, RowOrder.LIVE));
    }

    private List<Labelled<LoginEvent>> read(LoginSource source) throws IOException {
        List<Labelled<LoginEvent>> logins = new ArrayList<>();
        try (LoginReader reader = source.open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login);
            }
        }
        return logins;
    }

    @Test
    void columnsAreKeysAlsoOfObjectsWithin() throws IOException {
        List<Labelled<LoginEvent>> logins = read(FORMAT, """

                {"ts": 1.7e9, "actor": {"login": "a,\\"b\\""}, "ok": true, "net": {"ip": "192.0.2.7", "as": {"number": 29695}}, "lat": -1.5e1}
                {"ts": 1700000001.25, "actor.login": "dotted", "actor": {"login": "no"}, "ok": "no", "net": null, "more": [{}]}
                {"ts": "1700000002", "actor": {"login": 17}, "ok": 1}""");
        assertEquals(0, rejected.count(), rejected.first());
        assertEquals(3, logins.size());
        LoginEvent first = logins.get(0).row();
        assertEquals(1_700_000_000_000_000L, first.timeMicros());
        assertEquals("a,\"b\"", first.user());
        assertEquals("192.0.2.7", first.ip().toString());
        assertEquals(29695, first.asn());
        assertEquals(-15, first.latitude());
        LoginEvent second = logins.get(1).row();
        assertEquals(1_700_000_001_250_000L, second.timeMicros());
        assertEquals("dotted", second.user());
        assertEquals(false, second.success());
        assertTrue(second.ip().isMissing());
        assertEquals("17", logins.get(2).row().user());
    }

    @Test
    void whatCannotBeReadIsRejectedAndTheNextLineGoesOn() throws IOException {
        String good = "{\"ts\": 1700000000, \"actor\": {\"login\": \"u\"}, \"ok\": true}\n";
        List<Labelled<LoginEvent>> logins = read(
                FORMAT,
                good + "{\"ts\": 17\n" + "[1]\n" + "7 8\n" + good.replace("\"u\"", "{}")
                        + good.replace("true", "true, \"ok\": false")
                        + good.replace("\"u\"", "\"\\u0007\"")
                        + good.replace("1700000000", "1e999999999")
                        + good.replace("true", "null")
                        + "{\"x\": \"" + "y".repeat(5_000_000) + "\"}\n"
                        + "{\"x\": " + "[".repeat(2000) + "\n"
                        + good.replace("1700000000", "1600000000")
                        + good);
        assertEquals(
                List.of("u", "", "\u0007", "u"),
                logins.stream().map(login -> login.row().user()).toList());
        assertEquals(12, logins.get(3).row().row());
        Map<Reason, Long> expected = new EnumMap<>(Map.of(
                Reason.JSON, 5L,
                Reason.TIME, 1L,
                Reason.OUTCOME, 1L,
                Reason.TOO_LONG, 1L,
                Reason.TIME_ORDER, 1L));
        assertEquals(expected, rejected.counts());
        assertEquals(Map.of("actor.login", Map.of(Reason.JSON, 1L)), rejected.unreadable());
        assertTrue(rejected.first().startsWith("log:2: not a JSON object: "), rejected.first());
    }

    @Test
    void oddObjectsHideNoLogin() throws IOException {
        String good =
                "{\"ts\": 1700000000, \"actor\": {\"login\": \"u\"}, \"ok\": true, \"net\": {\"ip\": \"192.0.2.7\"}}\n";
        List<Labelled<LoginEvent>> logins = read(
                FORMAT,
                "\ufeff" + good
                        + good.replace("\"u\"", "\"u\", \"login\": \"v\"")
                        + "\ufeff" + good
                        // headers that a client sends twice, named as the log's own keys
                        + good.replace("true", "true, \"headers\": {\"ok\": 1, \"ok\": 2, \"ts\": 1, \"ts\": 2}")
                        + good.replace("true", "true, \"lat\": NaN, \"x\": -Infinity")
                        + good.replace("true", "true, \"x\": " + "[".repeat(900) + "]".repeat(900))
                        + good.replace("\"192.0.2.7\"", "[null, \"10.0.0.1\", \"192.0.2.7\"]")
                        + good.replace("\"192.0.2.7\"", "[]")
                        + good.replace("{\"ip\"", "{\"as\": {\"number\": [29695]}, \"ip\""));
        assertEquals(9, logins.size(), rejected.first());
        assertEquals(Map.of("the row", Map.of(Reason.DUPLICATE_KEY, 2L)), rejected.unreadable());
        assertEquals("v", logins.get(1).row().user());
        assertTrue(Double.isNaN(logins.get(4).row().latitude()));
        assertEquals("192.0.2.7", logins.get(6).row().ip().toString());
        assertTrue(logins.get(7).row().ip().isMissing());
        assertEquals(29695, logins.get(8).row().asn());
    }

    @Test
    void packedLinesAndLabelsAreReadToo() throws IOException {
        Path log = folder.resolve("log.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(log))) {
            for (int i = 0; i < 3; i++) {
                out.write(("{\"ts\": " + (1_700_000_000 + i)
                                + ", \"actor\": {\"login\": \"u\"}, \"ok\": true, \"bad\": " + (i == 1) + "}\r\n")
                        .getBytes());
            }
        }
        List<Labelled<LoginEvent>> logins = read(new CsvSource(log, FORMAT.withLabelColumn("bad")));
        assertEquals(
                List.of(Label.NORMAL, Label.ATTACK, Label.NORMAL),
                logins.stream().map(Labelled::label).toList());
    }

    @Test
    void verdictsAreLabels() throws IOException {
        Path log = folder.resolve("log");
        Files.writeString(log, """
                {"ts": 1700000000, "actor": {"login": "u"}, "ok": true}
                {"ts": 1700000001, "actor": {"login": "u"}, "ok": true}
                {"ts": 1700000001, "actor": {"login": "v"}, "ok": true}
                """);
        Path verdicts = folder.resolve("verdicts.ndjson");
        Files.writeString(
                verdicts,
                verdict("1", "u", 0, "takeover")
                        + verdict("2", "v", 1, "takeover")
                        + verdict("1", "u", 0, "benign")
                        + verdict("3", "w", 1, "takeover"));
        assertEquals(
                List.of(Label.NORMAL, Label.NORMAL, Label.ATTACK),
                read(new JudgedSource(new CsvSource(log, FORMAT), verdicts)).stream()
                        .map(Labelled::label)
                        .toList());
    }

    private static String verdict(String id, String user, int second, String verdict) {
        return new Verdicts.Entry(
                        id,
                        Verdicts.Verdict.of(verdict),
                        Instant.EPOCH,
                        1_700_000_000_000_000L + second * 1_000_000L,
                        user,
                        2,
                        Double.POSITIVE_INFINITY,
                        true,
                        "b",
                        "",
                        "")
                .line();
    }
}
