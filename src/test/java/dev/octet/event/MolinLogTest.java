package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octet.event.format.ColumnFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real log; the expected counts come from a few lines of Python's csv and datetime over the same files. */
class MolinLogTest {
    private static Path folder;

    @BeforeAll
    static void findTheLog() {
        String data = System.getenv("OCTET_DATA");
        assumeTrue(data != null, "OCTET_DATA is not set: the tests on the Molin log are skipped");
        folder = Path.of(data, "molin-logins");
        assumeTrue(Files.isDirectory(folder), "OCTET_DATA has no folder molin-logins: its tests are skipped");
    }

    private interface Visitor {
        void visit(Labelled<LoginEvent> login);
    }

    private static int visit(LoginSource source, Visitor visitor) throws IOException {
        RejectedRows rejected = RejectedRows.counted(source.name(), new RejectionPolicy(0, true));
        int rows = 0;
        try (LoginReader reader = source.open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                assertEquals(rows, login.row().row());
                rows++;
                visitor.visit(login);
            }
        }
        return rows;
    }

    @Test
    void readsEveryAttemptAndItsExactLabel() throws IOException {
        Map<String, Integer> reasons = new TreeMap<>();
        Map<Label, Integer> labels = new TreeMap<>();
        Map<Boolean, Integer> attackOutcomes = new TreeMap<>();
        Set<String> users = new TreeSet<>();
        Set<String> ips = new TreeSet<>();
        long[] last = {0};
        CsvSource source = new CsvSource(
                folder.resolve("labelled_logins_2018.csv"), ColumnFormats.MOLIN.withLabelColumn("is_attack"));
        int rows = visit(source, login -> {
            reasons.merge(login.row().failureReason(), 1, Integer::sum);
            labels.merge(login.label(), 1, Integer::sum);
            if (login.label() == Label.ATTACK) {
                attackOutcomes.merge(login.row().success(), 1, Integer::sum);
            }
            users.add(login.row().user());
            ips.add(login.row().ip().toString());
            last[0] = login.row().timeMicros();
        });
        assertEquals(38_700, rows);
        assertEquals(Map.of(Label.NORMAL, 38_700 - 9_179, Label.ATTACK, 9_179), labels);
        assertEquals(1_551, attackOutcomes.get(true));
        assertEquals(
                Map.of(
                        "",
                        27_332,
                        "error_wrong_password",
                        6_646,
                        "error_wrong_username",
                        4_697,
                        "error_account_locked",
                        25),
                reasons);
        assertEquals(1_797, users.size());
        assertEquals(4_956, ips.size());
        assertEquals(1_546_298_982_482_166L, last[0]);
    }

    @Test
    void labelsTheMinutesOfTheBook() throws IOException {
        AttackWindows attack =
                AttackWindows.read(folder.resolve("hackers_2018.csv"), "start", "end", ColumnFormats.MOLIN.time());
        TimeParser times = new TimeParser(ColumnFormats.MOLIN.time());
        assertEquals(259, minutes(attack, times.micros("2018-01-01 00:00:00"), times.micros("2019-01-02 00:00:00")));
        assertEquals(38, minutes(attack, times.micros("2018-01-01 00:00:00"), times.micros("2018-02-01 00:00:00")));
        assertEquals(5, minutes(attack, times.micros("2018-02-01 00:00:00"), times.micros("2018-03-01 00:00:00")));
        Map<Label, Integer> labels = new TreeMap<>();
        LoginSource log = new CsvSource(folder.resolve("logs_2018.csv"), ColumnFormats.MOLIN);
        assertEquals(
                38_700,
                visit(
                        log,
                        login -> labels.merge(
                                attack.coversMinuteOf(login.row().timeMicros()) ? Label.ATTACK : Label.NORMAL,
                                1,
                                Integer::sum)));
        assertEquals(Map.of(Label.NORMAL, 38_700 - 9_193, Label.ATTACK, 9_193), labels);
    }

    private static int minutes(AttackWindows attack, long from, long to) {
        int count = 0;
        for (long time = from; time < to; time += 60_000_000) {
            count += attack.coversMinuteOf(time) ? 1 : 0;
        }
        return count;
    }
}
