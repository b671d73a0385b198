package dev.octet.serve.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.feature.history.HistoryFeature;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TechniquesTest {
    /** Sums of other features, and what says that little is known. */
    private static final Set<HistoryFeature> OF_NO_TECHNIQUE = EnumSet.of(
            HistoryFeature.USER_SURPRISE,
            HistoryFeature.FREEMAN,
            HistoryFeature.NO_HISTORY,
            HistoryFeature.EARLIER_SUCCESSES);

    private static String of(String reasons) throws Exception {
        return Techniques.of(new ObjectMapper().readTree(reasons)).key();
    }

    @Test
    void everyKindOfEvidenceHasATechnique() throws Exception {
        for (HistoryFeature feature : HistoryFeature.values()) {
            String key = of("[{\"feature\":\"" + feature.key() + "\",\"share\":0.5}]");
            assertEquals(OF_NO_TECHNIQUE.contains(feature), key.equals("other"), feature + " is " + key);
        }
        for (Techniques.Technique each : Techniques.all()) {
            assertTrue(each.mitre().matches("T\\d{4}(\\.\\d{3})?"), each.mitre());
            assertTrue(each.about().endsWith("."), each.about());
            assertFalse(each.label().isBlank());
            assertEquals(each, Techniques.of(each.key()));
        }
    }

    @Test
    void sharesOfOneTechniqueAreAdded() throws Exception {
        assertEquals(
                "new-device",
                of("[{\"feature\":\"surprise-asn\",\"share\":0.4},{\"feature\":\"ratio-device\",\"share\":0.25},"
                        + "{\"feature\":\"ratio-user-agent\",\"share\":0.25}]"));
        assertEquals("spraying", of("[{\"feature\":\"pressure-users\",\"share\":0.9}]"));
        assertEquals("other", of("[{\"feature\":\"mfa\",\"share\":1}]"));
        assertEquals("other", of("[]"));
        assertEquals("other", Techniques.of("no such key").key());
    }
}
