package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.detect.DetectorState;
import dev.octet.event.CsvFormat;
import dev.octet.event.CsvSource;
import dev.octet.event.Labelled;
import dev.octet.event.RejectedRows;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.GraphRows;
import dev.octet.feature.RowReader;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The parity table of docs/bundle.md: the same logins through the detector, Deeplearning4j, ONNX Runtime in Java and in Node.
 * Writes it to target/parity.md.
 */
@Tag("slow")
class ParityTest {
    private static final int ROWS = 100_000;
    private static final int RANDOM = 10_000;
    private static final int BATCH = 1000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood"})
    void everyRuntimeGivesTheDetectorsScores(String name) throws Exception {
        Bundles.make(directory, name, ROWS, 3);
        Bundle bundle = Bundle.load(directory.resolve(name));
        GraphRows rows = rows(bundle);
        float[] encoded = rows.encoded();
        double[] expected = new double[rows.size()];
        bundle.model().detector().score(encoded, rows.size(), expected);
        Map<String, Object> tensors = rows.tensors();

        Map<String, double[]> scores = new LinkedHashMap<>();
        scores.put("ONNX Runtime Java 1.28.0, model.onnx", java(bundle, Bundle.ONNX, tensors, rows.size()));
        scores.put(
                "ONNX Runtime Java 1.28.0, encoded.onnx",
                java(bundle, Bundle.ENCODED, Map.of(OnnxModels.FEATURES, encoded), rows.size()));
        scores.put("ONNX Runtime Node 1.27.0, model.onnx", node(bundle, tensors, rows.size()));
        if (name.equals("mse")) {
            scores.put("Deeplearning4j 1.0.0-M2.1", deeplearning4j(bundle, encoded, rows.size()));
        }
        StringBuilder table = new StringBuilder();
        for (Map.Entry<String, double[]> one : scores.entrySet()) {
            double absolute = 0;
            double relative = 0;
            double threshold = bundle.model().threshold().value();
            for (int i = 0; i < expected.length; i++) {
                double difference = Math.abs(one.getValue()[i] - expected[i]);
                absolute = Math.max(absolute, difference);
                relative = Math.max(relative, difference / Math.max(threshold, Math.abs(expected[i])));
            }
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %,d | %.1e | %.1e |%n",
                    name,
                    one.getKey(),
                    expected.length,
                    absolute,
                    relative));
            assertTrue(relative <= OnnxCheck.TOLERANCE, table.toString());
        }
        Files.writeString(Path.of("target/parity-" + name + ".md"), table);
    }

    /** A log with its history, then random rows of unseen and missing values. */
    private static GraphRows rows(Bundle bundle) throws Exception {
        FeatureExtractor extractor = bundle.coldExtractor();
        OnnxModels models = new OnnxModels(bundle.model(), extractor);
        GraphRows rows = new GraphRows(models.inputs(), bundle.model().features(), extractor);
        CsvSource log = new CsvSource(bundle.directory().resolveSibling("logins.csv"), (CsvFormat) bundle.format());
        try (RowReader reader = bundle.model().view().read(log.open(RejectedRows.ignoring()), Optional.empty())) {
            for (Labelled<?> row = reader.next(); row != null; row = reader.next()) {
                rows.add(row.row());
                extractor.observe(row.row());
                extractor.learn(row.row(), true);
            }
        }
        assertEquals(ROWS, rows.size());
        rows.addRandom(RANDOM, new Random(7));
        return rows;
    }

    private static double[] java(Bundle bundle, String file, Map<String, Object> tensors, int count) throws Exception {
        double[] scores = new double[count];
        try (OnnxSession session =
                new OnnxSession(Files.readAllBytes(bundle.directory().resolve(file)))) {
            for (int start = 0; start < count; start += BATCH) {
                int size = Math.min(BATCH, count - start);
                OnnxSession.Results results;
                if (file.equals(Bundle.ENCODED)) {
                    results = session.runEncoded(
                            size, (float[]) slice(tensors.get(OnnxModels.FEATURES), start, size, count));
                } else {
                    Map<String, Object> batch = new LinkedHashMap<>();
                    int from = start;
                    tensors.forEach((name, values) -> batch.put(name, slice(values, from, size, count)));
                    results = session.run(size, batch);
                }
                for (int i = 0; i < size; i++) {
                    scores[start + i] = results.scores()[i];
                }
            }
        }
        return scores;
    }

    private static Object slice(Object values, int from, int size, int count) {
        int width = Array.getLength(values) / count;
        Object part = Array.newInstance(values.getClass().getComponentType(), size * width);
        System.arraycopy(values, from * width, part, 0, size * width);
        return part;
    }

    private double[] node(Bundle bundle, Map<String, Object> tensors, int count) throws Exception {
        Path node = NodeRuntime.directory(BundlePageTest.NODE_PACKAGE);
        Path in = directory.resolve("tensors.json");
        Path out = directory.resolve("scores.json");
        ObjectMapper mapper = new ObjectMapper();
        mapper.writeValue(in.toFile(), tensors); // NaN as the text "NaN"
        Path program = Files.writeString(node.resolve("parity.js"), """
                const ort = require("onnxruntime-node"), fs = require("fs");
                async function main(model, input, output, batch) {
                  const session = await ort.InferenceSession.create(model);
                  const all = JSON.parse(fs.readFileSync(input, "utf8"));
                  const count = all[session.inputNames[0]].length, scores = [];
                  for (let start = 0; start < count; start += batch) {
                    const feeds = {};
                    for (const { name, type } of session.inputMetadata) {
                      const part = all[name].slice(start, start + batch);
                      const data = type === "string" ? part
                        : type === "int64" ? BigInt64Array.from(part.map(BigInt)) : Float32Array.from(part.map(Number));
                      feeds[name] = new ort.Tensor(type, data, [part.length]);
                    }
                    scores.push(...(await session.run(feeds)).score.data);
                  }
                  fs.writeFileSync(output, JSON.stringify(scores));
                }
                main(process.argv[2], process.argv[3], process.argv[4], 1000);
                """);
        Process process = new ProcessBuilder(
                        "node",
                        "--max-old-space-size=3000",
                        program.toString(),
                        bundle.directory().resolve(Bundle.ONNX).toString(),
                        in.toString(),
                        out.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        JsonNode scores = mapper.readTree(out.toFile());
        assertEquals(count, scores.size());
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = scores.get(i).asDouble();
        }
        return values;
    }

    /** Deeplearning4j's own forward pass over the bundle's weights. */
    private static double[] deeplearning4j(Bundle bundle, float[] encoded, int count) {
        DetectorState state = bundle.model().detector().state();
        int[] widths = (int[]) state.arrays().get("widths");
        String[] activations = ((String) state.settings().get("activations")).split(",");
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder().list();
        for (int i = 0; i < activations.length; i++) {
            Activation activation = Activation.fromString(activations[i]);
            layers.layer(
                    i < activations.length - 1
                            ? new DenseLayer.Builder()
                                    .nIn(widths[i])
                                    .nOut(widths[i + 1])
                                    .activation(activation)
                                    .build()
                            : new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                                    .nIn(widths[i])
                                    .nOut(widths[i + 1])
                                    .activation(activation)
                                    .build());
        }
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();
        for (int i = 0; i < activations.length; i++) {
            float[] weights = (float[]) state.arrays().get("weights" + i);
            float[] bias = (float[]) state.arrays().get("bias" + i);
            network.setParam(i + "_W", Nd4j.create(weights, new long[] {widths[i], widths[i + 1]}, 'c'));
            network.setParam(i + "_b", Nd4j.create(bias, new long[] {1, widths[i + 1]}, 'c'));
        }
        int columns = widths[0];
        double[] scores = new double[count];
        for (int start = 0; start < count; start += BATCH) {
            int size = Math.min(BATCH, count - start);
            float[] batch = (float[]) slice(encoded, start, size, count);
            INDArray output = network.output(Nd4j.create(batch, new long[] {size, columns}, 'c'));
            for (int i = 0; i < size; i++) {
                double sum = 0;
                for (int j = 0; j < columns; j++) {
                    double error = output.getDouble(i, j) - batch[i * columns + j];
                    sum += error * error;
                }
                scores[start + i] = sum / columns;
            }
        }
        return scores;
    }
}
