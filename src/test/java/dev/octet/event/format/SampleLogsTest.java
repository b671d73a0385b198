package dev.octet.event.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.octet.event.IpAddress;
import dev.octet.event.LabelledLogin;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each sample log reads as the careful reader of {@code truth.tsv} read it. */
class SampleLogsTest {
    private static final Path LOGS = Path.of("src/test/resources/logs");
    private static final Map<String, String> FORMAT_OF_FOLDER = new TreeMap<>(Map.ofEntries(
            Map.entry("cloudflare", "cloudflare-access"),
            Map.entry("entra-graph", "entra"),
            Map.entry("entra-monitor", "entra"),
            Map.entry("gws", "google-workspace"),
            Map.entry("journald", "sshd"),
            Map.entry("parquet", "octet"),
            Map.entry("web", "access-log"),
            Map.entry("windows", "windows-security"),
            Map.entry("zeek", "zeek-ssh")));

    @TestFactory
    Stream<DynamicTest> readsAsTheTruthSays() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> folders = Files.list(LOGS)) {
            for (Path folder : folders.sorted().toList()) {
                if (!Files.exists(folder.resolve("truth.tsv"))) {
                    continue;
                }
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.filter(f -> !f.endsWith("truth.tsv")).sorted().toList()) {
                        tests.add(DynamicTest.dynamicTest(LOGS.relativize(file).toString(), () -> check(folder, file)));
                    }
                }
            }
        }
        return tests.stream();
    }

    private static void check(Path folder, Path file) throws IOException {
        String name = folder.getFileName().toString();
        FormatSettings settings =
                new FormatSettings(Map.of(), List.of(), true, Optional.empty(), Optional.of(2024));
        FormatDefinition format = Formats.find(FORMAT_OF_FOLDER.getOrDefault(name, name), settings);
        List<String> truth = Files.readAllLines(folder.resolve("truth.tsv"));
        List<LoginEvent> logins = new ArrayList<>();
        RejectedRows rejected = RejectedRows.ignoring();
        try (LoginReader reader = new FormatSource(file, format).open(rejected)) {
            for (LabelledLogin login = reader.next(); login != null; login = reader.next()) {
                logins.add(login.event());
            }
        }
        logins.sort(Comparator.comparingLong(LoginEvent::timeMicros));
        StringBuilder wrong = new StringBuilder();
        if (logins.size() != truth.size() || rejected.count() > 0) {
            wrong.append(logins.size() + " logins, " + rejected.count() + " rejected " + rejected.first() + " " + rejected.leftOut() + "\n");
        }
        for (int i = 0; i < Math.min(logins.size(), truth.size()); i++) {
            String[] t = truth.get(i).split("\t", -1);
            LoginEvent e = logins.get(i);
            Instant time = Instant.EPOCH.plus(e.timeMicros(), ChronoUnit.MICROS);
            String mine = time + "\t" + e.user() + "\t" + (e.success() ? 1 : 0) + "\t" + e.ip();
            String theirs = Instant.parse(t[0]) + "\t" + t[1] + "\t" + t[2] + "\t" + address(t[3]);
            String theirs2 = Instant.parse(t[0]).truncatedTo(ChronoUnit.SECONDS) + "\t" + t[1] + "\t" + t[2] + "\t" + address(t[3]);
            if (!mine.equals(theirs) && !mine.equals(theirs2)) {
                wrong.append(i + ": " + mine + " <> " + theirs + "\n");
            }
        }
        assertEquals("", (wrong.isEmpty() ? "" : file + "\n") + wrong.toString());
    }

    private static String address(String text) {
        try {
            return IpAddress.parse(text).toString();
        } catch (IllegalArgumentException e) {
            return IpAddress.MISSING.toString();
        }
    }
}
