package dev.octet.detect.baseline;

import dev.octet.Records;
import dev.octet.detect.Detector;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.FloatMatrix;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Times our fit and score on the rows of {@code bench/baselines_rows.py}, as {@code bench/baselines.py} does for
 * scikit-learn: arguments FILE [KIND...]. Prints kind, wall seconds and CPU seconds of the whole process, cold.
 */
final class BaselineTimes {
    private BaselineTimes() {}

    public static void main(String[] arguments) throws IOException {
        ByteBuffer in =
                ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[0]))).order(ByteOrder.LITTLE_ENDIAN);
        FloatMatrix rows = new FloatMatrix(32);
        BitSet attacks = new BitSet();
        float[] row = new float[32];
        while (in.hasRemaining()) {
            attacks.set(rows.rows(), in.getFloat() == 1);
            for (int j = 0; j < 32; j++) {
                row[j] = in.getFloat();
            }
            rows.append(row);
        }
        TrainingData data = new TrainingData(List.of(), rows, attacks, rows, attacks);
        List<Trainer> trainers = List.of(
                IsolationForestTrainer.withDefaults(),
                LocalOutlierFactorTrainer.withDefaults(),
                KMeansTrainer.withDefaults(),
                RandomForestTrainer.withDefaults(),
                Records.with(OneClassSvmTrainer.withDefaults(), "nu", 0.1));
        new NumpyRandom(0); // opens the class path's jars, as Python has its modules by now
        List<String> wanted = Arrays.asList(arguments).subList(1, arguments.length);
        for (Trainer trainer : trainers) {
            if (wanted.isEmpty() || wanted.contains(trainer.kind())) {
                long cpu = cpu(); // first, as Java loads a good deal for it
                long wall = System.nanoTime();
                Detector detector = trainer.train(data, TrainingProgress.SILENT);
                Reference.score(detector, rows);
                System.out.printf(
                        Locale.ROOT,
                        "%s %.2f %.2f%n",
                        trainer.kind(),
                        (System.nanoTime() - wall) / 1e9,
                        (cpu() - cpu) / 1e9);
            }
        }
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
