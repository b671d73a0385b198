package dev.octet.lab;

import dev.octet.detect.TrainingData;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginField;
import dev.octet.event.Micros;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowReader;
import dev.octet.feature.Scaling;
import dev.octet.feature.View;
import dev.octet.feature.WindowRow;
import dev.octet.run.Log;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;

/** The minutes of a year of Molin's log, in the book's 32 columns. Built in one pass, then only read. */
final class BookRows {

    private final FeatureExtractor extractor =
            new FeatureExtractor(View.Window.book(), List.of(FeatureRequest.of("book")));
    private final FloatMatrix raw = new FloatMatrix(extractor.width());
    private final LongArrayList times = new LongArrayList();
    private final BitSet attacks = new BitSet();
    private final BitSet failures = new BitSet();

    private BookRows() {}

    /** Minutes of the year one after the other, the last not included. */
    record Period(int first, int end) {}

    /** Rows, in the order in which the periods were named. */
    record Rows(FloatMatrix matrix, BitSet attacks) {}

    static BookRows read(Log log) throws IOException {
        BookRows rows = new BookRows();
        float[] values = new float[rows.extractor.width()];
        try (RowReader reader = log.open(View.Window.book(), LoginField.all())) {
            for (Labelled<?> row = reader.next(); row != null; row = reader.next()) {
                rows.extractor.extract(row.row(), values);
                rows.attacks.set(rows.raw.rows(), row.label() == Label.ATTACK);
                rows.failures.set(rows.raw.rows(), ((WindowRow) row.row()).failures() > 0);
                rows.times.add(row.row().timeMicros());
                rows.raw.append(values);
            }
        }
        return rows;
    }

    /**
     * Whole months of 2018 as the book takes a period: from the minute of its first failed login to that of its last.
     *
     * @throws InputException if the log has no failed login then
     */
    Period months(int first, int last) {
        LocalDate from = LocalDate.of(2018, first, 1);
        int start = failures.nextSetBit(rowAt(from));
        int end = failures.previousSetBit(rowAt(LocalDate.of(2018, last, 1).plusMonths(1)) - 1) + 1;
        if (start < 0 || end <= start) {
            throw new InputException("the log has no failed login in " + from.getMonth() + " 2018;"
                    + " reproduce: book needs Molin's log of 2018, see data/README.md");
        }
        return new Period(start, end);
    }

    private int rowAt(LocalDate day) {
        long micros = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond() / 86_400 * Micros.PER_DAY;
        int low = 0;
        int high = times.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times.getLong(middle) < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Scales the columns by one period, attacks included, as the book does. */
    FittedFeatures fit(Period period, Scaling scaling) {
        FeatureFitter fitter = new FeatureFitter(extractor, scaling);
        float[] values = new float[extractor.width()];
        for (int row = period.first(); row < period.end(); row++) {
            raw.copyRow(row, values, 0);
            fitter.add(values);
        }
        return fitter.fit();
    }

    /** Training on one period, scaled by it, with others as validation rows. */
    TrainingData data(Scaling scaling, Period train, Period... test) {
        FittedFeatures features = fit(train, scaling);
        Rows trained = rows(features, train);
        Rows tested = rows(features, test);
        return new TrainingData(
                features.layout(), trained.matrix(), trained.attacks(), tested.matrix(), tested.attacks());
    }

    private Rows rows(FittedFeatures features, Period... periods) {
        Encoder encoder = features.bind(extractor);
        FloatMatrix matrix = new FloatMatrix(features.columns());
        BitSet labels = new BitSet();
        float[] values = new float[extractor.width()];
        float[] columns = new float[features.columns()];
        for (Period period : periods) {
            for (int row = period.first(); row < period.end(); row++) {
                raw.copyRow(row, values, 0);
                encoder.encode(values, columns);
                labels.set(matrix.rows(), attacks.get(row));
                matrix.append(columns);
            }
        }
        return new Rows(matrix, labels);
    }
}
