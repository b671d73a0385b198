package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.octet.event.LoginEvent;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import dev.octet.feature.history.AttemptHistory;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MemorySnapshotTest {
    @TempDir
    private Path folder;

    /** One that was read ahead, and one that was not. */
    @Test
    void eachMemoryIsThatOfTheMomentAndGoesOnByItself() throws IOException {
        AttemptHistory history = new AttemptHistory(new LoginHistory(HistoryOptions.defaults()));
        FeatureExtractor extractor = new FeatureExtractor(
                new View.Attempt(), List.of(FeatureRequest.of(HistoryFeature.NO_HISTORY.key())), List.of(history));
        learn(extractor.memories().get(0), 1);
        byte[] before = saved(history);
        MemorySnapshot snapshot = MemorySnapshot.of(extractor, folder);
        learn(history, 2);
        snapshot.begin();
        for (int time = 3; time < 5; time++) {
            RowFeatures own = snapshot.memories().get(0);
            assertArrayEquals(before, saved(own));
            learn(own, time);
            assertEquals(2, ((AttemptHistory) own).history().successes());
        }
    }

    private static void learn(RowFeatures memory, long micros) {
        LoginEvent login = LoginEvent.at(micros, "ann", true).build();
        memory.observe(login);
        memory.learn(login, true);
    }

    private static byte[] saved(RowFeatures memory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        memory.save(out);
        return out.toByteArray();
    }
}
