package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octet.event.format.ColumnFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TouchedMinutesTest {
    private static final long MINUTE = 60_000_000;

    @Test
    void theMinuteAfterTheLastAttemptIsLeftOut() {
        AttackWindows book = new AttackWindows(List.of(
                new AttackWindows.Window(10 * MINUTE + 5, 12 * MINUTE + 1), // 10, 11, 12 and, rounded up, 13
                new AttackWindows.Window(20 * MINUTE + 7, 20 * MINUTE + 9), // within a minute: 20 and 21
                new AttackWindows.Window(30 * MINUTE, 31 * MINUTE))); // exactly on minutes: 30 and 31
        AttackWindows touched = book.touchedMinutes();
        assertEquals(List.of(10L, 11L, 12L, 13L, 20L, 21L, 30L, 31L), minutes(book, 0, 40));
        assertEquals(List.of(10L, 11L, 12L, 20L, 30L, 31L), minutes(touched, 0, 40));
        assertFalse(touched.overlapsMinutes(13 * MINUTE, 20 * MINUTE));
        assertTrue(book.overlapsMinutes(13 * MINUTE, 20 * MINUTE));
    }

    private static List<Long> minutes(AttackWindows windows, long from, long to) {
        return LongStream.range(from, to)
                .filter(minute -> windows.coversMinuteOf(minute * MINUTE))
                .boxed()
                .toList();
    }

    // counted with Python's datetime over hackers_2018.csv: 259 minutes by the book, 205 touched; in January 38 and 31,
    // in February 5 and 4
    @Test
    void theAttacksOf2018() throws IOException {
        String data = System.getenv("OCTET_DATA");
        Path file = Path.of(data == null ? "data" : data, "molin-logins", "hackers_2018.csv");
        assumeTrue(Files.exists(file), "set OCTET_DATA to the folder that holds molin-logins/ to run this test");
        AttackWindows book = AttackWindows.read(file, "start", "end", ColumnFormats.MOLIN.time());
        assertEquals(List.of(259, 38, 5), counts(book));
        assertEquals(List.of(205, 31, 4), counts(book.touchedMinutes()));
    }

    private static List<Integer> counts(AttackWindows windows) {
        return List.of(
                minutes(windows, minute("2018-01-01"), minute("2019-01-01")).size(),
                minutes(windows, minute("2018-01-01"), minute("2018-02-01")).size(),
                minutes(windows, minute("2018-02-01"), minute("2018-03-01")).size());
    }

    private static long minute(String day) {
        return Instant.parse(day + "T00:00:00Z").getEpochSecond() / 60;
    }
}
