package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginHistoryTest {
    private static final HistoryOptions OPTIONS = HistoryOptions.defaults();
    private static final long START = Logins.START;
    private static final long HOUR = Logins.HOUR;
    private static final long DAY = Logins.DAY;

    /** Every fifth successful login does not update the history, as if it had been flagged. */
    private static boolean updates(LoginEvent login) {
        return login.row() % 5 != 3;
    }

    private static float[][] run(LoginHistory history, List<LoginEvent> logins) {
        float[][] features = new float[logins.size()][];
        for (int i = 0; i < features.length; i++) {
            features[i] = Logins.features(history, logins.get(i));
            history.learn(logins.get(i), updates(logins.get(i)));
        }
        return features;
    }

    @Test
    void agreesWithThePlainFormulasOnAHundredThousandLogins() {
        HistoryOptions options = OPTIONS.withValuesPerUser(6).withIpv4PrefixBits(24);
        LoginHistory history = new LoginHistory(options);
        PlainHistory plain = new PlainHistory(6);
        boolean[] varies = new boolean[HistoryFeature.COUNT];
        float[] first = null;
        for (LoginEvent login : Logins.of(1, 100_000, 3_000, 200)) {
            float[] features = Logins.features(history, login);
            first = first == null ? features : first;
            Map<String, Double> expected = plain.features(login);
            assertEquals(HistoryFeature.COUNT, expected.size());
            for (HistoryFeature feature : HistoryFeature.values()) {
                float value = features[feature.ordinal()];
                double wanted = expected.get(feature.key());
                // Float features of sums of logarithms; speeds, up to 1e7, carry coordinates as floats.
                double tolerance = 2e-5 * Math.max(1, Math.abs(wanted));
                if (!(Math.abs(value - wanted) <= tolerance)) {
                    assertEquals(wanted, value, tolerance, "row " + login.row() + " " + feature.key());
                }
                varies[feature.ordinal()] |= value != first[feature.ordinal()];
            }
            history.learn(login, updates(login));
            plain.learn(login, updates(login));
        }
        for (HistoryFeature feature : HistoryFeature.values()) {
            assertTrue(varies[feature.ordinal()], feature.key() + " never varies");
        }
    }

    @Test
    void featuresDependOnEarlierLoginsOnly() {
        List<LoginEvent> logins = Logins.of(2, 4_000, 300, 20);
        List<LoginEvent> other = new ArrayList<>(logins.subList(0, 2_000));
        // The later half again, with its users, networks and outcomes dealt out anew.
        List<LoginEvent> later = new ArrayList<>(logins.subList(2_000, 4_000));
        Collections.shuffle(later, new Random(3));
        for (int i = 0; i < 2_000; i++) {
            LoginEvent deal = later.get(i);
            other.add(LoginEvent.at(logins.get(2_000 + i).timeMicros(), deal.user(), deal.success())
                    .asn(deal.asn())
                    .country(deal.country())
                    .build());
        }
        float[][] one = run(new LoginHistory(OPTIONS), logins);
        float[][] two = run(new LoginHistory(OPTIONS), other);
        assertArrayEquals(Arrays.copyOf(one, 2_000), Arrays.copyOf(two, 2_000));
    }

    @Test
    void aRowNeverLooksAtItself() {
        LoginHistory history = new LoginHistory(OPTIONS);
        run(history, Logins.of(4, 2_000, 100, 10));
        LoginEvent login = LoginEvent.at(START + 30 * DAY, "user1", true)
                .asn(77)
                .country("ZZ")
                .build();
        float[] once = Logins.features(history, login);
        assertArrayEquals(once, Logins.features(history, login));
        history.learn(login, true);
        LoginEvent same = LoginEvent.at(START + 30 * DAY, "user1", true)
                .asn(77)
                .country("ZZ")
                .build();
        float[] after = Logins.features(history, same);
        assertEquals(1, once[HistoryFeature.NEW_COUNTRY.ordinal()]);
        assertEquals(0, after[HistoryFeature.NEW_COUNTRY.ordinal()], "at the same time, the earlier row counts");
    }

    @Test
    void askingChangesNothing() {
        List<LoginEvent> logins = Logins.of(5, 6_000, 300, 30);
        LoginHistory quiet = new LoginHistory(OPTIONS);
        LoginHistory asked = new LoginHistory(OPTIONS);
        for (LoginEvent login : logins) {
            // Asked about a login of far ahead, and about one of the past, at every step.
            Logins.features(asked, Logins.success(login.timeMicros() + 9 * DAY, login.user(), login.asn()));
            Logins.features(asked, Logins.success(START - DAY, login.user(), login.asn()));
            assertArrayEquals(Logins.features(quiet, login), Logins.features(asked, login));
            quiet.learn(login, true);
            asked.learn(login, true);
        }
    }

    /** A feature that is not asked for is 0 or right, the others and what is saved are as always; asked for later, it is right from then on. */
    @Test
    void onlyFeaturesThatAreNotAskedForAreLeftOut() throws IOException {
        SplittableRandom random = new SplittableRandom(12);
        Set<HistoryFeature> leftOut = EnumSet.noneOf(HistoryFeature.class);
        for (int round = 0; round < 40; round++) {
            HistoryOptions options = round % 4 == 0 ? Logins.options(300, 40) : OPTIONS;
            List<LoginEvent> logins = new ArrayList<>(Logins.of(100 + round, 2_000, 150, 12));
            if (round % 3 == 0) { // networks are blocks of addresses
                logins.replaceAll(login -> login.toBuilder().asn(-1).build());
            }
            List<String> first = some(random);
            List<String> later = some(random);
            LoginHistory whole = new LoginHistory(options);
            LoginHistory asked = new LoginHistory(options);
            boolean fromTheStart = round % 2 == 0;
            if (fromTheStart) {
                asked.ask(first);
            }
            for (int i = 0; i < logins.size(); i++) {
                LoginEvent login = logins.get(i);
                if (!fromTheStart && i == 700) {
                    asked.ask(first);
                }
                if (i == 1_400) {
                    asked.ask(later);
                }
                if (random.nextInt(4) > 0) {
                    float[] all = Logins.features(whole, login);
                    float[] some = Logins.features(asked, login);
                    for (HistoryFeature feature : HistoryFeature.values()) {
                        int at = feature.ordinal();
                        boolean wanted = !fromTheStart && i < 700
                                || first.contains(feature.key())
                                || i >= 1_400 && later.contains(feature.key());
                        if (wanted || some[at] != 0) {
                            assertEquals(all[at], some[at], "row " + i + " " + feature.key());
                        } else if (all[at] != 0) {
                            leftOut.add(feature);
                        }
                    }
                }
                boolean updates = updates(login);
                assertEquals(whole.observe(login), asked.observe(login));
                if (updates) {
                    whole.update(login);
                    asked.update(login);
                } else {
                    assertEquals(whole.returned(login), asked.returned(login));
                }
            }
            assertArrayEquals(bytes(whole), bytes(asked));
        }
        for (HistoryFeature feature : HistoryFeature.values()) {
            if (feature.countsAttempts()
                    || feature == HistoryFeature.FREEMAN
                    || feature == HistoryFeature.SURPRISE_OS) {
                assertTrue(leftOut.contains(feature), feature.key() + " is always computed");
            }
        }
    }

    private static List<String> some(SplittableRandom random) {
        int one = 1 + random.nextInt(12);
        return HistoryFeature.keys().stream()
                .filter(any -> random.nextInt(one) == 0)
                .toList();
    }

    @Test
    void windowsAskedAheadAreThoseThatLearningWouldLeave() {
        List<LoginEvent> logins = Logins.of(6, 5_000, 200, 20);
        LoginHistory history = new LoginHistory(OPTIONS);
        LoginHistory moved = new LoginHistory(OPTIONS);
        for (LoginEvent login : logins) {
            history.learn(login, true);
            moved.learn(login, true);
        }
        long last = logins.get(logins.size() - 1).timeMicros();
        LoginEvent ahead = LoginEvent.at(last + 20 * HOUR, "user5", true)
                .asn(1005)
                .country("NO")
                .build();
        // A failure of nobody moves the windows on and touches nothing that the login is asked about.
        moved.learn(
                LoginEvent.at(last + 20 * HOUR, "somebody", false)
                        .asn(4)
                        .ip(new IpAddress(4, 0, 5))
                        .build(),
                true);
        assertArrayEquals(Logins.features(moved, ahead), Logins.features(history, ahead));
    }

    /**
     * Whatever comes while an image waits to be saved, it is saved as the history was; and the history goes on as one of which there
     * was none. Users and attempts are few enough to be forgotten, and their memory to be used again.
     */
    @Test
    void anImageStaysAsItWas() throws IOException {
        List<LoginEvent> logins = Logins.of(11, 30_000, 300, 20);
        HistoryOptions options =
                Logins.options(5000, 12).withMaxUsers(200).withMaxValues(64).withFamiliarDays(2);
        LoginHistory history = new LoginHistory(options);
        LoginHistory undisturbed = new LoginHistory(options);
        for (int from = 0; from < logins.size(); from += 10_000) {
            byte[] expected = bytes(undisturbed);
            assertArrayEquals(expected, bytes(history));
            Image image = history.image();
            for (LoginEvent login : logins.subList(from, from + 10_000)) {
                see(history, login);
                see(undisturbed, login);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            image.save(new DataOutputStream(out));
            history.release();
            assertArrayEquals(expected, out.toByteArray(), "from " + from);
        }
        assertArrayEquals(bytes(undisturbed), bytes(history));
    }

    /** Every 7th success is flagged, and every 21st judged. */
    private static void see(LoginHistory history, LoginEvent login) {
        boolean flagged = login.row() % 7 == 0;
        if (history.observe(login)) {
            if (flagged) {
                history.returned(login);
            } else {
                history.update(login);
            }
        }
        if (login.success() && login.row() % 21 == 0) {
            history.judge(login, login.row() % 2 == 0);
        }
    }

    @Test
    void savedAndLoadedGoesOnBitForBit() throws IOException {
        List<LoginEvent> logins = Logins.of(7, 12_000, 600, 40);
        HistoryOptions options = Logins.options(500, 12)
                .withMaxUsers(300)
                .withValuesPerUser(3)
                .withMaxValues(64)
                .withHashSeed(99);
        LoginHistory straight = new LoginHistory(options);
        LoginHistory halved = new LoginHistory(options);
        float[][] first = run(straight, logins.subList(0, 7_000));
        assertArrayEquals(first, run(halved, logins.subList(0, 7_000)));
        straight.freezeGlobals();
        halved.freezeGlobals();
        byte[] saved = bytes(halved);
        halved = LoginHistory.load(new ByteArrayInputStream(saved));
        assertArrayEquals(saved, bytes(halved), "loaded and saved again");
        assertEquals(options, halved.options());
        assertTrue(straight.evictedUsers() > 0, "the bound on users is not reached");
        assertArrayEquals(run(straight, logins.subList(7_000, 12_000)), run(halved, logins.subList(7_000, 12_000)));
        assertArrayEquals(bytes(straight), bytes(halved));
    }

    private static byte[] bytes(LoginHistory history) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        history.save(out);
        return out.toByteArray();
    }

    @Test
    void refusesBytesThatAreNoHistory() throws IOException {
        LoginHistory history = new LoginHistory(OPTIONS);
        run(history, Logins.of(8, 500, 40, 5));
        byte[] saved = bytes(history);
        assertMessage("this is not a saved login history: it does not start like one", new byte[64]);
        byte[] newer = saved.clone();
        newer[11] = 14;
        assertMessage(
                "the saved login history has format version 14; this Octet reads 1 to 13: use the Octet that saved it, or learn"
                        + " the history again",
                newer);
        for (int length : new int[] {0, 4, 30, 100, saved.length / 2, saved.length - 1}) {
            assertMessage(
                    "the saved login history ends too early; it is cut off, save it again",
                    Arrays.copyOf(saved, length));
        }
    }

    /** Every announced length, one after another, is set to the largest number there is. */
    @Test
    void trustsNoAnnouncedLength() throws IOException {
        LoginHistory history = new LoginHistory(OPTIONS);
        run(history, Logins.of(9, 60, 10, 2));
        byte[] saved = bytes(history);
        int refused = 0;
        for (int at = 12; at + 4 <= saved.length; at += 4) {
            byte[] damaged = saved.clone();
            damaged[at] = 0x7f;
            damaged[at + 1] = (byte) 0xff;
            damaged[at + 2] = (byte) 0xff;
            damaged[at + 3] = (byte) 0xff;
            try {
                LoginHistory.load(new ByteArrayInputStream(damaged));
            } catch (InputException expected) {
                refused++;
            }
        }
        assertTrue(refused > 100, "only " + refused + " damages were refused");
        byte[] negative = saved.clone();
        negative[12] = (byte) 0xff;
        assertMessage("history option max-users is -11777216; allowed is 1 to 536870912", negative);
    }

    private static void assertMessage(String message, byte[] bytes) {
        InputException e = assertThrows(InputException.class, () -> LoginHistory.load(new ByteArrayInputStream(bytes)));
        assertEquals(message, e.getMessage());
    }

    private static LoginEvent from(String country, long time, String user) {
        return LoginEvent.at(time, user, true)
                .asn(country.hashCode())
                .country(country)
                .build();
    }

    /** A taken account is used again: what the step into the country said stays, up to the end of the span of its time. */
    @Test
    void anArrivalCountsForTheLoginsAfterItUntilTheUserIsElsewhere() {
        LoginHistory history = new LoginHistory(OPTIONS);
        long time = START;
        for (int i = 0; i < 400; i++, time += HOUR) {
            history.learn(from("NO", time, "user" + i % 10), true);
        }
        history.freezeGlobals();
        history.learn(from("NO", time, "user3"), true);
        LoginEvent arrival = from("BR", time + HOUR, "user3");
        float first = Logins.feature(history, arrival, HistoryFeature.TRAVEL);
        assertTrue(first > 5, "first: " + first);
        history.learn(arrival, true);

        LoginEvent again = from("BR", time + 7 * HOUR, "user3");
        double twoHours = first - 1 / 12.0;
        assertEquals(twoHours, Logins.feature(history, again, HistoryFeature.TRAVEL), 1e-4, "six hours later");
        assertTrue(history.reason("travel", again).contains("another country at"), history.reason("travel", again));
        history.learn(again, true);
        assertEquals(
                twoHours,
                Logins.feature(history, from("BR", time + 25 * HOUR, "user3"), HistoryFeature.TRAVEL),
                1e-4,
                "a day later");
        assertEquals(
                0,
                Logins.feature(history, from("BR", time + 7 * DAY, "user3"), HistoryFeature.TRAVEL),
                "a week after the login before");

        history.learn(from("NO", time + 26 * HOUR, "user3"), true);
        assertEquals(
                0,
                Logins.feature(history, from("NO", time + 27 * HOUR, "user3"), HistoryFeature.TRAVEL),
                "a return to a country where the user was is no arrival");
    }

    @Test
    void aJourneyThatSomebodyCalledBenignSurprisesNoMore() {
        LoginHistory history = new LoginHistory(OPTIONS);
        for (int i = 0; i < 400; i++) {
            history.learn(from("NO", START + i * HOUR, "user" + i % 10), true);
        }
        LoginEvent arrival = from("BR", START + 400 * HOUR, "user9");
        history.learn(arrival, false);
        LoginEvent next = from("BR", START + 401 * HOUR, "user9");
        assertTrue(Logins.feature(history, next, HistoryFeature.TRAVEL) > 2, "nobody has judged it");
        history.judge(arrival, true);
        assertEquals(0, Logins.feature(history, next, HistoryFeature.TRAVEL));
    }

    /** A login without a country, and one that comes too late, say nothing of where the user is. */
    @Test
    void anArrivalIsForgottenWhereTheCountryIsNotKnown() {
        LoginHistory history = new LoginHistory(OPTIONS);
        for (int i = 0; i < 400; i++) {
            history.learn(from("NO", START + i * HOUR, "user" + i % 10), true);
        }
        history.learn(from("BR", START + 400 * HOUR, "user9"), true);
        assertTrue(Logins.feature(history, from("BR", START + 401 * HOUR, "user9"), HistoryFeature.TRAVEL) > 2);
        history.learn(LoginEvent.at(START + 401 * HOUR, "user9", true).build(), true);
        assertEquals(0, Logins.feature(history, from("BR", START + 402 * HOUR, "user9"), HistoryFeature.TRAVEL));
        history.learn(from("BR", START + 402 * HOUR, "user9"), true);
        assertEquals(0, Logins.feature(history, from("BR", START + 403 * HOUR, "user9"), HistoryFeature.TRAVEL));
    }

    /** A slow attack on one user does not become the user's habit; one failure or a few, which people make, may. */
    @Test
    void aUserWhoFailsForDaysStaysSurprising() {
        double attacked = pressureOfUserAfter(20);
        double mistyped = pressureOfUserAfter(RecentFailures.REMEMBERED - 1);
        assertTrue(attacked > 4, attacked + " nats");
        assertTrue(mistyped < 3, mistyped + " nats");
    }

    /** Who was never seen has no habit of not failing: eight failures in half an hour are no more sure than seven. */
    @Test
    void aUserWhoWasNeverSeenHasNoHabit() {
        double before = pressureOfNewcomerAfter(RecentFailures.REMEMBERED - 1);
        double nats = pressureOfNewcomerAfter(RecentFailures.REMEMBERED);
        assertTrue(nats > before && nats < before + 1, nats + " nats after " + before);
    }

    private static double pressureOfNewcomerAfter(int failures) {
        LoginHistory history = new LoginHistory(OPTIONS);
        for (int i = 0; i < 400; i++) {
            history.learn(from("NO", START + i * HOUR, "user" + i % 10), true);
        }
        long now = START + 400 * HOUR;
        for (int i = 0; i < failures; i++) {
            history.learn(stranger(now - (failures - i) * HOUR / 16, "newcomer", false), true);
        }
        return Logins.feature(history, stranger(now, "newcomer", true), HistoryFeature.PRESSURE_USER);
    }

    /**
     * Three users who failed by a network are little evidence where each new network has failures of another user, and evidence
     * elsewhere. A user agent that is new to the log makes them more evidence than a common one.
     */
    @Test
    void failuresByANetworkWithAnAgentGoByWhatOrdinaryLoginsMeetAndByTheirShares() {
        double usual = pressureOfPair(true, "agent");
        double unusual = pressureOfPair(false, "agent");
        double rare = pressureOfPair(true, "agent of an attacker");
        assertTrue(usual < 4, usual + " nats");
        assertTrue(unusual > 5, unusual + " nats");
        assertTrue(rare > usual + 1, rare + " nats after " + usual);
    }

    /**
     * The nats of three users who failed by a network that is new to the log.
     *
     * @param usual whether another user fails by each network before its first login; else all failures come by one network
     * @param agent user agent of the three; the others have "agent"
     */
    private static double pressureOfPair(boolean usual, String agent) {
        LoginHistory history = new LoginHistory(OPTIONS);
        for (int i = 0; i < 400; i++) {
            history.learn(through(usual ? i : -1, "agent", START + i * HOUR, "other" + i % 10, false), true);
            history.learn(through(i, "agent", START + i * HOUR, "user" + i % 10, true), true);
        }
        long now = START + 400 * HOUR;
        for (int i = 0; i < 3; i++) {
            history.learn(through(400, agent, now, "target" + i, false), true);
        }
        return Logins.feature(
                history, through(400, agent, now, "newcomer", true), HistoryFeature.PRESSURE_NETWORK_AGENT);
    }

    private static LoginEvent through(int network, String agent, long time, String user, boolean success) {
        return LoginEvent.at(time, user, success)
                .asn(64500 + network)
                .country("NO")
                .userAgent(agent)
                .build();
    }

    /** Nats of failures in even steps over two days, before a login from a new network with a new device. */
    private static double pressureOfUserAfter(int failures) {
        LoginHistory history = new LoginHistory(OPTIONS);
        for (int i = 0; i < 400; i++) {
            history.learn(from("NO", START + i * HOUR, "user" + i % 10), true);
        }
        long start = START + 400 * HOUR;
        for (int i = 0; i < failures; i++) {
            history.learn(stranger(start + i * 2 * DAY / failures, "user3", false), true);
        }
        return Logins.feature(history, stranger(start + 2 * DAY, "user3", true), HistoryFeature.PRESSURE_USER);
    }

    private static LoginEvent stranger(long time, String user, boolean success) {
        return LoginEvent.at(time, user, success)
                .ip(IpAddress.parse("203.0.113.9"))
                .asn(64500)
                .country("BR")
                .device("desktop")
                .userAgent("agent of an attacker")
                .build();
    }

    /** A slow attack from one address on many users does not become the address's habit; that of one user does. */
    @Test
    void anAddressFromWhichManyUsersFailForDaysStaysSurprising() {
        double many = pressureOfAddressAfter(60);
        double one = pressureOfAddressAfter(1);
        assertTrue(many > one + 2, many + " nats of many users, " + one + " of one");
    }

    private static double pressureOfAddressAfter(int users) {
        LoginHistory history = new LoginHistory(OPTIONS);
        for (int i = 0; i < 400; i++) {
            history.learn(from("NO", START + i * HOUR, "user" + i % 10), true);
        }
        long start = START + 400 * HOUR;
        for (int i = 0; i < 60; i++) {
            history.learn(stranger(start + i * 2 * DAY / 60, "target" + i % users, false), true);
        }
        return Logins.feature(history, stranger(start + 2 * DAY, "user3", true), HistoryFeature.PRESSURE_ADDRESS);
    }

    /** Logins that are not older than the newest of a history. */
    private static List<LoginEvent> after(LoginHistory history, List<LoginEvent> logins) {
        List<LoginEvent> later = logins.stream()
                .filter(login -> login.timeMicros() >= history.newestMicros())
                .toList();
        assertTrue(later.size() > 100, () -> later.size() + " logins");
        return later;
    }

    /** Made by the code of commit c369655 from {@code Logins.of(5, 300, 30, 3)}, all of which updated the history. */
    @Test
    void aHistoryOfVersion4IsReadAndGoesOn() throws IOException {
        LoginHistory learnt = loaded("/history-8.bin");
        LoginHistory loaded = loaded("/history-4.bin");
        int travel = HistoryFeature.TRAVEL.ordinal();
        int users = HistoryFeature.PRESSURE_NETWORK_AGENT.ordinal();
        for (LoginEvent login : after(learnt, Logins.of(6, 400, 30, 6))) {
            float[] expected = Logins.features(learnt, login);
            float[] found = Logins.features(loaded, login);
            assertTrue(found[travel] <= expected[travel], "it does not know who arrived");
            assertTrue(found[users] <= expected[users], "it does not know who failed by a network with an agent");
            expected[travel] = found[travel];
            expected[users] = found[users];
            assertArrayEquals(expected, found);
        }
        loaded.learn(from("BR", START + 4 * DAY, "user1"), true);
        assertEquals(
                loaded.users(),
                LoginHistory.load(new ByteArrayInputStream(bytes(loaded))).users());
    }

    /** Made by the code of commit a0845a5c in the same way. */
    @Test
    void aHistoryOfVersion6IsReadAndGoesOn() throws IOException {
        LoginHistory learnt = loaded("/history-8.bin");
        LoginHistory loaded = loaded("/history-6.bin");
        int users = HistoryFeature.PRESSURE_NETWORK_AGENT.ordinal();
        for (LoginEvent login : after(learnt, Logins.of(6, 400, 30, 6))) {
            float[] expected = Logins.features(learnt, login);
            float[] found = Logins.features(loaded, login);
            assertTrue(found[users] <= expected[users], "it does not know who failed by a network with an agent");
            expected[users] = found[users];
            assertArrayEquals(expected, found);
        }
        List<LoginEvent> later = Logins.of(7, 400, 30, 40);
        for (LoginEvent login : later) {
            learnt.learn(login, true);
            loaded.learn(login, true);
        }
        LoginEvent last = later.get(later.size() - 1);
        float[] expected = Logins.features(learnt, last);
        float[] found = Logins.features(loaded, last);
        expected[users] = found[users]; // its prior does not know what came before
        assertArrayEquals(expected, found);
    }

    /** History and features are by commit efaaf75, in the same way. */
    @Test
    void aHistoryOfVersion8KeepsItsEvidence() throws IOException {
        int[] others = keepsItsEvidence("/history-8");
        assertTrue(others[2] > 0 && others[4] > 0, Arrays.toString(others) + " differ now");
    }

    /** History and features are by commit 5f9143d, in the same way. */
    @Test
    void aHistoryOfVersion10KeepsItsEvidence() throws IOException {
        int[] others = keepsItsEvidence("/history-10");
        assertTrue(others[1] > 0, Arrays.toString(others) + " differ now");
        assertArrayEquals(new int[] {0, others[1], 0, 0, 0}, others);
    }

    /**
     * A history of an earlier release says what it said there, to the bit, also after it was saved again.
     *
     * @return how often the present one says something else, by feature
     */
    private static int[] keepsItsEvidence(String name) throws IOException {
        LoginHistory history = LoginHistory.load(new ByteArrayInputStream(bytes(loaded(name + ".bin"))));
        LoginHistory anew = new LoginHistory(OPTIONS);
        Logins.of(5, 300, 30, 3).forEach(login -> anew.learn(login, true));
        List<HistoryFeature> features = List.of(
                HistoryFeature.PRESSURE_ADDRESS,
                HistoryFeature.PRESSURE_NETWORK_AGENT,
                HistoryFeature.PRESSURE_USER,
                HistoryFeature.PRESSURE_USERS,
                HistoryFeature.TRAVEL);
        int[] others = new int[features.size()];
        List<String> expected = lines(name + ".tsv");
        List<String> found = new ArrayList<>();
        for (LoginEvent login : withStrangers(after(history, Logins.of(6, 400, 30, 6)))) {
            List<String> texts = new ArrayList<>();
            for (HistoryFeature feature : features) {
                float nats = Logins.feature(history, login, feature);
                texts.add(Float.toString(nats));
                others[features.indexOf(feature)] += Logins.feature(anew, login, feature) == nats ? 0 : 1;
            }
            found.add(String.join("\t", texts));
            history.learn(login, true);
            anew.learn(login, true);
        }
        assertEquals(expected, found);
        return others;
    }

    /** So do the histories that a bundle of that release starts anew: what its detector learnt from is that evidence. */
    @ParameterizedTest
    @ValueSource(strings = {"/history-8.bin", "/history-10.bin"})
    void aHistoryThatStartsAgainKeepsTheEvidenceOfItsRelease(String name) throws IOException {
        byte[] old = bytes(loaded(name));
        LoginHistory like = LoginHistory.like(new ByteArrayInputStream(old), OPTIONS, List.of());
        LoginHistory again = LoginHistory.load(new ByteArrayInputStream(old)).startedAgain();
        LoginHistory present = new LoginHistory(OPTIONS);
        int others = 0;
        for (LoginEvent login : withStrangers(Logins.of(6, 400, 30, 6))) {
            for (HistoryFeature feature : HistoryFeature.values()) {
                float nats = Logins.feature(like, login, feature);
                assertEquals(nats, Logins.feature(again, login, feature), feature.key());
                others += nats == Logins.feature(present, login, feature) ? 0 : 1;
            }
            List.of(like, again, present).forEach(history -> history.learn(login, true));
        }
        assertTrue(others > 0, "the present release says the same");
        LoginHistory anew = LoginHistory.like(new ByteArrayInputStream(bytes(present)), OPTIONS, List.of());
        assertEquals(
                List.of(true, true, false),
                List.of(like.isOfEarlierRelease(), again.isOfEarlierRelease(), anew.isOfEarlierRelease()));
    }

    /** After every fourth login one of a stranger, of which each fourth gets in. */
    static List<LoginEvent> withStrangers(List<LoginEvent> logins) {
        List<LoginEvent> all = new ArrayList<>();
        for (int i = 0; i < logins.size(); i++) {
            all.add(logins.get(i));
            if (i % 4 == 3) {
                all.add(stranger(logins.get(i).timeMicros(), "user" + i % 7, i % 16 == 15));
            }
        }
        return all;
    }

    private static LoginHistory loaded(String name) throws IOException {
        try (InputStream in = LoginHistoryTest.class.getResourceAsStream(name)) {
            return LoginHistory.load(in);
        }
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = LoginHistoryTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void aUserWithOneLoginTakesLessThanTwoHundredBytes() {
        // The worst size for the table is just after it has doubled: 3/4 of a power of two, and one more.
        int users = 98_304 + 1;
        LoginHistory history = new LoginHistory(OPTIONS);
        for (int u = 0; u < users; u++) {
            history.learn(
                    LoginEvent.at(START + u, "user" + u, true)
                            .asn(u % 100)
                            .country("NO")
                            .userAgent("agent")
                            .build(),
                    true);
        }
        assertEquals(users, history.users());
        double perUser = (double) history.userBytes() / users;
        assertTrue(perUser < 200, perUser + " bytes a user");
        assertTrue(perUser > 150, perUser + " bytes a user cannot be: the values alone take 88");
    }

    @Test
    void theLeastRecentlySuccessfulUsersAreForgotten() {
        LoginHistory history = new LoginHistory(OPTIONS.withMaxUsers(160));
        for (int u = 0; u < 160; u++) {
            history.learn(Logins.success(START + u * HOUR, "user" + u, 1), true);
        }
        history.learn(Logins.success(START + 200 * HOUR, "user0", 1), true);
        history.learn(Logins.success(START + 201 * HOUR, "newcomer", 1), true);
        assertEquals(10, history.evictedUsers());
        assertEquals(151, history.users());
        for (int u = 0; u < 160; u++) {
            LoginEvent login = Logins.success(START + 202 * HOUR, "user" + u, 1);
            boolean forgotten = u >= 1 && u <= 10;
            assertEquals(forgotten ? 1 : 0, Logins.feature(history, login, HistoryFeature.NO_HISTORY), "user" + u);
        }
        assertEquals(
                0,
                Logins.feature(history, Logins.success(START + 203 * HOUR, "newcomer", 1), HistoryFeature.NO_HISTORY));
    }

    @Test
    void usersOfOneMomentAreForgottenByKeyAndNotAllAtOnce() {
        LoginHistory history = new LoginHistory(OPTIONS.withMaxUsers(32));
        for (int u = 0; u < 33; u++) {
            history.learn(Logins.success(START, "user" + u, 1), true);
        }
        assertEquals(31, history.users());
        assertEquals(2, history.evictedUsers());
    }

    @Test
    void memoryOfUsersStaysWithinItsBound() {
        long bound = 100_000;
        LoginHistory history = new LoginHistory(OPTIONS.withMaxUserBytes(bound));
        for (LoginEvent login : Logins.of(10, 20_000, 4_000, 30)) {
            history.learn(login, true);
            // One history may be added, or grow, before the next newcomer makes room.
            assertTrue(history.userBytes() <= bound + 30_000, history.userBytes() + " bytes");
        }
        assertTrue(history.evictedUsers() > 0);
    }

    @Test
    void coldStartIsSaidAloudAndSilentOtherwise() {
        LoginHistory history = new LoginHistory(OPTIONS);
        float[] features = Logins.features(history, Logins.success(START, "ann", 5));
        assertEquals(1, features[HistoryFeature.NO_HISTORY.ordinal()]);
        // π = ½ over an empty population
        assertEquals(Math.log(2), features[HistoryFeature.RARITY_ASN.ordinal()], 1e-6);
        assertEquals(Math.log(2), features[HistoryFeature.SURPRISE_ASN.ordinal()], 1e-6);
        for (HistoryFeature feature : HistoryFeature.values()) {
            String name = feature.key();
            if (!name.startsWith("rarity-")
                    && !name.startsWith("surprise-")
                    && feature != HistoryFeature.NO_HISTORY
                    && feature != HistoryFeature.USER_SURPRISE) {
                assertEquals(0, features[feature.ordinal()], name);
            }
        }
        for (float value : features) {
            assertTrue(Float.isFinite(value));
        }
    }

    @Test
    void surpriseIsTheSmoothedShareOfTheUsersLogins() {
        LoginHistory history = new LoginHistory(OPTIONS);
        long[] networks = {1, 1, 2};
        for (int i = 0; i < 3; i++) {
            history.learn(Logins.success(START + i, "ann", networks[i]), true);
        }
        history.learn(Logins.success(START + 3, "bob", 3), true);
        LoginEvent login = Logins.success(START + 4, "ann", 2);
        // n = 3, n(2) = 1, π(2) = 1.5 / 5
        assertEquals(-Math.log((1 + 0.3) / 4), Logins.feature(history, login, HistoryFeature.SURPRISE_ASN), 1e-6);
        LoginEvent foreign = Logins.success(START + 4, "ann", 3);
        assertEquals(-Math.log(0.3 / 4), Logins.feature(history, foreign, HistoryFeature.SURPRISE_ASN), 1e-6);
        assertEquals(1, Logins.feature(history, foreign, HistoryFeature.NEW_ASN));
    }

    @Test
    void failuresAndLoginsWithoutUpdateLeaveTheUserAsHeWas() {
        LoginHistory history = new LoginHistory(OPTIONS);
        history.learn(Logins.success(START, "ann", 1), true);
        history.learn(Logins.success(START + 1, "ann", 2), false);
        history.learn(LoginEvent.at(START + 2, "ann", false).asn(2).build(), true);
        LoginEvent login = Logins.success(START + 3, "ann", 2);
        assertEquals(1, Logins.feature(history, login, HistoryFeature.NEW_ASN));
        assertEquals(Math.log(2), Logins.feature(history, login, HistoryFeature.EARLIER_SUCCESSES), 1e-6);
        assertEquals(Math.log(2), Logins.feature(history, login, HistoryFeature.USER_FAILURES_HOUR), 1e-6);
        assertEquals(2, history.successes(), "both successes count for the shares among all");
        assertEquals(-Math.log(1.5 / 3), Logins.feature(history, login, HistoryFeature.RARITY_ASN), 1e-6);
    }

    @Test
    void anUpdateMayWaitUntilTheUserComesBack() {
        LoginHistory atOnce = new LoginHistory(OPTIONS);
        LoginHistory later = new LoginHistory(OPTIONS);
        Map<String, LoginEvent> waiting = new HashMap<>();
        for (LoginEvent login : Logins.of(12, 5_000, 200, 20)) {
            LoginEvent before = waiting.remove(login.user());
            if (before != null) {
                later.update(before);
            }
            float[] features = Logins.features(atOnce, login);
            float[] deferred = Logins.features(later, login);
            // Freeman's score alone depends on how many users there are.
            features[HistoryFeature.FREEMAN.ordinal()] = deferred[HistoryFeature.FREEMAN.ordinal()];
            assertArrayEquals(features, deferred);
            atOnce.learn(login, true);
            assertTrue(later.observe(login));
            waiting.put(login.user(), login);
        }
        waiting.values().forEach(later::update);
        assertEquals(atOnce.users(), later.users());
    }

    @Test
    void aNameUnderWhichNobodyGetsInHasNoHistory() {
        LoginHistory history = new LoginHistory(OPTIONS);
        history.learn(Logins.success(START, "ann", 1), true);
        for (int i = 0; i < 10_000; i++) {
            history.learn(LoginEvent.at(START + i, "nobody", false).asn(i).build(), true);
        }
        assertEquals(1, history.users());
        assertEquals(1, history.successes());
        assertEquals(
                -Math.log(1.5 / 2),
                Logins.feature(history, Logins.success(START + DAY, "bob", 1), HistoryFeature.RARITY_ASN),
                1e-6);
    }

    @Test
    void anOlderLoginIsScoredButDoesNotUpdateTheHistory() throws IOException {
        LoginHistory history = new LoginHistory(OPTIONS);
        run(history, Logins.of(11, 300, 30, 3));
        byte[] before = bytes(history);
        LoginEvent late = Logins.success(START - DAY, "user1", 9);
        for (float value : Logins.features(history, late)) {
            assertTrue(Float.isFinite(value));
        }
        history.learn(late, true);
        assertEquals(1, history.olderEvents());
        byte[] after = bytes(history);
        // Options and the newest time come before the counter of older logins.
        int counter = 12 + 4 + 8 + 4 + 4 + 4 + 4 + 8 + 8 + 4 + 4 + 8;
        assertEquals(1, after[counter + 7]);
        after[counter + 7] = 0;
        assertArrayEquals(before, after);
    }

    @Test
    void frozenSharesStandStillWhileUsersLearn() {
        LoginHistory history = new LoginHistory(OPTIONS);
        history.learn(Logins.success(START, "ann", 1), true);
        history.freezeGlobals();
        for (int i = 1; i < 50; i++) {
            history.learn(Logins.success(START + i, "ann", 2), true);
        }
        LoginEvent login = Logins.success(START + 60, "ann", 2);
        assertEquals(-Math.log(0.5 / 2), Logins.feature(history, login, HistoryFeature.RARITY_ASN), 1e-6);
        assertEquals(0, Logins.feature(history, login, HistoryFeature.NEW_ASN));
        assertEquals(1, history.successes());
    }

    @Test
    void speedNeedsPlacesDistanceAndAnotherAddress() {
        LoginHistory history = new LoginHistory(OPTIONS);
        LoginEvent oslo = place(START, 59.9139, 10.7522, 1);
        history.learn(oslo, true);
        LoginEvent tehran = place(START + 10 * HOUR, 35.6892, 51.3890, 2);
        assertEquals(
                Moment.distance(59.9139, 10.7522, 35.6892, 51.3890) / 10,
                Logins.feature(history, tehran, HistoryFeature.SPEED_KMH),
                0.01);
        assertEquals(1, Logins.feature(history, tehran, HistoryFeature.SPEED_KNOWN));
        LoginEvent sameAddress = place(START + 10 * HOUR, 35.6892, 51.3890, 1);
        assertEquals(0, Logins.feature(history, sameAddress, HistoryFeature.SPEED_KMH));
        LoginEvent near = place(START + HOUR / 60, 60.1, 11.2, 2);
        assertEquals(0, Logins.feature(history, near, HistoryFeature.SPEED_KMH));
        LoginEvent unknown = place(START + HOUR, Double.NaN, Double.NaN, 2);
        assertEquals(0, Logins.feature(history, unknown, HistoryFeature.SPEED_KNOWN));
        LoginEvent atOnce = place(START, 35.6892, 51.3890, 2);
        assertEquals(
                Moment.distance(59.9139, 10.7522, 35.6892, 51.3890) * 3600,
                Logins.feature(history, atOnce, HistoryFeature.SPEED_KMH),
                1e3);
    }

    /** A degree of the equator and a quarter of a meridian on a sphere of 6371.0088 km. */
    @Test
    void distanceIsAlongTheGreatCircle() {
        assertEquals(Math.PI * 6371.0088 / 180, Moment.distance(0, 179.5, 0, -179.5), 1e-9);
        assertEquals(Math.PI * 6371.0088 / 2, Moment.distance(0, 12, 90, -140), 1e-9);
        assertEquals(Math.PI * 6371.0088, Moment.distance(0, 0, 0, 180), 1e-9);
    }

    private static LoginEvent place(long time, double north, double east, int host) {
        return LoginEvent.at(time, "ann", true)
                .coordinates(north, east)
                .ip(new IpAddress(4, 0, 10L << 24 | host))
                .build();
    }

    @Test
    void theBoundOnRecentAttemptsOnlyShortensTheWindow() {
        LoginHistory history = new LoginHistory(Logins.options(100, 12));
        for (int i = 0; i < 1_000; i++) {
            history.learn(LoginEvent.at(START + i, "ann", false).asn(1).build(), true);
        }
        LoginEvent login = Logins.success(START + 1_000, "ann", 1);
        assertEquals(Math.log(101), Logins.feature(history, login, HistoryFeature.ASN_ACTIVITY_DAY), 1e-5);
        assertEquals(Math.log(101), Logins.feature(history, login, HistoryFeature.USER_FAILURES_HOUR), 1e-5);
    }

    @Test
    void aRareValueGivesWayToANewOne() {
        LoginHistory history = new LoginHistory(OPTIONS.withValuesPerUser(2));
        long[] networks = {1, 1, 2, 3};
        for (int i = 0; i < networks.length; i++) {
            history.learn(Logins.success(START + i, "ann", networks[i]), true);
        }
        assertEquals(0, Logins.feature(history, Logins.success(START + 9, "ann", 1), HistoryFeature.NEW_ASN));
        assertEquals(1, Logins.feature(history, Logins.success(START + 9, "ann", 2), HistoryFeature.NEW_ASN));
        assertEquals(0, Logins.feature(history, Logins.success(START + 9, "ann", 3), HistoryFeature.NEW_ASN));
    }

    @Test
    void theRarestSharesAreForgottenBeyondTheBound() {
        LoginHistory history = new LoginHistory(OPTIONS.withMaxValues(100));
        for (int i = 0; i < 50; i++) {
            history.learn(Logins.success(START + i, "ann", 7), true);
        }
        for (int i = 0; i < 5_000; i++) {
            history.learn(Logins.success(START + 50 + i, "ann", 1_000 + i), true);
        }
        LoginEvent login = Logins.success(START + 6_000, "bob", 7);
        assertEquals(-Math.log(50.5 / 5_051), Logins.feature(history, login, HistoryFeature.RARITY_ASN), 1e-5);
        assertTrue(history.bytes() < 3_000_000, history.bytes() + " bytes");
    }

    @Test
    void aBenignVerdictUpdatesAtOnceAndLeavesTheLastLoginTheLast() {
        LoginHistory history = new LoginHistory(OPTIONS);
        LoginEvent usual = Logins.success(START, "ann", 1);
        LoginEvent odd = Logins.success(START + DAY, "ann", 2);
        LoginEvent later = Logins.success(START + 2 * DAY, "ann", 1);
        history.learn(usual, true);
        history.observe(odd);
        history.learn(later, true);
        assertEquals(1, Logins.feature(history, Logins.success(START + 3 * DAY, "ann", 2), HistoryFeature.NEW_ASN));
        history.judge(odd, true);
        LoginEvent again = Logins.success(START + 3 * DAY, "ann", 2);
        assertEquals(0, Logins.feature(history, again, HistoryFeature.NEW_ASN));
        assertEquals(Math.log(4), Logins.feature(history, again, HistoryFeature.EARLIER_SUCCESSES), 1e-6);
        // A day since the later login, not two since the one that was judged.
        assertEquals(Math.log1p(1), Logins.feature(history, again, HistoryFeature.DAYS_SINCE_SUCCESS), 1e-6);
    }

    @Test
    void whatComesBackDayAfterDayBecomesFamiliarUnlessItWasATakeover() {
        for (boolean judged : new boolean[] {false, true}) {
            LoginHistory history = new LoginHistory(OPTIONS.withFamiliarDays(3));
            history.learn(Logins.success(START, "ann", 1), true);
            for (int day = 1; day <= 3; day++) {
                for (int time = 0; time < 5; time++) {
                    LoginEvent back = Logins.success(START + day * DAY + time, "ann", 2);
                    assertEquals(1, Logins.feature(history, back, HistoryFeature.NEW_ASN), "day " + day);
                    history.observe(back);
                    if (judged && day == 1 && time == 0) {
                        history.judge(back, false);
                    }
                    if (history.returned(back)) {
                        assertEquals(3, day);
                        break;
                    }
                }
            }
            LoginEvent next = Logins.success(START + 4 * DAY, "ann", 2);
            assertEquals(judged ? 1 : 0, Logins.feature(history, next, HistoryFeature.NEW_ASN));
        }
    }

    @Test
    void aDayWithAFailureDoesNotCountTowardsBeingFamiliar() {
        LoginHistory history = new LoginHistory(OPTIONS.withFamiliarDays(2));
        history.learn(Logins.success(START, "ann", 1), true);
        for (int day = 1; day <= 5; day++) {
            history.observe(LoginEvent.at(START + day * DAY, "ann", false).build());
            LoginEvent back = Logins.success(START + day * DAY + 1, "ann", 2);
            history.observe(back);
            assertFalse(history.returned(back));
        }
    }

    @Test
    void returnsAreSaved() throws IOException {
        LoginHistory history = new LoginHistory(OPTIONS.withFamiliarDays(2));
        LoginEvent first = Logins.success(START + DAY, "ann", 2);
        history.observe(first);
        assertFalse(history.returned(first));
        LoginHistory loaded = LoginHistory.load(new ByteArrayInputStream(bytes(history)));
        LoginEvent second = Logins.success(START + 2 * DAY, "ann", 2);
        loaded.observe(second);
        assertTrue(loaded.returned(second));
    }
}
