package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureRequestTest {
    private static final View ATTEMPT = new View.Attempt();
    private static final View WINDOW = new View.Window(Duration.ofMinutes(1));
    private static final View ENTITY = new View.Entity(View.Entity.By.USER);

    private static List<FeatureRequest> resolve(View view, String... names) {
        return FeatureRequest.resolve(
                view, Stream.of(names).map(FeatureRequest::of).toList(), List.of("asn-rarity"));
    }

    private static String refusal(View view, FeatureRequest... asked) {
        return assertThrows(
                        InputException.class, () -> FeatureRequest.resolve(view, List.of(asked), List.of("asn-rarity")))
                .getMessage();
    }

    @Test
    void fillsInDefaults() {
        assertEquals(
                List.of(
                        new FeatureRequest("country", Encoding.ONE_HOT, 256),
                        new FeatureRequest("hour", Encoding.NUMBER, 0),
                        new FeatureRequest("asn-rarity", Encoding.NUMBER, 0)),
                resolve(ATTEMPT, "country", "hour", "asn-rarity"));
        assertEquals(
                List.of(new FeatureRequest("asn", Encoding.CODE, 1 << 20)),
                FeatureRequest.resolve(ATTEMPT, List.of(new FeatureRequest("asn", Encoding.CODE, 0)), List.of()));
    }

    @Test
    void resolvingTwiceChangesNothing() {
        for (Feature feature : Feature.values()) {
            if (feature.key().isEmpty()) {
                continue; // of an extra field, named by it
            }
            View view = Stream.of(ATTEMPT, WINDOW, ENTITY)
                    .filter(feature::isOf)
                    .findFirst()
                    .orElseThrow();
            for (Encoding encoding : feature.encodings()) {
                List<FeatureRequest> once = FeatureRequest.resolve(
                        view, List.of(new FeatureRequest(feature.key(), encoding, 0)), List.of());
                assertEquals(once, FeatureRequest.resolve(view, once, List.of()));
            }
        }
    }

    @Test
    void expandsPresets() {
        assertEquals(
                List.of(
                        new FeatureRequest("users-with-failures", Encoding.NUMBER, 0),
                        new FeatureRequest("weekday", Encoding.ONE_HOT, 0),
                        new FeatureRequest("hour", Encoding.ONE_HOT, 0)),
                resolve(WINDOW, "book"));
        assertEquals(
                List.of(
                        "hour",
                        "attempts",
                        "failures",
                        "users-with-failures",
                        "distinct-users",
                        "distinct-ips",
                        "wrong-username-failures",
                        "wrong-password-failures"),
                resolve(WINDOW, "hour", "counts").stream()
                        .map(FeatureRequest::name)
                        .toList());
        assertEquals(
                List.of("country", "device", "success", "hour", "weekday", "browser-family", "os-family", "ip-octets"),
                resolve(ATTEMPT, "ml-siem").stream().map(FeatureRequest::name).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "index,                takeovers stop 69.5 %",
        "Login Timestamp,      takeovers stop 69.5 %",
        "Is Attack IP,         blocklist",
        "is_attack_ip,         blocklist",
        "User ID,              memorise who is attacked",
        "user,                 memorise who is attacked",
        "sub-second,           it is the label",
        "microseconds,         it is the label",
        "Is Account Takeover,  it is the label",
        "label,                it is the label"
    })
    void refusesWithTheReason(String name, String reason) {
        String refusal = refusal(ATTEMPT, FeatureRequest.of(name));
        assertTrue(refusal.startsWith("features: \"" + name + "\" is refused: "), refusal);
        assertTrue(refusal.contains(reason), refusal);
        assertTrue(refusal.contains("; allowed for the attempt view: ip-octets, ip-version, hour, "), refusal);
    }

    @ParameterizedTest
    @CsvSource({
        "contry,     country",
        "Country,    country",
        "ip_octets,  ip-octets",
        "ip-octet,   ip-octets",
        "asn-rarety, asn-rarity",
        "mlsiem,     ml-siem"
    })
    void suggestsTheNearestName(String name, String nearest) {
        String refusal = refusal(ATTEMPT, FeatureRequest.of(name));
        assertTrue(
                refusal.startsWith(
                        "features: there is no \"" + name + "\"; did you mean \"" + nearest + "\"?; allowed"),
                refusal);
    }

    @Test
    void listsTheNamesWhereNoneIsNear() {
        assertEquals(
                "features: there is no \"temperature-outside\"; allowed for the window view: hour, minute-of-day,"
                        + " weekday, attempts, failures, users-with-failures, distinct-users, distinct-ips,"
                        + " wrong-username-failures, wrong-password-failures, asn-rarity, book, counts",
                refusal(WINDOW, FeatureRequest.of("temperature-outside")));
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        assertTrue(refusal(WINDOW, FeatureRequest.of("country"))
                .startsWith("features: \"country\" is not a feature of the window view; allowed"));
        assertEquals(
                "features: \"hour\" is asked for twice; list it once",
                refusal(WINDOW, FeatureRequest.of("book"), FeatureRequest.of("hour")));
        assertTrue(refusal(WINDOW, new FeatureRequest("book", Encoding.ONE_HOT, 0))
                .startsWith("features: the preset \"book\" takes no encoding and no max; list"));
        assertEquals(
                "features: \"success\" cannot be encoded as one-hot; allowed: number",
                refusal(ATTEMPT, new FeatureRequest("success", Encoding.ONE_HOT, 0)));
        assertEquals(
                "features: \"country\" cannot be encoded as number; allowed: one-hot, code",
                refusal(ATTEMPT, new FeatureRequest("country", Encoding.NUMBER, 0)));
        assertEquals(
                "features: \"hour\" is a number and takes no max; leave it out",
                refusal(ATTEMPT, new FeatureRequest("hour", Encoding.ONE_HOT, 5)));
        assertEquals(
                "features: \"country\" cannot keep -1 categories; allowed as one-hot: 1 to 65536",
                refusal(ATTEMPT, new FeatureRequest("country", Encoding.ONE_HOT, -1)));
        assertEquals(
                "features: \"asn\" cannot keep 1048577 categories; allowed as code: 1 to 1048576",
                refusal(ATTEMPT, new FeatureRequest("asn", Encoding.CODE, (1 << 20) + 1)));
        assertTrue(refusal(ATTEMPT).startsWith("features: none is listed; allowed"));
    }

    @Test
    void noFeatureIsNamedLikeARefusedOne() {
        for (Feature feature : Feature.values()) {
            if (feature.key().isEmpty()) {
                continue; // of an extra field, named by it
            }
            View view = Stream.of(ATTEMPT, WINDOW, ENTITY)
                    .filter(feature::isOf)
                    .findFirst()
                    .orElseThrow();
            assertEquals(1, resolve(view, feature.key()).size());
            assertFalse(feature.description().isBlank());
        }
    }
}
