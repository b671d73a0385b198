package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.feature.AbsentValue;
import dev.octet.feature.Encoding;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.GraphRows;
import dev.octet.feature.Scaling;
import dev.octet.feature.View;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The features in a graph, held against our own code to the bit. */
class OnnxModelsTest {
    private static final AbsentValue.Source NONE = feature -> {
        throw new AssertionError(feature);
    };
    private static final List<String> CLIENTS = List.of(
            "Chrome Mobile WebView 85.0.4183",
            "Chrome 85.0.4183",
            "Chrome Mobile 84",
            "Firefox 20.0.0.1618",
            "1Password 7",
            "Other",
            "Samsung Internet",
            "");

    /** Every feature of a login that its row alone gives. */
    private static List<FeatureRequest> requests() {
        List<FeatureRequest> requests = new ArrayList<>();
        for (String name : List.of("ip-octets", "hour", "minute-of-day", "weekday", "success", "round-trip-time")) {
            requests.add(FeatureRequest.of(name));
        }
        for (String name : List.of("ip-version", "region", "city", "browser-family", "browser", "failure-reason")) {
            requests.add(new FeatureRequest(name, Encoding.ONE_HOT, 0));
        }
        for (String name : List.of("country", "asn", "device", "os-family", "os", "user-agent")) {
            requests.add(new FeatureRequest(name, Encoding.CODE, 0));
        }
        return requests;
    }

    private static LoginEvent login(Random random) {
        return LoginEvent.at(random.nextInt(7 * 24 * 60) * 60_000_000L, "u", random.nextBoolean())
                .ip(new IpAddress(4, 0, random.nextInt() & 0x7fffffffL))
                .failureReason(random.nextBoolean() ? "" : "locked")
                .country(List.of("NO", "SE", "Ø", "").get(random.nextInt(4)))
                .region(List.of("Viken", "Oslo", "\"quoted\"").get(random.nextInt(3)))
                .city(List.of("Oslo", "Oslo ", "").get(random.nextInt(3)))
                .asn(List.of(-1L, 29695L, 41164L, 4_200_000_000L).get(random.nextInt(4)))
                .device(List.of("mobile", "desktop", "").get(random.nextInt(3)))
                .browser(CLIENTS.get(random.nextInt(CLIENTS.size())))
                .os(List.of("iOS 13.4", "Mac OS X 10.14", "Windows", "Windows Phone")
                        .get(random.nextInt(4)))
                .userAgent("agent " + random.nextInt(20))
                .roundTripMillis(random.nextInt(4) == 0 ? Float.NaN : random.nextInt(4000) / 8f)
                .build();
    }

    private static FittedFeatures fit(Scaling scaling) {
        Random random = new Random(1);
        FeatureExtractor extractor = new FeatureExtractor(new View.Attempt(), requests());
        FeatureFitter fitter = new FeatureFitter(extractor, scaling);
        float[] raw = new float[extractor.width()];
        for (int i = 0; i < 500; i++) {
            extractor.extract(login(random), raw);
            fitter.add(raw);
        }
        return fitter.fit();
    }

    /** A graph that gives the columns themselves. */
    private static byte[] columnsGraph(FittedFeatures features) {
        OnnxGraph graph = new OnnxGraph("features");
        String columns = features.addTo(graph, NONE).columns();
        graph.output(OnnxModels.FEATURE_ERROR, Type.FLOAT, features.columns(), columns);
        graph.output(OnnxModels.SCORE, Type.FLOAT, 0, graph.cast(graph.rowSums(columns), Type.FLOAT));
        graph.output(OnnxModels.FLAGGED, Type.BOOL, 0, graph.add("Greater", graph.rowSums(columns), graph.scalar(0f)));
        return graph.model(Map.of());
    }

    @ParameterizedTest
    @EnumSource(Scaling.class)
    void theGraphEncodesEveryFeatureAsWeDo(Scaling scaling) throws OrtException {
        FittedFeatures features = fit(scaling);
        FeatureExtractor extractor = features.extractor();
        GraphRows rows =
                new GraphRows(features.addTo(new OnnxGraph("inputs"), NONE).inputs(), features, extractor);
        Random random = new Random(2);
        rows.addRandom(1000, random);
        for (int i = 0; i < 1000; i++) {
            rows.add(login(random));
        }
        byte[] model = columnsGraph(features);
        try (OnnxSession session = new OnnxSession(model)) {
            float[] columns =
                    session.run(rows.size(), rows.tensors()).featureErrors().orElseThrow();
            float[] expected = rows.encoded();
            assertEquals(expected.length, columns.length);
            for (int i = 0; i < expected.length; i++) {
                int at = i;
                assertEquals(
                        expected[i],
                        columns[i],
                        () -> features.columnNames().get(at % features.columns()) + " of row "
                                + at / features.columns());
            }
        }
    }

    @Test
    void addressesAreReadAsOurReaderDoes() throws OrtException {
        FittedFeatures features = fit(Scaling.NONE);
        List<String> texts = new ArrayList<>(List.of(
                "",
                " ",
                ".",
                "....",
                "1.2.3",
                "1.2.3.",
                "1.2.3.4.",
                "1.2.3.4.5",
                "1..3.4",
                "256.1.1.1",
                "01.2.3.4",
                "1.2.3.4 ",
                "-1.2.3.4",
                "1.2.3.4....",
                "not an address",
                "1,2,3,4",
                "::",
                ":",
                ":::",
                "::1",
                "1::",
                "2001:db8::1",
                "2001:DB8:0:0:0:0:0:1",
                "2001:db8:::1",
                "2001:db8::1::2",
                "1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7::",
                "::2:3:4:5:6:7:8",
                "1::3:4:5:6:7:8",
                "::3:4:5:6:7:1.2.3.4",
                "::4:5:6:7:1.2.3.4",
                "1::4:5:6:7:1.2.3.4",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "::ffff:192.0.2.1",
                "::ffff:192.0.2.256",
                "64:ff9b::1.2.3.4",
                "1:2:3:4:5:6:1.2.3.4",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1::2:3:4:5:1.2.3.4",
                "1::2:3:4:5:6:1.2.3.4",
                "fe80::1%eth0",
                "fe80::12345",
                "g::1",
                "1:2",
                "abcd:ef01::"));
        Random random = new Random(3);
        String symbols = "0123456789abcdefF:::...";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(20);
            for (int j = 0; j < length; j++) {
                text.append(symbols.charAt(random.nextInt(symbols.length())));
            }
            texts.add(text.toString());
            texts.add(new IpAddress(6, random.nextLong() << random.nextInt(64), random.nextInt(3)).toString());
        }
        FeatureExtractor extractor = features.extractor();
        GraphRows rows =
                new GraphRows(features.addTo(new OnnxGraph("inputs"), NONE).inputs(), features, extractor);
        for (String text : texts) {
            rows.add(login(random));
        }
        Map<String, Object> tensors = rows.tensors();
        tensors.put("ip", texts.toArray(String[]::new));
        int width = features.columns();
        try (OnnxSession session = new OnnxSession(columnsGraph(features))) {
            float[] columns = session.run(rows.size(), tensors).featureErrors().orElseThrow();
            int valid = 0;
            for (int i = 0; i < texts.size(); i++) {
                float[] expected = {-1, -1, -1, -1};
                String text = texts.get(i);
                try {
                    IpAddress address = text.isEmpty() ? IpAddress.MISSING : IpAddress.parse(text);
                    for (int j = 0; j < 4; j++) {
                        expected[j] = address.isMissing() ? 0 : address.octet(j);
                    }
                    valid++;
                } catch (IllegalArgumentException e) {
                    assertEquals(-1, expected[0]);
                }
                assertEquals(
                        Arrays.toString(expected),
                        Arrays.toString(Arrays.copyOfRange(columns, i * width, i * width + 4)),
                        "\"" + text + "\"");
            }
            assertTrue(valid > 20_000, "only " + valid + " are addresses");
        }
    }

    @Test
    void oneRowIsABatch() throws OrtException {
        FittedFeatures features = fit(Scaling.MIN_MAX);
        GraphRows rows =
                new GraphRows(features.addTo(new OnnxGraph("inputs"), NONE).inputs(), features, features.extractor());
        rows.addRandom(1, new Random(4));
        try (OnnxSession session = new OnnxSession(columnsGraph(features))) {
            assertEquals(1, session.run(1, rows.tensors()).scores().length);
        }
    }

    @Test
    void equalFeaturesGiveEqualBytes() {
        assertEquals(
                java.util.HexFormat.of().formatHex(columnsGraph(fit(Scaling.MIN_MAX))),
                java.util.HexFormat.of().formatHex(columnsGraph(fit(Scaling.MIN_MAX))));
    }

    @Test
    void aNameIsTakenOnce() {
        OnnxGraph graph = new OnnxGraph("g");
        graph.input("x", Type.FLOAT, 0);
        assertThrows(IllegalArgumentException.class, () -> graph.output("x", Type.FLOAT, 0, "x"));
    }
}
