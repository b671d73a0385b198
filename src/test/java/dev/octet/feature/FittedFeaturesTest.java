package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FittedFeaturesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final View ATTEMPT = new View.Attempt();

    /** The features of reference.py. */
    private static final List<FeatureRequest> REFERENCE = List.of(
            FeatureRequest.of("ip-octets"),
            FeatureRequest.of("hour"),
            new FeatureRequest("weekday", Encoding.ONE_HOT, 0),
            new FeatureRequest("country", Encoding.CODE, 0),
            new FeatureRequest("browser-family", Encoding.CODE, 0),
            FeatureRequest.of("os-family"),
            FeatureRequest.of("success"),
            FeatureRequest.of("round-trip-time"));

    static FittedFeatures fit(FeatureExtractor extractor, Scaling scaling, List<? extends ViewRow> rows) {
        FeatureFitter fitter = new FeatureFitter(extractor, scaling);
        float[] raw = new float[extractor.width()];
        for (ViewRow row : rows) {
            extractor.extract(row, raw);
            fitter.add(raw);
        }
        assertEquals(rows.size(), fitter.rows());
        return fitter.fit();
    }

    static List<float[]> encode(FittedFeatures fitted, FeatureExtractor extractor, List<? extends ViewRow> rows) {
        Encoder encoder = fitted.bind(extractor);
        assertEquals(fitted.columns(), encoder.columns());
        float[] raw = new float[extractor.width()];
        List<float[]> encoded = new ArrayList<>();
        for (ViewRow row : rows) {
            float[] columns = new float[encoder.columns()];
            extractor.extract(row, raw);
            encoder.encode(raw, columns);
            encoded.add(columns);
        }
        return encoded;
    }

    private static List<String[]> read(String resource) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                FittedFeaturesTest.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> line.split(",", -1)).toList();
        }
    }

    private static List<ViewRow> referenceLogins() throws IOException {
        List<String[]> lines = read("logins.csv");
        List<ViewRow> rows = new ArrayList<>();
        for (String[] cells : lines.subList(1, lines.size())) {
            rows.add(LoginEvent.at(Long.parseLong(cells[0]), "u", cells[2].equals("True"))
                    .ip(IpAddress.parse(cells[1]))
                    .country(cells[3])
                    .browser(cells[4])
                    .os(cells[5])
                    .roundTripMillis(cells[6].isEmpty() ? Float.NaN : Float.parseFloat(cells[6]))
                    .build());
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource
    void isWhatScikitLearnMakes(Scaling scaling) throws IOException {
        List<ViewRow> rows = referenceLogins();
        FeatureExtractor extractor = new FeatureExtractor(ATTEMPT, REFERENCE);
        FittedFeatures fitted = fit(extractor, scaling, rows.subList(0, 240));
        List<float[]> encoded = encode(fitted, extractor, rows);
        List<String[]> expected = read("columns-" + scaling + ".csv");
        assertEquals(300, expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).length, fitted.columns());
            for (int j = 0; j < fitted.columns(); j++) {
                float value = Float.parseFloat(expected.get(i)[j]);
                assertEquals(
                        value,
                        encoded.get(i)[j],
                        4e-6f * Math.max(1, Math.abs(value)),
                        "row " + i + ", " + fitted.columnNames().get(j));
            }
        }
        assertEquals(List.of(), fitted.constantFeatures());
    }

    /** Rows with something between them, and missing values among them. */
    @ParameterizedTest
    @EnumSource
    void manyRowsAtOnceAreAsOneByOne(Scaling scaling) throws IOException {
        List<ViewRow> rows = referenceLogins();
        FeatureExtractor extractor = new FeatureExtractor(ATTEMPT, REFERENCE);
        FittedFeatures expected = fit(extractor, scaling, rows);
        int width = extractor.width() + 3;
        float[] all = new float[rows.size() * width];
        float[] raw = new float[extractor.width()];
        for (int i = 0; i < rows.size(); i++) {
            extractor.extract(rows.get(i), raw);
            System.arraycopy(raw, 0, all, i * width, raw.length);
        }
        FeatureFitter fitter = new FeatureFitter(extractor, scaling);
        int first = 0;
        for (int count : new int[] {1, 0, 7, 200, rows.size() - 208}) {
            fitter.add(Arrays.copyOfRange(all, first * width, (first + count) * width), width, count);
            first += count;
        }
        assertEquals(rows.size(), fitter.rows());
        FittedFeatures fitted = fitter.fit();
        float[] columns = new float[rows.size() * fitted.columns()];
        fitted.bind(extractor).encode(all, width, columns, rows.size());
        List<float[]> oneByOne = encode(fitted, extractor, rows);
        List<float[]> ofTheOther = encode(expected, extractor, rows);
        for (int i = 0; i < rows.size(); i++) {
            float[] row = Arrays.copyOfRange(columns, i * fitted.columns(), (i + 1) * fitted.columns());
            assertArrayEquals(oneByOne.get(i), row);
            assertArrayEquals(ofTheOther.get(i), row, 1e-6f);
        }
    }

    @Test
    void layoutFollowsTheRequests() throws IOException {
        FittedFeatures fitted = fit(
                new FeatureExtractor(ATTEMPT, REFERENCE),
                Scaling.MIN_MAX,
                referenceLogins().subList(0, 240));
        assertEquals(
                List.of(
                        new FeatureColumns("ip-octets", FeatureColumns.Kind.NUMERIC, 0, 4),
                        new FeatureColumns("hour", FeatureColumns.Kind.NUMERIC, 4, 1),
                        new FeatureColumns("weekday", FeatureColumns.Kind.ONE_HOT, 5, 7),
                        new FeatureColumns("country", FeatureColumns.Kind.CODE, 12, 1),
                        new FeatureColumns("browser-family", FeatureColumns.Kind.CODE, 13, 1),
                        new FeatureColumns("os-family", FeatureColumns.Kind.ONE_HOT, 14, 5),
                        new FeatureColumns("success", FeatureColumns.Kind.NUMERIC, 19, 1),
                        new FeatureColumns("round-trip-time", FeatureColumns.Kind.NUMERIC, 20, 2)),
                fitted.layout());
        assertEquals(
                List.of("os-family=Mac OS X", "os-family=Other", "os-family=iOS", "os-family=(unseen)"),
                fitted.columnNames().subList(14, 18));
        assertEquals("round-trip-time=(missing)", fitted.columnNames().get(21));
        assertEquals(22, fitted.columns());
    }

    /** Means and deviations are summed in the order of the rows; everything else is the same to the bit. */
    @ParameterizedTest
    @EnumSource
    void theOrderOfTheRowsDoesNotMatter(Scaling scaling) {
        List<ViewRow> rows = Logs.attempts(2000, 3);
        List<ViewRow> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(1));
        FittedFeatures one = fit(new FeatureExtractor(ATTEMPT, REFERENCE), scaling, rows);
        FittedFeatures other = fit(new FeatureExtractor(ATTEMPT, REFERENCE), scaling, shuffled);
        List<float[]> expected = encode(one, one.extractor(), rows);
        List<float[]> found = encode(other, other.extractor(), rows);
        for (int i = 0; i < rows.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), 1e-6f);
        }
        assertEquals(one.columnNames(), other.columnNames());
    }

    /** The extractor that a saved set makes knows other numbers for names, and gives the same columns. */
    @ParameterizedTest
    @EnumSource
    void aFreshExtractorGivesTheSameColumns(Scaling scaling) throws IOException {
        List<ViewRow> rows = Logs.attempts(3000, 5);
        List<FeatureRequest> everything = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            if (feature.key().isEmpty()) {
                continue; // of an extra field, named by it
            }
            if (feature.isOf(ATTEMPT)) {
                everything.add(
                        new FeatureRequest(feature.key(), feature.encodings().get(0), 0));
            }
        }
        FeatureExtractor extractor = new FeatureExtractor(ATTEMPT, everything);
        FittedFeatures fitted = fit(extractor, scaling, rows.subList(0, 1500));
        FittedFeatures read = FittedFeatures.fromJson(JSON.readTree(JSON.writeValueAsString(fitted.toJson())));
        List<float[]> expected = encode(fitted, extractor, rows);
        List<float[]> found = encode(read, read.extractor(), rows);
        List<float[]> open = encode(read, new FeatureExtractor(ATTEMPT, everything), rows);
        for (int i = 0; i < rows.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i));
            assertArrayEquals(expected.get(i), open.get(i));
        }
    }

    @Test
    void aConstantColumnIsNotDividedByZero() {
        List<ViewRow> constant = List.of(
                new WindowRow(0, 0, 60_000_000, 5, 3, 0, 0, 0, 0, 0),
                new WindowRow(1, 60_000_000, 120_000_000, 5, 1, 0, 0, 0, 0, 0));
        List<ViewRow> other = List.of(new WindowRow(2, 120_000_000, 180_000_000, 7, -1, 0, 0, 0, 0, 0));
        for (Scaling scaling : Scaling.values()) {
            FeatureExtractor extractor = new FeatureExtractor(
                    new View.Window(Duration.ofMinutes(1)),
                    List.of(
                            FeatureRequest.of("attempts"),
                            FeatureRequest.of("failures"),
                            new FeatureRequest("hour", Encoding.ONE_HOT, 0)));
            FittedFeatures fitted = fit(extractor, scaling, constant);
            assertEquals(List.of("attempts", "hour"), fitted.constantFeatures());
            float first = encode(fitted, extractor, constant).get(0)[0];
            float outside = encode(fitted, extractor, other).get(0)[0];
            assertEquals(scaling == Scaling.NONE ? 5 : 0, first);
            assertEquals(scaling == Scaling.NONE ? 7 : 2, outside);
            assertEquals(
                    switch (scaling) {
                        case MIN_MAX -> -1;
                        case STANDARD -> -3;
                        case NONE -> -1;
                    },
                    encode(fitted, extractor, other).get(0)[1],
                    "outside the training range stays outside");
            assertEquals(
                    scaling == Scaling.STANDARD ? 0 : 1,
                    encode(fitted, extractor, other).get(0)[2]);
        }
    }

    @Test
    void maxKeepsTheMostFrequentNames() {
        List<ViewRow> rows = new ArrayList<>();
        for (String country : "D A A A B B C C C C E".split(" ")) {
            rows.add(country(country));
        }
        FeatureExtractor extractor =
                new FeatureExtractor(ATTEMPT, List.of(new FeatureRequest("country", Encoding.ONE_HOT, 3)));
        FittedFeatures fitted = fit(extractor, Scaling.NONE, rows);
        assertEquals(
                List.of("country=A", "country=B", "country=C", "country=(unseen)", "country=(missing)"),
                fitted.columnNames());
        List<float[]> encoded =
                encode(fitted, extractor, List.of(country("C"), country("D"), country("Z"), country("")));
        assertArrayEquals(new float[] {0, 0, 1, 0, 0}, encoded.get(0));
        assertArrayEquals(new float[] {0, 0, 0, 1, 0}, encoded.get(1));
        assertArrayEquals(new float[] {0, 0, 0, 1, 0}, encoded.get(2));
        assertArrayEquals(new float[] {0, 0, 0, 0, 1}, encoded.get(3));

        FeatureExtractor coded =
                new FeatureExtractor(ATTEMPT, List.of(new FeatureRequest("country", Encoding.CODE, 2)));
        FittedFeatures codes = fit(coded, Scaling.MIN_MAX, rows);
        List<float[]> places = encode(codes, coded, List.of(country("A"), country("C"), country("Q"), country("")));
        assertEquals(0, places.get(0)[0]);
        assertEquals(0.5f, places.get(1)[0]);
        assertEquals(1, places.get(2)[0], "the names that were dropped are unseen ones in training");
        assertEquals(-0.5f, places.get(3)[0]);
    }

    @Test
    void namesThatOnlyLookLikeBucketsAreNames() {
        List<ViewRow> rows = List.of(country("(unseen)"), country("(missing)"), country(" "));
        FeatureExtractor extractor = new FeatureExtractor(ATTEMPT, List.of(FeatureRequest.of("country")));
        FittedFeatures fitted = fit(extractor, Scaling.NONE, rows);
        assertEquals(5, fitted.columns());
        assertArrayEquals(
                new float[] {0, 0, 1, 0, 0}, encode(fitted, extractor, rows).get(0));
        assertArrayEquals(
                new float[] {0, 1, 0, 0, 0}, encode(fitted, extractor, rows).get(1));
    }

    @Test
    void aFeatureThatIsAlwaysMissingIsConstant() {
        List<ViewRow> rows = List.of(country(""), country(""));
        FeatureExtractor extractor = new FeatureExtractor(
                ATTEMPT, List.of(FeatureRequest.of("country"), FeatureRequest.of("round-trip-time")));
        for (Scaling scaling : Scaling.values()) {
            FittedFeatures fitted = fit(extractor, scaling, rows);
            assertEquals(List.of("country", "round-trip-time"), fitted.constantFeatures());
            for (float value : encode(fitted, extractor, List.of(country("NO"))).get(0)) {
                assertTrue(Math.abs(value) <= 1);
            }
        }
    }

    private static LoginEvent country(String country) {
        return LoginEvent.at(0, "u", true).country(country).build();
    }

    @Test
    void needsARow() {
        FeatureFitter fitter = new FeatureFitter(new FeatureExtractor(ATTEMPT, REFERENCE), Scaling.MIN_MAX);
        InputException refused = assertThrows(InputException.class, fitter::fit);
        assertTrue(refused.getMessage().startsWith("features cannot be fitted: the training span holds no normal row"));
    }

    @Test
    void bindsToItsOwnFeaturesOnly() {
        FittedFeatures fitted = fit(new FeatureExtractor(ATTEMPT, REFERENCE), Scaling.MIN_MAX, Logs.attempts(10, 1));
        FeatureExtractor other = new FeatureExtractor(ATTEMPT, List.of(FeatureRequest.of("hour")));
        assertThrows(IllegalArgumentException.class, () -> fitted.bind(other));
    }

    @Test
    void jsonIsDeterministicAndExact() throws IOException {
        View.Window window = new View.Window(
                Duration.ofSeconds(90),
                true,
                new FailureReasons(java.util.Set.of("b", "a", "c"), java.util.Set.of("z", "y")));
        FittedFeatures windows = fit(
                new FeatureExtractor(
                        window, List.of(FeatureRequest.of("counts"), new FeatureRequest("hour", Encoding.ONE_HOT, 0))),
                Scaling.STANDARD,
                Logs.windows(500, 2));
        FittedFeatures attempts =
                fit(new FeatureExtractor(ATTEMPT, REFERENCE), Scaling.STANDARD, Logs.attempts(500, 2));
        assertNotEquals(windows, attempts);
        for (FittedFeatures fitted : List.of(windows, attempts)) {
            String text = JSON.writeValueAsString(fitted.toJson());
            FittedFeatures read = FittedFeatures.fromJson(JSON.readTree(text));
            assertEquals(fitted, read);
            assertEquals(fitted.hashCode(), read.hashCode());
            assertEquals(text, JSON.writeValueAsString(read.toJson()));
            assertEquals(fitted.layout(), read.layout());
        }
    }

    @Test
    void readingTrustsNothing() {
        FittedFeatures fitted = fit(
                new FeatureExtractor(ATTEMPT, List.of(FeatureRequest.of("country"), FeatureRequest.of("hour"))),
                Scaling.MIN_MAX,
                Logs.attempts(50, 2));
        refuses(fitted, json -> json.put("version", 2), "features.version is not 1");
        refuses(fitted, json -> json.remove("scaling"), "features.scaling is missing");
        refuses(fitted, json -> json.put("scaling", "LOG"), "is \"LOG\"; allowed: MIN_MAX, STANDARD, NONE");
        refuses(fitted, json -> json.put("extra", 1), "features.extra is not known");
        refuses(fitted, json -> json.putObject("view").put("kind", "user"), "allowed: attempt, window, entity");
        refuses(fitted, json -> json.put("view", 3), "features.view is not a JSON object");
        refuses(fitted, json -> json.putArray("features"), "features.features is empty");
        refuses(
                fitted,
                json -> feature(json, 1).put("name", "country"),
                "features.features[1]: features: \"country\" cannot be encoded as number");
        refuses(fitted, json -> ((ArrayNode) json.get("features")).add(feature(json, 1)), "name comes twice");
        refuses(fitted, json -> feature(json, 1).put("constant", "no"), "not true or false");
        refuses(fitted, json -> feature(json, 1).put("max", 1.5), "not a whole number");
        refuses(fitted, json -> feature(json, 1).put("encoding", "default"), "encoding");
        refuses(fitted, json -> feature(json, 1).putArray("center").add(1).add(2), "hold 2 and 1 numbers, not 1");
        refuses(fitted, json -> feature(json, 1).putArray("width").add(0), "holds 0.0, not above 0");
        refuses(fitted, json -> feature(json, 1).putArray("width").add(Double.NaN), "not a finite number");
        refuses(fitted, json -> feature(json, 1).putArray("width").add("1"), "not a finite number");
        refuses(fitted, json -> feature(json, 0).put("max", 0), "encoding does not go with max 0");
        refuses(fitted, json -> feature(json, 0).put("max", 2), "more than max");
        refuses(fitted, json -> vocabulary(json).set(0, ""), "strict alphabetical order at entry 0");
        refuses(fitted, json -> vocabulary(json).set(1, vocabulary(json).get(0)), "alphabetical order at entry 1");
        refuses(fitted, json -> vocabulary(json).set(1, 5), "vocabulary holds 5, not a text");
        refuses(fitted, json -> feature(json, 0).put("vocabulary", "NO"), "vocabulary is not a list");
        refuses(fitted, json -> feature(json, 0).remove("vocabulary"), "vocabulary is missing");
        assertThrows(InputException.class, () -> FittedFeatures.fromJson(JSON.createArrayNode()));

        ObjectNode elsewhere = fitted.toJson();
        feature(elsewhere, 1).put("name", "user");
        FittedFeatures read = FittedFeatures.fromJson(elsewhere);
        InputException refused = assertThrows(InputException.class, read::extractor);
        assertTrue(refused.getMessage().startsWith("features: \"user\" is refused"), refused.getMessage());
    }

    private static ObjectNode feature(ObjectNode json, int index) {
        return (ObjectNode) json.get("features").get(index);
    }

    private static ArrayNode vocabulary(ObjectNode json) {
        return (ArrayNode) feature(json, 0).get("vocabulary");
    }

    private static void refuses(FittedFeatures fitted, Consumer<ObjectNode> damage, String message) {
        ObjectNode json = fitted.toJson();
        damage.accept(json);
        JsonNode read = json;
        InputException refused = assertThrows(InputException.class, () -> FittedFeatures.fromJson(read));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }
}
