package dev.octet.evaluate.explore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of a log. {@link #json()} has everything, {@link #text} what a terminal shows.
 *
 * @param reading what was read
 * @param successes successful attempts
 * @param columns the columns that the format names, in the order of {@link LoginField}
 * @param activity attempts and failures over time
 * @param usersPerAddress empty where the log has no addresses
 * @param labels empty where nothing is labelled
 */
public record LogProfile(
        Reading reading,
        long successes,
        List<Column> columns,
        Activity activity,
        Optional<Spread> usersPerAddress,
        Optional<Labels> labels) {
    public LogProfile {
        columns = List.copyOf(columns);
    }

    /**
     * What was read.
     *
     * @param source file or database
     * @param rows all rows, rejected ones too
     * @param rejected rows that could not be used, by reason
     * @param firstRejected what was wrong with the first of them, and where; empty if there is none
     * @param warnings what a user should know of what could not be read, in sentences with examples from the log
     */
    public record Reading(
            String source,
            long rows,
            Map<RejectedRows.Reason, Long> rejected,
            String firstRejected,
            List<String> warnings) {
        public Reading {
            rejected = Map.copyOf(rejected);
            warnings = List.copyOf(warnings);
        }

        /** Rows that could be used. */
        public long usable() {
            return rows - rejected.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Attempts and failures over time.
     *
     * @param firstMicros time of the first usable row, in microseconds since 1970
     * @param lastMicros time of the last
     * @param zone in which hours and weekdays are counted: the log's
     * @param attemptsByHour by weekday, Monday first, and hour
     * @param failuresByHour likewise
     * @param bucketMinutes length of each bucket
     * @param buckets attempts over time
     * @param worstMinutes the minutes with most failures, the worst first; with none, not listed
     */
    public record Activity(
            long firstMicros,
            long lastMicros,
            ZoneId zone,
            long[][] attemptsByHour,
            long[][] failuresByHour,
            long bucketMinutes,
            List<Bucket> buckets,
            List<Minute> worstMinutes) {
        public Activity {
            buckets = List.copyOf(buckets);
            worstMinutes = List.copyOf(worstMinutes);
        }

        /** The zone's name, for people. */
        public String zoneName() {
            return zone.getId().equals("Z") ? "UTC" : zone.getId();
        }
    }

    /**
     * A column.
     *
     * @param name in the log's header
     * @param missing rows without a value
     * @param distinct different values
     * @param distinctEstimated whether that is an estimate, with a standard error of 0.6 %
     * @param top the most frequent values
     * @param undercount how much too low the counts of {@code top} are at most
     * @param numbers of a column of numbers
     */
    public record Column(
            String name,
            LoginField field,
            long missing,
            long distinct,
            boolean distinctEstimated,
            List<Value> top,
            long undercount,
            Optional<Numbers> numbers) {}

    /** A value and how many rows hold it. */
    public record Value(String text, long rows) {}

    /** The range of a column of numbers. */
    public record Numbers(double least, double mean, double most) {}

    /** A span of {@link #bucketMinutes}; {@code worstMinute} is the number of failures in its worst minute. */
    public record Bucket(long startMicros, long attempts, long failures, long worstMinute) {}

    /** A minute. */
    public record Minute(long startMicros, long attempts, long failures) {
        static final Comparator<Minute> MIN_FIRST = Comparator.comparingLong(Minute::failures)
                .thenComparing(Comparator.comparingLong(Minute::startMicros).reversed());
    }

    /**
     * How many users the addresses have.
     *
     * @param share of the addresses that was counted
     * @param groups how many of them have so many users
     * @param top the addresses with most users
     */
    public record Spread(double share, List<Group> groups, List<Value> top) {}

    /** So many addresses have from {@code from} to {@code to} users. */
    public record Group(int from, int to, long addresses) {}

    /**
     * What labels say.
     *
     * @param features how each feature separates attacks from normals, the best first
     * @param suspicious one line for each feature that looks like the label in disguise
     */
    public record Labels(
            long attacks, long normals, long unlabelled, List<Separation> features, List<String> suspicious) {}

    /**
     * A feature's best column, alone.
     *
     * @param higher whether high values are the more anomalous
     * @param rocAuc at least 1/2
     */
    public record Separation(String feature, String column, boolean higher, double rocAuc) {}

    /** Rows that can be used. */
    public long usable() {
        return reading.usable();
    }

    /** Everything, at full precision. */
    public ObjectNode json() {
        return ProfileJson.of(this);
    }

    /**
     * As text, at most 80 columns wide.
     *
     * @param unicode whether blocks may be drawn, else ASCII
     * @param colour whether headings and alarming numbers are coloured for a terminal
     */
    public String text(boolean unicode, boolean colour) {
        return new ProfileText(this, unicode, colour).text();
    }
}
