package dev.octet.serve.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.serve.http.RequestException.Why;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may ask. */
class AccessTest {
    private static final String SECRET = "0123456789abcdef";

    private Instant now = Instant.parse("2024-01-01T00:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private static Access.Request request(String address, String forwarded, String secret, String cookie) {
        return new Access.Request(
                "GET",
                address,
                forwarded,
                "desk.example",
                secret == null ? null : "Bearer " + secret,
                cookie,
                null,
                null);
    }

    private static Why refused(Access access, Access.Request request) {
        return assertThrows(RequestException.class, () -> access.check(request, true))
                .why();
    }

    @Test
    void wrongTokensAreCountedByAddressForAMinute() {
        Access access = new Access(Tokens.of(Optional.of(SECRET)), clock);
        for (int i = 0; i < WrongTokens.MAX; i++) {
            assertEquals(Why.UNAUTHORIZED, refused(access, request("192.0.2.1", null, "wrong", null)));
        }
        assertEquals(
                Why.TOO_OFTEN, refused(access, request("192.0.2.1", null, SECRET, null)), "not even the right one");
        assertEquals(
                Why.TOO_OFTEN,
                refused(access, request("192.0.2.1", "198.51.100.7", SECRET, null)),
                "a client elsewhere cannot name itself otherwise");
        access.check(request("192.0.2.2", null, SECRET, null), true);
        now = now.plus(Duration.ofMinutes(1));
        assertEquals(
                "token",
                access.check(request("192.0.2.1", null, SECRET, null), true).name());
    }

    @Test
    void behindAProxyOfThisMachineTheAddressThatItAddsCounts() {
        Access access = new Access(Tokens.of(Optional.of(SECRET)), clock);
        for (int i = 0; i < WrongTokens.MAX; i++) {
            refused(access, request("127.0.0.1", i + ".0.0.1, 198.51.100.7", "wrong", null));
        }
        assertEquals(Why.TOO_OFTEN, refused(access, request("127.0.0.1", "198.51.100.7", SECRET, null)));
        access.check(request("127.0.0.1", "198.51.100.8", SECRET, null), true);
    }

    @Test
    void aSessionEndsAfterTwelveHours() {
        Access access = new Access(Tokens.of(Optional.of("ann:read:" + SECRET)), clock);
        Sessions.Session session = access.signIn(request("192.0.2.1", null, null, null), SECRET);
        assertFalse(access.check(request("192.0.2.1", null, null, session.id()), true)
                .judges());
        now = now.plus(Sessions.LONGEST).plusSeconds(1);
        assertEquals(Why.UNAUTHORIZED, refused(access, request("192.0.2.1", null, null, session.id())));
    }

    @Test
    void memoryIsBoundedHoweverManyAddressesTry() {
        WrongTokens wrong = new WrongTokens(clock);
        for (int i = 0; i < 3 * WrongTokens.MAX_ADDRESSES; i++) {
            wrong.add("address " + i);
        }
        for (int i = 0; i < WrongTokens.MAX; i++) {
            wrong.add("the same");
        }
        assertTrue(wrong.tooMany("the same"));
        assertFalse(wrong.tooMany("address 1"));
    }
}
