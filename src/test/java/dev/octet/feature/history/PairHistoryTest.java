package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairHistoryTest {
    private final PairHistory history = new PairHistory(HistoryOptions.defaults());

    private static LoginEvent attempt(String user, int host, boolean success) {
        return LoginEvent.at(Logins.START, user, success)
                .ip(new IpAddress(4, 0, host))
                .build();
    }

    private static float[] close(PairHistory history) {
        float[] features = new float[WindowHistoryFeature.COUNT];
        history.close(features, 0);
        return features;
    }

    private static float[] counts(PairHistory history) {
        return Arrays.copyOf(close(history), 6);
    }

    private static LoginEvent later(int days, int host) {
        return LoginEvent.at(Logins.START + days * LoginKeys.MICROS_PER_DAY, "ann", true)
                .ip(new IpAddress(4, 0, host))
                .build();
    }

    /** Closes a window of one login and learns it; its surprise of the address, then of the pair. */
    private float[] surprises(LoginEvent login, boolean updates) {
        history.add(login);
        float[] features = close(history);
        history.learn(updates);
        return new float[] {features[7], features[6]};
    }

    @Test
    void aNewAddressSurprisesTheMoreTheRarerTheyWereOfLate() {
        assertEquals(Math.log(2), surprises(later(0, 1), true)[0], 1e-6, "nothing is known at the start of a log");
        assertEquals(-Math.log(1.5 / 2), surprises(later(0, 2), true)[0], 1e-6);
        for (int i = 0; i < 97; i++) {
            assertArrayEquals(new float[] {0, 0}, surprises(later(0, 1), true));
        }
        assertEquals(-Math.log(2.5 / 100), surprises(later(0, 3), false)[0], 1e-6);
        assertEquals(
                -Math.log(2.5 / 100),
                surprises(later(0, 3), true)[0],
                1e-6,
                "a flagged window did not update the history");
        // 30 days later the 100 windows, three of them with a new address, weigh a 1 / e
        double weight = Math.exp(-1);
        assertEquals(-Math.log((3 * weight + 0.5) / (100 * weight + 1)), surprises(later(30, 4), true)[0], 1e-6);
        history.add(later(30, 5));
        history.add(later(30, 6));
        double windows = 100 * weight + 1;
        assertEquals(
                -Math.log((3 * weight + 1.5) / (windows + 1)), close(history)[7], 1e-6, "one window, two addresses");
    }

    @Test
    void aNewPairSurprisesByItself() {
        surprises(later(0, 1), true);
        history.add(attempt("bob", 1, false));
        float[] features = close(history);
        assertEquals(0, features[7], "the address is known");
        assertEquals(-Math.log(1.5 / 2), features[6], 1e-6);
    }

    @Test
    void countsWhatNoEarlierWindowKnew() {
        history.add(attempt("ann", 1, false));
        history.add(attempt("ann", 1, true));
        history.add(attempt("bob", 1, true));
        assertArrayEquals(new float[] {3, 3, 2, 0, 0, 0}, counts(history));
        history.learn(true);
        history.add(attempt("ann", 1, true));
        history.add(attempt("bob", 2, false));
        history.add(attempt("cid", 1, false));
        history.add(attempt("cid", 1, false));
        assertArrayEquals(new float[] {3, 1, 1, 3, 3, 2}, counts(history));
        history.learn(true);
        assertArrayEquals(new float[] {0, 0, 0, 3, 1, 1}, counts(history), "an empty window");
    }

    @Test
    void failuresDoNotMakeAPairKnownAndNeitherDoesAFlaggedWindow() {
        history.add(attempt("ann", 1, false));
        close(history);
        history.learn(true);
        history.add(attempt("ann", 1, true));
        assertArrayEquals(new float[] {1, 1, 0, 1, 1, 1}, counts(history));
        history.learn(false);
        history.add(attempt("ann", 1, true));
        assertArrayEquals(new float[] {1, 1, 0, 1, 1, 0}, counts(history));
        history.learn(true);
        history.add(attempt("ann", 1, true));
        assertArrayEquals(new float[] {0, 0, 0, 1, 1, 0}, counts(history));
    }

    @Test
    void theWindowIsAddedClosedAndLearntInThisOrder() {
        assertThrows(IllegalStateException.class, () -> history.learn(true));
        history.add(attempt("ann", 1, true));
        assertThrows(IllegalStateException.class, () -> history.save(new ByteArrayOutputStream()));
        close(history);
        assertThrows(IllegalStateException.class, () -> history.add(attempt("bob", 1, true)));
    }

    @Test
    void savedAndLoadedGoesOnTheSame() throws IOException {
        PairHistory straight = new PairHistory(HistoryOptions.defaults().withMaxValues(64));
        PairHistory loaded = straight;
        List<LoginEvent> logins = Logins.of(21, 6_000, 400, 30);
        for (int i = 0; i < logins.size(); i++) {
            straight.add(logins.get(i));
            if (loaded != straight) {
                loaded.add(logins.get(i));
            }
            if (i % 50 == 49) {
                assertArrayEquals(close(straight), close(loaded));
                straight.learn(i % 200 > 50);
                if (loaded != straight) {
                    loaded.learn(i % 200 > 50);
                }
            }
            if (i == 2_999) {
                byte[] saved = bytes(straight);
                loaded = PairHistory.load(new ByteArrayInputStream(saved));
                assertArrayEquals(saved, bytes(loaded));
            }
        }
        assertArrayEquals(bytes(straight), bytes(loaded));
        assertEquals(true, straight.pairs() <= 64);
    }

    private static byte[] bytes(PairHistory history) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        history.save(out);
        return out.toByteArray();
    }

    @Test
    void refusesBytesThatAreNoHistory() throws IOException {
        byte[] saved = bytes(history);
        assertMessage("this is not a saved window history: it does not start like one", new byte[50]);
        assertMessage(
                "the saved login history ends too early; it is cut off, save it again",
                Arrays.copyOf(saved, saved.length - 1));
        byte[] damaged = saved.clone();
        damaged[saved.length - 4] = 0x7f;
        assertMessage(
                "the saved login history is damaged: number of known names is 2130706432, allowed is 0 to 2097152",
                damaged);
    }

    private static void assertMessage(String message, byte[] bytes) {
        InputException e = assertThrows(InputException.class, () -> PairHistory.load(new ByteArrayInputStream(bytes)));
        assertEquals(message, e.getMessage());
    }
}
