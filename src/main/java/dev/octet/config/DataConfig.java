package dev.octet.config;

import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.oneOrMore;
import static dev.octet.config.ConfigTypes.path;

import dev.octet.event.DetectorOutput;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginField;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.enrich.EnrichSettings;
import dev.octet.event.format.ColumnFormats;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The {@code data} section of a config: logs, labels, and which rows train.
 *
 * @param labels empty where nothing is known
 * @param simulate makes the one file of {@code train} where it does not exist
 * @param truth CSV that names the attacker of each takeover row, for the evaluation only
 * @param trainOn which rows of the training and validation spans train
 * @param sampleRows rows of either span that a detector is trained with at most; all where empty
 */
public record DataConfig(
        Reading reading,
        Optional<LabelsConfig> labels,
        Optional<SimulateConfig> simulate,
        Optional<Path> truth,
        TrainOn trainOn,
        Matrices matrices,
        Optional<Integer> sampleRows) {

    /**
     * The log, and how it is read.
     *
     * @param format how the files are read, with the label column where labels come from one
     * @param jdbc where rows come from a database; then there are no files
     * @param train files, at least one; split by time where {@code test} is empty
     * @param test files, later than {@code train}
     * @param rejection how many rows may be unreadable
     * @param enrich what logins are completed with
     */
    public record Reading(
            LogFormat format,
            Optional<JdbcConfig> jdbc,
            List<Path> train,
            List<Path> test,
            RejectionPolicy rejection,
            EnrichSettings enrich) {

        public Reading {
            train = List.copyOf(train);
            test = List.copyOf(test);
        }
    }

    /**
     * Where the values of a span are kept.
     *
     * @param mebibytes that they may take in memory; more go to files
     * @param folder where those files are; in the output folder where empty
     */
    public record Matrices(int mebibytes, Optional<Path> folder) {}

    /** Which rows of the training and validation spans fit features and train. */
    public enum TrainOn {
        /** Those that are scored: the successful logins where {@code evaluate.on} says so. */
        SCORED,
        /** Every row. */
        ALL
    }

    private static final Key<FormatKeys.Read> FORMAT =
            Key.required("format", FormatKeys.TYPE, "how the files are read, or the database that is read instead");
    static final Key<Optional<List<Path>>> TRAIN = Key.optional(
            "train",
            oneOrMore(path("a file")),
            "required, but not with a database: what to train on; also what to test on, where there is no `test`. A log that is not in the order of time is sorted. `.gz`, `.xz` and"
                    + " `.zst` are read as they are");
    static final Key<Optional<List<Path>>> TEST = Key.optional(
            "test",
            oneOrMore(path("a file")),
            "what to test on, later than `train`; without it `train` is split by time");
    private static final Key<Optional<LabelsConfig>> LABELS =
            Key.optional("labels", LabelsConfig.SECTION, "which rows are attacks; without it nothing is known");
    private static final Key<Double> MAX_REJECTED = Key.byDefault(
            "max-rejected",
            number("[0, 1]"),
            "0.001",
            "share of rows whose time or outcome may be unreadable; above it the run stops. All that cannot be read is listed in"
                    + " `unreadable.csv`");
    private static final Key<Optional<SimulateConfig>> SIMULATE =
            Key.optional("simulate", SimulateConfig.SECTION, "make `train` where it does not exist");
    static final Key<Optional<Path>> TRUTH = Key.optional(
            "truth",
            path("a CSV file"),
            "names the attacker of each takeover, for the evaluation only; the simulator writes one beside its file");
    private static final Key<TrainOn> TRAIN_ON = Key.byDefault(
            "train-on",
            oneOf(TrainOn.class),
            "scored",
            "`scored`: rows that `evaluate.on` leaves out do not train either, they only pass through the history; `all`:"
                    + " every row trains");

    private static final Key<EnrichSettings> ENRICH = Key.byDefault(
            "enrich", EnrichKeys.SECTION, "{}", "what addresses and user agents tell, where the log does not");

    private static final Key<Integer> MATRIX_MEMORY = Key.byDefault(
            "matrix-memory",
            count(0, 1 << 20),
            "128",
            "MiB that the values of a span may take in memory, 4 bytes a value; more go to files, and those of the"
                    + " training and validation rows stay there for the next run");
    private static final Key<Optional<Path>> MATRIX_CACHE = Key.optional(
            "matrix-cache",
            path("a folder"),
            "where those files are, `cache` in `output` where not given. They are used again by a run with the same"
                    + " program, data (by checksum), view, features, split and labels; a run removes what it has no use for");

    private static final Key<Optional<Integer>> SAMPLE_ROWS = Key.optional(
            "sample-rows",
            count(1, 1 << 30),
            "rows that a detector is trained with at most, and validation rows that its training looks at; drawn by a hash of"
                    + " user and time. Vocabularies, scales and the threshold come from all rows. All rows train where not"
                    + " given, but with `--on` 500000. Only for `view: attempt`");

    static final Section<DataConfig> SECTION = new Section<>(
            "data",
            "What is read. Paths are relative to the working directory; `${OCTET_DATA}` in a path is the environment's"
                    + " OCTET_DATA, or `data`. Where to get the public data sets: [data/README.md](../data/README.md).",
            List.of(
                    FORMAT,
                    TRAIN,
                    TEST,
                    LABELS,
                    TRAIN_ON,
                    MAX_REJECTED,
                    SIMULATE,
                    TRUTH,
                    ENRICH,
                    MATRIX_MEMORY,
                    MATRIX_CACHE,
                    SAMPLE_ROWS),
            DataConfig::of);

    private static boolean isField(LogFormat format, String column) {
        return Stream.concat(LoginField.values().stream(), format.extraFields().stream())
                .anyMatch(field -> column.equals(format.place(field)));
    }

    private static DataConfig of(Settings settings) {
        Optional<LabelsConfig> labels = settings.get(LABELS);
        LogFormat format = settings.get(FORMAT).format();
        Optional<JdbcConfig> jdbc = settings.get(FORMAT).jdbc();
        for (Key<?> key : List.of(TRAIN, TEST, SIMULATE)) {
            if (jdbc.isPresent() && settings.isGiven(key)) {
                throw settings.error(key, "is for files, but data.format.jdbc reads a database; remove it");
            }
        }
        if (jdbc.isEmpty() && !settings.isGiven(TRAIN)) {
            throw settings.error(
                    "the key train is missing; it must be " + TRAIN.type().describe());
        }
        List<Path> train = settings.get(TRAIN).orElse(List.of());
        if (jdbc.isEmpty() && labels.isPresent() && labels.get().source() instanceof LabelsConfig.WindowsQuery) {
            throw settings.error(
                    LABELS,
                    "windows-query needs data.format.jdbc, the database that it asks; with files"
                            + " give windows, a file");
        }
        if (labels.isPresent() && labels.get().source() instanceof LabelsConfig.Column column) {
            if (isField(format, column.name())) {
                throw settings.error(
                        LABELS,
                        "the column " + column.name() + " is read as a field; a label must be a column of its own");
            }
            Optional<String> output = DetectorOutput.inName(column.name());
            if (output.isPresent()) {
                throw settings.error(LABELS, output.get());
            }
            format = format.withLabelColumn(column.name());
            jdbc = jdbc.map(from ->
                    new JdbcConfig(from.database(), from.query(), from.columns().withLabelColumn(column.name())));
        }
        if (settings.isGiven(SIMULATE) && !settings.get(FORMAT).format().equals(ColumnFormats.RBA)) {
            throw settings.error(SIMULATE, "the simulator writes format: rba only");
        }
        if (settings.isGiven(SIMULATE) && train.size() != 1) {
            throw settings.error(TRAIN, "simulate makes one file, here are " + train.size());
        }
        return new DataConfig(
                new Reading(
                        format,
                        jdbc,
                        train,
                        settings.get(TEST).orElse(List.of()),
                        new RejectionPolicy(settings.get(MAX_REJECTED), false),
                        settings.get(ENRICH)),
                labels,
                settings.get(SIMULATE),
                settings.get(TRUTH),
                settings.get(TRAIN_ON),
                new Matrices(settings.get(MATRIX_MEMORY), settings.get(MATRIX_CACHE)),
                settings.get(SAMPLE_ROWS));
    }
}
