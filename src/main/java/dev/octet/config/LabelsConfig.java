package dev.octet.config;

import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.path;
import static dev.octet.config.ConfigTypes.text;

import dev.octet.event.InputException;
import dev.octet.event.SelectStatement;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The {@code labels} section of a config: the source of the labels and their use. They never reach a feature.
 *
 * @param source where they come from
 * @param inTraining what a label means for the training and validation spans
 */
public record LabelsConfig(Source source, InTraining inTraining) {

    /** Where labels come from. */
    public sealed interface Source permits Column, Windows, WindowsQuery, JudgedLogins {}

    /** A column of the log. */
    public record Column(String name) implements Source {}

    /**
     * A CSV file of attack windows beside the log, its times written as the log's.
     *
     * @param start column with an attack's first moment; its minute is the first attack minute
     * @param end column with an attack's last moment
     * @param lastMinute which minute is the last attack minute, itself included
     */
    public record Windows(Path file, String start, String end, LastMinute lastMinute) implements Source {}

    /** As {@link Windows}, from the database of the log: the rows of one SELECT. */
    public record WindowsQuery(String query, String start, String end, LastMinute lastMinute) implements Source {}

    /** The verdict log of a service: what analysts said of single logins. */
    public record JudgedLogins(Path file) implements Source {}

    /** Where the last minute of an attack lies. */
    public enum LastMinute {
        /** The minute that {@code end} is rounded up to: the book's rule. It holds no attempt of the attack. */
        CEIL,
        /** The minute that {@code end} lies in: the minutes that the attack touches, and no other. */
        FLOOR
    }

    /** What a label means for the training and validation spans. */
    public enum InTraining {
        /** Rows labelled an attack do not train and do not set the threshold; a supervised detector learns from them. */
        EXCLUDE,
        /** All rows train, as where there are no labels; labels are for the evaluation only. */
        IGNORE
    }

    /** Whether a log without labels will do: what they would be for is the evaluation alone. */
    public boolean mayBeMissing() {
        return inTraining == InTraining.IGNORE;
    }

    private static final Key<Optional<String>> COLUMN = Key.optional(
            "column", text("a column's name"), "column of the log that marks attacks: true/false, 1/0 or yes/no");
    private static final Key<Optional<Path>> WINDOWS = Key.optional(
            "windows",
            path("a CSV file"),
            "attack windows, their times written as the log's; the minutes from floor(start) to `last-minute` are"
                    + " attacks, both ends included");
    private static final Key<Optional<String>> WINDOWS_QUERY = Key.optional(
            "windows-query",
            text("a SELECT"),
            "attack windows from the database of `data.format.jdbc`, as those of `windows`: one SELECT");
    private static final Key<Optional<Path>> VERDICTS = Key.optional(
            "verdicts",
            path("a verdict log"),
            "the `verdicts.ndjson` of `octet serve`: a login that somebody called a takeover is an attack, all others are"
                    + " not. Told by user and time, so not for a service that keeps pseudonyms");
    private static final Key<String> START = Key.byDefault(
            "start", text("a column's name"), "start", "column of `windows` with an attack's first moment");
    private static final Key<String> END =
            Key.byDefault("end", text("a column's name"), "end", "column of `windows` with an attack's last moment");
    private static final Key<LastMinute> LAST_MINUTE = Key.byDefault(
            "last-minute",
            oneOf(LastMinute.class),
            "ceil",
            "of an attack window: `ceil`, the minute that its end is rounded up to (Molin's book; it holds no attempt of"
                    + " the attack any more), or `floor`, the minute that its end lies in");
    private static final Key<InTraining> IN_TRAINING = Key.byDefault(
            "in-training",
            oneOf(InTraining.class),
            "exclude",
            "`exclude`: rows labelled an attack neither train nor set the threshold, but detectors that learn from labels"
                    + " are given them; `ignore`: labels are for the evaluation only, as if there were none before; then a log without"
                    + " them will do, and the table counts nothing against them");

    static final Section<LabelsConfig> SECTION = new Section<>(
            "data.labels",
            "Which rows are attacks: a column of the log, attack windows or verdicts beside it; exactly one of `column`,"
                    + " `windows`, `windows-query` and `verdicts`.",
            List.of(COLUMN, WINDOWS, WINDOWS_QUERY, VERDICTS, START, END, LAST_MINUTE, IN_TRAINING),
            LabelsConfig::of);

    private static LabelsConfig of(Settings settings) {
        Key<?> from = settings.exactlyOne(List.<Key<?>>of(COLUMN, WINDOWS, WINDOWS_QUERY, VERDICTS));
        for (Key<?> key : List.of(START, END, LAST_MINUTE)) {
            if ((from == COLUMN || from == VERDICTS) && settings.isGiven(key)) {
                throw settings.error(
                        key,
                        "belongs to windows, but the labels come from " + (from == COLUMN ? "a column" : "verdicts")
                                + "; remove it");
            }
        }
        String start = settings.get(START);
        String end = settings.get(END);
        LastMinute last = settings.get(LAST_MINUTE);
        Source source;
        if (from == COLUMN) {
            source = new Column(settings.get(COLUMN).orElseThrow());
        } else if (from == VERDICTS) {
            source = new JudgedLogins(settings.get(VERDICTS).orElseThrow());
        } else if (from == WINDOWS) {
            source = new Windows(settings.get(WINDOWS).orElseThrow(), start, end, last);
        } else {
            String query = settings.get(WINDOWS_QUERY).orElseThrow();
            try {
                SelectStatement.check(query);
            } catch (InputException e) {
                throw settings.error(WINDOWS_QUERY, e.getMessage());
            }
            source = new WindowsQuery(query, start, end, last);
        }
        return new LabelsConfig(source, settings.get(IN_TRAINING));
    }
}
