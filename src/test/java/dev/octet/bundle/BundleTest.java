package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlarmRule;
import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.detect.autoencoder.Activation;
import dev.octet.detect.autoencoder.AutoencoderDetector;
import dev.octet.detect.autoencoder.AutoencoderTrainer;
import dev.octet.detect.autoencoder.Layer;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.TimeFormat;
import dev.octet.feature.Encoder;
import dev.octet.feature.Encoding;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.Scaling;
import dev.octet.feature.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final String[] COUNTRIES = {"NO", "SE", "DE", ""};
    private static final FittedThreshold THRESHOLD = new FittedThreshold(
            0.25, "percentile 99 of validation normals", new AlertRate(2, 1, 3.5, 1.5, 200), List.of("a note"));
    private static final CsvFormat FORMAT = new CsvFormat(
            Map.of(LoginField.TIME, "when", LoginField.USER, "who", LoginField.SUCCESS, "ok", LoginField.IP, "from"),
            TimeFormat.utc("uuuu-MM-dd HH:mm:ss"),
            CsvFormat.UserIds.TEXT,
            Set.of("yes", "y"),
            Set.of("no"),
            ';',
            "label",
            Set.of("-", "?"));

    @TempDir
    private static Path once;

    @TempDir
    private Path folder;

    private static ScoringModel model;
    private static FeatureExtractor extractor;
    private static FloatMatrix rows;
    private static Path original;
    private Path bundle;

    @BeforeAll
    static void makesOne() throws IOException {
        View view = new View.Attempt();
        List<FeatureRequest> requests = FeatureRequest.resolve(
                view,
                List.of(
                        FeatureRequest.of("hour"),
                        new FeatureRequest("country", Encoding.ONE_HOT, 10),
                        FeatureRequest.of("ip-octets")),
                List.of());
        extractor = new FeatureExtractor(view, requests);
        SplittableRandom random = new SplittableRandom(5);
        FloatMatrix raw = new FloatMatrix(extractor.width());
        for (int i = 0; i < 400; i++) {
            float[] values = new float[extractor.width()];
            extractor.extract(row(random, i), values);
            raw.append(values);
        }
        FeatureFitter fitter = new FeatureFitter(extractor, Scaling.MIN_MAX);
        float[] one = new float[extractor.width()];
        for (int i = 0; i < raw.rows(); i++) {
            raw.copyRow(i, one, 0);
            fitter.add(one);
        }
        FittedFeatures features = fitter.fit();
        Encoder encoder = features.bind(extractor);
        rows = new FloatMatrix(features.columns());
        float[] columns = new float[features.columns()];
        for (int i = 0; i < raw.rows(); i++) {
            raw.copyRow(i, one, 0);
            encoder.encode(one, columns);
            rows.append(columns);
        }
        AutoencoderDetector detector = AutoencoderTrainer.withDefaults()
                .withHidden(List.of(new Layer(5, Activation.RELU, true), new Layer(3, Activation.TANH, false)))
                .withEpochs(3)
                .withBatchSize(64)
                .train(
                        new TrainingData(features.layout(), rows, new BitSet(), rows, new BitSet()),
                        TrainingProgress.SILENT);
        model = new ScoringModel("a model", view, true, true, features, detector, THRESHOLD, AlarmRule.NONE);
        original = once.resolve("bundle");
        save(original, model);
    }

    @BeforeEach
    void copiesIt() throws IOException {
        bundle = folder.resolve("bundle");
        copy(original, bundle);
    }

    @Test
    void whatIsSavedIsLoadedToTheBit() throws IOException {
        Bundle loaded = Bundle.load(bundle);
        assertEquals("a model", loaded.model().name());
        assertEquals(model.view(), loaded.model().view());
        assertTrue(loaded.model().successfulOnly());
        assertTrue(loaded.model().flaggedUpdate());
        assertEquals(model.features(), loaded.model().features());
        assertEquals(THRESHOLD, loaded.model().threshold());
        assertEquals("name: test # as it was\n", loaded.config());
        assertEquals("here", loaded.provenance().get("made").asText());
        assertEquals(40, loaded.golden().size());
        CsvFormat format = (CsvFormat) loaded.format();
        assertEquals(FORMAT.columns(), format.columns());
        assertEquals(FORMAT.time(), format.time());
        assertEquals(FORMAT.users(), format.users());
        assertEquals(FORMAT.succeeded(), format.succeeded());
        assertEquals(FORMAT.failed(), format.failed());
        assertEquals(FORMAT.unknown(), format.unknown());
        assertEquals(';', format.separator());
        assertEquals(null, format.labelColumn(), "a bundle scores logs without labels");

        float[] all = new float[rows.rows() * rows.columns()];
        rows.copyRows(0, rows.rows(), all);
        double[] before = new double[rows.rows()];
        double[] after = new double[rows.rows()];
        model.detector().score(all, rows.rows(), before);
        loaded.model().detector().score(all, rows.rows(), after);
        assertArrayEquals(before, after);
        loaded.golden()
                .forEach(row ->
                        assertEquals(row.score(), row.rescore(loaded.model().detector())));
    }

    @Test
    void anInfiniteThresholdAndAnUnknownRateComeBack() throws IOException {
        FittedThreshold never = new FittedThreshold(
                Double.POSITIVE_INFINITY, "p", new AlertRate(Double.NaN, Double.NaN, Double.NaN), List.of());
        Path path = folder.resolve("never");
        save(path, with(model, never));
        assertEquals(never, Bundle.load(path).model().threshold());
    }

    @Test
    void aBundleHoldsDataOnlyAndNoNames() throws IOException {
        assertEquals(
                Set.of(
                        "bundle.json",
                        "config.yaml",
                        "detector.json",
                        "encoded.onnx",
                        "features.json",
                        "golden.json",
                        "model.onnx",
                        "provenance.json",
                        "threshold.json",
                        "transform-process.json",
                        "weights.bin"),
                Bundle.load(bundle).files().keySet());
        try (Stream<Path> left = Files.list(once)) {
            assertEquals(List.of(original), left.toList(), "nothing temporary stays behind");
        }
        for (String name : Bundle.load(bundle).files().keySet()) {
            assertFalse(
                    Files.readString(bundle.resolve(name), java.nio.charset.StandardCharsets.ISO_8859_1)
                            .contains("secret-user"),
                    name + " names a user");
        }
    }

    @Test
    void equalModelsGiveEqualBytes() throws IOException {
        Path again = folder.resolve("again");
        save(again, model);
        for (String name : Bundle.load(bundle).files().keySet()) {
            assertArrayEquals(Files.readAllBytes(bundle.resolve(name)), Files.readAllBytes(again.resolve(name)), name);
        }
    }

    /** A second reader, from docs/bundle.md alone: batch normalisation folded, row-major [inputs][outputs], little-endian. */
    @Test
    void theWeightsReadAsDocumented() throws IOException {
        var detector =
                new ObjectMapper().readTree(bundle.resolve("detector.json").toFile());
        ByteBuffer weights = ByteBuffer.wrap(Files.readAllBytes(bundle.resolve("weights.bin")))
                .order(ByteOrder.LITTLE_ENDIAN);
        String[] activations =
                detector.get("settings").get("activations").asText().split(",");
        assertArrayEquals(new String[] {"relu", "tanh", "sigmoid"}, activations);
        int widths = arrayStart("widths");
        for (GoldenRow golden : Bundle.load(bundle).golden()) {
            double[] a =
                    golden.columns().stream().mapToDouble(Float::doubleValue).toArray();
            for (int layer = 0; layer < activations.length; layer++) {
                int outputs = weights.getInt(widths + 4 * (layer + 1));
                assertEquals(a.length, weights.getInt(widths + 4 * layer));
                double[] next = new double[outputs];
                for (int out = 0; out < outputs; out++) {
                    double sum = weights.getFloat(arrayStart("bias" + layer) + 4 * out);
                    for (int in = 0; in < a.length; in++) {
                        sum += a[in] * weights.getFloat(arrayStart("weights" + layer) + 4 * (in * outputs + out));
                    }
                    next[out] = switch (activations[layer]) {
                        case "relu" -> Math.max(sum, 0);
                        case "tanh" -> Math.tanh(sum);
                        default -> 1 / (1 + Math.exp(-sum));
                    };
                }
                a = next;
            }
            double squares = 0;
            for (int column = 0; column < a.length; column++) {
                squares += Math.pow(a[column] - golden.columns().get(column), 2);
            }
            assertEquals(golden.score(), squares / a.length, 1e-4 * golden.score());
        }
    }

    static List<String> everyFile() throws IOException {
        try (Stream<Path> files = Files.list(original)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(Checksums.FILE))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("everyFile")
    void aChangedByteIsRefusedWithTheFile(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(bundle.resolve(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(bundle.resolve(name), bytes);
        assertRefused(name + " was changed or damaged: its SHA-256 is ");
    }

    @ParameterizedTest
    @MethodSource("everyFile")
    void aTruncatedFileIsRefusedWithTheFile(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(bundle.resolve(name));
        Files.write(bundle.resolve(name), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertRefused(name + " was changed or damaged");
    }

    @ParameterizedTest
    @MethodSource("everyFile")
    void aMissingFileIsRefusedWithTheFile(String name) throws IOException {
        Files.delete(bundle.resolve(name));
        assertRefused(name + " is missing, checksums.sha256 lists it");
    }

    @ParameterizedTest
    @MethodSource("everyFile")
    void aFileThatIsNeitherThereNorListedIsRefused(String name) throws IOException {
        Files.delete(bundle.resolve(name));
        Checksums.write(bundle);
        if (List.of("model.onnx", "encoded.onnx", "transform-process.json").contains(name)) {
            Bundle.load(bundle); // not needed to score: they are for others
        } else {
            String message =
                    assertThrows(Exception.class, () -> Bundle.load(bundle)).getMessage();
            assertTrue(message.contains(name), message);
        }
    }

    @Test
    void anExtraFileIsRefused() throws IOException {
        Files.writeString(bundle.resolve("notes.txt"), "mine");
        assertRefused("holds files that checksums.sha256 does not list: [notes.txt]");
    }

    /** Files that stay are not read to write their checksums anew; what is read back must have those of before. */
    @Test
    void aFileThatWasChangedSinceTheBundleWasLoadedDoesNotGoIntoAnother() throws IOException {
        Bundle loaded = Bundle.load(bundle);
        Files.writeString(bundle.resolve("config.yaml"), "# another\n", StandardOpenOption.APPEND);
        InputException refused =
                assertThrows(InputException.class, () -> loaded.withAttached(Map.of(Bundle.CARD, "of this model")));
        assertTrue(refused.getMessage().contains("config.yaml was changed or damaged"), refused.getMessage());
        assertFalse(Files.exists(bundle.resolve(Bundle.CARD)));
        copy(original, bundle);
        Bundle attached = Bundle.load(bundle).withAttached(Map.of(Bundle.CARD, "of this model"));
        assertEquals(bundle, attached.directory());
        assertEquals(Bundle.load(bundle).files(), attached.files());
        assertEquals("of this model", attached.attached(Bundle.CARD).orElseThrow());
    }

    @Test
    void linksAndFoldersAreRefused() throws IOException {
        Path elsewhere = Files.move(bundle.resolve("weights.bin"), folder.resolve("weights.bin"));
        Files.createSymbolicLink(bundle.resolve("weights.bin"), elsewhere);
        assertRefused("weights.bin is not a plain file");
        Files.delete(bundle.resolve("weights.bin"));
        Files.createDirectory(bundle.resolve("weights.bin"));
        assertRefused("weights.bin is not a plain file");
    }

    @Test
    void aLinkedChecksumListIsRefused() throws IOException {
        Path elsewhere = Files.move(bundle.resolve(Checksums.FILE), folder.resolve("list"));
        Files.createSymbolicLink(bundle.resolve(Checksums.FILE), elsewhere);
        assertRefused("is not an Octet bundle: it has no checksums.sha256");
    }

    @Test
    void whatIsNoBundleIsRefusedAsSuch() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("model.h5"), "x");
        assertEquals(
                other + " is not an Octet bundle: it has no checksums.sha256",
                assertThrows(InputException.class, () -> Bundle.load(other)).getMessage());
        assertEquals(
                other.resolve("model.h5") + " is not a bundle: it is a file, a bundle is a directory",
                assertThrows(InputException.class, () -> Bundle.load(other.resolve("model.h5")))
                        .getMessage());
        assertEquals(
                other.resolve("none") + " is not a bundle: it does not exist",
                assertThrows(InputException.class, () -> Bundle.load(other.resolve("none")))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not a checksum",
                "0000  bundle.json",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  ../outside",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /etc/passwd",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  .hidden",
            })
    void aLineThatIsNoChecksumOfAPlainNameIsRefused(String line) throws IOException {
        int lines = Files.readAllLines(bundle.resolve(Checksums.FILE)).size();
        Files.writeString(
                bundle.resolve(Checksums.FILE), Files.readString(bundle.resolve(Checksums.FILE)) + line + "\n");
        assertRefused("checksums.sha256:" + (lines + 1) + ": not a checksum line");
    }

    @Test
    void aFileListedTwiceIsRefused() throws IOException {
        String list = Files.readString(bundle.resolve(Checksums.FILE));
        Files.writeString(
                bundle.resolve(Checksums.FILE), list + list.lines().findFirst().orElseThrow() + "\n");
        assertRefused("lists bundle.json a second time");
    }

    @Test
    void aChecksumListOfBytesIsRefused() throws IOException {
        Files.write(bundle.resolve(Checksums.FILE), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertRefused("checksums.sha256 is not UTF-8 text");
    }

    @Test
    void anotherFormatOrVersionIsRefused() throws IOException {
        edit("bundle.json", manifest -> manifest.put("kind", "sklearn"));
        assertRefused("bundle.json: kind is \"sklearn\", a bundle's is \"octet-bundle\"");
        edit("bundle.json", manifest -> manifest.put("kind", "octet-bundle").put("version", 4));
        assertRefused("bundle.json: bundle format 4 is not known to this Octet, which reads 1 to 3");
        edit("bundle.json", manifest -> manifest.put("version", "1"));
        assertRefused("\"version\" must be a whole number, found \"1\"");
    }

    @Test
    void theManifestsValuesAreChecked() throws IOException {
        edit("bundle.json", manifest -> manifest.put("scores", "some"));
        assertRefused("bundle.json: scores is \"some\", allowed: successful, all");
        edit("bundle.json", manifest -> manifest.put("scores", "all").put("flagged_teach", "yes"));
        assertRefused("\"flagged_teach\" must be true or false");
        edit(
                "bundle.json",
                manifest -> manifest.put("flagged_teach", true)
                        .putObject("view")
                        .put("kind", "window")
                        .put("span_seconds", 60)
                        .put("failures_only", false)
                        .set("wrong_username", manifest.arrayNode()));
        assertRefused("\"wrong_password\" is missing");
        edit(
                "bundle.json",
                manifest -> ((ObjectNode) manifest.get("view")).set("wrong_password", manifest.arrayNode()));
        assertRefused("the bundle was put together from different ones");
        edit("bundle.json", manifest -> ((ObjectNode) manifest.get("view")).put("span_seconds", -1));
        assertRefused("span must be whole seconds");
    }

    @Test
    void theFormatsValuesAreChecked() throws IOException {
        edit("bundle.json", manifest -> format(manifest).put("zone", "Mars/Olympus"));
        assertRefused("bundle.json: the format cannot be understood: ");
        edit("bundle.json", manifest -> format(manifest).put("zone", "Z").put("users", "class"));
        assertRefused("bundle.json: the format cannot be understood: ");
        edit("bundle.json", manifest -> format(manifest).put("users", "text").put("time", "'"));
        assertRefused("bundle.json: the format cannot be understood: ");
        edit("bundle.json", manifest -> format(manifest).put("time", "uuuu").put("separator", ";;"));
        assertRefused("separator \";;\"");
        edit("bundle.json", manifest -> {
            format(manifest).put("separator", ";");
            ((ObjectNode) format(manifest).get("columns")).put("password", "pw");
        });
        assertRefused("bundle.json: the format cannot be understood: columns ");
    }

    private static ObjectNode format(ObjectNode manifest) {
        return (ObjectNode) manifest.get("format");
    }

    @Test
    void lengthsThatLieAreRefused() throws IOException {
        for (String length : List.of("1000000", "-1", "4611686018427387904", "9223372036854775807")) {
            editText("detector.json", text -> text.replaceFirst("\"length\" : -?\\d+", "\"length\" : " + length));
            assertRefused("values does not fit into the ");
        }
        editText("detector.json", text -> text.replaceFirst("\"length\" : \\d+", "\"length\" : 1e3"));
        assertRefused("\"length\" must be a whole number");
        editText("detector.json", text -> text.replaceFirst("\"length\" : 1e3", "\"length\" : 99999999999999999999"));
        assertRefused("\"length\" must be a whole number");
    }

    @Test
    void weightsThatAreTooManyOrTwiceListedAreRefused() throws IOException {
        byte[] weights = Files.readAllBytes(bundle.resolve("weights.bin"));
        Files.write(bundle.resolve("weights.bin"), java.util.Arrays.copyOf(weights, weights.length + 4));
        Checksums.write(bundle);
        assertRefused("weights.bin: 4 bytes more than detector.json lists");
        Files.write(bundle.resolve("weights.bin"), weights);
        edit("detector.json", detector -> ((ObjectNode) detector.get("arrays").get(0)).put("name", "bias1"));
        assertRefused("detector.json: the array bias1 is listed twice");
    }

    @Test
    void arraysThatDoNotFitTheNetworkAreRefused() throws IOException {
        edit("detector.json", detector -> ((ObjectNode) detector.get("arrays").get(0)).put("name", "bias7"));
        assertRefused("the stored detector has no float array bias0");
        edit("detector.json", detector -> {
            ((ObjectNode) detector.get("arrays").get(0)).put("name", "bias0").put("type", "string");
        });
        assertRefused("array type \"string\" is not one of float, double, int, long");
        edit("detector.json", detector -> {
            ((ObjectNode) detector.get("arrays").get(0)).put("type", "float");
            ((ObjectNode) detector.get("settings")).put("activations", "relu,java.lang.Runtime,sigmoid");
        });
        assertRefused("java.lang.Runtime");
        edit("detector.json", detector -> {
            ((ObjectNode) detector.get("settings")).putObject("activations").put("@class", "x");
        });
        assertRefused("settings hold texts, numbers and booleans only, found OBJECT");
    }

    @Test
    void anUnknownDetectorIsRefused() throws IOException {
        edit("detector.json", detector -> detector.put("kind", "java.lang.ProcessBuilder"));
        assertRefused("the detector's kind \"java.lang.ProcessBuilder\" is not one that this Octet knows");
        edit("detector.json", detector -> detector.put("kind", "autoencoder").put("version", 7));
        assertRefused("the stored detector has version 7");
        edit("detector.json", detector -> detector.put("version", 1L << 40));
        assertRefused("\"version\" is 1099511627776");
    }

    @Test
    void weightsThatAreNoNumbersAreRefused() throws IOException {
        ByteBuffer weights = ByteBuffer.wrap(Files.readAllBytes(bundle.resolve("weights.bin")))
                .order(ByteOrder.LITTLE_ENDIAN);
        weights.putFloat(0, Float.NaN);
        Files.write(bundle.resolve("weights.bin"), weights.array());
        Checksums.write(bundle);
        assertRefused("the stored bias0 has the value NaN at 0; weights must be finite");
    }

    @Test
    void otherWeightsFailTheGoldenRows() throws IOException {
        ByteBuffer weights = ByteBuffer.wrap(Files.readAllBytes(bundle.resolve("weights.bin")))
                .order(ByteOrder.LITTLE_ENDIAN);
        int lastBias = arrayStart("bias2");
        weights.putFloat(lastBias, weights.getFloat(lastBias) + 0.01f);
        Files.write(bundle.resolve("weights.bin"), weights.array());
        Checksums.write(bundle);
        assertRefused("golden.json: golden row 0 scores ");
    }

    private int arrayStart(String name) throws IOException {
        int start = 0;
        for (var array : new ObjectMapper()
                .readTree(bundle.resolve("detector.json").toFile())
                .get("arrays")) {
            if (array.get("name").asText().equals(name)) {
                return start;
            }
            start += 4 * array.get("length").asInt(); // int and float arrays only
        }
        throw new AssertionError(name);
    }

    @Test
    void goldenRowsMustBeRealOnes() throws IOException {
        edit("golden.json", golden -> golden.putArray("rows"));
        assertRefused("golden.json holds no rows");
        edit(
                "golden.json",
                golden -> ((ArrayNode) golden.get("rows"))
                        .addObject()
                        .put("score", 0.5)
                        .putArray("columns")
                        .add(1));
        assertRefused("golden.json: row 0 has 1 columns, the detector takes " + rows.columns());
        edit("golden.json", golden -> golden.put("rows", "none"));
        assertRefused("\"rows\" must be a list");
    }

    @Test
    void anInfiniteGoldenScoreDoesNotPassForAnything() throws IOException {
        editText("golden.json", text -> text.replaceFirst("\"score\" : [0-9.E-]+", "\"score\" : 1e999"));
        assertRefused("\"score\" must be a finite number");
        editText("golden.json", text -> text.replaceFirst("\"score\" : 1e999", "\"score\" : \"NaN\""));
        assertRefused("\"score\" must be a finite number");
    }

    @Test
    void theProcessMustBeThatOfTheFeatures() throws IOException {
        editText("transform-process.json", text -> text.replaceFirst("hour", "minute"));
        assertNotVerified("transform-process.json is not the process that features.json describes");
    }

    @Test
    void theProcessOfOldFormatsRepeatsTheVocabularies() throws IOException {
        FittedFeatures features = Bundle.load(bundle).model().features();
        String old = features.transformProcessJson(true);
        assertTrue(features.transformProcessJson(false).length() < old.length());
        editText("transform-process.json", text -> old);
        assertNotVerified("transform-process.json is not the process that features.json describes");
        edit("bundle.json", manifest -> manifest.put("version", 2));
        Bundle read = Bundle.load(bundle);
        OnnxModels graphs = new OnnxModels(read.model(), read.extractor());
        Files.write(bundle.resolve(Bundle.ONNX), graphs.raw(read.id()));
        Files.write(bundle.resolve(Bundle.ENCODED), graphs.encoded(read.id()));
        Checksums.write(bundle);
        assertTrue(Bundle.load(bundle).verify().isPresent());
    }

    @Test
    void vocabulariesThatNoBundleCanHoldAreRefusedBeforeTraining() throws IOException {
        FeatureExtractor extractor = new FeatureExtractor(
                new View.Attempt(), List.of(FeatureRequest.of("country"), FeatureRequest.of("user-agent")));
        FeatureFitter fitter = new FeatureFitter(extractor, Scaling.NONE);
        float[] raw = new float[extractor.width()];
        for (int i = 0; i < 300; i++) {
            String agent = i + "x".repeat(300_000);
            extractor.extract(LoginEvent.at(i, "u", true).userAgent(agent).build(), raw);
            fitter.add(raw);
        }
        InputException refused = assertThrows(InputException.class, () -> Bundle.requireSavable(fitter.fit()));
        assertTrue(refused.getMessage().contains("user-agent"), refused.getMessage());
        assertTrue(refused.getMessage().contains("max: 10000"), refused.getMessage());
        Bundle.requireSavable(Bundle.load(bundle).model().features());
    }

    /** A deserialiser that follows class names would make one of these, or fail with the class named as missing. */
    @ParameterizedTest
    @ValueSource(strings = {"@class", "class", "@type", "javaClass"})
    void noClassNameIsFollowed(String key) throws IOException {
        String gadget = Gadget.class.getName();
        edit("features.json", features -> features.put(key, gadget));
        assertRefused("features.json: features." + key + " is not known");
        copy(original, bundle);
        edit("features.json", features -> ((ObjectNode) features.get("features").get(0)).put(key, gadget));
        assertRefused("features.json: features.features[0]." + key + " is not known");
        copy(original, bundle);
        for (String file :
                List.of("bundle.json", "detector.json", "threshold.json", "golden.json", "provenance.json")) {
            edit(file, root -> root.put(key, gadget));
        }
        editText("config.yaml", text -> text + "gadget: !!" + gadget + " []\n");
        Bundle.load(bundle); // what nothing reads does nothing
        editText("transform-process.json", text -> text.replace("{", "{\"" + key + "\":\"" + gadget + "\","));
        assertNotVerified("transform-process.json is not the process that features.json describes");
        assertFalse(gadgetInitialised, "a class that a bundle named was loaded");
    }

    private static boolean gadgetInitialised;

    /** Tells when it is initialised; otherwise only its name is used. */
    private static final class Gadget {
        static {
            gadgetInitialised = true;
        }
    }

    @Test
    void hostileJsonIsRefusedQuickly() throws IOException {
        for (String name : everyFile().stream().filter(n -> n.endsWith(".json")).toList()) {
            if (name.equals("transform-process.json")) {
                continue; // compared, never parsed
            }
            for (String hostile : List.of(
                    "[".repeat(100_000),
                    "{\"a\":".repeat(100_000),
                    "{\"version\":1,\"version\":1}",
                    "{\"version\":" + "9".repeat(5000) + "}",
                    "",
                    "[]",
                    "null",
                    "{} {}",
                    "{\"kind\":",
                    "\u0000")) {
                editText(name, text -> hostile);
                assertRefused(name);
            }
            copy(original, bundle);
        }
        Files.write(bundle.resolve("features.json"), new byte[] {'{', (byte) 0xc3, '(', '}'});
        Checksums.write(bundle);
        assertRefused("features.json is not UTF-8 text");
    }

    @Test
    void filesThatAreThereToFillTheMemoryAreRefused() throws IOException {
        try (var file =
                new java.io.RandomAccessFile(bundle.resolve("provenance.json").toFile(), "rw")) {
            file.setLength((64L << 20) + 1); // sparse
        }
        Checksums.write(bundle);
        assertRefused("provenance.json has 67108865 bytes; no such file of a bundle has more than 67108864");
    }

    @Test
    void featuresOfAnotherSetAreRefused() throws IOException {
        edit("features.json", features -> ((ArrayNode) features.get("features")).remove(0));
        assertRefused("columns, the detector takes");
        editText("features.json", text -> text.replace("\"hour\"", "\"index\""));
        assertRefused("");
    }

    @Test
    void aDirectoryThatIsNoBundleIsNeverReplaced() throws IOException {
        Path mine = Files.createDirectory(folder.resolve("mine"));
        assertNotReplaced(mine);
        Files.writeString(mine.resolve("thesis.tex"), "years of work");
        assertNotReplaced(mine);
        Checksums.write(mine); // what sha256sum makes too
        assertNotReplaced(mine);
        Files.writeString(mine.resolve("bundle.json"), "{\"kind\":\"app-bundle\"}");
        Checksums.write(mine);
        assertNotReplaced(mine);
        assertEquals("years of work", Files.readString(mine.resolve("thesis.tex")));

        Files.writeString(bundle.resolve("notes.txt"), "on this model");
        assertNotReplaced(bundle);
        assertEquals("on this model", Files.readString(bundle.resolve("notes.txt")));

        Path file = Files.writeString(folder.resolve("file"), "x");
        assertNotReplaced(file);
        assertEquals("x", Files.readString(file));
        assertNothingTemporary();
    }

    @Test
    void anOldBundleIsReplacedEvenADamagedOne() throws IOException {
        Files.writeString(bundle.resolve("golden.json"), "damaged");
        save(bundle, with(model, new FittedThreshold(9, "another", new AlertRate(1, 1, 1), List.of())));
        assertEquals(9, Bundle.load(bundle).model().threshold().value());
        assertNothingTemporary();
    }

    @Test
    void aSaveThatFailsLeavesTheOldBundle() throws IOException {
        FloatMatrix none = new FloatMatrix(rows.columns()); // no golden rows: refused when it is read back
        assertThrows(
                InputException.class,
                () -> Bundle.save(bundle, model, extractor, FORMAT, "", new ObjectMapper().createObjectNode(), none));
        assertEquals(THRESHOLD, Bundle.load(bundle).model().threshold());
        assertNothingTemporary();
    }

    @Test
    void aBundleBehindALinkIsReplacedThere() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), bundle);
        save(link, with(model, new FittedThreshold(9, "another", new AlertRate(1, 1, 1), List.of())));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(9, Bundle.load(bundle).model().threshold().value());
        assertNothingTemporary();
    }

    private void assertNothingTemporary() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of(),
                    left.filter(path -> path.getFileName().toString().startsWith("."))
                            .toList());
        }
    }

    private static void assertNotReplaced(Path place) {
        String message =
                assertThrows(InputException.class, () -> save(place, model)).getMessage();
        assertTrue(message.startsWith(place + " exists and is no bundle, or holds more than one"), message);
        assertTrue(message.endsWith("it is left as it is: move it away or choose another output"), message);
    }

    private void assertRefused(String why) {
        InputException refusal = assertThrows(InputException.class, () -> Bundle.load(bundle));
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(bundle.toString()), refusal.getMessage());
    }

    /** Scoring does not need it, so that loading does not look at it. */
    private void assertNotVerified(String why) throws IOException {
        Bundle loaded = Bundle.load(bundle);
        InputException refusal = assertThrows(InputException.class, loaded::verify);
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(bundle.toString()), refusal.getMessage());
    }

    private void edit(String name, Consumer<ObjectNode> change) throws IOException {
        ObjectNode root =
                (ObjectNode) new ObjectMapper().readTree(bundle.resolve(name).toFile());
        change.accept(root);
        Files.writeString(bundle.resolve(name), root.toString());
        Checksums.write(bundle);
    }

    private void editText(String name, UnaryOperator<String> change) throws IOException {
        Files.writeString(bundle.resolve(name), change.apply(Files.readString(bundle.resolve(name))));
        Checksums.write(bundle);
    }

    private static void save(Path path, ScoringModel model) throws IOException {
        FloatMatrix golden = new FloatMatrix(rows.columns());
        float[] row = new float[rows.columns()];
        for (int i = 0; i < 40; i++) {
            rows.copyRow(10 * i, row, 0);
            golden.append(row);
        }
        ObjectNode provenance = new ObjectMapper().createObjectNode().put("made", "here");
        Bundle.save(path, model, extractor, FORMAT, "name: test # as it was\n", provenance, golden);
    }

    private static ScoringModel with(ScoringModel model, FittedThreshold threshold) {
        return new ScoringModel(
                model.name(),
                model.view(),
                model.successfulOnly(),
                model.flaggedUpdate(),
                model.features(),
                model.detector(),
                threshold,
                AlarmRule.NONE);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static LoginEvent row(SplittableRandom random, int number) {
        return LoginEvent.at(
                        1_580_000_000_000_000L + 60_000_000L * number + random.nextInt(50_000_000), "secret-user", true)
                .row(number)
                .ip(IpAddress.parse("10." + random.nextInt(200) + "." + random.nextInt(200) + ".1"))
                .country(COUNTRIES[random.nextInt(COUNTRIES.length)])
                .build();
    }
}
