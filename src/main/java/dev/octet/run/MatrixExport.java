package dev.octet.run;

import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.history.Memories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Writes the rows of a config's spans as a detector would see them, for models of other programs: for each span a matrix
 * {@code SPAN.npy} of 32-bit floats, {@code SPAN-labels.npy} (1 attack, 0 normal, -1 not known) and {@code SPAN-rows.npy}, the rows' numbers in
 * the log; and {@code columns.txt}, a name a line. Nothing is trained, so no login of the test span is flagged: all of them
 * update what the features remember, but for the attacks that {@code data.labels} keeps out of training. Not thread-safe.
 */
public final class MatrixExport {
    private enum Span {
        TRAIN,
        VALIDATION,
        TEST;

        String fileName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final ExperimentConfig config;
    private final RunListener listener;

    public MatrixExport(ExperimentConfig config, RunListener listener) {
        this.config = config;
        this.listener = listener;
    }

    /**
     * What was written.
     *
     * @param detector whose columns they are
     * @param columns their names
     * @param rows number of rows by span
     */
    public record Result(String detector, List<String> columns, Map<String, Long> rows) {}

    /**
     * Writes the files.
     *
     * @param detector name of the detector whose features and scales are taken; empty for the first one
     * @param folder made where it is missing
     * @param strict whether the first row that cannot be used ends it
     * @throws InputException if the config has no such detector, or the data is not what it says
     */
    public Result write(String detector, Path folder, boolean strict) throws IOException {
        DetectorConfig chosen = config.detection().detectors().stream()
                .filter(each -> detector.isEmpty() || each.name().equals(detector))
                .findFirst()
                .orElseThrow(() -> new InputException("the config has no detector " + detector + "; it has "
                        + config.detection().detectors().stream()
                                .map(DetectorConfig::name)
                                .toList()));
        Files.createDirectories(folder);
        ReadLog read = ReadStep.read(config, listener, strict);
        List<FeatureRequest> requests = FitStep.requests(config, chosen);
        FittedFeatures features = new FitStep(read, listener)
                .rows(requests, OptionalLong.empty())
                .fit(chosen.trainer().scaling(), new BitSet());
        read.preparation().close();
        FeatureExtractor extractor = features.extractor(Memories.neededFor(
                config.view(), requests, config.detection().history().options()));
        listener.stage("writing matrices to " + folder);
        Map<Span, SpanFiles> files = new EnumMap<>(Span.class);
        try {
            for (Span span : Span.values()) {
                files.put(span, new SpanFiles(folder, span.fileName(), features.columns()));
            }
            write(read, features, extractor, files);
            OutputFile.write(folder.resolve("columns.txt"), String.join("\n", features.columnNames()) + "\n");
            Map<String, Long> rows = new LinkedHashMap<>();
            for (Map.Entry<Span, SpanFiles> each : files.entrySet()) {
                each.getValue().complete();
                rows.put(each.getKey().fileName(), each.getValue().matrix.rows());
            }
            return new Result(chosen.name(), features.columnNames(), rows);
        } finally {
            for (SpanFiles each : files.values()) {
                each.close();
            }
        }
    }

    private static void write(
            ReadLog read, FittedFeatures features, FeatureExtractor extractor, Map<Span, SpanFiles> files)
            throws IOException {
        Encoder encoder = features.bind(extractor);
        float[] raw = new float[extractor.width()];
        float[] columns = new float[features.columns()];
        Set<LoginField> needed = LoginField.setOf(LoginField.USER);
        needed.addAll(extractor.neededFields());
        List<Boolean> logs = new ArrayList<>(List.of(false));
        if (!read.isOneLog()) {
            logs.add(true);
        }
        for (boolean testLog : logs) {
            try (RowReader rows = testLog ? read.openTest(needed) : read.open(needed)) {
                for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                    Span span = span(read, row.row().timeMicros(), testLog);
                    boolean counts = span == Span.TEST ? read.isTested(row.row()) : !read.isOfTestUser(row.row());
                    SpanFiles target = counts && span != null ? files.get(span) : null;
                    boolean scored =
                            !read.successfulOnly() || !(row.row() instanceof LoginEvent attempt) || attempt.success();
                    if (target != null && (scored || !isLeftOut(read, testLog, row))) {
                        extractor.extract(row.row(), raw);
                        encoder.encode(raw, columns);
                        target.add(columns, row);
                    }
                    boolean attack = read.labelsTrain() && row.label() == Label.ATTACK;
                    extractor.observe(row.row());
                    extractor.learn(row.row(), !attack);
                    if (attack) {
                        extractor.judge(row.row(), false);
                    }
                }
            }
        }
    }

    /** Whether a row that is not scored is left out: always in the test span, before it as {@code data.train-on} says. */
    private static boolean isLeftOut(ReadLog read, boolean testLog, Labelled<?> row) {
        return read.scoredOnly() || span(read, row.row().timeMicros(), testLog) == Span.TEST;
    }

    /** The span of a row; null where it belongs to none. */
    private static Span span(ReadLog read, long time, boolean testLog) {
        Spans spans = read.spans();
        if (testLog) {
            return Span.TEST;
        }
        if (time < spans.trainFrom()) {
            return null;
        }
        if (time < spans.trainUntil()) {
            return Span.TRAIN;
        }
        if (time < spans.validationUntil()) {
            return Span.VALIDATION;
        }
        return read.isOneLog() && time < spans.testUntil() ? Span.TEST : null;
    }

    /** Matrix, labels and row numbers of one span. */
    private static final class SpanFiles implements AutoCloseable {
        private final NpyFile matrix;
        private final NpyFile labels;
        private final NpyFile numbers;

        SpanFiles(Path folder, String span, int columns) throws IOException {
            matrix = NpyFile.floats(folder.resolve(span + ".npy"), columns);
            labels = NpyFile.bytes(folder.resolve(span + "-labels.npy"));
            numbers = NpyFile.longs(folder.resolve(span + "-rows.npy"));
        }

        void add(float[] columns, Labelled<?> row) throws IOException {
            matrix.add(columns);
            labels.add(
                    switch (row.label()) {
                        case ATTACK -> (byte) 1;
                        case NORMAL -> (byte) 0;
                        case UNKNOWN -> (byte) -1;
                    });
            numbers.add(row.row().row());
        }

        void complete() throws IOException {
            matrix.complete();
            labels.complete();
            numbers.complete();
        }

        @Override
        public void close() throws IOException {
            matrix.close();
            labels.close();
            numbers.close();
        }
    }
}
