package dev.octet.lab;

import dev.octet.detect.Detector;
import dev.octet.detect.ValidationScores;
import dev.octet.event.InputException;
import dev.octet.feature.FloatMatrix;
import dev.octet.run.FitStep;
import dev.octet.run.HeldOut;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * The rows that a detector's threshold is chosen on anew after each span: the latest held-out ones, together at least as
 * many as its validation span had. They are scored by the detector that is to decide, since learning moves every score,
 * and no detector has learned from them. Not thread-safe; 4 bytes a column of each row.
 */
final class LatestRows {
    private static final int MAX_COLUMNS = 1 << 20;

    private final int enough;
    private final int columns;
    private final Deque<HeldOut> spans = new ArrayDeque<>();

    private LatestRows(int enough, int columns) {
        this.enough = enough;
        this.columns = columns;
    }

    static LatestRows of(HeldOut validation) {
        LatestRows latest =
                new LatestRows(validation.rows().rows(), validation.rows().columns());
        latest.spans.add(validation);
        return latest;
    }

    /** Takes in what a span held out and forgets the oldest spans that are not needed any more. */
    void add(HeldOut span) {
        if (span.rows().rows() == 0) {
            return;
        }
        spans.addLast(span);
        while (rows() - spans.getFirst().rows().rows() >= enough) {
            spans.removeFirst();
        }
    }

    int rows() {
        return spans.stream().mapToInt(span -> span.rows().rows()).sum();
    }

    /** What a detector gives them. */
    ValidationScores scoredBy(Detector detector) {
        double[] scores = new double[rows()];
        BitSet attacks = new BitSet();
        double days = 0;
        int at = 0;
        for (HeldOut span : spans) {
            double[] own = FitStep.scores(detector, span.rows());
            System.arraycopy(own, 0, scores, at, own.length);
            for (int row = span.attacks().nextSetBit(0);
                    row >= 0;
                    row = span.attacks().nextSetBit(row + 1)) {
                attacks.set(at + row);
            }
            at += own.length;
            days += span.days();
        }
        return ValidationScores.of(scores, attacks, days);
    }

    void write(Path file) throws IOException {
        float[] row = new float[columns];
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(enough);
            out.writeInt(columns);
            out.writeInt(spans.size());
            for (HeldOut span : spans) {
                out.writeInt(span.rows().rows());
                out.writeDouble(span.days());
                for (int i = 0; i < span.rows().rows(); i++) {
                    span.rows().copyRow(i, row, 0);
                    for (float value : row) {
                        out.writeFloat(value);
                    }
                    out.writeBoolean(span.attacks().get(i));
                }
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws InputException if it is something else, or of another width
     */
    static LatestRows read(Path file, int columns) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            LatestRows latest = new LatestRows(in.readInt(), in.readInt());
            if (latest.columns != columns || columns > MAX_COLUMNS) {
                throw damaged(file, null);
            }
            int spans = in.readInt();
            float[] row = new float[columns];
            for (int i = 0; i < spans; i++) {
                int rows = in.readInt();
                double days = in.readDouble();
                if (rows < 1 || !(days > 0)) {
                    throw damaged(file, null);
                }
                FloatMatrix matrix = new FloatMatrix(columns);
                BitSet attacks = new BitSet();
                for (int j = 0; j < rows; j++) {
                    for (int c = 0; c < columns; c++) {
                        row[c] = in.readFloat();
                    }
                    matrix.append(row);
                    attacks.set(j, in.readBoolean());
                }
                latest.spans.add(new HeldOut(matrix, attacks, days));
            }
            return latest;
        } catch (EOFException e) {
            throw damaged(file, e);
        }
    }

    private static InputException damaged(Path file, Exception cause) {
        return new InputException(file + " is damaged; begin the replay anew with --restart", cause);
    }
}
