package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.event.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class HistoryOptionsTest {
    private final HistoryOptions options = HistoryOptions.defaults();

    @Test
    void saysWhichBoundIsWrong() {
        assertMessage("history option max-users is 0; allowed is 1 to 536870912", () -> options.withMaxUsers(0));
        assertMessage(
                "history option max-user-bytes is 5; allowed is 1024 to 1099511627776",
                () -> options.withMaxUserBytes(5));
        assertMessage("history option values-per-user is 65; allowed is 1 to 64", () -> options.withValuesPerUser(65));
        assertMessage("history option max-values is 15; allowed is 16 to 268435456", () -> options.withMaxValues(15));
        assertMessage(
                "history option max-recent-attempts is 0; allowed is 1 to 268435456", () -> Logins.options(0, 12));
        assertMessage(
                "history option ipv4-prefix-bits is 33; allowed is 1 to 32", () -> options.withIpv4PrefixBits(33));
        assertMessage(
                "history option campaign-cap is NaN; allowed is 0 to 1000 nats", () -> Logins.options(1, Double.NaN));
    }

    private static void assertMessage(String message, Executable wrong) {
        assertEquals(message, assertThrows(InputException.class, wrong).getMessage());
    }
}
