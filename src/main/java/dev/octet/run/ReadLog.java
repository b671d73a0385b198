package dev.octet.run;

import dev.octet.config.DataConfig;
import dev.octet.config.EvaluateConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.LabelsConfig;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.ViewRow;
import dev.octet.feature.RowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The result of {@link ReadStep}: the log and its spans, checked. All that the later steps know of the data. Not
 * thread-safe.
 *
 * @param log holds the training and the validation span
 * @param testLog holds the test span; the same as {@code log} where the config names no other
 * @param scan what {@code log} holds
 * @param testScan what {@code testLog} holds
 * @param attackers names of attackers by row of the test log, empty where nobody asks for them
 * @param campaigns names of campaigns by row of the test log, those that are known
 * @param files what is read, with checksums
 * @param cache where rows lie that outgrow the memory
 * @param preparation to be ended before anything is trained
 */
public record ReadLog(
        ExperimentConfig config,
        Log log,
        Log testLog,
        Log.Scan scan,
        Log.Scan testScan,
        Spans spans,
        Map<Long, String> attackers,
        Map<Long, String> campaigns,
        DataFiles files,
        RowCache cache,
        Preparation preparation) {

    /** The same log, for another config, of which only what concerns detectors may be different. */
    public ReadLog with(ExperimentConfig other) {
        return new ReadLog(other, log, testLog, scan, testScan, spans, attackers, campaigns, files, cache, preparation);
    }

    boolean isOneLog() {
        return testLog == log;
    }

    /** Whether only successful logins are scored. */
    boolean successfulOnly() {
        return config.evaluate().on() == EvaluateConfig.Rows.SUCCESSFUL;
    }

    /** Whether a row is scored. */
    boolean isScored(ViewRow row) {
        return !successfulOnly() || !(row instanceof LoginEvent attempt) || attempt.success();
    }

    /** Rows of either span that a detector is trained with at most; all where empty. */
    Optional<Integer> sampleRows() {
        return config.data().sampleRows();
    }

    /** Whether only rows that are scored train. */
    boolean scoredOnly() {
        return config.data().trainOn() == DataConfig.TrainOn.SCORED;
    }

    /** Whether a row labelled an attack is kept out of what is normal. */
    boolean labelsTrain() {
        return config.data()
                .labels()
                .map(labels -> labels.inTraining() == LabelsConfig.InTraining.EXCLUDE)
                .orElse(false);
    }

    /** Whether a row's user is one of those that are only tested; no row is where users are not split. */
    boolean isOfTestUser(ViewRow row) {
        OptionalDouble share = config.split().testUsers();
        return share.isPresent() && row instanceof LoginEvent attempt && place(attempt.user()) < share.getAsDouble();
    }

    /** Whether a row of the test span counts: any, or those of the test users. */
    boolean isTested(ViewRow row) {
        return config.split().testUsers().isEmpty() || isOfTestUser(row);
    }

    /** A number in [0, 1) that a name gives, the same on every machine; uniform over names. */
    private static double place(String user) {
        long hash = 1125899906842597L;
        for (int i = 0; i < user.length(); i++) {
            hash = 31 * hash + user.charAt(i);
        }
        // the finaliser of MurmurHash3 (Appleby, public domain)
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return ((hash ^ (hash >>> 33)) >>> 11) * 0x1p-53;
    }

    /** First moment of the test span. */
    public long testFrom() {
        return isOneLog() ? spans.validationUntil() : testScan.firstMicros();
    }

    /** First moment after the test span. */
    public long testUntil() {
        return isOneLog() ? spans.testUntil() : Long.MAX_VALUE;
    }

    /** Time of the last row of the test span's log, at most its end. */
    public long lastMicros() {
        return Math.min(testScan.lastMicros(), testUntil() - 1);
    }

    /** Length of the validation span. */
    double validationDays() {
        return Spans.days(spans.trainUntil(), Math.min(spans.validationUntil(), scan.lastMicros() + 1));
    }

    /** How many scored logins the validation span has, if they come evenly over the time. */
    double validationLogins() {
        double share = validationDays() / Spans.days(scan.firstMicros(), scan.lastMicros() + 1);
        return share * (successfulOnly() ? scan.successes() : scan.usable());
    }

    /** The rows of the training log. */
    RowReader open(Set<LoginField> needed) throws IOException {
        return log.open(config.view(), spans, needed);
    }

    /** The rows of the validation span. */
    RowReader openValidation(Set<LoginField> needed) throws IOException {
        return new Within(
                log.openFrom(spans.trainUntil(), config.view(), spans, needed),
                spans.trainUntil(),
                spans.validationUntil());
    }

    /** The rows of the test span. */
    RowReader openTest(Set<LoginField> needed) throws IOException {
        return isOneLog()
                ? new Within(
                        log.openFrom(spans.validationUntil(), config.view(), spans, needed),
                        spans.validationUntil(),
                        spans.testUntil())
                : testLog.open(config.view(), needed);
    }

    /** The rows whose time is within a span, of which none comes behind one of a later span: what follows is not read. */
    private record Within(RowReader rows, long fromMicros, long untilMicros) implements RowReader {
        @Override
        public Labelled<?> next() throws IOException {
            Labelled<?> row = rows.next();
            while (row != null && row.row().timeMicros() < fromMicros) {
                row = rows.next();
            }
            return row == null || row.row().timeMicros() >= untilMicros ? null : row;
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }

    /** Whether a row of the log that holds the test span belongs to it. */
    boolean isInTestSpan(long timeMicros) {
        return !isOneLog() || timeMicros >= spans.validationUntil() && timeMicros < spans.testUntil();
    }

    /**
     * The rows of the log that holds the test span, from its first one on.
     *
     * @param ends where the spans of the replay end
     */
    public RowReader openForReplay(List<Long> ends) throws IOException {
        List<Long> all = new ArrayList<>();
        if (isOneLog()) {
            all.addAll(List.of(spans.trainFrom(), spans.trainUntil(), spans.validationUntil()));
        }
        all.addAll(ends);
        return testLog.open(config.view(), all);
    }
}
