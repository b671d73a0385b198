package dev.octet.serve;

import static dev.octet.serve.ServedBundle.JSON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.cli.OctetProcess;
import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.Enrichment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is killed, as a client and the next start of it see that. */
class CrashTest {
    @TempDir
    private Path folder;

    @Test
    void nothingIsLostOrCountedTwiceWhereItIsKilled() throws Exception {
        kill(ServedBundle.shared(), 3, 50);
    }

    @Test
    @Tag("slow")
    void nothingIsLostOrCountedTwiceInTwentyKills() throws Exception {
        kill(new ServedBundle(folder, 400_000), 20, 50);
    }

    /** A service in a process of its own. */
    private static final class Killable {
        private final Process process;
        private final int port;
        private final List<String> said = new ArrayList<>();

        Killable(ServedBundle served, Path state, Path classes) throws IOException {
            List<String> command = OctetProcess.command(
                    List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + classes),
                    "serve",
                    "--model",
                    served.bundle,
                    "--state",
                    state,
                    "--port",
                    0);
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader err =
                    new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
            int found = 0;
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                said.add(line);
                int at = line.indexOf("at http://127.0.0.1:");
                if (at >= 0) {
                    found = Integer.parseInt(line.substring(at + 20).split(",")[0]);
                    break;
                }
            }
            assertTrue(found > 0, said.toString());
            port = found;
            // what it says from now on fits into the pipe
        }
    }

    private void kill(ServedBundle served, int kills, int batch) throws Exception {
        Path clean = folder.resolve("clean");
        try (ScoreService service = ScoreService.start(served.settings(clean), note -> {})) {
            for (int from = 0; from < served.later.size(); from += batch) {
                assertEquals(200, send(service.port(), served, from, batch).statusCode());
            }
        }

        Path state = folder.resolve("state");
        Path classes = folder.resolve("classes.log");
        SplittableRandom random = new SplittableRandom(kills);
        TreeSet<Integer> killedAt = new TreeSet<>();
        while (killedAt.size() < kills) {
            killedAt.add(random.nextInt(served.later.size() / batch));
        }
        Killable running = new Killable(served, state, classes);
        List<String> restored = new ArrayList<>();
        int repeated = 0;
        int interrupted = 0;
        for (int number = 0; number * batch < served.later.size(); number++) {
            if (killedAt.contains(number)) {
                Process victim = running.process;
                long micros = random.nextLong(3_000);
                Thread killer = new Thread(() -> {
                    long until = System.nanoTime() + 1000 * micros;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    victim.destroyForcibly();
                });
                killer.start();
                try {
                    send(running.port, served, number * batch, batch);
                } catch (IOException e) {
                    interrupted++; // it is sent again below, as a client would
                }
                killer.join();
                assertTrue(victim.waitFor(10, TimeUnit.SECONDS));
                running = new Killable(served, state, classes);
                restored.add(running.said.stream()
                        .filter(line -> line.contains("restored "))
                        .findFirst()
                        .orElse("nothing was restored: " + running.said));
            }
            HttpResponse<String> answer = send(running.port, served, number * batch, batch);
            assertEquals(200, answer.statusCode(), answer.body());
            for (JsonNode each : JSON.readTree(answer.body())) {
                repeated += each.get("repeated").asBoolean() ? 1 : 0;
            }
        }
        running.process.destroy();
        assertTrue(running.process.waitFor(60, TimeUnit.SECONDS));

        assertEquals(
                kills,
                restored.stream().filter(line -> line.contains("restored ")).count(),
                restored.toString());
        assertEquals(served.later.size(), StateOf.logins(state));
        assertArrayEquals(
                StateOf.bytes(StateOf.directory(clean)),
                StateOf.bytes(StateOf.directory(state)),
                "the history is that of a service that was never killed; " + repeated + " logins were sent twice, "
                        + interrupted + " requests were cut off");
        assertEquals(scores(clean), scores(state));
        assertTrue(
                Files.readAllLines(classes).stream()
                        .noneMatch(line -> line.contains(" org.nd4j.") || line.contains(" org.deeplearning4j.")),
                "a service does without ND4J");
    }

    private static HttpResponse<String> send(int port, ServedBundle served, int from, int batch)
            throws IOException, InterruptedException {
        ArrayNode array = JSON.createArrayNode();
        for (int i = from; i < Math.min(from + batch, served.later.size()); i++) {
            array.add(served.later.get(i).deepCopy().put("id", "login-" + i));
        }
        return ServedBundle.post(port, "/v1/score", array.toString());
    }

    /** All lines of the score files, in order; each login once. */
    private static List<String> scores(Path state) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : new ScoreArchive(state).files()) {
            List<String> all = Files.readAllLines(file);
            lines.addAll(all.subList(1, all.size()));
        }
        assertEquals(lines.size(), lines.stream().distinct().count());
        return lines;
    }

    /** Journals are archived behind the requests, but none that a restart still needs. */
    @Test
    void onlyJournalsThatASnapshotHasTakenThePlaceOfAreArchived() throws Exception {
        ServedBundle served = ServedBundle.shared();
        Path state = folder.resolve("archived");
        ArrayNode logins = JSON.createArrayNode();
        served.later.subList(0, 300).forEach(logins::add);
        Path killed = folder.resolve("killed");
        try (ScoreService service = ScoreService.start(served.settings(state), note -> {})) {
            assertEquals(
                    200,
                    ServedBundle.post(service.port(), "/v1/score", logins.toString())
                            .statusCode());
            Files.createDirectories(killed);
            try (Stream<Path> files = Files.list(state)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, killed.resolve(file.getFileName()));
                }
            }
        }
        Bundle bundle = Bundle.load(served.bundle);
        try (LiveScorer scorer =
                LiveScorer.open(served.settings(killed), bundle, Enrichment.none(), new ServiceMetrics())) {
            assertEquals(300, scorer.journaled());
            scorer.archive();
            assertEquals(2, Journal.in(killed).size(), "no snapshot has these logins yet");
            assertEquals(List.of(), new ScoreArchive(killed).files());
        }
        assertEquals(1, new ScoreArchive(killed).files().size(), "the last snapshot has them");
        assertEquals(scores(state), scores(killed));
    }

    /** Logins are taken while a snapshot waits to be written; a start goes on from the one before and both journals. */
    @Test
    void nothingIsLostWhileASnapshotIsWritten() throws Exception {
        ServedBundle served = ServedBundle.shared();
        List<ObjectNode> logins = served.later.subList(0, 300);
        Path state = folder.resolve("written");
        Path early = folder.resolve("early");
        Path late = folder.resolve("late");
        List<Runnable> waiting = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        try (LiveScorer scorer = scorer(served, state)) {
            score(scorer, logins.subList(0, 100));
            scorer.snapshot(notes::add, waiting::add);
            score(scorer, logins.subList(100, 200));
            scorer.snapshot(notes::add, waiting::add);
            assertEquals(1, waiting.size(), "one at a time");
            assertEquals(List.of(), notes);
            copy(state, early);
            waiting.get(0).run();
            assertTrue(notes.get(0).startsWith("snapshot after login 100 "), notes.toString());
            scorer.archive();
            assertEquals(1, Journal.in(state).size(), "the snapshot has the first journal's logins");
            copy(state, late);
        }
        Path whole = folder.resolve("whole");
        try (LiveScorer scorer = scorer(served, whole)) {
            score(scorer, logins.subList(0, 200));
        }
        byte[] expected = StateOf.bytes(StateOf.directory(whole));
        assertArrayEquals(expected, StateOf.bytes(StateOf.directory(state)));
        try (LiveScorer scorer = scorer(served, early)) {
            assertEquals(200, scorer.restored().fromJournal());
        }
        assertArrayEquals(expected, StateOf.bytes(StateOf.directory(early)));
        try (LiveScorer scorer = scorer(served, late)) {
            assertEquals(100, scorer.restored().fromSnapshot());
            assertEquals(100, scorer.restored().fromJournal());
        }
        assertArrayEquals(expected, StateOf.bytes(StateOf.directory(late)));
    }

    /**
     * A machine dies right after a new journal began, before the end of the one before was on its disk: what is there is restored,
     * unless logins came into the new one.
     */
    @Test
    void aNewJournalMayBeThereWithoutTheEndOfTheOneBefore() throws Exception {
        ServedBundle served = ServedBundle.shared();
        Path state = folder.resolve("both");
        Path empty = folder.resolve("empty");
        Path filled = folder.resolve("filled");
        try (LiveScorer scorer = scorer(served, state)) {
            score(scorer, served.later.subList(0, 100));
            scorer.snapshot(note -> {}, task -> {});
            copy(state, empty);
            score(scorer, served.later.subList(100, 110));
            copy(state, filled);
        }
        for (Path each : List.of(empty, filled)) {
            List<Path> journals = Journal.in(each);
            assertEquals(2, journals.size());
            byte[] whole = Files.readAllBytes(journals.get(0));
            Files.write(journals.get(0), Arrays.copyOf(whole, whole.length - 30));
        }
        try (LiveScorer scorer = scorer(served, empty)) {
            assertEquals(99, scorer.restored().fromJournal());
            assertEquals(
                    1,
                    Journal.in(empty).stream()
                            .filter(file -> Journal.firstSequence(file) > 99)
                            .count());
            score(scorer, served.later.subList(99, 110));
        }
        Path whole = folder.resolve("whole");
        try (LiveScorer scorer = scorer(served, whole)) {
            score(scorer, served.later.subList(0, 110));
        }
        assertArrayEquals(StateOf.bytes(StateOf.directory(whole)), StateOf.bytes(StateOf.directory(empty)));
        InputException refused = assertThrows(InputException.class, () -> scorer(served, filled));
        assertTrue(refused.getMessage().contains("later logins are in"), refused.getMessage());
    }

    /** Requests wait for each snapshot once, and the metrics say how long. */
    @Test
    void metricsTellHowLongSnapshotsMadeRequestsWait() throws Exception {
        ServedBundle served = ServedBundle.shared();
        ServiceMetrics metrics = new ServiceMetrics();
        try (LiveScorer scorer = LiveScorer.open(
                served.settings(folder.resolve("metered")), Bundle.load(served.bundle), Enrichment.none(), metrics)) {
            for (int i = 0; i < 3; i++) {
                score(scorer, served.later.subList(10 * i, 10 * i + 10));
                scorer.snapshot(note -> {}, Runnable::run);
            }
        }
        assertTrue(metrics.text().contains("octet_snapshot_wait_seconds_count 3"), metrics.text());
    }

    /** A snapshot that began before the last one, and comes to be written after it, is left out. */
    @Test
    void aLateSnapshotDoesNotReplaceTheLastOne() throws Exception {
        ServedBundle served = ServedBundle.shared();
        Path state = folder.resolve("overtaken");
        List<Runnable> waiting = new ArrayList<>();
        try (LiveScorer scorer = scorer(served, state)) {
            score(scorer, served.later.subList(0, 100));
            scorer.snapshot(note -> {}, waiting::add);
            score(scorer, served.later.subList(100, 200));
        }
        waiting.get(0).run();
        assertEquals(200, StateOf.logins(state));
    }

    /** While another thread holds the scorer, nothing is scored at once, and nothing waits. */
    @Test
    void scoringAtOnceDoesNotWait() throws Exception {
        ServedBundle served = ServedBundle.shared();
        List<Boolean> scored = new ArrayList<>();
        try (LiveScorer scorer = scorer(served, folder.resolve("busy"))) {
            score(scorer, served.later.subList(0, 10));
            scored.add(scorer.scoreAtOnce(List.of()).isPresent());
            // the scorer calls this while it is being closed
            scorer.beforeJournalsGo(() -> scored.add(CompletableFuture.supplyAsync(
                            () -> scorer.scoreAtOnce(List.of()).isPresent())
                    .join()));
        }
        assertEquals(List.of(true, false), scored);
    }

    private static LiveScorer scorer(ServedBundle served, Path state) throws IOException {
        return LiveScorer.open(
                served.settings(state), Bundle.load(served.bundle), Enrichment.none(), new ServiceMetrics());
    }

    private static void score(LiveScorer scorer, List<ObjectNode> logins) {
        scorer.score(logins.stream()
                .map(login -> new Submission(
                        LoginEvent.at(
                                        Instant.parse(login.get("time").asText())
                                                        .toEpochMilli()
                                                * 1000,
                                        login.get("user").asText(),
                                        login.get("success").asBoolean())
                                .build(),
                        Optional.empty(),
                        List.of()))
                .toList());
    }

    private static void copy(Path state, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** A machine that dies may leave any first part of what was not forced to its disk. */
    @Test
    void anyFirstPartOfTheJournalIsRestored() throws Exception {
        ServedBundle served = ServedBundle.shared();
        List<ObjectNode> logins = served.later.subList(0, 400);
        Path state = folder.resolve("state");
        List<byte[]> histories = new ArrayList<>();
        try (ScoreService service = ScoreService.start(served.settings(state), note -> {})) {
            for (ObjectNode login : logins) {
                assertEquals(
                        200,
                        ServedBundle.post(service.port(), "/v1/score", login.toString())
                                .statusCode());
            }
            SplittableRandom random = new SplittableRandom(9);
            Path journal = Journal.in(state).get(0);
            for (int i = 0; i < 8; i++) {
                Path copy = folder.resolve("copy" + i);
                Files.createDirectories(copy);
                try (Stream<Path> files = Files.list(state)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Files.copy(file, copy.resolve(file.getFileName()));
                    }
                }
                byte[] whole = Files.readAllBytes(journal);
                int length = random.nextInt(whole.length);
                byte[] part = Arrays.copyOf(whole, length);
                if (i % 2 == 1 && length > 100) {
                    part[length - 1 - random.nextInt(50)] ^= 4; // and a block that was not written
                }
                Files.write(copy.resolve(journal.getFileName()), part);
            }
        }
        for (int i = 0; i < 8; i++) {
            Path copy = folder.resolve("copy" + i);
            List<String> notes = new ArrayList<>();
            ScoreService.start(served.settings(copy), notes::add).close();
            int logged = (int) StateOf.logins(copy);
            assertTrue(logged < 400, notes.toString());
            Path again = folder.resolve("again" + i);
            try (ScoreService service = ScoreService.start(served.settings(again), note -> {})) {
                ArrayNode array = JSON.createArrayNode();
                logins.subList(0, logged).forEach(array::add);
                assertEquals(
                        200,
                        ServedBundle.post(service.port(), "/v1/score", array.toString())
                                .statusCode());
            }
            histories.add(StateOf.bytes(StateOf.directory(copy)));
            assertArrayEquals(StateOf.bytes(StateOf.directory(again)), histories.get(i), notes.toString());
        }
    }
}
