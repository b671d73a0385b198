package dev.octet.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./octet watch --input kafka://…} as a user types it, with a real broker, killed (-9) at moments that it does not choose. */
class WatchTopicIT {
    @TempDir
    private static Path once;

    @TempDir
    private Path folder;

    private static Broker broker;
    private static Path bundle;
    private static List<String> lines;
    /** What {@code octet score} tells of the log in the topic's order. */
    private static List<String> expected;

    @BeforeAll
    static void begin() throws Exception {
        ServedBundle served = ServedBundle.shared();
        bundle = served.bundle;
        lines = Files.readAllLines(served.laterLog);
        broker = new Broker(once.resolve("broker"));
        Path alerts = once.resolve("expected.ndjson");
        Run scored = run(
                "score",
                "--model",
                bundle,
                "--input",
                served.laterLog,
                "--output",
                once.resolve("scores.csv"),
                "--alerts-to",
                alerts);
        assertEquals(0, scored.code, scored.err);
        expected = Files.readAllLines(alerts);
        assertTrue(expected.size() > 5, expected.size() + " alerts");
    }

    @AfterAll
    static void end() throws Exception {
        broker.close();
    }

    private record Run(int code, String out, String err) {}

    private static Process started(Path err, Path out, Object... arguments) throws IOException {
        return new ProcessBuilder(Stream.concat(Stream.of("./octet"), Arrays.stream(arguments))
                        .map(String::valueOf)
                        .toList())
                .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .start();
    }

    private static Run run(Object... arguments) throws Exception {
        Path err = Files.createTempFile(once, "run", ".err");
        Path out = Files.createTempFile(once, "run", ".out");
        Process process = started(err, out, arguments);
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> String.join(" ", lines(err)));
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void await(Process process, Condition condition) throws Exception {
        for (int i = 0; i < 6000 && !condition.holds(); i++) {
            assertTrue(process.isAlive(), () -> "ended early: " + lines(folder.resolve("err")));
            Thread.sleep(10);
        }
        assertTrue(condition.holds(), () -> lines(folder.resolve("err")).toString());
    }

    private Process watch(String topic, Object... more) throws IOException {
        Object[] first = {
            "watch",
            "--model",
            bundle,
            "--input",
            "kafka://" + broker.address() + "/" + topic,
            "--state",
            folder.resolve("state"),
            "--alerts-to",
            folder.resolve("alerts.ndjson")
        };
        return started(
                folder.resolve("err"),
                folder.resolve("out"),
                Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray());
    }

    private List<String> alerts() {
        return lines(folder.resolve("alerts.ndjson"));
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static List<Broker.Message> messages(List<String> of) {
        return of.stream().map(line -> Broker.Message.of(0, 0, line)).toList();
    }

    /** The topic grows, the process is killed in each part, the broker once; alerts go to a file and a topic. */
    @Test
    void killedAndStartedAgainEachLoginIsAnsweredOnce() throws Exception {
        broker.topic("logins", 1);
        broker.topic("alerts", 1);
        String destination = "kafka://" + broker.address() + "/alerts";
        int parts = 3;
        for (int part = 0; part < parts; part++) {
            Process process = watch("logins", "--follow", "--alerts-to", destination);
            int from = lines.size() * part / parts;
            int to = lines.size() * (part + 1) / parts;
            broker.write("logins", messages(lines.subList(from, (from + to) / 2)));
            if (part == 1) {
                await(process, () -> lines(folder.resolve("err")).stream().anyMatch(line -> line.contains("going on")));
                broker.kill();
                await(
                        process,
                        () -> lines(folder.resolve("err")).stream().anyMatch(line -> line.contains("do not answer")));
                broker.again();
                await(
                        process,
                        () -> lines(folder.resolve("err")).stream().anyMatch(line -> line.contains("answer again")));
            }
            int before = alerts().size();
            broker.write("logins", messages(lines.subList((from + to) / 2, to)));
            await(process, () -> alerts().size() > before);
            kill(process);
        }
        Process last = watch("logins", "--alerts-to", destination);
        assertTrue(last.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, last.exitValue(), lines(folder.resolve("err")).toString());
        assertEquals(expected, alerts());
        assertEquals(expected, broker.read("alerts"));
        assertTrue(Files.exists(folder.resolve("state")));
    }

    /** Three partitions have one order, that of their timestamps, and a process that goes on takes the same again. */
    @Test
    void partitionsAreReadInOneOrder() throws Exception {
        broker.topic("spread", 3);
        Random random = new Random(7);
        List<Broker.Message> messages = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            messages.add(Broker.Message.of(random.nextInt(3), 1000 + i, lines.get(i)));
        }
        broker.write("spread", messages);
        for (int kill = 1; kill <= 2; kill++) {
            Process process = watch("spread", "--follow", "--header", lines.get(0));
            int until = expected.size() * kill / 4;
            await(process, () -> alerts().size() >= until);
            kill(process);
        }
        Process last = watch("spread", "--header", lines.get(0));
        assertTrue(last.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, last.exitValue(), lines(folder.resolve("err")).toString());
        assertEquals(expected, alerts());
    }

    @Test
    void whatCannotBeReadIsCountedAndStopsNothing() throws Exception {
        broker.topic("spoilt", 1);
        List<Broker.Message> messages = new ArrayList<>(messages(List.of("no header yet")));
        int bad = 1;
        for (int i = 0; i < lines.size(); i++) {
            messages.addAll(messages(List.of(lines.get(i))));
            if (i % 500 == 1) {
                messages.addAll(messages(List.of(
                        "{\"json\": 1}",
                        "one,field",
                        "\"an open quote,1,2",
                        "two\n\"lines,\n\n",
                        "x".repeat(3 << 20))));
                messages.add(new Broker.Message(0, 0, Optional.of(new byte[] {'a', (byte) 0xff, ',', 0})));
                bad += 6;
                messages.add(new Broker.Message(0, 0, Optional.empty()));
                messages.addAll(messages(List.of("", " \n ", lines.get(0))));
            }
        }
        broker.write("spoilt", messages);
        Process process = watch("spoilt");
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        String said = String.join("\n", lines(folder.resolve("err")));
        assertEquals(0, process.exitValue(), said);
        assertEquals(expected, alerts());
        assertTrue(said.contains(bad + " lines left out"), said);
        List<String> list = lines(folder.resolve("state.unreadable.csv"));
        assertEquals(
                bad, list.stream().filter(line -> line.endsWith("left out")).count());
        // partition and offset
        assertTrue(list.get(1).split(",")[1].equals("0:0"), list.get(1));
    }

    @Test
    void aPasswordComesFromAFileAndIsNeverPrinted() throws Exception {
        broker.topic("guarded", 1);
        broker.write("guarded", messages(lines));
        Path right = login(Broker.PASSWORD);
        Path alerts = folder.resolve("guarded.ndjson");
        String topic = "kafka://" + broker.guardedAddress() + "/guarded";
        Run good = run(
                "watch",
                "--model",
                bundle,
                "--input",
                topic,
                "--kafka-properties",
                right,
                "--state",
                folder.resolve("one"),
                "--alerts-to",
                alerts);
        assertEquals(0, good.code, good.err);
        assertEquals(expected, lines(alerts));
        Run wrong = run(
                "watch",
                "--model",
                bundle,
                "--input",
                topic,
                "--kafka-properties",
                login("hunter2-wrong"),
                "--state",
                folder.resolve("two"));
        assertEquals(3, wrong.code, wrong.err);
        assertTrue(wrong.err.contains("--kafka-properties"), wrong.err);
        Path broken = folder.resolve("broken.properties");
        Files.writeString(broken, "security.protocol=hunter2-no-protocol\n");
        Run odd = run(
                "watch",
                "--model",
                bundle,
                "--input",
                topic,
                "--kafka-properties",
                broken,
                "--state",
                folder.resolve("three"));
        assertEquals(3, odd.code, odd.err);
        assertTrue(odd.err.contains("security.protocol"), odd.err);
        for (Run each : List.of(good, wrong, odd)) {
            assertFalse((each.out + each.err).contains("hunter2"), each.err);
            assertFalse((each.out + each.err).contains(Broker.PASSWORD), each.err);
        }
    }

    private Path login(String password) throws IOException {
        Path file = folder.resolve("login-" + password.length() + ".properties");
        Files.writeString(
                file,
                "security.protocol=SASL_PLAINTEXT\n"
                        + "sasl.mechanism=PLAIN\n"
                        + "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
                        + Broker.USER + "\" password=\"" + password + "\";\n",
                StandardCharsets.UTF_8);
        return file;
    }

    @Test
    void wrongAddressesAreRefusedWithWhatToDo() throws Exception {
        Run none = run(
                "watch",
                "--model",
                bundle,
                "--input",
                "kafka://" + broker.address() + "/nobody-made-it",
                "--state",
                folder.resolve("a"));
        assertEquals(3, none.code, none.err);
        assertTrue(none.err.contains("nobody-made-it"), none.err);
        Run away = run(
                "watch", "--model", bundle, "--input", "kafka://127.0.0.1:9/logins", "--state", folder.resolve("b"));
        assertEquals(3, away.code, away.err);
        assertTrue(away.err.contains("--follow"), away.err);
        Run text = run("watch", "--model", bundle, "--input", "kafka://me:secret@host:1/logins");
        assertEquals(2, text.code, text.err);
        assertFalse(text.err.contains("secret"), text.err);
        assertTrue(text.err.contains("--kafka-properties"), text.err);
    }
}
