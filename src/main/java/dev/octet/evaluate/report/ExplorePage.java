package dev.octet.evaluate.report;

import dev.octet.evaluate.explore.LogProfile;
import dev.octet.event.LoginField;
import dev.octet.event.text.PlainText;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Writes {@code explore.html}: what is in a log, before anything is modelled. Same input, same bytes. */
public final class ExplorePage {
    private static final String[] DAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    private static final int SHOWN_VALUES = 6;
    private static final int SHADES = 5;
    private static final int MAX_BARS = 360;
    private static final double SEPARATES = 0.7;
    private static final double LOOKS_LIKE_THE_LABEL = 0.999;

    private final LogProfile profile;
    private final Markup page;

    private ExplorePage(LogProfile profile, Markup page) {
        this.profile = profile;
        this.page = page;
    }

    /** The page. */
    public static String of(LogProfile profile) {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("overview", "Overview");
        sections.put("columns", "Columns");
        sections.put("time", "Time");
        profile.usersPerAddress().ifPresent(any -> sections.put("addresses", "Addresses"));
        profile.labels().ifPresent(any -> sections.put("labels", "Labels"));
        return Page.of(
                "Exploration", profile.reading().source(), sections, page -> new ExplorePage(profile, page).sections());
    }

    private void sections() {
        overview();
        columns();
        time();
        profile.usersPerAddress().ifPresent(this::addresses);
        profile.labels().ifPresent(this::labels);
    }

    private void overview() {
        page.open("section", "id", "overview", "aria-labelledby", "overview-title");
        page.element("h1", profile.reading().source(), "id", "overview-title").line();
        page.element(
                "p",
                second(profile.activity().firstMicros()) + " to "
                        + second(profile.activity().lastMicros()) + " ("
                        + profile.activity().zoneName() + ")",
                "class",
                "lead");
        profile.labels()
                .ifPresent(labels -> labels.suspicious()
                        .forEach(line -> page.element("p", line, "class", "banner warning")
                                .line()));
        page.open("div", "class", "tiles").line();
        long failures = profile.usable() - profile.successes();
        tile("Attempts", Numbers.count(profile.usable()), span());
        tile(
                "Succeeded",
                Numbers.percent((double) profile.successes() / profile.usable()),
                Numbers.count(failures) + " failed");
        for (LogProfile.Column column : profile.columns()) {
            if (column.field().equals(LoginField.USER)) {
                tile("Users", distinct(column), average(column));
            } else if (column.field().equals(LoginField.IP)) {
                tile("Addresses", distinct(column), average(column));
            }
        }
        tile("Cannot be used", Numbers.count(profile.reading().rows() - profile.usable()), "rows");
        profile.labels()
                .ifPresent(labels -> tile(
                        "Attacks",
                        Numbers.count(labels.attacks()),
                        "of " + Numbers.count(labels.attacks() + labels.normals()) + " labelled"));
        page.close().line();
        if (!profile.reading().rejected().isEmpty()) {
            rejected();
        }
        profile.reading().warnings().forEach(warning -> page.note(warning).line());
        page.note("Every figure of this page is printed by octet explore --json.");
        page.close().line();
    }

    private void tile(String name, String value, String more) {
        page.open("div", "class", "tile");
        page.element("div", name, "class", "tile-name");
        page.element("div", value, "class", "tile-value");
        page.element("div", more, "class", "tile-more");
        page.close().line();
    }

    private String average(LogProfile.Column column) {
        double each = (double) (profile.usable() - column.missing()) / Math.max(1, column.distinct());
        return Numbers.rate(each) + " attempts each";
    }

    private static String distinct(LogProfile.Column column) {
        return (column.distinctEstimated() ? "~" : "") + Numbers.count(column.distinct());
    }

    private String span() {
        Duration span =
                Duration.of(profile.activity().lastMicros() - profile.activity().firstMicros(), ChronoUnit.MICROS);
        return span.toHours() >= 48
                ? "in " + Numbers.count(span.toDays()) + " days"
                : "in " + Numbers.rate(span.toMinutes() / 60.0) + " hours";
    }

    private void rejected() {
        page.element("h3", "Rows that cannot be used");
        table("Rows that cannot be used", List.of("Reason"), List.of("Rows"));
        profile.reading().rejected().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> page.open("tr")
                        .rowName(entry.getKey().text())
                        .number(Numbers.count(entry.getValue()))
                        .close()
                        .line());
        endTable();
        page.note("The first: " + profile.reading().firstRejected()).line();
    }

    private void table(String name, List<String> texts, List<String> numbers) {
        page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name);
        page.open("table", "class", "figures few").open("thead").open("tr");
        texts.forEach(text -> page.element("th", text, "scope", "col"));
        numbers.forEach(text -> page.element("th", text, "scope", "col", "class", "num"));
        page.close().close().open("tbody").line();
    }

    private void endTable() {
        page.close().close().close().line();
    }

    private void columns() {
        ReportPage.section(page, "columns", "Columns");
        page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Columns");
        page.open("table", "class", "figures many").open("thead").open("tr");
        page.element("th", "Column", "scope", "col");
        page.element("th", "Missing", "scope", "col", "class", "num");
        page.element("th", "Different", "scope", "col", "class", "num");
        page.element("th", "Most frequent values, share of all attempts", "scope", "col");
        page.close().close().open("tbody").line();
        long undercount = 0;
        boolean estimated = false;
        for (LogProfile.Column column : profile.columns()) {
            estimated |= column.distinctEstimated();
            undercount = Math.max(undercount, column.undercount());
            page.open("tr").element("th", column.name(), "scope", "row", "class", "path");
            page.number(Numbers.percent((double) column.missing() / profile.usable()));
            page.number(distinct(column));
            page.open("td");
            column.numbers()
                    .ifPresentOrElse(
                            numbers -> page.text(Numbers.rate(numbers.least()) + " to " + Numbers.rate(numbers.most())
                                    + ", mean " + Numbers.rate(numbers.mean())),
                            () -> values(column.top()));
            page.close().close().line();
        }
        endTable();
        if (estimated) {
            page.note(
                    "~ is an estimate with a standard error of 0.6 %; in such a column, a value's rows are too low by at most "
                            + Numbers.count(undercount) + ".");
        }
        page.close().line();
    }

    private void values(List<LogProfile.Value> values) {
        page.open("ul", "class", "shares wide");
        for (LogProfile.Value value : values.subList(0, Math.min(SHOWN_VALUES, values.size()))) {
            double share = (double) value.rows() / profile.usable();
            page.open("li");
            page.element("span", PlainText.shortened(value.text(), 120), "class", "share-name");
            page.open("progress", "max", "1", "value", String.format(Locale.ROOT, "%.4f", share))
                    .close();
            page.element("span", Numbers.percent(share), "class", "share-value");
            page.close();
        }
        page.close();
    }

    private void time() {
        ReportPage.section(page, "time", "Time");
        heatMap("Attempts by weekday and hour", profile.activity().attemptsByHour());
        heatMap("Failures by weekday and hour", profile.activity().failuresByHour());
        List<LogProfile.Bucket> buckets = bars();
        String each = duration(barMinutes());
        series(
                buckets,
                "Attempts and failures",
                "attempts in " + each,
                List.of("bar normal", "bar attack"),
                List.of(LogProfile.Bucket::attempts, LogProfile.Bucket::failures),
                List.of("attempts", "failures"));
        series(
                buckets,
                "Failures in the worst minute",
                "failures a minute, worst minute of " + each,
                List.of("bar attack"),
                List.of(LogProfile.Bucket::worstMinute),
                List.of("failures in the worst minute"));
        if (!profile.activity().worstMinutes().isEmpty()) {
            page.element("h3", "Minutes with most failures");
            table("Minutes with most failures", List.of("Minute"), List.of("Failures", "Attempts"));
            profile.activity()
                    .worstMinutes()
                    .forEach(minute -> page.open("tr")
                            .rowName(second(minute.startMicros()))
                            .number(Numbers.count(minute.failures()))
                            .number(Numbers.count(minute.attempts()))
                            .close()
                            .line());
            endTable();
        }
        page.close().line();
    }

    private void heatMap(String name, long[][] counts) {
        long most = 1;
        for (long[] day : counts) {
            for (long count : day) {
                most = Math.max(most, count);
            }
        }
        page.element("h3", name + " (" + profile.activity().zoneName() + ")");
        page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name);
        page.open("table", "class", "figures heat").open("thead").open("tr");
        page.element("td", "");
        for (int hour = 0; hour < 24; hour++) {
            page.element("th", String.format(Locale.ROOT, "%02d", hour), "scope", "col");
        }
        page.close().close().open("tbody").line();
        for (int day = 0; day < DAYS.length; day++) {
            page.open("tr").rowName(DAYS[day]);
            for (int hour = 0; hour < 24; hour++) {
                long count = counts[day][hour];
                int shade = count == 0 ? 0 : 1 + (int) Math.min(SHADES - 1, SHADES * count / (most + 1));
                page.open(
                        "td",
                        "class",
                        shade == 0 ? null : "shade" + shade,
                        "title",
                        DAYS[day] + ", " + hour + " to " + (hour + 1) + " h: " + Numbers.count(count));
                page.element("span", Numbers.count(count), "class", "hidden").close();
            }
            page.close().line();
        }
        endTable();
        page.note("The darkest field: up to " + Numbers.count(most) + " an hour of the week.");
    }

    private long barMinutes() {
        int group = Math.max(1, (profile.activity().buckets().size() + MAX_BARS - 1) / MAX_BARS);
        return group * profile.activity().bucketMinutes();
    }

    /** Neighbouring buckets as one, so that each is wide enough to be seen. */
    private List<LogProfile.Bucket> bars() {
        List<LogProfile.Bucket> all = profile.activity().buckets();
        int group = (int) (barMinutes() / profile.activity().bucketMinutes());
        List<LogProfile.Bucket> bars = new ArrayList<>();
        for (int from = 0; from < all.size(); from += group) {
            List<LogProfile.Bucket> part = all.subList(from, Math.min(all.size(), from + group));
            bars.add(new LogProfile.Bucket(
                    part.get(0).startMicros(),
                    part.stream().mapToLong(LogProfile.Bucket::attempts).sum(),
                    part.stream().mapToLong(LogProfile.Bucket::failures).sum(),
                    part.stream()
                            .mapToLong(LogProfile.Bucket::worstMinute)
                            .max()
                            .orElse(0)));
        }
        return bars;
    }

    private void series(
            List<LogProfile.Bucket> buckets,
            String title,
            String label,
            List<String> styles,
            List<ToLongFunction<LogProfile.Bucket>> values,
            List<String> names) {
        double dayMinutes = 1440;
        double most = 0;
        for (ToLongFunction<LogProfile.Bucket> value : values) {
            most = Math.max(most, buckets.stream().mapToLong(value).max().orElse(0));
        }
        LocalDate first = LocalDate.ofInstant(instant(profile.activity().firstMicros()), ZoneOffset.UTC);
        LocalDate last = LocalDate.ofInstant(instant(profile.activity().lastMicros()), ZoneOffset.UTC);
        Plot plot = Plot.wide(
                title,
                title + " from " + second(profile.activity().firstMicros()) + " to "
                        + second(profile.activity().lastMicros()),
                0,
                Axis.days("date (UTC)", first, last),
                Axis.counts(label, most));
        double width = barMinutes() / dayMinutes;
        for (int i = 0; i < values.size(); i++) {
            ToLongFunction<LogProfile.Bucket> value = values.get(i);
            for (LogProfile.Bucket bucket : buckets) {
                double from = bucket.startMicros() / 1e6 / 86_400;
                plot.bar(
                        styles.get(i),
                        from,
                        from + width,
                        value.applyAsLong(bucket),
                        second(bucket.startMicros()) + ": " + Numbers.count(value.applyAsLong(bucket)) + " "
                                + names.get(i));
            }
        }
        page.open("figure", "class", "wide").element("figcaption", title);
        if (names.size() > 1) {
            page.open("p", "class", "note");
            for (int i = 0; i < names.size(); i++) {
                page.legend(styles.get(i).replace("bar ", ""), names.get(i));
            }
            page.close();
        }
        page.open("div", "class", "scroll");
        plot.writeTo(page);
        page.close().close().line();
    }

    private void addresses(LogProfile.Spread spread) {
        ReportPage.section(page, "addresses", "Users per address");
        if (spread.share() < 1) {
            page.element(
                    "p",
                    "Counted for a sample of 1 in " + Math.round(1 / spread.share())
                            + " addresses, whose counts are exact.",
                    "class",
                    "lead");
        }
        page.open("div", "class", "columns").open("div").element("h3", "How many users");
        table("Addresses by users", List.of("Users"), List.of("Addresses", "Share"));
        long all =
                spread.groups().stream().mapToLong(LogProfile.Group::addresses).sum();
        spread.groups()
                .forEach(group -> page.open("tr")
                        .rowName(range(group))
                        .number(Numbers.count(group.addresses()))
                        .number(Numbers.percent((double) group.addresses() / all))
                        .close()
                        .line());
        endTable();
        page.close().open("div").element("h3", "Addresses with most users");
        table("Addresses with most users", List.of("Address"), List.of("Users"));
        spread.top()
                .forEach(value -> page.open("tr")
                        .element("th", value.text(), "scope", "row", "class", "path")
                        .number(Numbers.count(value.rows()))
                        .close()
                        .line());
        endTable();
        page.close().close().close().line();
    }

    private void labels(LogProfile.Labels labels) {
        ReportPage.section(page, "labels", "Labels");
        if (labels.features().isEmpty()) {
            page.element("p", "All labelled rows are of one class: there is nothing to tell apart.", "class", "empty");
            page.close().line();
            return;
        }
        page.element(
                "p",
                "How well each feature alone tells attacks from the rest, by its better direction: 0.5 is chance, 1 is"
                        + " perfect. It is measured on all labels at once, so it says where to look, not how good a detector"
                        + " will be. A feature at 1 is more often the label in disguise than a good idea.",
                "class",
                "lead");
        table("Features", List.of("Feature", "More anomalous"), List.of("ROC-AUC"));
        for (LogProfile.Separation feature : labels.features()) {
            String chip = feature.rocAuc() >= LOOKS_LIKE_THE_LABEL
                    ? "chip attack"
                    : feature.rocAuc() >= SEPARATES ? "chip good" : "chip";
            page.open("tr").element("th", feature.feature(), "scope", "row", "class", "path");
            page.element(
                    "td",
                    (feature.column().equals(feature.feature()) ? "" : feature.column() + ", ")
                            + (feature.higher() ? "high" : "low"));
            page.open("td", "class", "num")
                    .element("span", String.format(Locale.ROOT, "%.3f", feature.rocAuc()), "class", chip)
                    .close();
            page.close().line();
        }
        endTable();
        page.close().line();
    }

    private static String range(LogProfile.Group group) {
        if (group.from() == group.to()) {
            return Integer.toString(group.from());
        }
        return group.to() >= Integer.MAX_VALUE - 1
                ? Numbers.count(group.from()) + " and more"
                : group.from() + "–" + group.to();
    }

    private static String duration(long minutes) {
        if (minutes >= 2 * 1440) {
            return Numbers.rate(minutes / 1440.0) + " days";
        }
        return minutes >= 120
                ? Numbers.rate(minutes / 60.0) + " hours"
                : minutes == 1 ? "a minute" : minutes + " minutes";
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private String second(long micros) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
                .withZone(profile.activity().zone())
                .format(instant(micros));
    }
}
