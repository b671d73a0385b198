package dev.octet.serve.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.octet.event.InputException;
import dev.octet.serve.alert.Webhook.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Webhook.Timing QUICK =
            new Webhook.Timing(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final Webhook.Timing HASTY =
            new Webhook.Timing(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(200));

    @TempDir
    private Path folder;

    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int port;

    /** @param status what to answer to a body; -1 hangs up */
    private void listen(int at, ToIntFunction<String> status) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
        server.createContext("/alerts", exchange -> answer(exchange, status));
        server.start();
        port = server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange, ToIntFunction<String> status) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int code = status.applyAsInt(body);
        if (code < 0) {
            exchange.close();
            return;
        }
        if (code == 200) {
            secrets.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            bodies.add(body);
        }
        if (code == 302) {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port + "/elsewhere");
        }
        exchange.sendResponseHeaders(code, -1);
        exchange.close();
    }

    @AfterEach
    void stops() {
        if (server != null) {
            server.stop(0);
        }
    }

    private Webhook webhook(AlertForm form, long maximumBytes, Webhook.Timing timing) throws IOException {
        return new Webhook(
                Receiver.of("http://127.0.0.1:" + port + "/alerts", Optional.of("Authorization: Bearer s3cret")),
                form,
                Alerts.SOURCE,
                folder.resolve("waiting"),
                maximumBytes,
                timing,
                notes::add);
    }

    private static Alert alert(long row) {
        return Alerts.of(Alerts.login().row(row).build(), 20);
    }

    /** Rows of all that was taken, in the order of arrival. */
    private List<Long> rows() throws IOException {
        List<Long> rows = new ArrayList<>();
        for (String body : bodies) {
            for (JsonNode alert : JSON.readTree(body)) {
                rows.add(alert.get("row").asLong());
            }
        }
        return rows;
    }

    private static List<Long> rows(long from, long until) {
        List<Long> rows = new ArrayList<>();
        for (long row = from; row < until; row++) {
            rows.add(row);
        }
        return rows;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 400 && !condition.getAsBoolean(); i++) {
            Thread.sleep(25);
        }
        assertTrue(condition.getAsBoolean());
    }

    @Test
    void postsBatchesWithTheSecretAndLeavesNothingBehind() throws IOException {
        listen(0, body -> 200);
        try (Webhook webhook = webhook(AlertForm.NDJSON, 1 << 20, QUICK)) {
            for (long row = 0; row < 250; row++) {
                webhook.accept(alert(row));
            }
            webhook.flush();
        }
        assertEquals(rows(0, 250), rows());
        assertTrue(secrets.stream().allMatch("Bearer s3cret"::equals), secrets.toString());
        for (String body : bodies) {
            assertTrue(JSON.readTree(body).size() <= Webhook.BATCH);
        }
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
        assertEquals(List.of(), notes);
    }

    @Test
    void cefIsPostedAsLinesOfText() throws IOException {
        listen(0, body -> 200);
        try (Webhook webhook = webhook(AlertForm.CEF, 1 << 20, QUICK)) {
            webhook.accept(alert(1));
        }
        assertEquals(List.of(AlertForm.CEF.line(alert(1), Alerts.SOURCE) + "\n"), bodies);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 302, 401, 403, 404, 429, 500, 503})
    void triesAgainUntilTheReceiverIsBack(int failure) throws Exception {
        int[] left = {3};
        listen(0, body -> left[0]-- > 0 ? failure : 200);
        try (Webhook webhook = webhook(AlertForm.NDJSON, 1 << 20, QUICK)) {
            for (long row = 0; row < 5; row++) {
                webhook.accept(alert(row));
            }
            await(() -> notes.size() == 2);
        }
        assertEquals(rows(0, 5), rows());
        assertTrue(notes.get(0).contains("127.0.0.1"), notes.get(0));
        assertFalse(notes.toString().contains("s3cret"), notes.toString());
    }

    @Test
    void keepsAlertsAcrossRestarts() throws Exception {
        listen(0, body -> 200);
        server.stop(0);
        try (Webhook webhook = webhook(AlertForm.OCSF, 1 << 20, HASTY)) {
            for (long row = 0; row < 3; row++) {
                webhook.accept(alert(row));
            }
        }
        try (Webhook webhook = webhook(AlertForm.OCSF, 1 << 20, HASTY)) {
            webhook.accept(alert(3));
        }
        assertTrue(notes.stream().anyMatch(note -> note.contains("4 alerts could not be sent")), notes.toString());
        // half a line of a process that died while it wrote
        Files.writeString(folder.resolve("waiting"), "{\"unfinished\":", java.nio.file.StandardOpenOption.APPEND);
        listen(port, body -> 200);
        try (Webhook webhook = webhook(AlertForm.OCSF, 1 << 20, QUICK)) {
            webhook.accept(alert(4));
        }
        List<String> ids = new ArrayList<>();
        for (String body : bodies) {
            JSON.readTree(body)
                    .forEach(alert -> ids.add(alert.at("/finding_info/uid").asText()));
        }
        assertEquals(rows(0, 5).stream().map(row -> "1c9a3f0d5b7e2468-" + row).toList(), ids);
        assertFalse(Files.exists(folder.resolve("waiting")));
    }

    @Test
    void anAlertThatIsRefusedIsSetAsideAlone() throws Exception {
        listen(0, body -> body.contains("\"row\":37,") ? 422 : 200);
        try (Webhook webhook = webhook(AlertForm.NDJSON, 1 << 20, QUICK)) {
            for (long row = 0; row < 100; row++) {
                webhook.accept(alert(row));
            }
        }
        List<Long> expected = rows(0, 100);
        expected.remove(37);
        assertEquals(expected, rows());
        String refused = Files.readString(folder.resolve("waiting.refused"));
        assertEquals(37, JSON.readTree(refused).get("row").asInt());
        assertTrue(notes.get(0).contains("422"), notes.toString());
    }

    @Test
    void theFileIsBoundedAndTheOldestGo() throws Exception {
        listen(0, body -> 503);
        int line = AlertForm.NDJSON.line(alert(100), Alerts.SOURCE).length() + 1;
        try (Webhook webhook = webhook(AlertForm.NDJSON, 20L * line, HASTY)) {
            for (long row = 100; row < 200; row++) {
                webhook.accept(alert(row));
                assertTrue(Files.size(folder.resolve("waiting")) <= 20L * line);
            }
        }
        assertTrue(notes.stream().anyMatch(note -> note.contains("dropped")), notes.toString());
        server.stop(0);
        listen(port, body -> 200);
        webhook(AlertForm.NDJSON, 20L * line, QUICK).close();
        List<Long> rows = rows();
        assertTrue(rows.size() >= 10, rows.toString());
        assertEquals(rows(200 - rows.size(), 200), rows);
    }

    /** Lines that are dropped while a batch with them is on its way are not counted twice. */
    @Test
    void droppingWhileSendingLosesNoOther() throws Exception {
        Spool spool = new Spool(folder.resolve("spool"), 40);
        for (int i = 0; i < 4; i++) {
            spool.add("line-" + i + "-xx"); // 10 bytes with its end
        }
        Spool.Batch batch = spool.oldest(3);
        assertEquals(List.of("line-0-xx", "line-1-xx", "line-2-xx"), batch.lines());
        spool.add("line-4-xx");
        spool.add("line-5-xx");
        spool.taken(batch);
        List<String> left = spool.oldest(10).lines();
        assertEquals("line-5-xx", left.get(left.size() - 1));
        assertEquals(left.size(), spool.waiting());
        assertTrue(left.stream().noneMatch(line -> line.compareTo("line-3") < 0), left.toString());
        assertTrue(left.contains("line-4-xx"), left.toString());
        spool.taken(spool.oldest(10));
        assertEquals(0, spool.waiting());
        spool.close();
        assertFalse(Files.exists(folder.resolve("spool")));
    }

    @Test
    void oneProcessAtATime() throws IOException {
        listen(0, body -> 200);
        try (Webhook webhook = webhook(AlertForm.NDJSON, 1 << 20, QUICK)) {
            InputException used = assertThrows(InputException.class, () -> webhook(AlertForm.NDJSON, 1 << 20, QUICK));
            assertTrue(used.getMessage().contains("in use"), used.getMessage());
            webhook.flush();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://siem.example.com/alerts",
                "https://user:pass@siem.example.com/alerts",
                "ftp://siem.example.com/",
                "https:///alerts",
                "https://siem example.com/",
            })
    void receiversThatWouldLeakAreRefused(String address) {
        InputException refused =
                assertThrows(InputException.class, () -> Receiver.of(address, Optional.of("X-Key: s3cret")));
        assertTrue(refused.getMessage().contains("--alerts-to"), refused.getMessage());
        assertFalse(refused.getMessage().contains("pass@"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret", "Bad Name: s3cret", "X-Key:", "X-Key: a\r\nX-Other: s3cret", ": s3cret"})
    void headersThatAreNoneAreRefusedWithoutTheirValue(String header) {
        InputException refused =
                assertThrows(InputException.class, () -> Receiver.of("https://siem.example.com/", Optional.of(header)));
        assertTrue(refused.getMessage().contains(Webhook.HEADER), refused.getMessage());
        assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
    }

    @Test
    void theSecretIsNotShown() {
        Receiver receiver = Receiver.of("https://siem.example.com/", Optional.of("X-Key: s3cret"));
        assertFalse(receiver.toString().contains("s3cret"), receiver.toString());
    }
}
