package dev.octet.feature;

import static dev.octet.feature.Logs.login;
import static dev.octet.feature.Logs.micros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.AttackWindows;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTest {
    private static final View.Window MINUTE = new View.Window(Duration.ofMinutes(1));

    private static final List<Labelled<LoginEvent>> LOG = List.of(
            login(Label.NORMAL, "2018-01-01T00:00:59.999999Z", "ann", "10.0.0.1", ""),
            login(Label.NORMAL, "2018-01-01T00:01:00Z", "ann", "10.0.0.1", "error_wrong_password"),
            login(Label.ATTACK, "2018-01-01T00:01:30Z", "bob", "10.0.0.2", "error_wrong_username"),
            login(Label.ATTACK, "2018-01-01T00:01:31Z", "bob", "10.0.0.2", "error_account_locked"),
            login(Label.NORMAL, "2018-01-01T00:01:59Z", "cat", "::1", ""),
            login(Label.NORMAL, "2018-01-01T00:04:00Z", "", "::1", ""));

    private static List<Labelled<?>> read(View view, List<Labelled<LoginEvent>> log, Optional<AttackWindows> attacks)
            throws IOException {
        return Logs.all(view.read(Logs.reader(log), attacks));
    }

    @Test
    void anAttemptPassesThrough() throws IOException {
        List<Labelled<?>> rows = read(new View.Attempt(), LOG, Optional.empty());
        assertEquals(LOG.size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(LOG.get(i).row(), rows.get(i).row());
            assertEquals(LOG.get(i).label(), rows.get(i).label());
        }
    }

    @Test
    void attackMinutesLabelAttemptsThatTheLogDoesNot() throws IOException {
        AttackWindows attacks = attack("2018-01-01T00:01:30Z", "2018-01-01T00:01:31Z");
        List<Labelled<LoginEvent>> unlabelled = LOG.stream()
                .map(login -> new Labelled<>(login.row(), Label.UNKNOWN))
                .toList();
        assertEquals(
                List.of(Label.NORMAL, Label.ATTACK, Label.ATTACK, Label.ATTACK, Label.ATTACK, Label.NORMAL),
                labels(read(new View.Attempt(), unlabelled, Optional.of(attacks))));
        assertEquals(
                List.of(Label.NORMAL, Label.NORMAL, Label.ATTACK, Label.ATTACK, Label.NORMAL, Label.NORMAL),
                labels(read(new View.Attempt(), LOG, Optional.of(attacks))));
        assertEquals(
                List.of(Label.UNKNOWN, Label.UNKNOWN),
                labels(read(new View.Attempt(), unlabelled.subList(0, 2), Optional.empty())));
    }

    @Test
    void countsEveryMinuteFromTheFirstToTheLast() throws IOException {
        long start = micros("2018-01-01T00:00:00Z");
        long minute = 60_000_000;
        assertEquals(
                List.of(
                        new WindowRow(0, start, start + minute, 1, 0, 0, 1, 1, 0, 0),
                        new WindowRow(1, start + minute, start + 2 * minute, 4, 3, 2, 3, 3, 1, 1),
                        new WindowRow(2, start + 2 * minute, start + 3 * minute, 0, 0, 0, 0, 0, 0, 0),
                        new WindowRow(3, start + 3 * minute, start + 4 * minute, 0, 0, 0, 0, 0, 0, 0),
                        new WindowRow(4, start + 4 * minute, start + 5 * minute, 1, 0, 0, 0, 1, 0, 0)),
                read(MINUTE, LOG, Optional.empty()).stream()
                        .map(row -> counts((WindowRow) row.row()))
                        .toList());
    }

    @Test
    void withoutSuccessesRowsRunFromTheFirstFailureToTheLast() throws IOException {
        long start = micros("2018-01-01T00:01:00Z");
        List<Labelled<?>> rows = read(View.Window.book(), LOG, Optional.empty());
        assertEquals(1, rows.size());
        assertEquals(new WindowRow(0, start, start + 60_000_000, 3, 3, 2, 2, 2, 1, 1), counts((WindowRow)
                rows.get(0).row()));
        assertEquals(3, ((WindowRow) rows.get(0).row()).logins().size());
    }

    /** A window without its logins. */
    private static WindowRow counts(WindowRow row) {
        return new WindowRow(
                row.row(),
                row.startMicros(),
                row.endMicros(),
                row.attempts(),
                row.failures(),
                row.usersWithFailures(),
                row.distinctUsers(),
                row.distinctIps(),
                row.wrongUsernameFailures(),
                row.wrongPasswordFailures());
    }

    @Test
    void aWindowIsAnAttackWhereItHoldsOne() throws IOException {
        List<Labelled<?>> rows = read(MINUTE, LOG, Optional.empty());
        assertEquals(List.of(Label.NORMAL, Label.ATTACK, Label.NORMAL, Label.NORMAL, Label.NORMAL), labels(rows));
    }

    @Test
    void aWindowIsAnAttackWhereAnAttackMinuteMeetsIt() throws IOException {
        AttackWindows attacks = attack("2018-01-01T00:01:30Z", "2018-01-01T00:01:31Z");
        List<Labelled<?>> rows = read(MINUTE, LOG, Optional.of(attacks));
        assertEquals(List.of(Label.NORMAL, Label.ATTACK, Label.ATTACK, Label.NORMAL, Label.NORMAL), labels(rows));
        assertEquals(0, ((WindowRow) rows.get(2).row()).attempts(), "the attack's last minute holds no attempt");

        List<Labelled<?>> halves = read(new View.Window(Duration.ofSeconds(30)), LOG, Optional.of(attacks));
        assertEquals(
                List.of(Label.NORMAL, Label.ATTACK, Label.ATTACK, Label.ATTACK, Label.ATTACK, Label.NORMAL),
                labels(halves).subList(0, 6));
        assertEquals(
                List.of(Label.ATTACK), labels(read(new View.Window(Duration.ofHours(1)), LOG, Optional.of(attacks))));
    }

    @Test
    void withoutLabelsAWindowIsUnknown() throws IOException {
        List<Labelled<LoginEvent>> log = List.of(
                login(Label.UNKNOWN, "2018-01-01T00:00:00Z", "a", "10.0.0.1", ""),
                login(Label.UNKNOWN, "2018-01-01T00:02:00Z", "a", "10.0.0.1", ""));
        assertEquals(List.of(Label.UNKNOWN, Label.UNKNOWN, Label.UNKNOWN), labels(read(MINUTE, log, Optional.empty())));
    }

    @Test
    void windowsAreAlignedBefore1970Too() throws IOException {
        List<Labelled<?>> rows = read(
                new View.Window(Duration.ofHours(1)),
                List.of(login(Label.NORMAL, "1969-12-31T23:59:59.999999Z", "a", "10.0.0.1", "")),
                Optional.empty());
        assertEquals(-3_600_000_000L, rows.get(0).row().timeMicros());
        assertEquals(0, ((WindowRow) rows.get(0).row()).endMicros());
    }

    @Test
    void anEmptyLogHasNoWindows() throws IOException {
        assertEquals(List.of(), read(MINUTE, List.of(), Optional.empty()));
        assertEquals(List.of(), read(View.Window.book(), LOG.subList(0, 1), Optional.empty()));
    }

    @Test
    void aReaderStaysAtItsEndAndClosesTheLog() throws IOException {
        for (View view : List.of(new View.Attempt(), MINUTE)) {
            AtomicInteger closed = new AtomicInteger();
            RowReader rows = view.read(Logs.reader(LOG.subList(0, 1), closed::incrementAndGet), Optional.empty());
            rows.next();
            assertNull(rows.next());
            assertNull(rows.next());
            rows.close();
            assertEquals(1, closed.get());
        }
    }

    @Test
    void refusesTimeThatGoesBackToAnEarlierWindow() {
        List<Labelled<LoginEvent>> log = List.of(
                login(Label.NORMAL, "2018-01-01T00:05:30Z", "a", "10.0.0.1", ""),
                login(Label.NORMAL, "2018-01-01T00:05:10Z", "a", "10.0.0.1", ""),
                login(Label.NORMAL, "2018-01-01T00:04:59Z", "a", "10.0.0.1", ""));
        InputException refused = assertThrows(InputException.class, () -> read(MINUTE, log, Optional.empty()));
        assertEquals(
                "data row 0: time goes back from the window at 2018-01-01T00:05:00Z to 2018-01-01T00:04:59Z; windows"
                        + " need a log in order of time, sort it first",
                refused.getMessage());
    }

    @Test
    void refusesAGapThatOnlyAWrongTimeMakes() {
        List<Labelled<LoginEvent>> log = List.of(
                login(Label.NORMAL, "1970-01-18T00:00:00Z", "a", "10.0.0.1", ""),
                login(Label.NORMAL, "2200-01-01T00:00:00Z", "a", "10.0.0.1", ""));
        InputException refused = assertThrows(InputException.class, () -> read(MINUTE, log, Optional.empty()));
        assertTrue(
                refused.getMessage()
                        .startsWith("data row 0: time jumps from 1970-01-18T00:00:00Z to 2200-01-01T00:00:00Z"),
                refused.getMessage());
    }

    @Test
    void refusesAWindowThatDoesNotFitInMemory() {
        LoginReader endless = new LoginReader() {
            private int row;

            @Override
            public Labelled<LoginEvent> next() {
                return new Labelled<>(LoginEvent.at(row, "user" + row++, true).build(), Label.NORMAL);
            }

            @Override
            public void close() {}
        };
        RowReader rows = new View.Window(Duration.ofDays(1)).read(endless, Optional.empty());
        InputException refused = assertThrows(InputException.class, rows::next);
        assertEquals(
                "the window at 1970-01-01T00:00:00Z holds more than 1,048,576 attempts; choose a shorter"
                        + " span than PT24H",
                refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1M", "PT1.5S", "PT0.001S", "P367D"})
    void refusesASpan(String span) {
        InputException refused = assertThrows(InputException.class, () -> new View.Window(Duration.parse(span)));
        assertTrue(refused.getMessage().contains("whole seconds, from 1 s to 366 days"), refused.getMessage());
    }

    private static AttackWindows attack(String start, String end) {
        return new AttackWindows(List.of(new AttackWindows.Window(micros(start), micros(end))));
    }

    private static List<Label> labels(List<Labelled<?>> rows) {
        return rows.stream().map(Labelled::label).toList();
    }
}
