package dev.octet.bundle;

import dev.octet.event.Labelled;
import dev.octet.event.RejectedRows;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.GraphRows;
import dev.octet.feature.RowReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How fast a bundle's graphs run in ONNX Runtime, beside our own pass, one thread: batches of 1024 in rows a second, and one row
 * in microseconds. The making of the tensors counts. All variants take turns, round after round; the medians are printed.
 */
final class OnnxTimes {
    private static final int BATCH = 1024;
    private static final int BATCHES = 40;
    private static final int SINGLES = 4000;
    private static final int ROUNDS = 9;

    private OnnxTimes() {}

    private interface Run {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: OnnxTimes BUNDLE LOG.csv");
            System.exit(1);
        }
        Bundle bundle = Bundle.load(Path.of(args[0]));
        List<Map<String, Object>> batches = new ArrayList<>();
        List<float[]> encoded = new ArrayList<>();
        read(bundle, Path.of(args[1]), batches, encoded);
        List<Map<String, Object>> singles = new ArrayList<>();
        List<float[]> singlesEncoded = new ArrayList<>();
        int columns = bundle.model().features().columns();
        for (int i = 0; i < BATCH; i++) {
            singles.add(slice(batches.get(0), i));
            singlesEncoded.add(Arrays.copyOfRange(encoded.get(0), i * columns, (i + 1) * columns));
        }
        try (OnnxSession raw =
                        new OnnxSession(Files.readAllBytes(bundle.directory().resolve(Bundle.ONNX)));
                OnnxSession coded =
                        new OnnxSession(Files.readAllBytes(bundle.directory().resolve(Bundle.ENCODED)))) {
            double[] scores = new double[BATCH];
            Map<String, Run> throughput = new LinkedHashMap<>();
            throughput.put("model.onnx, batches of 1024", () -> {
                for (int i = 0; i < BATCHES; i++) {
                    raw.run(BATCH, batches.get(i % batches.size()));
                }
            });
            throughput.put("encoded.onnx, batches of 1024", () -> {
                for (int i = 0; i < BATCHES; i++) {
                    coded.runEncoded(BATCH, encoded.get(i % encoded.size()));
                }
            });
            throughput.put("detector, batches of 1024", () -> {
                for (int i = 0; i < BATCHES; i++) {
                    bundle.model().detector().score(encoded.get(i % encoded.size()), BATCH, scores);
                }
            });
            Map<String, double[]> rates = new LinkedHashMap<>();
            throughput.keySet().forEach(name -> rates.put(name, new double[ROUNDS]));
            for (int round = -2; round < ROUNDS; round++) { // two to warm up
                for (Map.Entry<String, Run> one : throughput.entrySet()) {
                    long start = System.nanoTime();
                    one.getValue().run();
                    double rate = BATCH * (double) BATCHES / (System.nanoTime() - start) * 1e9;
                    if (round >= 0) {
                        rates.get(one.getKey())[round] = rate;
                    }
                }
            }
            rates.forEach((name, values) -> print(name, values, "rows/s"));
            latency("model.onnx, one row, p50", i -> raw.run(1, singles.get(i)));
            latency("encoded.onnx, one row, p50", i -> coded.runEncoded(1, singlesEncoded.get(i)));
            latency("detector, one row, p50", i -> bundle.model().detector().score(singlesEncoded.get(i), 1, scores));
        }
    }

    private interface Single {
        void run(int i) throws Exception;
    }

    private static void latency(String name, Single single) throws Exception {
        double[] medians = new double[ROUNDS];
        for (int round = -2; round < ROUNDS; round++) {
            double[] micros = new double[SINGLES];
            for (int i = 0; i < SINGLES; i++) {
                long start = System.nanoTime();
                single.run(i % BATCH);
                micros[i] = (System.nanoTime() - start) / 1e3;
            }
            Arrays.sort(micros);
            if (round >= 0) {
                medians[round] = micros[SINGLES / 2];
            }
        }
        print(name, medians, "µs");
    }

    private static void print(String name, double[] values, String unit) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-32s %,12.1f %s  [%,.1f, %,.1f]%n",
                name,
                sorted[sorted.length / 2],
                unit,
                sorted[0],
                sorted[sorted.length - 1]);
    }

    private static void read(Bundle bundle, Path log, List<Map<String, Object>> batches, List<float[]> encoded)
            throws Exception {
        FeatureExtractor extractor = bundle.coldExtractor();
        OnnxModels models = new OnnxModels(bundle.model(), extractor);
        try (RowReader reader = bundle.model()
                .view()
                .read(
                        bundle.format()
                                .sources(List.of(log), false, note -> {})
                                .get(0)
                                .open(RejectedRows.ignoring()),
                        Optional.empty())) {
            while (batches.size() < 16) {
                GraphRows rows = new GraphRows(models.inputs(), bundle.model().features(), extractor);
                while (rows.size() < BATCH) {
                    Labelled<?> row = reader.next();
                    if (row == null) {
                        throw new IllegalArgumentException(log + " has fewer than " + 16 * BATCH + " rows");
                    }
                    rows.add(row.row());
                    extractor.observe(row.row());
                    extractor.learn(row.row(), true);
                }
                batches.add(rows.tensors());
                encoded.add(rows.encoded());
            }
        }
    }

    private static Map<String, Object> slice(Map<String, Object> tensors, int row) {
        Map<String, Object> one = new LinkedHashMap<>();
        tensors.forEach((name, values) -> {
            if (values instanceof String[] texts) {
                one.put(name, new String[] {texts[row]});
            } else if (values instanceof long[] numbers) {
                one.put(name, new long[] {numbers[row]});
            } else {
                one.put(name, new float[] {((float[]) values)[row]});
            }
        });
        return one;
    }
}
