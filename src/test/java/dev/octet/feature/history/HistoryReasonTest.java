package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistoryReasonTest {
    private static final long HOUR = Logins.HOUR;
    private static final long DAY = Logins.DAY;
    private static final long START = Logins.START;

    private final LoginHistory history = new LoginHistory(HistoryOptions.defaults());

    private static LoginEvent login(long time, String user, String country, long asn) {
        return LoginEvent.at(time, user, true)
                .country(country)
                .asn(asn)
                .ip(new IpAddress(4, 0, 0xc0000201L))
                .device("desktop")
                .os("Mac OS X 10.14.6")
                .browser("Chrome 84.0")
                .coordinates(59.9139, 10.7522)
                .build();
    }

    /** 214 logins of Ann from Norway at 7 to 16 o'clock, one of Bob from Romania two hours before the last question. */
    private void learn() {
        for (int i = 0; i < 214; i++) {
            history.learn(login(START + i * DAY + (7 + i % 10) * HOUR, "ann", "NO", 29695), true);
        }
        history.learn(login(START + 300 * DAY + HOUR + HOUR / 5, "bob", "RO", 12345), true);
    }

    private final LoginEvent foreign = LoginEvent.at(START + 300 * DAY + 3 * HOUR + HOUR / 5, "ann", true)
            .country("RO")
            .asn(12345)
            .ip(new IpAddress(4, 0, 0xc6336407L))
            .device("mobile")
            .os("Android 10")
            .browser("Chrome Mobile 81.0")
            .coordinates(44.4268, 26.1025)
            .build();

    @Test
    void inAnAnalystsWords() {
        learn();
        assertReason("new-country", "country RO, never seen for this user in 214 logins (0.5 % of all)");
        assertReason("surprise-country", "country RO, never seen for this user in 214 logins (0.5 % of all)");
        assertReason(
                "new-asn",
                "network AS 12345, never seen for this user in 214 logins (0.5 % of all), first seen 2 h ago");
        assertReason("rarity-asn", "network AS 12345, 0.5 % of all logins, first seen 2 h ago");
        assertReason(
                "ratio-device",
                "device mobile Android Chrome Mobile, never seen for this user in 214 logins (0 % of all)");
        assertReason("surprise-hour", "03:12, usual 07–16");
        assertReason("hour-distance", "03:12, usual 07–16");
        assertReason("no-history", ""); // a history is nothing that speaks against a login
        assertReason("days-since-success", "last login of this user 86 days ago");
        assertReason("country-change", "country RO, another one than at this user's last login 86 days ago");
        assertReason("speed-kmh", "2004 km from this user's last login 86 days ago");
        assertReason("user-failures-hour", "0 failed attempts of this user in the last hour");
        assertReason("asn-activity-day", "1 attempt from network AS 12345 in the last 24 h");
        assertReason("ip-users-hour", "0 users attempted from address 198.51.100.7 in the last hour");
        assertReason(
                "surprise-prefix", "address block 198.51.0.0/16, never seen for this user in 214 logins (0 % of all)");
        assertReason("campaign-week", "1 other user for the first time on network AS 12345 within 24 h");
        assertReason(
                "user-surprise",
                "network AS 12345, never seen for this user in 214 logins (0.5 % of all), first seen 2 h ago");
    }

    private void assertReason(String feature, String reason) {
        assertEquals(reason, history.reason(feature, foreign));
    }

    @Test
    void ofAKnownValueAndOfAUserWithoutHistory() {
        learn();
        LoginEvent usual = login(START + 301 * DAY, "ann", "NO", 29695);
        assertEquals("country NO, 214 of this user's 214 logins (100 % of all)", history.reason("new-country", usual));
        assertEquals("network AS 29695 is known for this user", history.reason("campaign-day", usual));
        LoginEvent stranger = login(START + 301 * DAY, "eve", "", 777);
        assertEquals("no earlier login of this user", history.reason("no-history", stranger));
        assertEquals("unknown country", history.reason("surprise-country", stranger));
        assertEquals("network AS 777, 0 % of all logins, never seen before", history.reason("rarity-asn", stranger));
        assertEquals("00:00, no earlier login of this user", history.reason("surprise-hour", stranger));
    }

    @Test
    void everyFeatureHasOneWithAndWithoutHistory() {
        LoginEvent stranger = Logins.success(START, "eve", -1);
        for (String feature : HistoryFeature.keys()) {
            assertFalse(history.reason(feature, stranger).isBlank(), feature);
        }
        learn();
        for (String feature : HistoryFeature.keys()) {
            assertEquals(
                    feature.equals("no-history"),
                    history.reason(feature, foreign).isBlank(),
                    feature);
        }
    }

    @Test
    void usualHoursGoAroundTheClock() {
        for (int i = 0; i < 30; i++) {
            history.learn(login(START + i * DAY + (i % 3 == 0 ? 23 : 24) * HOUR, "ann", "NO", 1), true);
        }
        assertEquals(
                "12:00, usual 23–01",
                history.reason("hour-distance", login(START + 40 * DAY + 12 * HOUR, "ann", "NO", 1)));
    }

    /** Also halfway between two numbers, where it is not the double but its shortest digits that are rounded. */
    @Test
    void decimalsAreThoseOfFormat() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            int digits = List.of(0, 1, 3).get(i % 3);
            double unit = Math.pow(10, digits);
            double half = (random.nextInt((int) (100 * unit)) + 0.5) / unit;
            for (double value :
                    new double[] {100 * random.nextDouble(), half, Math.nextUp(half), Math.nextDown(half)}) {
                assertEquals(
                        String.format(Locale.ROOT, "%." + digits + "f", value), HistoryReason.decimal(value, digits));
            }
        }
    }

    @Test
    void refusesAnUnknownFeature() {
        assertThrows(IllegalArgumentException.class, () -> history.reason("is-attack-ip", foreign));
    }
}
