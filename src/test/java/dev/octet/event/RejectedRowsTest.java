package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.event.RejectedRows.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectedRowsTest {
    @TempDir
    Path folder;

    private Path list() {
        return folder.resolve("out/unreadable.csv");
    }

    private static void rejectIp(RejectedRows rejected, long row) throws IOException {
        rejected.reject(row, row + 2, "ip", Reason.IP, "octet 256 in 1.1.1.256 is not in [0, 255]", "1.1.1.256");
    }

    @Test
    void listsRowsQuotedAndPrintable() throws IOException {
        try (RejectedRows rejected = RejectedRows.listedIn(list(), "log.csv", new RejectionPolicy(1, false))) {
            rejectIp(rejected, 7);
            rejected.reject(8, 10, "", Reason.QUOTES, "", "a,\"b\"\n\u0000\ud83d\udc80" + RecordText.MALFORMED);
            rejected.reject(9, 12, "user", Reason.TOO_LONG, "", "y".repeat(500));
            assertFalse(Files.exists(list()));
            assertEquals(3, rejected.count());
            assertEquals(Map.of(Reason.IP, 1L, Reason.QUOTES, 1L, Reason.TOO_LONG, 1L), rejected.counts());
        }
        assertEquals(
                List.of(
                        "row,line,time,user,column,reason,value,outcome",
                        "7,9,,,ip,\"unreadable IP address: octet 256 in 1.1.1.256 is not in [0, 255]\",1.1.1.256,left out",
                        "8,10,,,,broken quotes,\"a,\"\"b\"\"\\u000a\\u0000\ud83d\udc80\ufffd\",left out",
                        "9,12,,,user,too long," + "y".repeat(200) + "\u2026 (500 characters),left out"),
                Files.readAllLines(list()));
        try (var files = Files.list(list().getParent())) {
            assertEquals(List.of(list()), files.toList());
        }
    }

    @Test
    void aRunWithoutRejectedRowsRemovesTheListOfAnEarlierOne() throws IOException {
        Files.createDirectories(list().getParent());
        Files.writeString(list(), "old");
        RejectedRows.listedIn(list(), "log.csv", RejectionPolicy.DEFAULT).close();
        assertFalse(Files.exists(list()));
    }

    @Test
    void strictStopsAtTheFirstRowAndStillListsIt() throws IOException {
        String message;
        try (RejectedRows rejected = RejectedRows.listedIn(list(), "log.csv", new RejectionPolicy(1, true))) {
            message = assertThrows(InputException.class, () -> rejectIp(rejected, 7))
                    .getMessage();
        }
        assertEquals(
                "log.csv:9, column ip: unreadable IP address: octet 256 in 1.1.1.256 is not in [0, 255]; found"
                        + " \"1.1.1.256\". Repair the row, or leave out --strict to go on",
                message);
        assertEquals(2, Files.readAllLines(list()).size());
    }

    @Test
    void stopsWhenTheShareIsTooLarge() throws IOException {
        RejectedRows rejected = RejectedRows.listedIn(list(), "log.csv", RejectionPolicy.DEFAULT);
        rejectIp(rejected, 7);
        rejectIp(rejected, 8);
        rejected.reject(9, 11, "", Reason.FIELD_COUNT, "3 fields where the header has 4", "a,b,c");
        rejected.check(3000);
        String message =
                assertThrows(InputException.class, () -> rejected.check(2999)).getMessage();
        assertEquals(
                "log.csv: 3 of 2,999 rows cannot be used (0.1 %; allowed: 0.1 %): 1 × wrong number of fields, 2 ×"
                        + " unreadable IP address. First: log.csv:9, column ip: unreadable IP address: octet 256 in"
                        + " 1.1.1.256 is not in [0, 255]; found \"1.1.1.256\". All of them: " + list()
                        + ". Repair the file or its format, or go on without these rows: --set data.max-rejected=0.0011",
                message);
        rejected.close();
        assertEquals(4, Files.readAllLines(list()).size());
        assertThrows(IllegalArgumentException.class, () -> rejected.check(2));
    }

    @Test
    void theSuggestedShareIsEnough() throws IOException {
        RejectedRows rejected = RejectedRows.counted("log.csv", RejectionPolicy.DEFAULT);
        for (int i = 0; i < 37; i++) {
            rejectIp(rejected, 2 * i);
        }
        String message =
                assertThrows(InputException.class, () -> rejected.check(113)).getMessage();
        double share = Double.parseDouble(message.substring(message.lastIndexOf('=') + 1));
        RejectedRows again = RejectedRows.counted("log.csv", new RejectionPolicy(share, false));
        for (int i = 0; i < 37; i++) {
            rejectIp(again, 2 * i);
        }
        again.check(113);
    }

    @Test
    void stopsEarlyWhenNothingFits() throws IOException {
        RejectedRows rejected = RejectedRows.counted("log.csv", RejectionPolicy.DEFAULT);
        for (int row = 0; row < 999; row++) {
            rejectIp(rejected, row);
        }
        String message = assertThrows(InputException.class, () -> rejectIp(rejected, 999))
                .getMessage();
        assertEquals(
                "log.csv: the first 1000 rows cannot be used (all of them; allowed: 0.1 %): 1,000 × unreadable IP"
                        + " address. First: log.csv:2, column ip: unreadable IP address: octet 256 in 1.1.1.256 is not in"
                        + " [0, 255]; found \"1.1.1.256\". Repair the file or its format, or go on without these rows:"
                        + " --set data.max-rejected=1",
                message);
    }

    @Test
    void aFurtherPassNeverStops() throws IOException {
        RejectedRows ignoring = RejectedRows.ignoring();
        for (int row = 0; row < 5000; row++) {
            rejectIp(ignoring, row);
        }
        assertDoesNotThrow(() -> ignoring.check(5000));
        ignoring.close();
    }

    @Test
    void noRowsAreNoReasonToStop() {
        assertDoesNotThrow(
                () -> RejectedRows.counted("log.csv", RejectionPolicy.DEFAULT).check(0));
    }

    @Test
    void theShareIsAShare() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertEquals(
                    "max-rejected must be in [0, 1], got " + share,
                    assertThrows(InputException.class, () -> new RejectionPolicy(share, false))
                            .getMessage());
        }
    }
}
