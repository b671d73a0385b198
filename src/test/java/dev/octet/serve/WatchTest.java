package dev.octet.serve;

import static dev.octet.serve.ServedBundle.JSON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.CsvFormat;
import dev.octet.event.CsvFormats;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.format.ColumnFormats;
import dev.octet.serve.alert.AlertForm;
import dev.octet.serve.alert.AlertSource;
import dev.octet.serve.alert.FileSink;
import dev.octet.serve.alert.LineSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
    @TempDir
    private static Path once;

    @TempDir
    private Path folder;

    private static ServedBundle served;
    private static Bundle bundle;
    private static List<String> lines;
    private static List<String> expected;

    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void trains() throws IOException {
        served = ServedBundle.shared();
        bundle = Bundle.load(served.bundle);
        lines = Files.readAllLines(served.laterLog);
        List<String> alerts = new ArrayList<>();
        watch(served.laterLog, once.resolve("whole"), false, alerts, new ArrayList<>())
                .run();
        expected = alerts;
        assertTrue(expected.size() > 5, expected.size() + " alerts");
    }

    private static Watch watch(Path log, Path state, boolean follow, List<String> alerts, List<String> notes)
            throws IOException {
        return new Watch(
                bundle,
                WatchInput.of(log, ColumnFormats.RBA),
                follow,
                state,
                false,
                Optional.empty(),
                Enrichment.none(),
                new LineSink(AlertForm.NDJSON, AlertSource.of(bundle), alerts::add),
                notes::add,
                notes::add,
                0.001);
    }

    private static void append(Path log, List<String> more) throws IOException {
        Files.writeString(log, String.join("\n", more) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertTrue(condition.getAsBoolean());
    }

    /** A watch in a thread of its own. */
    private final class Running implements AutoCloseable {
        private final List<String> alerts = Collections.synchronizedList(new ArrayList<>());
        private final AtomicReference<Exception> failed = new AtomicReference<>();
        private final Watch watch;
        private final Thread thread;

        Running(Path log, Path state) throws IOException {
            watch = watch(log, state, true, alerts, notes);
            thread = new Thread(() -> {
                try {
                    watch.run();
                } catch (IOException | RuntimeException e) {
                    failed.set(e);
                }
            });
            thread.start();
        }

        /** Stops it; its alerts. */
        List<String> end() throws Exception {
            watch.stop();
            thread.join(10_000);
            if (failed.get() != null) {
                throw failed.get();
            }
            return alerts;
        }

        @Override
        public void close() {
            watch.stop();
        }
    }

    private int alertsBefore(int line) throws IOException {
        int count = 0;
        for (String alert : expected) {
            count += JSON.readTree(alert).get("row").asInt() < line - 1 ? 1 : 0;
        }
        return count;
    }

    @Test
    void alertsAreThoseOfAWholeReadWhateverHappensToTheFile() throws Exception {
        Path log = folder.resolve("auth.log");
        Path state = folder.resolve("state");
        List<String> alerts = new ArrayList<>();
        try (Running running = new Running(log, state)) {
            Thread.sleep(300); // there is no file yet
            append(log, lines.subList(0, 800));
            int first = alertsBefore(800);
            await(() -> running.alerts.size() == first);
            // renamed while a line is being written, and a new one begun
            Files.writeString(log, lines.get(800).substring(0, 20), StandardOpenOption.APPEND);
            Thread.sleep(300);
            Files.move(log, folder.resolve("auth.log.1"));
            Files.writeString(
                    folder.resolve("auth.log.1"), lines.get(800).substring(20) + "\n", StandardOpenOption.APPEND);
            List<String> second = new ArrayList<>(lines.subList(801, 1400));
            second.add(0, lines.get(0));
            append(log, second);
            int afterRotation = alertsBefore(1400);
            await(() -> running.alerts.size() == afterRotation);
            // emptied, and goes on without a header
            Files.write(log, new byte[0]);
            Thread.sleep(500);
            append(log, lines.subList(1400, 2000));
            int afterTruncation = alertsBefore(2000);
            await(() -> running.alerts.size() == afterTruncation);
            alerts.addAll(running.end());
        }
        // rotated while nobody looks
        append(log, lines.subList(2000, 2300));
        Files.move(log, folder.resolve("auth.log.2"));
        append(log, List.of(lines.get(0)));
        append(log, lines.subList(2300, lines.size()));
        try (Running running = new Running(log, state)) {
            int left = expected.size() - alerts.size();
            await(() -> running.alerts.size() == left);
            alerts.addAll(running.end());
        }
        assertEquals(expected.size(), alerts.size());
        assertEquals(expected, alerts);
        assertTrue(notes.stream().anyMatch(note -> note.startsWith("going on after ")), notes.toString());
        assertTrue(notes.stream().noneMatch(note -> note.contains("could not be read so far")), notes.toString());
    }

    @Test
    void whatIsNewSinceTheLastTimeIsReadOnce() throws Exception {
        Path log = folder.resolve("auth.log");
        Path state = folder.resolve("state");
        List<String> alerts = new ArrayList<>();
        for (int from = 0; from < lines.size(); from += 700) {
            append(log, lines.subList(from, Math.min(lines.size(), from + 700)));
            watch(log, state, false, alerts, notes).run();
        }
        assertEquals(expected.size(), alerts.size());
        assertEquals(expected, alerts);
        byte[] before = Files.readAllBytes(state);
        watch(log, state, false, alerts, notes).run();
        assertEquals(expected.size(), alerts.size());
        assertEquals(expected, alerts);
        assertArrayEquals(before, Files.readAllBytes(state));
        Files.write(state, new byte[100]);
        InputException damaged = assertThrows(
                InputException.class,
                () -> watch(log, state, false, alerts, notes).run());
        assertTrue(damaged.getMessage().contains("remove it to begin anew"), damaged.getMessage());
    }

    /** The span that tells of drift is longer than what comes between two restarts. */
    @Test
    void whatWasCountedForDriftSurvivesARestart() throws Exception {
        Path log = folder.resolve("auth.log");
        Path state = folder.resolve("state");
        append(log, lines.subList(0, 1000));
        watch(log, state, false, new ArrayList<>(), notes).run();
        append(log, lines.subList(1000, lines.size()));
        watch(log, state, false, new ArrayList<>(), notes).run();
        List<String> byOne = new ArrayList<>();
        Watch one = watch(served.laterLog, folder.resolve("one"), false, new ArrayList<>(), byOne);
        DriftWatch whole = one.drift();
        one.run();
        Watch again = watch(log, state, false, new ArrayList<>(), notes);
        again.run();
        assertTrue(whole.sofar().orElseThrow().rows() > 1000, whole.toJson().toString());
        assertEquals(whole.toJson(), again.drift().toJson());
        assertEquals(
                whole.sofar().orElseThrow().toJson(),
                again.drift().sofar().orElseThrow().toJson());
    }

    /** Killed after its alerts were written, and before it was saved; the last alert only half. */
    @Test
    void alertsInAFileAreToldOnceAfterACrash() throws Exception {
        for (AlertForm form : AlertForm.values()) {
            Path log = folder.resolve(form + ".log");
            Path state = folder.resolve(form + ".state");
            Path alerts = folder.resolve(form + ".alerts");
            append(log, lines.subList(0, 800));
            watchInto(alerts, form, log, state);
            byte[] saved = Files.readAllBytes(state);
            long first = Files.size(alerts);
            append(log, lines.subList(800, lines.size()));
            watchInto(alerts, form, log, state);
            List<String> whole = Files.readAllLines(alerts);
            assertEquals(expected.size(), whole.size());
            byte[] written = Files.readAllBytes(alerts);
            assertTrue(written.length - 40 > first, "alerts on both sides");
            Files.write(alerts, Arrays.copyOf(written, written.length - 40));
            Files.write(state, saved);
            watchInto(alerts, form, log, state);
            List<String> again = Files.readAllLines(alerts);
            assertEquals(whole.subList(0, whole.size() - 1), again.subList(0, whole.size() - 1));
            assertEquals(whole.size(), again.size());
            if (form == AlertForm.NDJSON) {
                assertEquals(expected, again);
            }
        }
    }

    private void watchInto(Path alerts, AlertForm form, Path log, Path state) throws IOException {
        try (FileSink sink = new FileSink(alerts, form, AlertSource.of(bundle))) {
            new Watch(
                            bundle,
                            WatchInput.of(log, ColumnFormats.RBA),
                            false,
                            state,
                            false,
                            Optional.empty(),
                            Enrichment.none(),
                            sink,
                            notes::add,
                            notes::add,
                            0.001)
                    .run();
        }
    }

    @Test
    void aColdStartIsSaidWhereItGivesFarMoreAlertsThanExpected() {
        long week = 7 * 86_400_000_000L;
        double expected = 7 * bundle.model().threshold().alerts().perDay();
        long few = (long) (3 * Math.max(1, expected));
        assertEquals(Optional.empty(), ColdStart.warning(bundle, few, 0, week));
        String warning = ColdStart.warning(bundle, few + 1, 0, week).orElseThrow();
        assertTrue(warning.contains("leave out --history cold"), warning);
        assertTrue(warning.contains(String.format(Locale.ROOT, "%,d alerts, where", few + 1)), warning);
    }

    @Test
    void linesOfJsonGiveTheSameAlerts() throws Exception {
        Path log = folder.resolve("auth.ndjson");
        StringBuilder text = new StringBuilder();
        for (JsonNode login : served.later) {
            text.append("{\"at\":")
                    .append(login.get("time"))
                    .append(",\"event\":")
                    .append(login)
                    .append("}\n");
        }
        text.insert(0, "\n{\"at\":7}\nnot json\n");
        Files.writeString(log, text.toString(), StandardCharsets.UTF_8);
        CsvFormat format = CsvFormats.of(Map.ofEntries(
                Map.entry(LoginField.TIME, "at"),
                Map.entry(LoginField.USER, "event.user"),
                Map.entry(LoginField.SUCCESS, "event.success"),
                Map.entry(LoginField.IP, "event.ip"),
                Map.entry(LoginField.COUNTRY, "event.country"),
                Map.entry(LoginField.REGION, "event.region"),
                Map.entry(LoginField.CITY, "event.city"),
                Map.entry(LoginField.ASN, "event.asn"),
                Map.entry(LoginField.USER_AGENT, "event.user_agent"),
                Map.entry(LoginField.BROWSER, "event.browser"),
                Map.entry(LoginField.OS, "event.os"),
                Map.entry(LoginField.DEVICE, "event.device"),
                Map.entry(LoginField.ROUND_TRIP_MILLIS, "event.round_trip_ms")));
        List<String> alerts = new ArrayList<>();
        new Watch(
                        bundle,
                        WatchInput.of(log, format),
                        false,
                        folder.resolve("state"),
                        false,
                        Optional.empty(),
                        Enrichment.none(),
                        new LineSink(AlertForm.NDJSON, AlertSource.of(bundle), alerts::add),
                        notes::add,
                        notes::add,
                        0.001)
                .run();
        assertEquals(expected.size(), alerts.size());
        assertEquals(expected, alerts);
        assertTrue(notes.get(notes.size() - 1).contains("2 lines left out"), notes.toString());
    }
}
