package dev.octet.experiment;

import static dev.octet.experiment.ConfigTypes.oneOf;
import static dev.octet.experiment.ConfigTypes.path;
import static dev.octet.experiment.ConfigTypes.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where labels come from and what they are used for. They never reach a feature.
 *
 * @param source where they come from
 * @param inTraining what a label means for the training and validation spans
 */
public record LabelsConfig(Source source, InTraining inTraining) {

    /** Where labels come from. */
    public sealed interface Source permits Column, Windows {}

    /** A column of the log. */
    public record Column(String name) implements Source {}

    /**
     * A CSV file of attack windows beside the log. A minute is an attack when it lies in floor(start) .. ceil(end), both
     * ends included; an attempt, when it lies in start .. end.
     */
    public record Windows(Path file, String start, String end) implements Source {}

    /** What a label means for the training and validation spans. */
    public enum InTraining {
        /** Rows labelled an attack do not train and do not set the threshold. */
        EXCLUDE,
        /** All rows train, as where there are no labels; labels are for the evaluation only. */
        IGNORE
    }

    private static final Key<Optional<String>> COLUMN =
            Key.optional("column", text("a column's name"), "column of the log that marks attacks (`True` or `1`)");
    private static final Key<Optional<Path>> WINDOWS = Key.optional(
            "windows",
            path("a CSV file"),
            "attack windows: a minute is an attack when it lies in floor(start) .. ceil(end), both ends included; an"
                    + " attempt, when it lies in start .. end");
    private static final Key<String> START =
            Key.byDefault("start", text("a column's name"), "start", "column of `windows` with an attack's first moment");
    private static final Key<String> END =
            Key.byDefault("end", text("a column's name"), "end", "column of `windows` with an attack's last moment");
    private static final Key<InTraining> IN_TRAINING = Key.byDefault(
            "in-training",
            oneOf(InTraining.class),
            "exclude",
            "`exclude`: rows labelled an attack neither train nor set the threshold; `ignore`: labels are for the"
                    + " evaluation only, as if there were none before");

    static final Section<LabelsConfig> SECTION = new Section<>(
            "data.labels",
            "Which rows are attacks: a column of the log, or attack windows in a file beside it; exactly one of"
                    + " `column` and `windows`.",
            List.of(COLUMN, WINDOWS, START, END, IN_TRAINING),
            LabelsConfig::of);

    private static LabelsConfig of(Settings settings) {
        boolean byColumn = settings.exactlyOne(List.<Key<?>>of(COLUMN, WINDOWS)) == COLUMN;
        for (Key<String> key : List.of(START, END)) {
            if (byColumn && settings.isGiven(key)) {
                throw settings.error(key, "belongs to windows, but the labels come from a column; remove it");
            }
        }
        Source source = byColumn
                ? new Column(settings.get(COLUMN).orElseThrow())
                : new Windows(settings.get(WINDOWS).orElseThrow(), settings.get(START), settings.get(END));
        return new LabelsConfig(source, settings.get(IN_TRAINING));
    }
}
