package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.feature.history.AttemptHistory;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.PairHistory;
import dev.octet.feature.history.WindowHistory;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureWordsTest {
    private static final long HOUR = 3_600_000_000L;
    private static final IpAddress HOME = new IpAddress(4, 0, 0xc0000201L);
    private static final IpAddress AWAY = new IpAddress(4, 0, 0xc6336407L);

    private static LoginEvent login(long time, String user, IpAddress ip) {
        return LoginEvent.at(time, user, true).ip(ip).country("NO").build();
    }

    @Test
    void wordsStayWhatTheyWereWhenTheRowIsLearnt() {
        AttemptHistory history = new AttemptHistory(new LoginHistory(HistoryOptions.defaults()));
        FeatureExtractor extractor = new FeatureExtractor(
                new View.Attempt(),
                List.of(FeatureRequest.of("new-ip"), FeatureRequest.of("country"), FeatureRequest.of("hour")),
                List.of(history));
        float[] raw = new float[extractor.width()];
        for (int i = 0; i < 3; i++) {
            extractor.extract(login(i * HOUR, "ann", HOME), raw);
            extractor.observe(login(i * HOUR, "ann", HOME));
            extractor.learn(login(i * HOUR, "ann", HOME), true);
        }
        LoginEvent row = login(3 * HOUR + 12 * 60_000_000L, "ann", AWAY);
        extractor.extract(row, raw);
        RowWords words = extractor.words(row);
        String before = words.of("new-ip");
        assertEquals("address 198.51.100.7, never seen for this user in 3 logins (0 % of all)", before);
        assertEquals("country NO", words.of("country"));
        assertEquals("03:12", words.of("hour"));
        for (int i = 0; i < 5; i++) {
            extractor.observe(row);
            extractor.learn(row, true);
        }
        assertEquals(before, words.of("new-ip"));
        extractor.extract(row, raw);
        assertFalse(extractor.words(row).of("new-ip").contains("never seen"));
        assertThrows(IllegalArgumentException.class, () -> words.of("no-such-feature"));
    }

    @Test
    void windowsCountInWords() {
        WindowHistory history = new WindowHistory(new PairHistory(HistoryOptions.defaults()));
        View.Window view = new View.Window(java.time.Duration.ofMinutes(1));
        FeatureExtractor extractor = new FeatureExtractor(
                view,
                List.of(
                        FeatureRequest.of("attempts"),
                        FeatureRequest.of("distinct-ips"),
                        FeatureRequest.of("new-ip-attempts"),
                        FeatureRequest.of("first-seen-users"),
                        FeatureRequest.of("new-ip-surprise")),
                List.of(history));
        LoginEvent login = login(0, "ann", HOME);
        WindowRow row = new WindowRow(0, 0, 60_000_000L, 1, 0, 0, 1, 1, 0, 0, List.of(login));
        float[] raw = new float[extractor.width()];
        extractor.extract(row, raw);
        RowWords words = extractor.words(row);
        extractor.observe(row);
        extractor.learn(row, true);
        assertEquals("1 attempt", words.of("attempts"));
        assertEquals("1 source address", words.of("distinct-ips"));
        assertEquals("1 attempt from addresses that never logged in", words.of("new-ip-attempts"));
        assertEquals("1 username never seen before", words.of("first-seen-users"));
        assertEquals(
                "an address that never logged in, as in 50 % of the windows with attempts of late",
                words.of("new-ip-surprise"));
    }
}
