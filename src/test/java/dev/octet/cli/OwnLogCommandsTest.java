package dev.octet.cli;

import static dev.octet.cli.Said.printed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a user types them, on a log that has only addresses, with address databases and alerts for other tools. */
class OwnLogCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VICTIM = "user7";

    @TempDir
    private static Path once;

    @TempDir
    private Path folder;

    private static Path log;
    private static Path later;
    private static Path asn;
    private static Path country;
    private static Path bundle;

    private static String accepted(Instant at, String user, String ip) {
        return at + " bastion sshd[7]: Accepted password for " + user + " from " + ip + " port 40000 ssh2\n";
    }

    /** Forty days of thirty people, each at home in a network of eight; then two days, in which one logs in from abroad. */
    @BeforeAll
    static void train() throws IOException {
        Random random = new Random(3);
        Instant start = Instant.parse("2024-03-01T00:00:00Z");
        StringBuilder first = new StringBuilder();
        StringBuilder then = new StringBuilder();
        for (int day = 0; day < 42; day++) {
            for (int i = 0; i < 60; i++) {
                int user = random.nextInt(30);
                Instant at = start.plusSeconds(day * 86_400L + 8 * 3600 + i * 600L + random.nextInt(500));
                String ip = random.nextInt(9) == 0
                        ? "10.1.0." + user
                        : "198.51." + 100 + "." + (user % 8 * 32 + random.nextInt(32));
                (day < 40 ? first : then).append(accepted(at, "user" + user, ip));
            }
            if (day == 41) {
                then.append(accepted(start.plusSeconds(day * 86_400L + 20 * 3600), VICTIM, "203.0.113.99"));
            }
        }
        log = Files.writeString(once.resolve("auth.log"), first);
        later = Files.writeString(once.resolve("later.log"), then);
        StringBuilder networks = new StringBuilder("first,last,asn,name\n");
        for (int i = 0; i < 8; i++) {
            networks.append("198.51.100.%d,198.51.100.%d,%d,Net %d\n".formatted(32 * i, 32 * i + 31, 64500 + i, i));
        }
        asn = Files.writeString(once.resolve("asn.csv"), networks + "203.0.113.0,203.0.113.255,64511,Elsewhere\n");
        country = Files.writeString(
                once.resolve("country.csv"), "198.51.100.0,198.51.100.255,NO\n203.0.113.0,203.0.113.255,BR\n");
        Path config = once.resolve("own.yaml");
        String said = printed("init", log, "--output", config, "--asn", asn, "--country", country);
        assertTrue(said.contains("asn 100 %"), said);
        assertFalse(said.contains("no AS numbers") || said.contains("no countries"), said);
        String yaml = Files.readString(config);
        assertTrue(yaml.contains("    asn: ") && yaml.contains(asn.toString()), yaml);
        Path output = once.resolve("model");
        printed(
                "run",
                config,
                "--set",
                "output=" + output,
                "--set",
                "detector.autoencoder.epochs=3",
                "--set",
                "threshold.percentile=99",
                "--quiet");
        bundle = output.resolve("bundle");
    }

    /** A command in a process of its own, with an environment and a working directory. */
    private ProcessBuilder process(Map<String, String> environment, Object... arguments) {
        ProcessBuilder builder = new ProcessBuilder(
                        OctetProcess.command(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"), arguments))
                .directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private String run(ProcessBuilder builder) throws Exception {
        Path said = folder.resolve("said.txt");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "still running: " + process.info());
        String text = Files.readString(said);
        assertEquals(0, process.exitValue(), text);
        return text;
    }

    @Test
    void initSaysWhatAMissingDatabaseCosts() {
        String said = printed("init", log, "--output", folder.resolve("own.yaml"));
        assertTrue(said.contains("no AS numbers: give an address database with --asn"), said);
        assertTrue(said.contains("no countries: give an address database with --country"), said);
    }

    @Test
    void convertFillsInWhatTheDatabasesTell() throws IOException {
        Path csv = folder.resolve("logins.csv");
        printed("convert", later, "--output", csv, "--asn", asn, "--country", country);
        List<String> rows = Files.readAllLines(csv);
        List<String> header = List.of(rows.get(0).split(","));
        String[] abroad = rows.stream()
                .filter(row -> row.contains("203.0.113.99"))
                .findFirst()
                .orElseThrow()
                .split(",", -1);
        assertEquals("64511", abroad[header.indexOf("asn")]);
        assertEquals("BR", abroad[header.indexOf("country")]);
        printed("convert", later, "--output", csv);
        assertTrue(Files.readAllLines(csv).stream().noneMatch(row -> row.contains("64511")), "only what was asked for");
    }

    @Test
    void runTakesALogAndDatabases() throws Exception {
        String said = run(process(
                Map.of(),
                "run",
                log,
                "--asn",
                asn,
                "--country",
                country,
                "--set",
                "detector.autoencoder.epochs=1",
                "--set",
                "output=" + folder.resolve("out")));
        assertTrue(said.contains("asn 100 %"), said);
        assertTrue(Files.readString(folder.resolve("auth.yaml")).contains("enrich:"), said);
        JsonNode provenance =
                JSON.readTree(folder.resolve("out/bundle/provenance.json").toFile());
        assertTrue(provenance.at("/enrich/asn/0/file").asText().endsWith("asn.csv"), provenance.toPrettyString());
        // the config that was written takes other databases by the same options
        run(process(
                Map.of(),
                "run",
                folder.resolve("auth.yaml"),
                "--country",
                country,
                "--asn",
                Files.copy(asn, folder.resolve("newer.csv")),
                "--set",
                "detector.autoencoder.epochs=1",
                "--set",
                "output=" + folder.resolve("again")));
        provenance =
                JSON.readTree(folder.resolve("again/bundle/provenance.json").toFile());
        assertTrue(provenance.at("/enrich/asn/0/file").asText().endsWith("newer.csv"), provenance.toPrettyString());
    }

    @ParameterizedTest
    @CsvSource({
        "ndjson,.alerts.ndjson,/user",
        "ocsf,.alerts.ocsf.ndjson,/evidences/0/user/name",
        "ecs,.alerts.ecs.ndjson,/user/name",
        "cef,.alerts.cef,''"
    })
    void scoreWritesAlertsInEachForm(String form, String ending, String user) throws IOException {
        Path scores = folder.resolve("scores.csv");
        printed(
                "score",
                "--model",
                bundle,
                "--input",
                later,
                "--output",
                scores,
                "--asn",
                asn,
                "--country",
                country,
                "--alerts",
                form);
        List<String> alerts = Files.readAllLines(folder.resolve("scores.csv" + ending));
        assertEquals(Files.readAllLines(folder.resolve("scores.csv.alerts.csv")).size() - 1, alerts.size());
        String abroad = alerts.stream()
                .filter(line -> line.contains("203.0.113.99"))
                .findFirst()
                .orElseThrow();
        assertTrue(abroad.contains("AS 64511") && abroad.contains("BR"), abroad);
        if (form.equals("cef")) {
            assertTrue(abroad.startsWith("CEF:0|") && abroad.contains(" duser=" + VICTIM + " "), abroad);
        } else {
            assertEquals(VICTIM, JSON.readTree(abroad).at(user).asText(), abroad);
        }
        // without the databases the model cannot see what it was trained to look at, and says so
        StringWriter err = new StringWriter();
        Octet.commandLine(Terminal.NONE)
                .setErr(new PrintWriter(err))
                .execute(
                        "score",
                        "--model",
                        bundle.toString(),
                        "--input",
                        later.toString(),
                        "--output",
                        scores.toString());
        assertTrue(err.toString().contains("--asn"), err.toString());
    }

    @ParameterizedTest
    @CsvSource({"ndjson", "ocsf", "ecs", "cef"})
    void watchWritesAlertsInEachForm(String form) throws IOException {
        Path alerts = folder.resolve("alerts");
        String said = printed(
                "watch",
                "--model",
                bundle,
                "--input",
                later,
                "--state",
                folder.resolve("state"),
                "--asn",
                asn,
                "--country",
                country,
                "--alerts",
                form,
                "--alerts-to",
                alerts,
                "--alerts-to",
                "-");
        List<String> lines = Files.readAllLines(alerts);
        assertTrue(lines.stream().anyMatch(line -> line.contains("203.0.113.99") && line.contains("AS 64511")), said);
        for (String line : lines) {
            String begin = form.equals("cef") ? "CEF:0|" : "{";
            assertTrue(line.startsWith(begin), line);
            // the moment of the alert differs between two outputs
            assertTrue(said.contains(line.substring(0, 20)), said);
        }
    }

    @Test
    void aWebhookThatIsAwayGetsEveryAlertOnceItIsBack() throws Exception {
        List<String> secrets = new ArrayList<>();
        List<JsonNode> taken = new ArrayList<>();
        int[] asked = {0};
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/alerts", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean away = asked[0]++ < 2;
            if (!away) {
                secrets.add(exchange.getRequestHeaders().getFirst("Authorization"));
                JSON.readTree(body).forEach(taken::add);
            }
            exchange.sendResponseHeaders(away ? 503 : 200, -1);
            exchange.close();
        });
        receiver.start();
        try {
            Path file = folder.resolve("alerts.ndjson");
            String said = run(process(
                    Map.of("OCTET_ALERTS_HEADER", "Authorization: Bearer s3cret"),
                    "watch",
                    "--model",
                    bundle,
                    "--input",
                    later,
                    "--state",
                    folder.resolve("state"),
                    "--asn",
                    asn,
                    "--country",
                    country,
                    "--alerts",
                    "ocsf",
                    "--alerts-to",
                    file,
                    "--alerts-to",
                    "http://127.0.0.1:" + receiver.getAddress().getPort() + "/alerts"));
            List<String> written = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                written.add(JSON.readTree(line).at("/metadata/uid").asText());
            }
            assertFalse(written.isEmpty(), said);
            assertTrue(asked[0] >= 3, "asked " + asked[0] + " times: " + said);
            assertEquals(
                    written,
                    taken.stream()
                            .map(alert -> alert.at("/metadata/uid").asText())
                            .toList(),
                    said);
            assertEquals(List.of("Bearer s3cret"), List.copyOf(new TreeSet<>(secrets)));
            assertFalse(said.contains("s3cret"), said);
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void serveLooksAddressesUpToo() throws Exception {
        Process service = process(
                        Map.of(),
                        "serve",
                        "--model",
                        bundle,
                        "--state",
                        folder.resolve("state"),
                        "--port",
                        "0",
                        "--asn",
                        asn,
                        "--country",
                        country)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            BufferedReader err =
                    new BufferedReader(new InputStreamReader(service.getErrorStream(), StandardCharsets.UTF_8));
            StringBuilder said = new StringBuilder();
            int port = 0;
            for (String line = err.readLine(); line != null && port == 0; line = port == 0 ? err.readLine() : line) {
                said.append(line).append('\n');
                int at = line.indexOf("at http://127.0.0.1:");
                port = at < 0 ? 0 : Integer.parseInt(line.substring(at + 20).split(",")[0]);
            }
            assertTrue(port > 0, said.toString());
            Map<String, String> networks = new TreeMap<>();
            for (String ip : List.of("203.0.113.99", "10.9.0.1")) {
                String event = accepted(Instant.parse("2024-04-13T20:00:00Z"), VICTIM, ip);
                HttpResponse<String> answer = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/score?format=sshd"))
                                        .header("content-type", "text/plain")
                                        .POST(HttpRequest.BodyPublishers.ofString(event))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertEquals(200, answer.statusCode(), answer.body());
                networks.put(ip, answer.body());
            }
            assertTrue(networks.get("203.0.113.99").contains("AS 64511"), networks.toString());
            assertTrue(networks.get("10.9.0.1").contains("internal 10.9.0.0/16"), networks.toString());
        } finally {
            service.destroy();
            assertTrue(service.waitFor(30, TimeUnit.SECONDS), "stops");
        }
    }
}
