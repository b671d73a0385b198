package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtraCountsTest {
    private static final LoginField MFA = LoginField.extra("mfa", LoginField.Extra.CATEGORY);
    private static final LoginField MANAGED = LoginField.extra("managed", LoginField.Extra.BOOLEAN);
    private static final LoginField RISK = LoginField.extra("risk", LoginField.Extra.NUMBER);

    private static LoginEvent login(Random random, int i) {
        LoginEvent.Builder login = LoginEvent.at(1_000_000L * i, "u" + random.nextInt(6), random.nextInt(4) > 0)
                .country("NO")
                .with(RISK, random.nextDouble());
        if (random.nextInt(5) > 0) {
            login.with(MFA, "m" + random.nextInt(4));
        }
        return login.with(MANAGED, random.nextBoolean() ? "true" : "false").build();
    }

    /** The formulas of {@link LoginHistory}, over plain maps with texts as keys. */
    @Test
    void featuresAreThoseOfPlainCounts() {
        LoginHistory history = new LoginHistory(HistoryOptions.defaults(), List.of(MANAGED, MFA, RISK));
        LoginHistory plainHistory = new LoginHistory(HistoryOptions.defaults());
        assertEquals(
                List.of("new-managed", "surprise-managed", "rarity-managed", "new-mfa", "surprise-mfa", "rarity-mfa"),
                history.extraNames());
        Map<String, Integer> counts = new HashMap<>();
        Random random = new Random(3);
        float[] found = new float[HistoryFeature.COUNT + 6];
        float[] plain = new float[HistoryFeature.COUNT];
        for (int i = 0; i < 3000; i++) {
            LoginEvent login = login(random, i);
            history.features(login, found, 0);
            plainHistory.features(login, plain, 0);
            assertArrayEquals(plain, Arrays.copyOf(found, plain.length), "the others stay as they are");
            int at = HistoryFeature.COUNT;
            for (LoginField field : List.of(MANAGED, MFA)) {
                String value = login.text(field);
                int total = counts.getOrDefault(field.key(), 0);
                double share = (counts.getOrDefault(field + "=" + value, 0) + 0.5) / (total + 1);
                int n = counts.getOrDefault(login.user() + field, 0);
                int seen = counts.getOrDefault(login.user() + field + "=" + value, 0);
                double[] expected = value.isEmpty()
                        ? new double[3]
                        : new double[] {
                            n > 0 && seen == 0 ? 1 : 0, -Math.log((seen + share) / (n + 1.0)), -Math.log(share)
                        };
                for (double each : expected) {
                    assertEquals(each, found[at++], 1e-6 * Math.max(1, each), field + " of login " + i);
                }
                if (login.success() && !value.isEmpty()) {
                    counts.merge(field.key(), 1, Integer::sum);
                    counts.merge(field + "=" + value, 1, Integer::sum);
                    if (i % 7 > 0) {
                        counts.merge(login.user() + field, 1, Integer::sum);
                        counts.merge(login.user() + field + "=" + value, 1, Integer::sum);
                    }
                }
            }
            history.learn(login, i % 7 > 0);
            plainHistory.learn(login, i % 7 > 0);
        }
        LoginEvent next =
                LoginEvent.at(4_000_000_000L, "u1", true).with(MFA, "none").build();
        assertTrue(history.reason("new-mfa", next)
                .matches("mfa none, never seen for this user in \\d+ logins \\(0 % of all\\)"));
        assertEquals("unknown managed", history.reason("surprise-managed", next));
    }

    @Test
    void isSavedWithTheHistory() throws IOException {
        LoginHistory history = new LoginHistory(HistoryOptions.defaults(), List.of(MANAGED, MFA));
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            history.learn(login(random, i), true);
        }
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        history.save(saved);
        LoginHistory loaded = LoginHistory.load(new ByteArrayInputStream(saved.toByteArray()));
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        loaded.save(again);
        assertArrayEquals(saved.toByteArray(), again.toByteArray());
        LoginEvent login = login(random, 501);
        float[] one = new float[HistoryFeature.COUNT + 6];
        float[] other = new float[HistoryFeature.COUNT + 6];
        history.features(login, one, 0);
        loaded.features(login, other, 0);
        assertArrayEquals(one, other);
        for (int cut : new int[] {1, 9, 200, 2000}) {
            byte[] part = Arrays.copyOf(saved.toByteArray(), saved.size() - cut);
            assertThrows(InputException.class, () -> LoginHistory.load(new ByteArrayInputStream(part)));
        }
    }
}
