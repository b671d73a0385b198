package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.ViewRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** DataVec's own execution of the process against the fast path. */
class DataVecFeaturesTest {
    private static final int ROWS = 2000;
    private static final float TOLERANCE = 1e-6f;
    private static final View ATTEMPT = new View.Attempt();
    private static final View WINDOW = new View.Window(Duration.ofMinutes(1));
    private static final View ENTITY = new View.Entity(View.Entity.By.IP);

    /** Every feature of the view in every encoding, in as few sets as that takes. */
    static Stream<Arguments> everything() {
        List<Arguments> sets = new ArrayList<>();
        for (View view : List.of(ATTEMPT, WINDOW, ENTITY)) {
            for (int choice = 0; choice < 2; choice++) {
                List<FeatureRequest> requests = new ArrayList<>();
                for (Feature feature : Feature.values()) {
                    if (feature.key().isEmpty()) {
                        continue; // of an extra field, named by it
                    }
                    if (feature.isOf(view)) {
                        List<Encoding> encodings = feature.encodings();
                        Encoding encoding = encodings.get(Math.min(choice, encodings.size() - 1));
                        int max = encodings.contains(Encoding.CODE) ? 40 : 0;
                        requests.add(new FeatureRequest(feature.key(), encoding, max));
                    }
                }
                for (Scaling scaling : Scaling.values()) {
                    sets.add(Arguments.of(view, requests, scaling));
                }
            }
        }
        return sets.stream();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void agreesWithTheFastPath(View view, List<FeatureRequest> requests, Scaling scaling) {
        List<ViewRow> train = rows(view, 500, 1);
        List<ViewRow> rows = rows(view, ROWS, 2);
        FeatureExtractor extractor = new FeatureExtractor(view, requests);
        FittedFeatures fitted = FittedFeaturesTest.fit(extractor, scaling, train);
        agree(fitted, extractor, fitted.transformProcess(), rows);
    }

    @ParameterizedTest
    @EnumSource(Scaling.class)
    void agreesOnFieldsBeyondTheTable(Scaling scaling) {
        LoginField tenant = LoginField.extra("tenant", LoginField.Extra.CATEGORY);
        LoginField risk = LoginField.extra("risk", LoginField.Extra.NUMBER);
        Random random = new Random(8);
        List<ViewRow> rows = Logs.attempts(ROWS, 3).stream()
                .<ViewRow>map(row -> ((LoginEvent) row)
                        .toBuilder()
                                .with(tenant, random.nextInt(5) == 0 ? "" : "t" + random.nextInt(9))
                                .with(risk, random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian())
                                .build())
                .toList();
        List<FeatureRequest> requests = List.of(
                new FeatureRequest("tenant", Encoding.ONE_HOT, 5, Optional.of(tenant)),
                new FeatureRequest("risk", Encoding.NUMBER, 0, Optional.of(risk)));
        FeatureExtractor extractor = new FeatureExtractor(ATTEMPT, requests);
        FittedFeatures fitted = FittedFeaturesTest.fit(extractor, scaling, rows.subList(0, ROWS / 2));
        agree(fitted, extractor, fitted.transformProcess(), rows);
        assertEquals(fitted, FittedFeatures.fromJson(fitted.toJson()));
    }

    private static List<ViewRow> rows(View view, int rows, long seed) {
        if (view == ATTEMPT) {
            return Logs.attempts(rows, seed);
        }
        return view == WINDOW ? Logs.windows(rows, seed) : Logs.entities(rows, seed);
    }

    private static void agree(
            FittedFeatures fitted, FeatureExtractor extractor, TransformProcess process, List<ViewRow> rows) {
        List<float[]> expected = FittedFeaturesTest.encode(fitted, extractor, rows);
        List<List<Writable>> records =
                rows.stream().map(row -> DataVecFeatures.record(row, extractor)).toList();
        for (int i = 0; i < rows.size(); i++) {
            List<Writable> found = process.execute(records.get(i));
            assertEquals(fitted.columns(), found.size());
            for (int j = 0; j < fitted.columns(); j++) {
                float value = expected.get(i)[j];
                float other = found.get(j).toFloat();
                // the message is made only where it is needed: this runs millions of times
                if (!(Math.abs(value - other) <= TOLERANCE * Math.max(1, Math.abs(value)))) {
                    fail(fitted.columnNames().get(j) + " is " + value + ", DataVec says " + other + ": " + rows.get(i));
                }
            }
        }
    }

    /** As Spark sends it to its workers: with the names that its JSON leaves out. */
    @Test
    void theProcessSurvivesJavasSerializer() throws IOException, ClassNotFoundException {
        List<FeatureRequest> requests = List.of(
                FeatureRequest.of("country"),
                FeatureRequest.of("browser-family"),
                FeatureRequest.of("round-trip-time"));
        List<ViewRow> rows = Logs.attempts(300, 7);
        FeatureExtractor extractor = new FeatureExtractor(ATTEMPT, requests);
        FittedFeatures fitted = FittedFeaturesTest.fit(extractor, Scaling.STANDARD, rows.subList(0, 200));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(fitted.transformProcess());
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            agree(fitted, extractor, (TransformProcess) in.readObject(), rows);
        }
    }

    @Test
    void theProcessSurvivesItsJson() {
        for (View view : List.of(ATTEMPT, WINDOW, ENTITY)) {
            List<FeatureRequest> requests = everything()
                    .filter(set -> set.get()[0] == view)
                    .map(DataVecFeaturesTest::requests)
                    .findFirst()
                    .orElseThrow();
            List<ViewRow> rows = rows(view, 300, 4);
            FeatureExtractor extractor = new FeatureExtractor(view, requests);
            FittedFeatures fitted = FittedFeaturesTest.fit(extractor, Scaling.STANDARD, rows.subList(0, 200));
            String json = fitted.transformProcessJson(true);
            TransformProcess read = TransformProcess.fromJson(json);
            assertEquals(json, read.toJson());
            agree(fitted, extractor, read, rows);
            String withoutNames = fitted.transformProcessJson(false);
            assertEquals(withoutNames, TransformProcess.fromJson(withoutNames).toJson());
        }
    }

    @SuppressWarnings("unchecked")
    private static List<FeatureRequest> requests(Arguments set) {
        return (List<FeatureRequest>) set.get()[1];
    }

    /** A bundle's loader makes the text again and compares. */
    @Test
    void equalSetsGiveEqualText() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<FeatureRequest> requests = List.of(FeatureRequest.of("ml-siem"), FeatureRequest.of("round-trip-time"));
        FittedFeatures fitted = FittedFeaturesTest.fit(
                new FeatureExtractor(ATTEMPT, requests), Scaling.STANDARD, Logs.attempts(300, 4));
        FittedFeatures read = FittedFeatures.fromJson(mapper.readTree(mapper.writeValueAsString(fitted.toJson())));
        assertEquals(fitted.transformProcess().toJson(), read.transformProcess().toJson());
    }

    @Test
    void featuresFromElsewhereAreColumnsOfTheRecord() {
        RowFeatures rarity = new Remembering() {
            @Override
            public List<String> names() {
                return List.of("unused", "rarity");
            }

            @Override
            public void extract(ViewRow row, float[] raw, int offset) {
                raw[offset] = 1;
                raw[offset + 1] = row.row() % 7;
            }
        };
        FeatureExtractor extractor = new FeatureExtractor(
                ATTEMPT,
                List.of(FeatureRequest.of("rarity"), FeatureRequest.of("country"), FeatureRequest.of("hour")),
                List.of(rarity));
        List<ViewRow> rows = Logs.attempts(200, 6);
        FittedFeatures fitted = FittedFeaturesTest.fit(extractor, Scaling.MIN_MAX, rows.subList(0, 100));
        TransformProcess process = fitted.transformProcess();
        assertTrue(process.getInitialSchema().hasColumn("other.rarity"));
        agree(fitted, extractor, process, rows);
        agree(fitted, fitted.extractor(List.of(rarity)), process, rows);
    }
}
