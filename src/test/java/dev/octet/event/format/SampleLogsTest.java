package dev.octet.event.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.octet.event.IpAddress;
import dev.octet.event.Labelled;
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
            Map.entry("parquet", "table"),
            Map.entry("web", "access-log"),
            Map.entry("windows", "windows-security"),
            Map.entry("zeek", "zeek-ssh")));

    /** Folders that end with -quirks are our own, of what real exports do beside the samples. */
    private static String formatOf(String folder) {
        String plain = folder.replace("-quirks", "");
        return FORMAT_OF_FOLDER.getOrDefault(plain, plain);
    }

    @TestFactory
    Stream<DynamicTest> readsAsTheTruthSays() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> folders = Files.list(LOGS)) {
            for (Path folder : folders.sorted().toList()) {
                if (!Files.exists(folder.resolve("truth.tsv"))) {
                    continue;
                }
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file :
                            files.filter(f -> !f.endsWith("truth.tsv")).sorted().toList()) {
                        tests.add(DynamicTest.dynamicTest(LOGS.relativize(file).toString(), () -> check(folder, file)));
                    }
                }
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> isFoundWithoutBeingTold() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.walk(LOGS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getParent().getFileName().toString();
                if (!file.toString().endsWith(".tsv") || file.endsWith("ssh-headed.tsv")) {
                    tests.add(DynamicTest.dynamicTest(LOGS.relativize(file).toString(), () -> {
                        Detection found = Detection.of(file, FormatSettings.DEFAULT);
                        assertEquals(
                                formatOf(name),
                                found.require(file.toString()).name(),
                                () -> file + ": "
                                        + found.candidates().stream()
                                                .map(each -> each.format().name() + " " + each.weight())
                                                .toList());
                    }));
                }
            }
        }
        return tests.stream();
    }

    private static void check(Path folder, Path file) throws IOException {
        String name = folder.getFileName().toString();
        // the truth has the logins of machines too
        FormatSettings settings =
                new FormatSettings(Map.of(), List.of(), true, Optional.empty(), Optional.of(2024), Optional.empty());
        FormatDefinition format = Formats.find(formatOf(name), settings);
        RejectedRows rejected = RejectedRows.ignoring();
        List<LoginEvent> logins = read(new FormatSource(file, format), rejected);
        logins.sort(Comparator.comparingLong(LoginEvent::timeMicros));
        List<String> truth = Files.readAllLines(folder.resolve("truth.tsv"));
        assertEquals(0, rejected.count(), rejected.first());
        assertEquals(truth.size(), logins.size(), "logins; left out: " + rejected.leftOut());
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < truth.size(); i++) {
            String[] row = truth.get(i).split("\t", -1);
            LoginEvent login = logins.get(i);
            Instant time = Instant.parse(row[0]);
            Instant mine = Instant.EPOCH.plus(login.timeMicros(), ChronoUnit.MICROS);
            // some files have only the seconds; in others the truth has only those
            boolean seconds = time.getNano() == 0 || mine.getNano() == 0;
            expected.add(line(i, seconds ? second(time) : time, row[1], row[2], Fields.address(row[3]), file));
            found.add(line(
                    i, seconds ? second(mine) : mine, login.user(), login.success() ? "1" : "0", login.ip(), file));
        }
        assertEquals(String.join("\n", expected), String.join("\n", found));
    }

    private static Instant second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String line(int row, Instant time, String user, String success, IpAddress ip, Path file)
            throws IOException {
        return String.join(
                " | ",
                time.toString(),
                isAbsent(file, row, "user") ? "?" : user,
                isAbsent(file, row, "success") ? "?" : success,
                isAbsent(file, row, "ip") ? "?" : ip.toString());
    }

    /** Whether the file cannot tell what the truth says; each case is listed with what it has instead. */
    private static boolean isAbsent(Path file, int row, String column) throws IOException {
        String name = LOGS.relativize(file).toString().replace(".xz", "");
        return Files.readAllLines(LOGS.resolve("absent.tsv")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .anyMatch(absent -> absent[0].equals(name)
                        && (absent[1].equals("*") || absent[1].equals(Integer.toString(row + 1)))
                        && absent[2].equals(column));
    }

    static List<LoginEvent> read(FormatSource source, RejectedRows rejected) throws IOException {
        List<LoginEvent> logins = new ArrayList<>();
        try (LoginReader reader = source.open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login.row());
            }
        }
        return logins;
    }
}
