package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortedLogTest {
    private static final CsvFormat FORMAT = CsvFormats.of(
            Map.of(LoginField.TIME, "time", LoginField.USER, "user", LoginField.SUCCESS, "ok", LoginField.IP, "ip"));
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    private static String row(long minute, String user, String ip) {
        return START.plusSeconds(60 * minute) + "," + user + ",true," + ip + "\n";
    }

    private CsvSource file(String name, String rows) throws IOException {
        return new CsvSource(Files.writeString(folder.resolve(name), "time,user,ok,ip\n" + rows), FORMAT);
    }

    private static List<String> logins(LoginSource log, RejectedRows rejected) throws IOException {
        List<String> logins = new ArrayList<>();
        try (LoginReader reader = log.open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login.row().row() + login.row().user());
            }
        }
        return logins;
    }

    @Test
    void filesThatOverlapAreOneLogAndRowsGoOnFromFileToFile() throws IOException {
        CsvSource first = file("a.csv", row(0, "a", "") + row(10, "b", "x") + "half\n" + row(20, "c", ""));
        CsvSource second = file("b.csv", row(5, "d", "") + row(15, "e", "y") + row(40, "f", ""));
        Path list = folder.resolve("unreadable.csv");
        try (SortedLog log = new SortedLog(List.of(first, second), folder, notes::add);
                RejectedRows rejected = RejectedRows.listedIn(list, log.name(), RejectionPolicy.warning(0, false))) {
            List<String> expected = List.of("0a", "4d", "1b", "5e", "3c", "6f");
            assertEquals(expected, logins(log, rejected));
            assertEquals(expected, logins(log, RejectedRows.ignoring()), "a second pass");
            assertEquals(1, rejected.count());
            assertEquals(2, rejected.kept());
            assertTrue(rejected.warnings(7).stream().anyMatch(warning -> warning.contains(folder + "/a.csv:4")));
        }
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("2 of 6 stand behind a newer one, by up to 900 s"), notes.get(0));
        List<String> lines = Files.readAllLines(list);
        assertEquals(4, lines.size());
        assertTrue(lines.get(1).startsWith("1," + folder + "/a.csv:3,2024-01-01T00:10:00Z,b,ip,"), lines.get(1));
        assertTrue(lines.get(2).startsWith("2," + folder + "/a.csv:4,"), lines.get(2));
        assertTrue(lines.get(3).startsWith("5," + folder + "/b.csv:3,2024-01-01T00:15:00Z,e,ip,"), lines.get(3));
    }

    @Test
    void filesInTheOrderOfTimeAreNoNews() throws IOException {
        try (SortedLog log = new SortedLog(
                List.of(file("a.csv", row(0, "a", "")), file("b.csv", row(1, "b", ""))), folder, notes::add)) {
            assertEquals(List.of("0a", "1b"), logins(log, RejectedRows.ignoring()));
        }
        assertEquals(List.of(), notes);
    }

    @Test
    void rowsOfAClockThatStoodWrongAreNotTheLogsFirstOrLast() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 3000; i > 0; i--) {
            rows.append(row(i, "u", ""));
            if (i == 1000) {
                rows.append(row(-300 * 1440, "old", ""));
            } else if (i == 2000) {
                rows.append(row(4000 * 1440, "new", ""));
            }
        }
        try (SortedLog log = new SortedLog(List.of(file("a.csv", rows.toString())), folder, notes::add)) {
            RejectedRows rejected = RejectedRows.counted("log", RejectionPolicy.DEFAULT);
            List<String> logins = logins(log, rejected);
            assertEquals(3000, logins.size());
            assertFalse(logins.contains("2001old"));
            assertEquals(Map.of(RejectedRows.Reason.TIME, 1L, RejectedRows.Reason.TIME_ORDER, 1L), rejected.counts());
        }
    }

    /** What comes after a pause is no stray, nor what is long before it. */
    @Test
    void aPauseIsNoStray() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 3000; i > 0; i--) {
            rows.append(row(i, "u", ""));
        }
        for (int i = 0; i < 10; i++) {
            rows.append(row(-300 * 1440 - i, "old", ""));
        }
        try (SortedLog log = new SortedLog(List.of(file("a.csv", rows.toString())), folder, notes::add)) {
            assertEquals(3010, logins(log, RejectedRows.ignoring()).size());
        }
        rows.setLength(0);
        for (int i = 3000; i > 0; i--) {
            rows.append(row(i, "u", ""));
        }
        rows.append(row(-20 * 1440, "holiday", ""));
        try (SortedLog log = new SortedLog(List.of(file("a.csv", rows.toString())), folder, notes::add)) {
            assertTrue(logins(log, RejectedRows.ignoring()).get(0).endsWith("holiday"));
        }
    }
}
