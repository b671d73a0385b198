package dev.octet.run;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.config.EvaluateConfig;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.ValidationScores;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.RowReader;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.longs.Long2DoubleOpenHashMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Scores that another program gave the rows of a run's log, matched with the rows of the test span. Read and matched before
 * anything is trained.
 *
 * @param name in tables
 * @param scores of the test span
 * @param threshold the config's policy on the file's scores of the validation span; empty where it does not have them all
 * @param notes what a reader of the table must know
 */
record ExternalScores(String name, TestScores scores, Optional<FittedThreshold> threshold, List<String> notes) {

    /**
     * Reads and matches all external scores of a config, in one pass over the log.
     *
     * @throws InputException if a file is damaged or lacks a row of the test span
     */
    static List<ExternalScores> read(ReadLog read) throws IOException {
        List<Matching> all = new ArrayList<>();
        for (EvaluateConfig.External each : read.config().evaluate().external()) {
            all.add(new Matching(each, scores(each.scores())));
        }
        if (all.isEmpty()) {
            return List.of();
        }
        if (read.isOneLog()) {
            // all of the log: openTest may leave out the validation span
            try (RowReader rows = read.open(LoginField.setOf(LoginField.USER))) {
                for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                    long time = row.row().timeMicros();
                    if (isScored(read, row) && time >= read.spans().trainUntil()) {
                        boolean validation = time < read.spans().validationUntil() && !read.isOfTestUser(row.row());
                        boolean test = read.isInTestSpan(time) && read.isTested(row.row());
                        for (Matching each : all) {
                            each.add(row, validation, test, read.labelsTrain());
                        }
                    }
                }
            }
        } else {
            try (RowReader rows = read.openTest(LoginField.setOf(LoginField.USER))) {
                for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                    if (isScored(read, row) && read.isTested(row.row())) {
                        for (Matching each : all) {
                            each.add(row, false, true, false);
                        }
                    }
                }
            }
        }
        List<ExternalScores> results = new ArrayList<>();
        for (Matching each : all) {
            results.add(each.result(read));
        }
        return results;
    }

    private static boolean isScored(ReadLog read, Labelled<?> row) {
        return !read.successfulOnly() || !(row.row() instanceof LoginEvent attempt) || attempt.success();
    }

    private static Long2DoubleOpenHashMap scores(Path file) throws IOException {
        Long2DoubleOpenHashMap scores = new Long2DoubleOpenHashMap();
        scores.defaultReturnValue(Double.NaN);
        try (CsvReader<NamedCsvRecord> records = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord record : records) {
                String where = file + ":" + record.getStartingLineNumber();
                String row = field(record, "row", where);
                String score = field(record, "score", where);
                try {
                    double value = Double.parseDouble(score);
                    if (Double.isNaN(value)) {
                        throw new InputException(where + ": score is NaN; a number is expected");
                    }
                    scores.put(Long.parseLong(row), value);
                } catch (NumberFormatException e) {
                    throw new InputException(
                            where + ": row is \"" + row + "\" and score is \"" + score
                                    + "\"; a whole number and a number are expected",
                            e);
                }
            }
        }
        return scores;
    }

    private static String field(NamedCsvRecord record, String name, String where) {
        return record.findField(name)
                .orElseThrow(() -> new InputException(where + ": no column " + name + "; found: " + record.getHeader()
                        + "; row and score are needed"));
    }

    /** The scores of one file on their way through the log. */
    private static final class Matching {
        private final EvaluateConfig.External config;
        private final Long2DoubleOpenHashMap known;
        private final TestScores test = new TestScores(false);
        private final DoubleArrayList validation = new DoubleArrayList();
        private final BitSet validationAttacks = new BitSet();
        private long validationRows;
        private long missing;
        private long firstMissing = -1;

        Matching(EvaluateConfig.External config, Long2DoubleOpenHashMap known) {
            this.config = config;
            this.known = known;
        }

        void add(Labelled<?> row, boolean inValidation, boolean inTest, boolean labelsTrain) {
            double score = known.get(row.row().row());
            if (inValidation) {
                validationRows++;
                if (!Double.isNaN(score)) {
                    validationAttacks.set(validation.size(), labelsTrain && row.label() == Label.ATTACK);
                    validation.add(score);
                }
            } else if (inTest && Double.isNaN(score)) {
                missing++;
                firstMissing = firstMissing < 0 ? row.row().row() : firstMissing;
            } else if (inTest) {
                test.add(row, score);
            }
        }

        ExternalScores result(ReadLog read) {
            if (missing > 0) {
                throw new InputException(String.format(
                        Locale.ROOT,
                        "evaluate.external: %s has no score for %,d of the %,d rows of the test span that are scored, the"
                                + " first is row %d; give each a score",
                        config.scores(),
                        missing,
                        missing + test.rows(),
                        firstMissing));
            }
            List<String> notes = new ArrayList<>(List.of("scores of another program, from " + config.scores()));
            Optional<FittedThreshold> threshold = Optional.empty();
            if (validationRows > 0 && validation.size() == validationRows) {
                threshold = Optional.of(read.config()
                        .detection()
                        .threshold()
                        .fit(ValidationScores.of(
                                validation.toDoubleArray(), validationAttacks, read.validationDays())));
            } else {
                notes.add("no threshold: the file does not have every row of the validation span");
            }
            return new ExternalScores(config.name(), test, threshold, notes);
        }
    }
}
