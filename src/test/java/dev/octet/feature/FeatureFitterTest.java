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

    /** Three names are kept: the most frequent one, and of three that came equally often the first two by alphabet. */
    @Test
    void ofNamesThatCameEquallyOftenTheFirstByAlphabetAreKept() {
        FeatureExtractor extractor = extractor();
        FeatureFitter fitter = new FeatureFitter(extractor, Scaling.STANDARD);
        float[] raw = new float[extractor.width()];
        for (String country : List.of("US", "NO", "US", "IT", "US", "FR", "NO", "DE", "IT", "FR", "", "XX")) {
            extractor.extract(
                    LoginEvent.at(1, "u", true)
                            .with(LoginField.COUNTRY, country)
                            .ip(IpAddress.parse("10.0.0.1"))
                            .build(),
                    raw);
            fitter.add(raw);
        }
        FittedFeature.Code country =
                (FittedFeature.Code) fitter.fit().features().get(0);
        assertEquals(List.of("FR", "IT", "US"), country.vocabulary());
        // the missing one at -1, FR, IT and US at 0, 1 and 2, the four others at 3
        assertEquals(
                (-1 + 2 * 0 + 2 * 1 + 3 * 2 + 4 * 3) / 12.0, country.scale().center(), 1e-12);
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
