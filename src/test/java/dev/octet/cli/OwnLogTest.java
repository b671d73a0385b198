package dev.octet.cli;

import static dev.octet.cli.Said.printed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The path of somebody with a log of their own: two commands, and alerts that name the attacker. */
class OwnLogTest {
    private static final int LOGINS = 50_000;
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private record Attempt(Instant at, String user, String ip, boolean success) {}

    /** 60 days of 400 people at one or two addresses each, and a stuffing attack from one network on a late night. */
    private static List<Attempt> attempts(Set<String> takenOver) {
        Random random = new Random(5);
        Instant start = Instant.parse("2024-03-01T00:00:00Z");
        List<Attempt> attempts = new ArrayList<>();
        while (attempts.size() < LOGINS - 1500) {
            int user = random.nextInt(400);
            long hour = 7 + Math.floorMod((long) (user + random.nextGaussian() * 2), 12);
            Instant at = start.plusSeconds(random.nextInt(60) * 86_400L + hour * 3600 + random.nextInt(3600))
                    .plusMillis(random.nextInt(1000));
            String ip = random.nextInt(5) > 0
                    ? "198.51." + user % 256 + "." + (user / 256 + 10)
                    : "203.0." + user % 50 + "." + (user % 200 + 1);
            attempts.add(new Attempt(at, "user" + user, ip, random.nextInt(12) > 0));
        }
        Instant night = start.plusSeconds(52 * 86_400L + 2 * 3600);
        for (int i = 0; i < 1500; i++) {
            String user = "user" + random.nextInt(400);
            boolean success = i % 100 == 99;
            if (success) {
                takenOver.add(user);
            }
            attempts.add(new Attempt(
                    night.plusSeconds(i * 5L).plusMillis(random.nextInt(1000)),
                    user,
                    "192.0.2." + (1 + random.nextInt(30)),
                    success));
        }
        attempts.sort(Comparator.comparing(Attempt::at));
        return attempts;
    }

    private void check(Path log, String format) throws IOException {
        Set<String> takenOver = new TreeSet<>();
        List<Attempt> attempts = attempts(takenOver);
        try (Writer out = Files.newBufferedWriter(log)) {
            for (Attempt attempt : attempts) {
                out.write(format.equals("sshd") ? sshd(attempt) : okta(attempt));
            }
        }
        Path config = folder.resolve("own.yaml");
        String said = printed("init", log, "--output", config);
        assertTrue(said.contains(format), said);
        assertTrue(said.contains("50,000 logins of 400 users"), said);
        Path output = folder.resolve("model");
        printed("run", config, "--set", "output=" + output, "--set", "detector.autoencoder.epochs=5", "--quiet");
        // the attack lasts from two to a little after four o'clock in the night of 22 April
        List<String> night = Files.readAllLines(output.resolve("alerts.csv")).stream()
                .filter(line -> line.contains("2024-04-22T02:") || line.contains("2024-04-22T03:"))
                .toList();
        long named = takenOver.stream()
                .filter(user -> night.stream().anyMatch(line -> line.contains("," + user + ",")))
                .count();
        assertTrue(named * 2 >= takenOver.size(), named + " of " + takenOver.size() + " accounts are named:\n" + night);
    }

    private static String sshd(Attempt attempt) {
        return ISO.format(attempt.at) + " bastion sshd[7]: "
                + (attempt.success ? "Accepted" : "Failed") + " password for " + attempt.user + " from " + attempt.ip
                + " port 40000 ssh2\n"
                + ISO.format(attempt.at) + " bastion sshd[7]: pam_unix(sshd:session): session closed for user "
                + attempt.user + "\n";
    }

    private static String okta(Attempt attempt) {
        boolean attacker = attempt.ip.startsWith("192.0.2.");
        return """
                {"actor":{"alternateId":"%s","type":"User"},"client":{"ipAddress":"%s","device":"Computer","userAgent":\
                {"rawUserAgent":"%s","browser":"%s","os":"%s"},"geographicalContext":{"country":"%s"}},"published":"%s",\
                "eventType":"user.session.start","outcome":{"result":"%s"},"securityContext":{"asNumber":%d}}
                """.formatted(
                        attempt.user,
                        attempt.ip,
                        attacker ? "python-requests/2.31" : "Mozilla/5.0 (Windows NT 10.0) Chrome/123.0.0.0",
                        attacker ? "UNKNOWN" : "CHROME",
                        attacker ? "Unknown" : "Windows 10",
                        attacker ? "Brazil" : "Norway",
                        ISO.format(attempt.at),
                        attempt.success ? "SUCCESS" : "FAILURE",
                        attacker ? 64511 : 64496 + Math.floorMod(attempt.ip.hashCode(), 8));
    }

    @Test
    @Tag("slow")
    void anSshdLogInTwoCommands() throws IOException {
        check(folder.resolve("auth.log"), "sshd");
    }

    @Test
    @Tag("slow")
    void anOktaExportInTwoCommands() throws IOException {
        check(folder.resolve("export.json"), "okta");
    }

    @Test
    void initSaysWhenItIsNotSure() throws IOException {
        Path log = folder.resolve("notes.txt");
        Files.writeString(log, "nothing that anybody knows\n".repeat(20));
        StringWriter err = new StringWriter();
        int code = Octet.commandLine(Terminal.NONE)
                .setErr(new PrintWriter(err))
                .execute(
                        "init",
                        log.toString(),
                        "--output",
                        folder.resolve("x.yaml").toString());
        assertEquals(Octet.INPUT_ERROR, code, err.toString());
        assertTrue(err.toString().contains("--format"), err.toString());
    }

    @Test
    void convertStreamsInTheOrderOfTheLogAndSortsWhenAsked() throws IOException {
        Path log = folder.resolve("auth.log");
        Set<String> takenOver = new TreeSet<>();
        List<Attempt> newestFirst = new ArrayList<>(attempts(takenOver).subList(0, 200));
        newestFirst.sort(Comparator.comparing(Attempt::at).reversed());
        Files.writeString(log, newestFirst.stream().map(OwnLogTest::sshd).collect(Collectors.joining()));
        Path csv = folder.resolve("logins.csv");
        String said = printed("convert", log, "--output", csv);
        assertTrue(said.contains("200 not logins"), said);
        List<String> kept = Files.readAllLines(csv);
        assertTrue(kept.get(0).startsWith("time,user,success,ip,failure_reason,country,region,city,asn,user_agent"));
        assertEquals(ISO.format(newestFirst.get(0).at), kept.get(1).split(",")[0]);
        printed("convert", log, "--output", csv, "--sort");
        List<String> sorted = Files.readAllLines(csv);
        assertEquals(
                sorted.stream().skip(1).sorted().toList(),
                sorted.stream().skip(1).toList());
        assertEquals(new TreeSet<>(kept), new TreeSet<>(sorted));
        // another format of the same logins says the same
        Path parquet = folder.resolve("logins.parquet");
        printed("convert", csv, "--output", parquet);
        Path again = folder.resolve("again.csv");
        printed("convert", parquet, "--output", again);
        assertEquals(Files.readString(csv), Files.readString(again));
    }
}
