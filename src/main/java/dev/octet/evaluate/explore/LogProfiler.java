package dev.octet.evaluate.explore;

import dev.octet.event.IpAddress;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows;
import dev.octet.event.text.PlainText;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the logins of a log, in order of time, and says what is in it. Memory is bounded whatever the log's size: counts
 * are exact up to {@value #VALUES} different values a column and {@value #PAIRS} pairs of address and user, and say where
 * they are not beyond. Not thread-safe.
 */
public final class LogProfiler {
    static final int VALUES = 1 << 17;
    static final int PAIRS = 1 << 22;
    private static final int TOP = 10;
    private static final int BATCH = 1024;
    private static final long SECOND = 1_000_000;
    private static final int HOUR = 3600;
    private static final int[] GROUPS = {1, 2, 3, 10, 100, 1000, Integer.MAX_VALUE};

    private final LogFormat format;
    private final ZoneId zone;
    private final List<Counter> counters = new ArrayList<>();
    /** Counts the values of one column after the other, so that the processor has one table at hand. */
    private final BatchThread columns =
            new BatchThread("octet-columns", logins -> counters.forEach(counter -> counter.add(logins)));
    /** Logins whose values are not counted yet. */
    private List<Labelled<LoginEvent>> batch = new ArrayList<>(BATCH);

    private final Optional<PartnerCounts<IpAddress>> usersPerAddress;
    private final TimeSeries series = new TimeSeries();
    private final long[][] attempts = new long[7][24];
    private final long[][] failures = new long[7][24];
    private final Optional<FeatureSeparation> separation;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private long usable;
    private long successes;
    private long attacks;
    private long normals;
    private long hourFrom = Long.MAX_VALUE;
    private long hourUntil = Long.MIN_VALUE;
    private int weekday;
    private int hour;

    /** @param separation takes the same logins where there are labels, and says what separates them */
    public LogProfiler(LogFormat format, Optional<FeatureSeparation> separation) {
        this(format, separation, VALUES, PAIRS);
    }

    LogProfiler(LogFormat format, Optional<FeatureSeparation> separation, int values, int pairs) {
        this.format = format;
        this.separation = separation;
        zone = format.time().zone();
        List<LoginField> fields = new ArrayList<>(LoginField.values());
        fields.addAll(format.extraFields());
        for (LoginField field : fields) {
            if (format.has(field) && !field.equals(LoginField.TIME)) {
                counters.add(new Counter(field, values));
            }
        }
        usersPerAddress =
                format.has(LoginField.IP) ? Optional.of(new PartnerCounts<>(pairs, Hashes::of)) : Optional.empty();
    }

    /** One column. */
    private final class Counter {
        private final LoginField field;
        private final FrequentValues<String> texts;
        private final FrequentValues<Long> numbers;
        private final FrequentValues<IpAddress> addresses;
        private long missing;
        private long present;
        private double sum;
        private double least = Double.POSITIVE_INFINITY;
        private double most = Double.NEGATIVE_INFINITY;

        Counter(LoginField field, int capacity) {
            this.field = field;
            texts = new FrequentValues<>(capacity, Hashes::of);
            numbers = new FrequentValues<>(capacity, Hashes::mix);
            addresses = new FrequentValues<>(capacity, Hashes::of);
        }

        void add(List<Labelled<LoginEvent>> logins) {
            switch (field.kind()) {
                case OUTCOME -> logins.forEach(login -> texts.add(login.row().success() ? "success" : "failure"));
                case TEXT -> logins.forEach(login -> add(login.row().text(field)));
                case ADDRESS -> logins.forEach(login -> add(login.row().ip()));
                case NETWORK -> logins.forEach(login -> add(login.row().asn()));
                case NUMBER -> logins.forEach(login -> add(login.row().number(field)));
                case TIME -> throw new IllegalStateException("times have no column");
            }
        }

        private void add(String text) {
            if (text.isEmpty()) {
                missing++;
            } else {
                texts.add(text);
            }
        }

        private void add(IpAddress ip) {
            if (ip.isMissing()) {
                missing++;
            } else {
                addresses.add(ip);
            }
        }

        private void add(long number) {
            if (number < 0) {
                missing++;
            } else {
                numbers.add(number);
            }
        }

        private void add(double number) {
            if (Double.isNaN(number)) {
                missing++;
                return;
            }
            present++;
            sum += number;
            least = Math.min(least, number);
            most = Math.max(most, number);
            numbers.add(Double.doubleToLongBits(number));
        }

        LogProfile.Column profile() {
            FrequentValues<?> values = addresses.distinct() > 0 ? addresses : numbers.distinct() > 0 ? numbers : texts;
            return new LogProfile.Column(
                    format.place(field),
                    field,
                    missing,
                    values.distinct(),
                    values.estimated(),
                    values.top(TOP).stream()
                            .map(each -> new LogProfile.Value(shown(each.value()), each.count()))
                            .toList(),
                    values.undercount(),
                    present > 0 ? Optional.of(new LogProfile.Numbers(least, sum / present, most)) : Optional.empty());
        }

        private String shown(Object value) {
            return present > 0 && value instanceof Long bits
                    ? Double.toString(Double.longBitsToDouble(bits))
                    : PlainText.shortened(value.toString(), PlainText.SHOWN);
        }
    }

    /** Takes a login. */
    public void add(Labelled<LoginEvent> login) {
        LoginEvent event = login.row();
        usable++;
        first = Math.min(first, event.timeMicros());
        last = Math.max(last, event.timeMicros());
        successes += event.success() ? 1 : 0;
        attacks += login.label() == Label.ATTACK ? 1 : 0;
        normals += login.label() == Label.NORMAL ? 1 : 0;
        series.add(event.timeMicros(), event.success());
        findHour(event.timeMicros());
        attempts[weekday][hour]++;
        failures[weekday][hour] += event.success() ? 0 : 1;
        batch.add(login);
        if (batch.size() == BATCH) {
            count();
        }
    }

    /** Counts the values of the batch: columns and features on threads of their own, pairs on this one. */
    private void count() {
        List<Labelled<LoginEvent>> full = batch;
        batch = new ArrayList<>(BATCH);
        separation.ifPresent(features -> features.add(full));
        columns.add(full);
        usersPerAddress.ifPresent(counts -> full.forEach(login -> {
            LoginEvent event = login.row();
            if (!event.ip().isMissing() && !event.user().isEmpty()) {
                counts.add(event.ip(), Hashes.of(event.user()));
            }
        }));
    }

    /** Zones change at full quarters of an hour, so that one look-up holds for one of them. */
    private void findHour(long timeMicros) {
        if (timeMicros >= hourFrom && timeMicros < hourUntil) {
            return;
        }
        long quarter = HOUR / 4 * SECOND;
        hourFrom = Math.floorDiv(timeMicros, quarter) * quarter;
        hourUntil = hourFrom + quarter;
        Instant instant = Instant.EPOCH.plus(hourFrom, ChronoUnit.MICROS);
        ZoneOffset offset = zone.getRules().getOffset(instant);
        long local = Math.floorDiv(hourFrom, SECOND) + offset.getTotalSeconds();
        hour = (int) Math.floorMod(Math.floorDiv(local, HOUR), 24L);
        // 1970-01-01 was a Thursday
        weekday = (int) Math.floorMod(Math.floorDiv(local, 24L * HOUR) + 3, 7L);
    }

    /**
     * What was in the log; to be called once, at the end.
     *
     * @param rejected rows that could not be used
     * @param firstRejected what was wrong with the first of them; empty if there is none
     * @param warnings what else a user should know of what could not be read
     */
    public LogProfile profile(
            String source, Map<RejectedRows.Reason, Long> rejected, String firstRejected, List<String> warnings) {
        count();
        columns.finish();
        List<LogProfile.Bucket> buckets = series.buckets();
        return new LogProfile(
                new LogProfile.Reading(
                        source,
                        usable
                                + rejected.values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum(),
                        rejected,
                        firstRejected,
                        warnings),
                successes,
                counters.stream().map(Counter::profile).toList(),
                new LogProfile.Activity(
                        first, last, zone, attempts, failures, series.minutesEach(), buckets, series.busiest()),
                usersPerAddress.map(LogProfiler::spread),
                attacks + normals == 0
                        ? Optional.empty()
                        : Optional.of(new LogProfile.Labels(
                                attacks,
                                normals,
                                usable - attacks - normals,
                                separation.map(FeatureSeparation::features).orElse(List.of()),
                                separation.map(FeatureSeparation::suspicious).orElse(List.of()))));
    }

    private static LogProfile.Spread spread(PartnerCounts<IpAddress> counts) {
        List<LogProfile.Group> groups = new ArrayList<>();
        for (int i = 0; i + 1 < GROUPS.length; i++) {
            long addresses = counts.keysWith(GROUPS[i], GROUPS[i + 1]);
            if (addresses > 0) {
                groups.add(new LogProfile.Group(GROUPS[i], GROUPS[i + 1] - 1, addresses));
            }
        }
        return new LogProfile.Spread(
                counts.share(),
                groups,
                counts.top(TOP).stream()
                        .map(each -> new LogProfile.Value(each.value().toString(), each.count()))
                        .toList());
    }
}
