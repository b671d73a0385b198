package dev.octet.event;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what a detector said from what is true. A detector that is measured against a detector's output, its own or
 * another's, is measured against itself: {@code docs/circular-labels.md} shows what that is worth.
 */
public final class DetectorOutput {
    /** Columns that every score file of Octet has, beside those that name its rows. */
    private static final List<String> SCORE_COLUMNS = List.of("score", "threshold", "flagged");

    private static final Set<String> WORDS = Set.of(
            ("score scores scored flag flagged threshold predict predicts predicted prediction predictions pred proba"
                            + " probability outlier outliers inlier kmeans isolation isolated iforest svm ocsvm lof"
                            + " autoencoder cluster clusters reconstruction")
                    .split(" "));

    private static final String WHY =
            ", and a detector that is measured against what a detector said is measured against"
                    + " itself (docs/circular-labels.md)";

    private DetectorOutput() {}

    /** Whether these are the columns of a score file. */
    static boolean isScoreFile(Collection<String> columns) {
        List<String> lower =
                columns.stream().map(column -> column.toLowerCase(Locale.ROOT)).toList();
        return lower.containsAll(SCORE_COLUMNS);
    }

    /**
     * Refuses a file or query result of attack windows that is a score file.
     *
     * @throws InputException naming it
     */
    static void refuseAsWindows(Collection<String> columns, String where) {
        if (isScoreFile(columns)) {
            throw new InputException(where + " has the columns " + String.join(", ", SCORE_COLUMNS)
                    + ": it holds a detector's output, not attack windows" + WHY);
        }
    }

    /**
     * Refuses a label column that stands in a score file and is not one that somebody added to it.
     *
     * @throws InputException naming file and column
     */
    static void refuseAsLabel(Collection<String> columns, String label, String where) {
        List<String> written = List.of("score", "threshold", "flagged", "reasons");
        if (isScoreFile(columns) && written.contains(label.toLowerCase(Locale.ROOT))) {
            throw new InputException(where + ": the label column " + label + " stands beside "
                    + String.join(", ", SCORE_COLUMNS) + ": it is a detector's output" + WHY);
        }
    }

    /** What is wrong with a label column of this name; empty where the name says nothing against it. */
    public static Optional<String> inName(String column) {
        String words = column.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return Arrays.stream(words.split("[^a-z0-9]+"))
                .filter(WORDS::contains)
                .findFirst()
                .map(word ->
                        column + " is refused as the label: by its name (\"" + word + "\") it is a detector's output"
                                + WHY + ". If people made it, give the column a name that says so");
    }
}
