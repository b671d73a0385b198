package dev.octet.config;

import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;

/**
 * The {@code replay} section of a config: the calendar spans that the test span is cut into, and the rows that are learned from.
 *
 * @param holdOut share of a span's rows that no detector learns from, so that thresholds are chosen on them
 * @param verdicts which rows get a label
 * @param budget share of a span's rows that are shown as alerts, where only those get a label
 * @param explore further rows that are shown, drawn at random, as a share of the alerts
 * @param wrong share of the labels that are wrong, drawn at random
 */
public record ReplayConfig(Every every, double holdOut, Labels verdicts, double budget, double explore, double wrong) {

    /** Which rows of a span get their label after it. */
    public enum Labels {
        /** All of them. */
        ALL,
        /** Those that an analyst was shown: the alerts, and a share of random picks. */
        ALERTS
    }

    /** How long one span is; each begins where the calendar's does, in the log's zone. */
    public enum Every {
        MONTH,
        /** From Monday on. */
        WEEK,
        DAY,
        HOUR
    }

    private static final Key<Every> EVERY = Key.byDefault(
            "every",
            oneOf(Every.class),
            "month",
            "length of a span; each begins where the calendar's does, weeks on Monday");

    private static final Key<Double> HOLD_OUT = Key.byDefault(
            "hold-out",
            number("[0.01, 0.9]"),
            "0.2",
            "share of a span's rows, evenly spread, that a detector which learns online never learns from; the latest of"
                    + " them, as many as the validation span had, are what the next threshold is chosen on");

    private static final Key<Labels> VERDICTS = Key.byDefault(
            "verdicts",
            oneOf(Labels.class),
            "all",
            "which rows of a span get a label after it: `all`, or only the `alerts` of the budget and some random picks, as an"
                    + " analyst's verdicts; then every detector learns from them by a second stage");

    private static final Key<Double> BUDGET = Key.byDefault(
            "budget", number("(0, 0.5]"), "0.005", "share of a span's rows that are alerts; with `verdicts: alerts`");

    private static final Key<Double> EXPLORE = Key.byDefault(
            "explore",
            number("[0, 10]"),
            "0.1",
            "random picks for each alert that are shown and judged, too; with `verdicts: alerts`");

    private static final Key<Double> WRONG = Key.byDefault(
            "wrong", number("[0, 0.5)"), "0", "share of the verdicts that are wrong; with `verdicts: alerts`");

    static final Section<ReplayConfig> SECTION = new Section<>(
            "replay",
            "For `./octet replay CONFIG`: the test span is walked calendar span by calendar span; each is predicted, then its"
                    + " labels arrive, and the model learns from them. See [replay.md](replay.md).",
            List.of(EVERY, HOLD_OUT, VERDICTS, BUDGET, EXPLORE, WRONG),
            settings -> new ReplayConfig(
                    settings.get(EVERY),
                    settings.get(HOLD_OUT),
                    settings.get(VERDICTS),
                    settings.get(BUDGET),
                    settings.get(EXPLORE),
                    settings.get(WRONG)));

    /** The first moment after {@code micros} at which a span begins; microseconds since 1970, as the argument. */
    public long nextAfter(long micros, ZoneId zone) {
        ZonedDateTime now = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atZone(zone);
        LocalDate day = now.toLocalDate();
        ZonedDateTime next = switch (every) {
            case MONTH -> YearMonth.from(day).plusMonths(1).atDay(1).atStartOfDay(zone);
            case WEEK -> day.with(TemporalAdjusters.next(DayOfWeek.MONDAY)).atStartOfDay(zone);
            case DAY -> day.plusDays(1).atStartOfDay(zone);
            case HOUR -> now.truncatedTo(ChronoUnit.HOURS).plusHours(1);
        };
        return ChronoUnit.MICROS.between(Instant.EPOCH, next.toInstant());
    }

    /** What a span that begins here, or holds this moment, is called. */
    public String name(long micros, ZoneId zone) {
        ZonedDateTime at = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atZone(zone);
        LocalDate day = at.toLocalDate();
        return switch (every) {
            case MONTH -> YearMonth.from(day).toString();
            case WEEK ->
                day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toString();
            case DAY -> day.toString();
            case HOUR -> at.toLocalDateTime().truncatedTo(ChronoUnit.HOURS).toString();
        };
    }
}
