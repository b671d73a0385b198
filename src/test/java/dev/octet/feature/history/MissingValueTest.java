package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A value that the log does not have is no evidence of anything. */
class MissingValueTest {
    private static final long DAY = Logins.DAY;
    private static final long START = Logins.START;
    private static final HistoryFeature[] OF_NETWORK = {
        HistoryFeature.NEW_ASN,
        HistoryFeature.SURPRISE_ASN,
        HistoryFeature.RARITY_ASN,
        HistoryFeature.CAMPAIGN_WEEK,
        HistoryFeature.CAMPAIGN_DAY,
        HistoryFeature.ASN_ACTIVITY_DAY
    };

    private final LoginHistory history = new LoginHistory(HistoryOptions.defaults());

    private static LoginEvent login(long time, String user, long asn, String address) {
        return LoginEvent.at(time, user, true)
                .country("NO")
                .asn(asn)
                .ip(address.isEmpty() ? IpAddress.MISSING : IpAddress.parse(address))
                .userAgent("agent " + user)
                .build();
    }

    /** Two hundred users with a network each, once a day for five days. */
    private void learnWithNetworks() {
        for (int i = 0; i < 1000; i++) {
            history.learn(login(START + i * DAY / 200, "user" + i % 200, 1000 + i % 200, "192.0.2." + i % 200), true);
        }
    }

    @Test
    void newUsersWithoutANetworkAreNoCampaign() {
        learnWithNetworks();
        for (int i = 0; i < 30; i++) {
            LoginEvent login = login(START + 6 * DAY + i * 1_000_000L, "new" + i, -1, "");
            float[] features = Logins.features(history, login);
            for (HistoryFeature feature : OF_NETWORK) {
                assertEquals(0, features[feature.ordinal()], feature.key() + " of the new user " + i);
            }
            history.learn(login, true);
        }
    }

    @Test
    void aLoginWithoutAUserHasNoHistoryAndMakesNone() {
        learnWithNetworks();
        int users = history.users();
        for (int i = 0; i < 5; i++) {
            LoginEvent login = login(START + 6 * DAY + i * 1_000_000L, "", 1000, "192.0.2.1");
            assertEquals(1, Logins.feature(history, login, HistoryFeature.NO_HISTORY));
            assertEquals(0, Logins.feature(history, login, HistoryFeature.CAMPAIGN_DAY));
            history.learn(login, true);
            history.learn(LoginEvent.at(login.timeMicros(), "", false).build(), false);
        }
        LoginEvent next = login(START + 6 * DAY + 10_000_000L, "", 1000, "192.0.2.1");
        assertEquals(0, Logins.feature(history, next, HistoryFeature.USER_FAILURES_HOUR));
        assertEquals(0, history.earlierSuccesses(next));
        assertEquals(users, history.users());
    }

    @Test
    void loginsWithoutAValueDoNotMakeAKnownOneLessUsual() {
        for (int i = 0; i < 10; i++) {
            history.learn(login(START + i * DAY, "ann", i % 2 == 0 ? 29695 : -1, "192.0.2.1"), true);
        }
        LoginEvent usual = login(START + 10 * DAY, "ann", 29695, "192.0.2.1");
        double share = 5.5 / 6;
        assertEquals(-Math.log((5 + share) / 6), Logins.feature(history, usual, HistoryFeature.SURPRISE_ASN), 1e-6);
        assertEquals(-Math.log(share), Logins.feature(history, usual, HistoryFeature.RARITY_ASN), 1e-6);
        assertEquals(
                "network AS 29695, 5 of this user's 5 logins (100 % of all), first seen 10 days ago",
                history.reason("surprise-asn", usual));
    }

    @Test
    void aUserOfWhomNoNetworkIsKnownIsNotNewToOne() {
        learnWithNetworks();
        for (int i = 0; i < 5; i++) {
            history.learn(login(START + 6 * DAY + i, "eve", -1, ""), true);
        }
        LoginEvent first = login(START + 7 * DAY, "eve", 1000, "192.0.2.7");
        assertEquals(0, Logins.feature(history, first, HistoryFeature.NEW_ASN));
        assertEquals(0, Logins.feature(history, first, HistoryFeature.CAMPAIGN_WEEK));
        assertEquals(
                Logins.feature(history, first, HistoryFeature.RARITY_ASN),
                Logins.feature(history, first, HistoryFeature.SURPRISE_ASN));
    }

    @Test
    void aLogWithoutAsNumbersTellsNetworksApartByBlocks() throws IOException {
        for (int i = 0; i < 1000; i++) {
            history.learn(login(START + i * DAY / 200, "user" + i % 200, -1, "10." + i % 50 + ".2." + i % 200), true);
        }
        assertTrue(history.networksAreBlocks());
        LoginEvent known = login(START + 6 * DAY, "user7", -1, "10.7.99.1");
        LoginEvent near = login(START + 6 * DAY, "user7", -1, "10.8.99.1");
        LoginEvent far = login(START + 6 * DAY, "user7", -1, "172.16.0.1");
        assertEquals(0, Logins.feature(history, known, HistoryFeature.NEW_ASN));
        assertEquals(1, Logins.feature(history, near, HistoryFeature.NEW_ASN));
        float ofKnown = Logins.feature(history, known, HistoryFeature.SURPRISE_ASN);
        float ofNear = Logins.feature(history, near, HistoryFeature.SURPRISE_ASN);
        float ofFar = Logins.feature(history, far, HistoryFeature.SURPRISE_ASN);
        assertTrue(ofKnown < ofNear && ofNear < ofFar, ofKnown + " " + ofNear + " " + ofFar);
        // 5 logins, all in 10.0.0.0/8, which all of the log's logins but the first are known to be in.
        double share = 20.5 / 1001;
        double shareOfWide = 999.5 / 1000;
        assertEquals(
                -Math.log((0 + (5 + shareOfWide) / 6 * share / shareOfWide) / 6), ofNear, 1e-5, "10.8.0.0/16 of user7");
        assertTrue(
                history.reason("surprise-asn", near).startsWith("address block 10.8.0.0/16, never seen for this user"));

        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        history.save(saved);
        LoginHistory loaded = LoginHistory.load(new ByteArrayInputStream(saved.toByteArray()));
        assertTrue(loaded.networksAreBlocks());
        assertArrayEquals(Logins.features(history, near), Logins.features(loaded, near));
    }

    @Test
    void aFewAsNumbersMissingChangeNoNetworkToABlock() {
        for (int i = 0; i < 1000; i++) {
            history.learn(
                    login(START + i * DAY / 200, "user" + i % 200, i % 50 == 0 ? -1 : 1000 + i % 7, "10.1.2.3"), true);
        }
        assertFalse(history.networksAreBlocks());
    }

    /** Made by the code of commit e69b65e from the logins {@code Logins.of(5, 400, 30, 3)} that lack nothing. */
    @Test
    void aHistoryOfVersion1IsRead() throws IOException {
        LoginHistory learnt = new LoginHistory(HistoryOptions.defaults());
        for (LoginEvent login : Logins.of(5, 400, 30, 3)) {
            if (lacksNothing(login)) {
                learnt.learn(login, true);
            }
        }
        try (InputStream in = MissingValueTest.class.getResourceAsStream("/history-1.bin")) {
            LoginHistory loaded = LoginHistory.load(in);
            for (LoginEvent login : Logins.of(6, 50, 30, 1)) {
                LoginEvent later = LoginEvent.at(START + 3 * DAY, login.user(), true)
                        .ip(login.ip())
                        .asn(login.asn())
                        .country(login.country())
                        .build();
                assertArrayEquals(ofOld(Logins.features(learnt, later)), ofOld(Logins.features(loaded, later)));
            }
            assertEquals(learnt.users(), loaded.users());
        }
    }

    /** The features there were before version 4, which began to count failures, travel and weights of contacts. */
    private static float[] ofOld(float[] features) {
        return Arrays.copyOf(features, HistoryFeature.PRESSURE_ADDRESS.ordinal());
    }

    private static boolean lacksNothing(LoginEvent login) {
        return login.asn() >= 0
                && login.ip().version() > 0
                && !login.country().isEmpty()
                && !login.device().isEmpty()
                && !login.os().isEmpty()
                && !login.browser().isEmpty();
    }
}
