package dev.octet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.Records;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.run.Experiment;
import dev.octet.run.RunListener;
import dev.octet.serve.http.Limits;
import dev.octet.simulate.SimulationProgress;
import dev.octet.simulate.SimulationSettings;
import dev.octet.simulate.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A small bundle with history, trained on the first half of a simulated log, and the logins of the second half. */
final class ServedBundle {
    static final AddressFiles NO_DATABASES = new AddressFiles(Map.of(), Path.of("no-such-folder"));

    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String CONFIG = """
            name: served
            data: {format: rba, train: %s}
            view: attempt
            features:
              - country: {as: one-hot, max: 20}
              - device: one-hot
              - hour
              - surprise-asn
              - user-surprise
              - user-failures-hour
            split: {by: time, train: 0.6, validation: 0.2, test: 0.2}
            detector:
              autoencoder: {layers: [8, 3, 8], epochs: 2, batch-size: 256, seed: 1}
            threshold: {percentile: 98}
            evaluate: {on: successful}
            output: %s
            """;

    final Path bundle;
    final Path laterLog;
    final List<ObjectNode> later = new ArrayList<>();

    private static ServedBundle shared;

    /** One for all tests that do not change its bundle. */
    static synchronized ServedBundle shared() throws IOException {
        if (shared == null) {
            Path folder = Files.createTempDirectory("octet-served");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            shared = new ServedBundle(folder, 8_000);
        }
        return shared;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ServedBundle(Path folder, int rows) throws IOException {
        Path log = folder.resolve("logins.csv");
        new Simulator(Records.with(
                        SimulationSettings.withDefaults(), "takeovers", rows / 1000, "rows", rows, "seed", 3))
                .write(log, SimulationProgress.NONE);
        List<String> lines = Files.readAllLines(log);
        Path first = folder.resolve("first.csv");
        laterLog = folder.resolve("later.csv");
        Files.write(first, lines.subList(0, rows / 2));
        List<String> rest = new ArrayList<>(lines.subList(rows / 2, lines.size()));
        rest.add(0, lines.get(0));
        Files.write(laterLog, rest);
        Path config = folder.resolve("served.yaml");
        Files.writeString(config, CONFIG.formatted(first, folder.resolve("served")));
        new Experiment(ExperimentConfig.read(config, List.of(), Map.of()), RunListener.SILENT).run(false);
        bundle = folder.resolve("served/bundle");
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(laterLog)) {
            for (NamedCsvRecord line : csv) {
                later.add(login(line));
            }
        }
    }

    private static ObjectNode login(NamedCsvRecord line) {
        ObjectNode login = JSON.createObjectNode();
        login.put("time", line.getField("Login Timestamp").replace(' ', 'T') + "Z");
        login.put("user", line.getField("User ID"));
        login.put("success", line.getField("Login Successful").equals("True"));
        put(login, "ip", line.getField("IP Address"));
        put(login, "country", line.getField("Country"));
        put(login, "region", line.getField("Region"));
        put(login, "city", line.getField("City"));
        put(login, "user_agent", line.getField("User Agent String"));
        put(login, "browser", line.getField("Browser Name and Version"));
        put(login, "os", line.getField("OS Name and Version"));
        put(login, "device", line.getField("Device Type"));
        if (!line.getField("ASN").isEmpty()) {
            login.put("asn", Long.parseLong(line.getField("ASN")));
        }
        if (!line.getField("Round-Trip Time [ms]").isEmpty()) {
            login.put("round_trip_ms", Double.parseDouble(line.getField("Round-Trip Time [ms]")));
        }
        return login;
    }

    private static void put(ObjectNode login, String name, String text) {
        if (!text.isEmpty() && !text.equals("-")) {
            login.put(name, text);
        }
    }

    ServiceSettings settings(Path state) {
        return new ServiceSettings(
                bundle,
                bundle.getParent(),
                state,
                false,
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.empty(),
                Duration.ofDays(30),
                NO_DATABASES,
                Limits.defaults());
    }

    static HttpResponse<String> post(int port, String path, String body) throws IOException, InterruptedException {
        return post(port, path, "application/json", body);
    }

    static HttpResponse<String> post(int port, String path, String type, String body)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<String> get(int port, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }
}
