package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octet.detect.TrainingData;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The matrix of Molin's chapter 11, straight from the log and with no code of Octet's features, so that it checks them
 * too: one row a minute, distinct usernames with failures, seven columns for the weekday and 24 for the hour.
 * {@code reference-2018.json} defines it to the byte.
 *
 * @param rows raw values, 32 columns
 * @param attacks minutes in an attack window
 * @param lines the canonical lines that reference-2018.json has a checksum of
 */
record BookMatrix(FloatMatrix rows, BitSet attacks, String lines) {
    static final List<FeatureColumns> FEATURES = List.of(
            new FeatureColumns("usernames_with_failures", FeatureColumns.Kind.NUMERIC, 0, 1),
            new FeatureColumns("day_of_week", FeatureColumns.Kind.ONE_HOT, 1, 7),
            new FeatureColumns("hour", FeatureColumns.Kind.ONE_HOT, 8, 24));
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSS]");

    /** The months {@code first} to {@code last} of 2018 as one period; the test is skipped without the log. */
    static BookMatrix months(int first, int last) {
        String data = System.getenv("OCTET_DATA");
        assumeTrue(
                data != null && Files.exists(Path.of(data, "molin-logins/logs_2018.csv")),
                "set OCTET_DATA to the folder that holds molin-logins/logs_2018.csv to run this test");
        LocalDateTime from = LocalDate.of(2018, first, 1).atStartOfDay();
        LocalDateTime to = LocalDate.of(2018, last, 1).plusMonths(1).atStartOfDay();
        List<LocalDateTime> times = new ArrayList<>();
        List<String> users = new ArrayList<>();
        for (String[] row : csv(Path.of(data, "molin-logins/logs_2018.csv"))) {
            LocalDateTime time = LocalDateTime.parse(row[0], TIME);
            if (row[3].equals("False") && !time.isBefore(from) && time.isBefore(to)) {
                times.add(time.truncatedTo(ChronoUnit.MINUTES));
                users.add(row[2]);
            }
        }
        LocalDateTime start = times.get(0);
        int count = (int) ChronoUnit.MINUTES.between(start, times.get(times.size() - 1)) + 1;
        BitSet attacks = new BitSet(count);
        for (String[] window : csv(Path.of(data, "molin-logins/hackers_2018.csv"))) {
            LocalDateTime end = LocalDateTime.parse(window[1], TIME);
            LocalDateTime floor = end.truncatedTo(ChronoUnit.MINUTES);
            long begin = ChronoUnit.MINUTES.between(
                    start, LocalDateTime.parse(window[0], TIME).truncatedTo(ChronoUnit.MINUTES));
            long last0 = ChronoUnit.MINUTES.between(start, floor.equals(end) ? floor : floor.plusMinutes(1));
            for (long minute = Math.max(0, begin); minute <= Math.min(count - 1, last0); minute++) {
                attacks.set((int) minute);
            }
        }
        FloatMatrix rows = new FloatMatrix(32);
        StringBuilder lines = new StringBuilder();
        int at = 0;
        for (int minute = 0; minute < count; minute++) {
            LocalDateTime time = start.plusMinutes(minute);
            Set<String> names = new HashSet<>();
            while (at < times.size() && times.get(at).equals(time)) {
                names.add(users.get(at++));
            }
            float[] row = new float[32];
            int day = time.getDayOfWeek().getValue() - 1;
            row[0] = names.size();
            row[1 + day] = 1;
            row[8 + time.getHour()] = 1;
            rows.append(row);
            lines.append(time.format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm")))
                    .append(',')
                    .append(names.size())
                    .append(',')
                    .append(day)
                    .append(',')
                    .append(time.getHour())
                    .append(attacks.get(minute) ? ",1\n" : ",0\n");
        }
        return new BookMatrix(rows, attacks, lines.toString());
    }

    /** These rows and those of another period. */
    BookMatrix then(BookMatrix other) {
        FloatMatrix both = new FloatMatrix(32);
        BitSet bothAttacks = (BitSet) attacks.clone();
        float[] row = new float[32];
        for (int i = 0; i < rows.rows(); i++) {
            rows.copyRow(i, row, 0);
            both.append(row);
        }
        for (int i = 0; i < other.rows.rows(); i++) {
            other.rows.copyRow(i, row, 0);
            both.append(row);
            bothAttacks.set(rows.rows() + i, other.attacks.get(i));
        }
        return new BookMatrix(both, bothAttacks, lines + other.lines);
    }

    private static List<String[]> csv(Path file) {
        try {
            List<String[]> rows = new ArrayList<>();
            List<String> lines = Files.readAllLines(file);
            for (String line : lines.subList(1, lines.size())) {
                rows.add(line.split(",", -1));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Training on {@code train}, with {@code test} as the validation rows, unscaled. */
    static TrainingData data(BookMatrix train, BookMatrix test) {
        return new TrainingData(FEATURES, train.rows, train.attacks, test.rows, test.attacks);
    }

    /** {@link #data} standardised by the training rows. */
    static TrainingData standardised(BookMatrix train, BookMatrix test) {
        return Reference.standardise(data(train, test), train.rows);
    }

    /** True negatives, false positives, false negatives, true positives for {@code score > threshold}. */
    static List<Integer> confusion(double[] scores, BitSet attacks, double threshold) {
        int[] counts = new int[4];
        for (int i = 0; i < scores.length; i++) {
            counts[(attacks.get(i) ? 2 : 0) + (scores[i] > threshold ? 1 : 0)]++;
        }
        return List.of(counts[0], counts[1], counts[2], counts[3]);
    }
}
