package dev.octet.evaluate.explore;

import dev.octet.detect.SignificantDigits;
import dev.octet.event.text.PlainText;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** A {@link LogProfile} for a terminal of 80 columns. What the log says is shown without control characters. */
final class ProfileText {
    static final int WIDTH = 80;
    private static final int NAME = 24;
    private static final int SPARKS = 64;
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final int FEATURES = 15;

    private final LogProfile profile;
    private final boolean colour;
    private final String shades;
    private final String heights;
    private final String dots;
    private final StringBuilder out = new StringBuilder();

    ProfileText(LogProfile profile, boolean unicode, boolean colour) {
        this.profile = profile;
        this.colour = colour;
        shades = unicode ? " ░▒▓█" : " .:+#";
        heights = unicode ? "▁▂▃▄▅▆▇█" : "_.-=+*#@";
        dots = unicode ? "…" : "~";
    }

    String text() {
        summary();
        columns();
        heatMap();
        overTime();
        addresses();
        rejected();
        warnings();
        labels();
        return out.toString();
    }

    private void summary() {
        out.append(bold(shown(profile.reading().source(), WIDTH))).append('\n');
        line(
                "%,d rows, %s to %s (%s)",
                profile.reading().rows(),
                second(profile.activity().firstMicros()),
                second(profile.activity().lastMicros()),
                profile.activity().zoneName());
        line(
                "%s succeeded (%,d), %s failed (%,d), %s left out (%,d)",
                percent(profile.successes(), profile.usable()),
                profile.successes(),
                percent(profile.usable() - profile.successes(), profile.usable()),
                profile.usable() - profile.successes(),
                percent(
                        profile.reading().rows() - profile.usable(),
                        profile.reading().rows()),
                profile.reading().rows() - profile.usable());
    }

    private void columns() {
        heading(String.format(
                Locale.ROOT, "%-" + NAME + "s %9s %11s  %s", "Column", "missing", "different", "most frequent"));
        boolean estimated = false;
        long undercount = 0;
        for (LogProfile.Column column : profile.columns()) {
            estimated |= column.distinctEstimated();
            undercount = Math.max(undercount, column.undercount());
            String start = String.format(
                    Locale.ROOT,
                    "%-" + NAME + "s %9s %11s  ",
                    shown(column.name(), NAME),
                    percent(column.missing(), profile.usable()),
                    (column.distinctEstimated() ? "~" : "") + String.format(Locale.ROOT, "%,d", column.distinct()));
            out.append(start).append(frequent(column, WIDTH - start.length())).append('\n');
        }
        if (estimated) {
            line("~ is an estimate within about 1.2 %%; counts of values are too low by at most %,d rows", undercount);
        }
    }

    private String frequent(LogProfile.Column column, int width) {
        if (column.numbers().isPresent()) {
            LogProfile.Numbers numbers = column.numbers().get();
            return SignificantDigits.of(numbers.least(), 4) + " to " + SignificantDigits.of(numbers.most(), 4)
                    + ", mean " + SignificantDigits.of(numbers.mean(), 4);
        }
        StringBuilder text = new StringBuilder();
        for (LogProfile.Value value : column.top()) {
            String share = " " + percent(value.rows(), profile.usable());
            String next =
                    (text.isEmpty() ? "" : ", ") + shown(value.text(), Math.max(8, width - share.length())) + share;
            if (text.length() + next.length() > width) {
                break;
            }
            text.append(next);
        }
        return text.toString();
    }

    private void heatMap() {
        heading("Attempts by weekday and hour (" + profile.activity().zoneName() + ")");
        long most = 1;
        for (long[] day : profile.activity().attemptsByHour()) {
            for (long count : day) {
                most = Math.max(most, count);
            }
        }
        line("     0     3     6     9     12    15    18    21");
        for (int day = 0; day < DAYS.length; day++) {
            StringBuilder row = new StringBuilder(DAYS[day]).append("  ");
            for (long count : profile.activity().attemptsByHour()[day]) {
                String shade =
                        shades.substring(level(count, most, shades.length()), level(count, most, shades.length()) + 1);
                row.append(shade).append(shade);
            }
            row.append(String.format(
                    Locale.ROOT,
                    "  %,d",
                    Arrays.stream(profile.activity().attemptsByHour()[day]).sum()));
            out.append(row).append('\n');
        }
    }

    /** 0 for nothing, else 1 and up. */
    private static int level(long count, long most, int levels) {
        return count == 0 ? 0 : 1 + (int) Math.min(levels - 2, (levels - 1) * count / (most + 1));
    }

    private void overTime() {
        heading("Over time, from " + second(profile.activity().firstMicros()) + " to "
                + second(profile.activity().lastMicros()));
        long each = profile.activity().bucketMinutes()
                * Math.max(1, (profile.activity().buckets().size() + SPARKS - 1) / SPARKS);
        spark("attempts", LogProfile.Bucket::attempts, true);
        spark("failures", LogProfile.Bucket::failures, true);
        spark("worst min.", LogProfile.Bucket::worstMinute, false);
        line("A bar stands for %s; worst min.: failures in the worst minute of it.", duration(each));
        if (!profile.activity().worstMinutes().isEmpty()) {
            heading("Minutes with most failures");
            profile.activity().worstMinutes().stream()
                    .limit(5)
                    .forEach(minute -> line(
                            "%s  %,8d of %,d attempts failed",
                            second(minute.startMicros()), minute.failures(), minute.attempts()));
        }
    }

    private void spark(String name, ToLongFunction<LogProfile.Bucket> value, boolean sum) {
        List<LogProfile.Bucket> buckets = profile.activity().buckets();
        int group = Math.max(1, (buckets.size() + SPARKS - 1) / SPARKS);
        List<Long> bars = new ArrayList<>();
        for (int from = 0; from < buckets.size(); from += group) {
            List<LogProfile.Bucket> part = buckets.subList(from, Math.min(buckets.size(), from + group));
            bars.add(
                    sum
                            ? part.stream().mapToLong(value).sum()
                            : part.stream().mapToLong(value).max().orElse(0));
        }
        long most = Math.max(1, bars.stream().mapToLong(Long::longValue).max().orElse(1));
        StringBuilder line = new StringBuilder();
        for (long bar : bars) {
            line.append(
                    bar == 0
                            ? ' '
                            : heights.charAt(
                                    (int) Math.min(heights.length() - 1, heights.length() * bar / (most + 1))));
        }
        line("%-10s %s %,d", name, line, most);
    }

    private void addresses() {
        profile.usersPerAddress().ifPresent(spread -> {
            heading("Users per address"
                    + (spread.share() < 1
                            ? ", of a sample of 1 in " + Math.round(1 / spread.share()) + " addresses"
                            : ""));
            line(
                    "%s",
                    spread.groups().stream()
                            .map(group -> String.format(Locale.ROOT, "%s: %,d", range(group), group.addresses()))
                            .collect(Collectors.joining("   ")));
            line(
                    "most: %s",
                    spread.top().stream()
                            .limit(3)
                            .map(value -> PlainText.format("%s %,d", value.text(), value.rows()))
                            .collect(Collectors.joining(", ")));
        });
    }

    static String range(LogProfile.Group group) {
        if (group.to() == group.from()) {
            return Integer.toString(group.from());
        }
        return group.to() >= Integer.MAX_VALUE - 1 ? group.from() + "+" : group.from() + "-" + group.to();
    }

    private void rejected() {
        if (profile.reading().rejected().isEmpty()) {
            return;
        }
        heading("Rows that cannot be used");
        profile.reading().rejected().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry ->
                        line("%,9d  %s", entry.getValue(), entry.getKey().text()));
        line("first: %s", shown(profile.reading().firstRejected(), 400));
    }

    private void warnings() {
        if (!profile.reading().warnings().isEmpty()) {
            heading("What to look into");
            profile.reading().warnings().forEach(warning -> line("%s", shown(warning, 1000)));
        }
    }

    private void labels() {
        profile.labels().ifPresent(labels -> {
            heading(String.format(
                    Locale.ROOT,
                    "Labels: %,d attacks, %,d normal%s",
                    labels.attacks(),
                    labels.normals(),
                    labels.unlabelled() > 0
                            ? String.format(Locale.ROOT, ", %,d unlabelled", labels.unlabelled())
                            : ""));
            if (labels.features().isEmpty()) {
                line("One class only: nothing to tell apart.");
                return;
            }
            line("%-32s %7s  %s", "feature alone", "ROC-AUC", "more anomalous");
            labels.features().stream()
                    .limit(FEATURES)
                    .forEach(feature -> line(
                            "%-32s %7s  %s",
                            shown(feature.feature(), 32),
                            String.format(Locale.ROOT, "%.3f", feature.rocAuc()),
                            (feature.column().equals(feature.feature()) ? "" : shown(feature.column(), 30) + " ")
                                    + (feature.higher() ? "high" : "low")));
            if (labels.features().size() > FEATURES) {
                line(
                        "and %d more, down to %.3f",
                        labels.features().size() - FEATURES,
                        labels.features().get(labels.features().size() - 1).rocAuc());
            }
            for (String suspicious : labels.suspicious()) {
                out.append(alarm("! " + shown(suspicious, 400))).append('\n');
            }
        });
    }

    private void heading(String text) {
        out.append('\n').append(bold(text)).append('\n');
    }

    private void line(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments).stripTrailing())
                .append('\n');
    }

    private String bold(String text) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    private String alarm(String text) {
        return colour ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    private String shown(String text, int most) {
        String plain = PlainText.of(text, 500);
        return plain.length() <= most ? plain : plain.substring(0, Math.max(1, most - 1)) + dots;
    }

    private static String percent(long part, long whole) {
        if (part == 0 || whole == 0) {
            return "0 %";
        }
        double percent = 100.0 * part / whole;
        return percent < 0.01 ? "<0.01 %" : String.format(Locale.ROOT, percent < 1 ? "%.2f %%" : "%.1f %%", percent);
    }

    static String duration(long minutes) {
        if (minutes % 1440 == 0) {
            return minutes == 1440 ? "a day" : minutes / 1440 + " days";
        }
        if (minutes >= 120) {
            return SignificantDigits.of(minutes / 60.0, 3) + " hours";
        }
        return minutes == 1 ? "a minute" : minutes + " minutes";
    }

    private String second(long micros) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
                .withZone(profile.activity().zone())
                .format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
