package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttackWindowsTest {
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final TimeFormat TIME = TimeFormat.utc("uuuu-MM-dd HH:mm:ss");

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("windows.csv"), text);
    }

    private static AttackWindows windows(long... ends) {
        List<AttackWindows.Window> list = new ArrayList<>();
        for (int i = 0; i < ends.length; i += 2) {
            list.add(new AttackWindows.Window(ends[i], ends[i + 1]));
        }
        return new AttackWindows(list);
    }

    @Test
    void labelsFromTheFloorOfTheStartToTheCeilingOfTheEnd() {
        AttackWindows attack = windows(10 * MINUTE + 30 * SECOND, 11 * MINUTE + 5 * SECOND);
        assertFalse(attack.coversMinuteOf(10 * MINUTE - 1));
        assertTrue(attack.coversMinuteOf(10 * MINUTE));
        assertTrue(attack.coversMinuteOf(12 * MINUTE));
        assertTrue(attack.coversMinuteOf(13 * MINUTE - 1));
        assertFalse(attack.coversMinuteOf(13 * MINUTE));
    }

    @Test
    void theCeilingOfAWholeMinuteIsThatMinute() {
        AttackWindows attack = windows(10 * MINUTE, 11 * MINUTE);
        assertTrue(attack.coversMinuteOf(12 * MINUTE - 1));
        assertFalse(attack.coversMinuteOf(12 * MINUTE));
    }

    @Test
    void spansOfAnyLength() {
        AttackWindows attack = windows(10 * MINUTE, 11 * MINUTE, 20 * MINUTE, 20 * MINUTE);
        assertFalse(attack.overlapsMinutes(0, 10 * MINUTE));
        assertTrue(attack.overlapsMinutes(0, 10 * MINUTE + 1));
        assertTrue(attack.overlapsMinutes(12 * MINUTE - 1, 12 * MINUTE));
        assertFalse(attack.overlapsMinutes(12 * MINUTE, 20 * MINUTE));
        assertTrue(attack.overlapsMinutes(0, 100 * MINUTE));
        assertFalse(attack.overlapsMinutes(21 * MINUTE, 100 * MINUTE));
        assertThrows(IllegalArgumentException.class, () -> attack.overlapsMinutes(5, 5));
    }

    @Test
    void noWindowsLabelNothing() {
        assertFalse(windows().coversMinuteOf(0));
        assertFalse(windows().overlapsMinutes(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2));
    }

    @Test
    void agreesWithASetOfMinutesHoweverWindowsOverlap() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 200; round++) {
            List<AttackWindows.Window> list = new ArrayList<>();
            Set<Long> minutes = new TreeSet<>();
            for (int w = random.nextInt(8); w > 0; w--) {
                long start = random.nextLong(-50, 50) * 20 * SECOND;
                long end = start + random.nextLong(0, 30) * 20 * SECOND;
                list.add(new AttackWindows.Window(start, end));
                long last = (long) Math.ceil(end / (double) MINUTE);
                for (long m = (long) Math.floor(start / (double) MINUTE); m <= last; m++) {
                    minutes.add(m);
                }
            }
            AttackWindows attack = new AttackWindows(list);
            for (long m = -20; m < 40; m++) {
                assertEquals(minutes.contains(m), attack.coversMinuteOf(m * MINUTE), "minute " + m);
                boolean any = minutes.contains(m) || minutes.contains(m + 1) || minutes.contains(m + 2);
                assertEquals(any, attack.overlapsMinutes(m * MINUTE, (m + 3) * MINUTE), "span from " + m);
            }
        }
    }

    @Test
    void readsAFile() throws IOException {
        AttackWindows attack = AttackWindows.read(
                file("who,to,from\nx,1970-01-01 00:11:05,1970-01-01 00:10:30\n"), "from", "to", TIME);
        assertTrue(attack.coversMinuteOf(10 * MINUTE));
        assertTrue(attack.coversMinuteOf(12 * MINUTE));
        assertFalse(attack.coversMinuteOf(13 * MINUTE));
        assertFalse(
                AttackWindows.read(file("start,end\n"), "start", "end", TIME).coversMinuteOf(0));
    }

    private String failure(String text) {
        String message = assertThrows(InputException.class, () -> AttackWindows.read(file(text), "start", "end", TIME))
                .getMessage();
        return message.replace(folder.resolve("windows.csv").toString(), "FILE");
    }

    @Test
    void saysWhereAFileIsWrong() {
        String good = "1970-01-01 00:10:30";
        assertEquals(
                "FILE:3, column end: \"1970-01-01 00:61:00\" is not a time: minute 61 is not in [0, 59]",
                failure("start,end\n" + good + "," + good + "\n" + good + ",1970-01-01 00:61:00\n"));
        assertEquals(
                "FILE:1: the header has no column \"end\". Found: start, stop",
                failure("start,stop\n" + good + "," + good + "\n"));
        assertEquals(
                "FILE:2: the attack ends (1970-01-01 00:10:29) before it starts (1970-01-01 00:10:30)",
                failure("start,end\n" + good + ",1970-01-01 00:10:29\n"));
        assertEquals(
                "FILE cannot be read as CSV: Unclosed quoted field at end of input (record starting at line 2)",
                failure("start,end\n" + good + ",\"" + good + "\n"));
        assertEquals("FILE:2: 1 fields where the header has 2", failure("start,end\n" + good + "\n"));
        assertEquals("FILE:1: the header has no column \"start\". Found: from, end", failure("from,end\n"));
        assertEquals("FILE is empty; a CSV file with a header line is expected", failure(""));
        assertEquals(
                "FILE:1: the header has more than one column \"start\". Found: start, start, end",
                failure("start,start,end\n"));
    }

    @Test
    void refusesAWindowThatEndsBeforeItStarts() {
        assertThrows(IllegalArgumentException.class, () -> new AttackWindows.Window(1, 0));
    }
}
