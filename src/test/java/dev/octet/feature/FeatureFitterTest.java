package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeatureFitterTest {
    private static final List<FeatureRequest> ASKED = List.of(
            new FeatureRequest("country", Encoding.CODE, 3),
            FeatureRequest.of("hour"),
            FeatureRequest.of("ip-octets"),
            FeatureRequest.of("success"));
    private static final Map<String, List<String>> NAMES = Map.of("country", List.of("NO", "DE", "US", "FR", "IT"));

    private static FeatureExtractor extractor() {
        return FeatureExtractor.withDictionaries(new View.Attempt(), ASKED, List.of(), NAMES);
    }

    private static LoginEvent login(SplittableRandom random) {
        List<String> countries = List.of("NO", "DE", "US", "FR", "IT", "XX", "");
        return LoginEvent.at(random.nextLong(1L << 50), "u", random.nextBoolean())
                .with(LoginField.COUNTRY, countries.get(random.nextInt(7)))
                .ip(IpAddress.parse("10." + random.nextInt(200) + ".3." + random.nextInt(9)))
                .build();
    }

    @Test
    void partsOfTheRowsAreFittedAsAllOfThem() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        FeatureExtractor extractor = extractor();
        FeatureFitter all = new FeatureFitter(extractor, Scaling.MIN_MAX);
        FeatureFitter joined = new FeatureFitter(extractor(), Scaling.MIN_MAX);
        float[] raw = new float[extractor.width()];
        for (int part = 0; part < 5; part++) {
            FeatureFitter ofPart = new FeatureFitter(extractor, Scaling.MIN_MAX);
            for (int row = 0; row < 50 * part; row++) {
                extractor.extract(login(random), raw);
                all.add(raw);
                ofPart.add(raw);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ofPart.write(new DataOutputStream(bytes));
            joined.add(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        }
        assertEquals(500, joined.rows());
        assertEquals(all.fit(), joined.fit());
        assertEquals(all.fit().toJson().toString(), joined.fit().toJson().toString());
    }

    @Test
    void meansOfPartsAreNotJoined() {
        assertFalse(new FeatureFitter(extractor(), Scaling.MIN_MAX).needsOrder());
        assertTrue(new FeatureFitter(extractor(), Scaling.STANDARD).needsOrder());
        FeatureFitter missing = new FeatureFitter(
                new FeatureExtractor(new View.Attempt(), List.of(FeatureRequest.of("round-trip-time"))),
                Scaling.MIN_MAX);
        assertTrue(missing.needsOrder(), "the mean stands for a missing value");
        assertThrows(
                IllegalStateException.class, () -> missing.write(new DataOutputStream(new ByteArrayOutputStream())));
    }
}
