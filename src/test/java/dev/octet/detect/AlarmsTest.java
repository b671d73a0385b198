package dev.octet.detect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.feature.WindowRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private static final long MINUTE = 60_000_000L;
    private static final long DAY = 24 * 60 * MINUTE;

    /** The alert of each window, {@code .} for none; {@code x} is a flagged window. */
    private static String windows(int hold, String flags) {
        Alarms alarms = new Alarms(new AlarmRule(hold, Duration.ZERO));
        StringBuilder alerts = new StringBuilder();
        for (int i = 0; i < flags.length(); i++) {
            WindowRow row = new WindowRow(i, i * MINUTE, (i + 1) * MINUTE, 0, 0, 0, 0, 0, 0, 0);
            int alert = alarms.add(row, flags.charAt(i) == 'x', () -> "");
            alerts.append(alert == Alarms.NONE ? "." : Integer.toString(alert));
        }
        return alerts.toString();
    }

    @Test
    void oneAlertAUserAndCause() {
        Alarms alarms = new Alarms(new AlarmRule(0, Duration.ZERO, Duration.ofDays(1)));
        assertEquals(0, alarms.add(login(0, "ann"), true, () -> "network"));
        assertEquals(1, alarms.add(login(1, "ann"), true, () -> "device"));
        assertEquals(2, alarms.add(login(2, "bob"), true, () -> "network"));
        assertEquals(0, alarms.add(login(DAY - 1, "ann"), true, () -> "network"));
        assertEquals(3, alarms.add(login(DAY, "ann"), true, () -> "network"));
        assertEquals(1, alarms.add(login(DAY, "ann"), true, () -> "device"));
        assertEquals(4, alarms.add(login(DAY, ""), true, () -> "device"));
        assertEquals(5, alarms.add(login(DAY, ""), true, () -> "device"));
        assertEquals(
                "one alert a user and cause within 24 h", new AlarmRule(0, Duration.ZERO, Duration.ofDays(1)).text());
    }

    @Test
    void goesOnWithWhatWasSaved() throws IOException {
        AlarmRule rule = new AlarmRule(2, Duration.ofMinutes(5), Duration.ofDays(1));
        Alarms first = new Alarms(rule);
        String longest = "x".repeat(70_000);
        first.add(login(0, "ann"), true, () -> "network");
        first.add(login(1, longest), true, () -> "device");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        first.save(new DataOutputStream(bytes));
        Alarms next = new Alarms(rule);
        next.add(login(0, "somebody before"), true, () -> "network");
        next.load(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        for (Alarms each : new Alarms[] {first, next}) {
            assertEquals(2, each.alerts());
            assertEquals(0, each.add(login(MINUTE, "ann"), true, () -> "device"));
            assertEquals(0, each.add(login(DAY - 1, "ann"), true, () -> "network"));
            assertEquals(1, each.add(login(DAY, longest), true, () -> "device"));
            assertEquals(2, each.add(login(DAY, "somebody before"), true, () -> "network"));
        }
    }

    @Test
    void withoutHoldEveryFlaggedWindowIsAnAlert() {
        assertEquals(".01.2", windows(0, ".xx.x"));
    }

    @Test
    void anAlarmIsHeldAndWindowsWithoutABreakAreOneAlert() {
        assertEquals(".000..11..", windows(1, ".xx...x..."));
        assertEquals("0000", windows(1, "x.x."));
        assertEquals("00.11", windows(1, "x..x."));
        assertEquals("000.", windows(2, "x..."));
        assertEquals("00000.1", windows(2, "x.x...x"));
    }

    private static LoginEvent login(long time, String user) {
        return LoginEvent.at(time, user, true).build();
    }

    @Test
    void oneAlertAUserAndSpan() {
        Alarms alarms = new Alarms(new AlarmRule(0, Duration.ofDays(1)));
        int[] alerts = {
            alarms.add(login(0, "ann"), true, () -> ""),
            alarms.add(login(MINUTE, "bob"), true, () -> ""),
            alarms.add(login(2 * MINUTE, "ann"), false, () -> ""),
            alarms.add(login(DAY - 1, "ann"), true, () -> ""),
            alarms.add(login(DAY, "ann"), true, () -> ""), // a day after the alert, not after its last login
            alarms.add(login(DAY + 1, "bob"), true, () -> ""),
            alarms.add(login(DAY + MINUTE, "bob"), true, () -> ""),
        };
        assertArrayEquals(new int[] {0, 1, Alarms.NONE, 0, 2, 1, 3}, alerts);
        assertEquals(4, alarms.alerts());
    }

    @Test
    void loginsWithoutAUserAreNotOneUser() {
        Alarms alarms = new Alarms(new AlarmRule(0, Duration.ofDays(1)));
        assertEquals(0, alarms.add(login(0, ""), true, () -> ""));
        assertEquals(1, alarms.add(login(1, ""), true, () -> ""));
    }

    @Test
    void everyFlaggedLoginIsAnAlertWithoutARule() {
        Alarms alarms = new Alarms(AlarmRule.NONE);
        assertEquals(0, alarms.add(login(0, "ann"), true, () -> ""));
        assertEquals(1, alarms.add(login(1, "ann"), true, () -> ""));
    }

    @Test
    void theRuleInWords() {
        assertEquals("every flagged row is an alert", AlarmRule.NONE.text());
        assertEquals("held for 1 more window", new AlarmRule(1, Duration.ZERO).text());
        assertEquals("held for 3 more windows", new AlarmRule(3, Duration.ZERO).text());
        assertEquals("one alert a user within 24 h", new AlarmRule(0, Duration.ofDays(1)).text());
        assertEquals("one alert a user within 90 s", new AlarmRule(0, Duration.ofSeconds(90)).text());
    }

    @Test
    void impossibleRulesAreRefused() {
        assertTrue(assertThrows(InputException.class, () -> new AlarmRule(-1, Duration.ZERO))
                .getMessage()
                .contains("alarm hold is -1; allowed: [0, 1000]"));
        assertThrows(InputException.class, () -> new AlarmRule(0, Duration.ofDays(-1)));
    }

    /** The reference values: least y with {@code scipy.stats.binom.cdf(y, x + y, .5) > .025}, greatest with cdf(x, …). */
    @Test
    void expectsOfALaterSpanWhatBothSpansChanceAllows() {
        assertEquals(new AlertRate(0, 0, 5 / 10.0), AlertRate.expected(0, 10));
        assertEquals(new AlertRate(0.1, 0, 7 / 10.0), AlertRate.expected(1, 10));
        assertEquals(new AlertRate(0.5, 0, 14 / 10.0), AlertRate.expected(5, 10));
        assertEquals(new AlertRate(4.5, 28 / 10.0, 66 / 10.0), AlertRate.expected(45, 10));
        assertEquals(new AlertRate(100, 914 / 10.0, 1090 / 10.0), AlertRate.expected(1000, 10));
        assertTrue(Double.isNaN(AlertRate.expected(3, Double.NaN).high()));
    }

    @Test
    void onASpanWithOtherTrafficTheSameShareIsExpected() {
        AlertRate rate = AlertRate.expected(5, 10);
        AlertRate busier = rate.among(1000, 10).at(300);
        assertEquals(1.5, busier.perDay());
        assertEquals(0, busier.low());
        assertEquals(4.2, busier.high(), 1e-12);
        assertEquals(rate, rate.at(300), "it is not known of how many rows");
        AlertRate known = rate.among(1000, 10);
        assertEquals(known, known.at(Double.NaN));
        assertEquals(known, known.at(0));
    }
}
