package dev.octet.bench;

import dev.octet.event.CsvSource;
import dev.octet.event.Labelled;
import dev.octet.event.LoginReader;
import dev.octet.event.ReadAhead;
import dev.octet.event.RejectedRows;
import dev.octet.event.format.ColumnFormats;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowReader;
import dev.octet.feature.Scaling;
import dev.octet.feature.View;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Octet's side of {@code bench/run.sh}'s matrix part: {@code CSV THREADS REPEATS [F32]} reads a log in the format of the
 * RBA data set, fits vocabularies and scales and encodes all rows, as often as asked; the last matrix is written to F32.
 */
public final class MatrixTimes {
    private static final int CHUNK = 4096;

    private MatrixTimes() {}

    public static void main(String[] arguments) throws IOException {
        Path csv = Path.of(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        FloatMatrix matrix = null;
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            long start = System.nanoTime();
            matrix = matrix(csv, threads);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT, "rows=%d seconds=%.3f rate=%.0f%n", matrix.rows(), seconds, matrix.rows() / seconds);
        }
        if (arguments.length > 3) {
            write(matrix, Path.of(arguments[3]));
        }
    }

    private static FloatMatrix matrix(Path csv, int threads) throws IOException {
        FeatureExtractor extractor = new FeatureExtractor(new View.Attempt(), List.of(FeatureRequest.of("ml-siem")));
        FeatureFitter fitter = new FeatureFitter(extractor, Scaling.MIN_MAX);
        FloatMatrix raw = new FloatMatrix(extractor.width());
        float[] values = new float[extractor.width()];
        LoginReader logins =
                new CsvSource(csv, ColumnFormats.RBA).open(RejectedRows.ignoring(), extractor.neededFields());
        try (RowReader rows = new View.Attempt().read(threads == 1 ? logins : ReadAhead.of(logins), Optional.empty())) {
            for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                extractor.extract(row.row(), values);
                raw.append(values);
            }
        }
        float[] chunk = new float[CHUNK * raw.columns()];
        for (int first = 0; first < raw.rows(); first += CHUNK) {
            int count = Math.min(CHUNK, raw.rows() - first);
            raw.copyRows(first, count, chunk);
            fitter.add(chunk, raw.columns(), count);
        }
        FittedFeatures features = fitter.fit();
        Encoder encoder = features.bind(extractor);
        FloatMatrix encoded = new FloatMatrix(features.columns());
        float[] columns = new float[CHUNK * features.columns()];
        for (int first = 0; first < raw.rows(); first += CHUNK) {
            int count = Math.min(CHUNK, raw.rows() - first);
            raw.copyRows(first, count, chunk);
            encoder.encode(chunk, raw.columns(), columns, count);
            encoded.append(columns, count);
        }
        return encoded;
    }

    private static void write(FloatMatrix matrix, Path file) throws IOException {
        float[] row = new float[matrix.columns()];
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < matrix.rows(); i++) {
                matrix.copyRow(i, row, 0);
                bytes.clear();
                bytes.asFloatBuffer().put(row);
                out.write(bytes.array());
            }
        }
    }
}
