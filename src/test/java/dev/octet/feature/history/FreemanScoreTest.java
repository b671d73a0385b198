package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import org.junit.jupiter.api.Test;

class FreemanScoreTest {
    private final LoginHistory history = new LoginHistory(HistoryOptions.defaults());
    private long time = Logins.START;

    private LoginEvent login(String user, int host, long asn, String country, String agent, String browser) {
        return LoginEvent.at(time++, user, true)
                .ip(new IpAddress(4, 0, host))
                .asn(asn)
                .country(country)
                .userAgent(agent)
                .browser(browser)
                .os("iOS 13")
                .device("mobile")
                .build();
    }

    private double score(LoginEvent login) {
        return Math.exp(Logins.feature(history, login, HistoryFeature.FREEMAN));
    }

    /** Four logins of two users: N = 4, U = 2, n = 3 for Ann; 2 networks, 2 countries, 2 browsers, 1 OS, 1 type. */
    private void learnFour() {
        history.learn(login("ann", 1, 10, "NO", "a", "Chrome 1"), true);
        history.learn(login("ann", 1, 10, "NO", "a", "Chrome 1"), true);
        history.learn(login("ann", 2, 10, "NO", "a", "Chrome 1"), true);
        history.learn(login("bob", 3, 20, "SE", "b", "Firefox 2"), true);
    }

    @Test
    void theUsersOwnValues() {
        learnFour();
        // Address 1: c = 2, V = 2 networks + 2 countries + 1 = 5, v = 3. User agent a: c = 3, V = 2 + 1 + 1 + 1 = 5, v
        // = 4.
        double ip = 0.6 * 2 / 9.0 * 2 / 5 + 0.3 * 3 / 4 + 0.1 * 3 / 4;
        double ownIp = 0.6 * 2 / 3 + 0.3 + 0.1;
        double agent = 0.5386653840551359 * 3 / 9.0 * 3 / 7
                + 0.2680451498625666 * 3 / 4
                + 0.18818295100109536
                + 0.0051065150812021525;
        double ownAgent = 1.0;
        double expected = ip / ownIp * agent / ownAgent * (1 / 2.0) / (3 / 4.0);
        assertEquals(expected, score(login("ann", 1, 10, "NO", "a", "Chrome 1")), 1e-6);
    }

    @Test
    void aForeignNetworkHasAQuarterOfItsShare() {
        learnFour();
        // Nothing of the address is Ann's: p(x|u) = p(x) / 4. Of the user agent only OS and device type are.
        double agent = 0.5386653840551359 * 1 / 9.0 * 1 / 5
                + 0.2680451498625666 * 1 / 4
                + 0.18818295100109536
                + 0.0051065150812021525;
        double ownAgent = 0.18818295100109536 + 0.0051065150812021525;
        double expected = 4 * agent / ownAgent * (1 / 2.0) / (3 / 4.0);
        assertEquals(expected, score(login("ann", 3, 20, "SE", "b", "Firefox 2")), 1e-6);
    }

    @Test
    void anAddressNeverSeenIsSmoothed() {
        learnFour();
        double ip = 0.6 * 1 / 9.0 + 0.3 * 3 / 4 + 0.1 * 3 / 4;
        double ownIp = 0.4;
        double agent = 0.5386653840551359 * 3 / 9.0 * 3 / 7
                + 0.2680451498625666 * 3 / 4
                + 0.18818295100109536
                + 0.0051065150812021525;
        double expected = ip / ownIp * agent * (1 / 2.0) / (3 / 4.0);
        assertEquals(expected, score(login("ann", 9, 10, "NO", "a", "Chrome 1")), 1e-6);
    }

    @Test
    void aUserWithoutHistoryIsNotScored() {
        learnFour();
        assertEquals(0, Logins.feature(history, login("eve", 9, 99, "RO", "z", "Opera 3"), HistoryFeature.FREEMAN));
    }
}
