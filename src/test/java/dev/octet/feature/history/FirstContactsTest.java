package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FirstContactsTest {
    private static final long HOUR = Logins.HOUR;
    private static final long DAY = Logins.DAY;
    private static final long START = Logins.START;

    private final LoginHistory history = new LoginHistory(HistoryOptions.defaults());

    /** 40 users on network 1, one a day, then four users on network 2 within four hours. */
    private void learnCampaign() {
        for (int u = 0; u < 40; u++) {
            history.learn(Logins.success(START + u * DAY, "user" + u, 1), true);
        }
        for (int u = 0; u < 4; u++) {
            history.learn(Logins.success(START + 39 * DAY + (u + 1) * HOUR, "user" + u, 2), true);
        }
    }

    private float feature(String user, long asn, long time, HistoryFeature feature) {
        return Logins.feature(history, Logins.success(time, user, asn), feature);
    }

    @Test
    void severalFirstContactsOnOneNetworkAreSurprising() {
        learnCampaign();
        long now = START + 39 * DAY + 5 * HOUR;
        // Week: 11 first contacts, 4 of them here; 33 before, none here: mean 11 * .5 / 34.
        // Day: 5 and 4; 39 before: mean 5 * .5 / 40.
        // scipy 1.10.1: -poisson.logsf(3, 11*.5/34) = 10.593563, -poisson.logsf(3, 5*.5/40) = 14.318356, capped at 12
        assertEquals(10.593563, feature("eve", 2, now, HistoryFeature.CAMPAIGN_WEEK), 1e-5);
        assertEquals(12, feature("eve", 2, now, HistoryFeature.CAMPAIGN_DAY), 1e-5);
    }

    @Test
    void aUserIsNotHisOwnCampaign() {
        learnCampaign();
        history.learn(Logins.success(START + 39 * DAY + 5 * HOUR, "eve", 3), false);
        assertEquals(0, feature("eve", 3, START + 39 * DAY + 6 * HOUR, HistoryFeature.CAMPAIGN_DAY));
        assertTrue(feature("ida", 3, START + 39 * DAY + 6 * HOUR, HistoryFeature.CAMPAIGN_DAY) > 2);
    }

    @Test
    void aKnownNetworkIsNoFirstContact() {
        learnCampaign();
        assertEquals(0, feature("user1", 2, START + 39 * DAY + 5 * HOUR, HistoryFeature.CAMPAIGN_WEEK));
    }

    @Test
    void aLoginWithoutUpdateStillShowsTheCampaign() {
        for (int u = 0; u < 40; u++) {
            history.learn(Logins.success(START + u * DAY, "user" + u, 1), true);
        }
        for (int u = 0; u < 4; u++) {
            history.learn(Logins.success(START + 39 * DAY + (u + 1) * HOUR, "user" + u, 2), false);
        }
        assertEquals(10.593563, feature("eve", 2, START + 39 * DAY + 5 * HOUR, HistoryFeature.CAMPAIGN_WEEK), 1e-5);
    }

    @Test
    void aCampaignIsForgottenWithItsWindow() {
        learnCampaign();
        assertTrue(feature("eve", 2, START + 41 * DAY, HistoryFeature.CAMPAIGN_WEEK) > 5);
        assertEquals(0, feature("eve", 2, START + 41 * DAY, HistoryFeature.CAMPAIGN_DAY));
        assertEquals(0, feature("eve", 2, START + 47 * DAY, HistoryFeature.CAMPAIGN_WEEK));
    }

    @Test
    void theFirstWeekOfALogIsNoCampaign() {
        for (int u = 0; u < 100; u++) {
            assertEquals(0, feature("user" + u, 1, START + u * HOUR, HistoryFeature.CAMPAIGN_WEEK));
            history.learn(Logins.success(START + u * HOUR, "user" + u, 1), true);
        }
    }
}
