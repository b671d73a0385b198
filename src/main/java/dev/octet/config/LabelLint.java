package dev.octet.config;

import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.feature.Feature;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.View;
import java.util.List;
import java.util.Locale;

/**
 * Refuses a feature that is the label, and a label that is a field of the log. What a config's names say is refused when
 * it is read; what only the rows say, by {@link #see} and {@link #check}. Not thread-safe.
 */
public final class LabelLint {
    /** Fewer rows may agree by chance. */
    private static final long ENOUGH_ROWS = 100;

    private final String column;
    private long attackSucceeded;
    private long attackFailed;
    private long normalSucceeded;
    private long normalFailed;

    /** @param column the label column, null where there is none */
    public LabelLint(String column) {
        this.column = column;
    }

    /**
     * Refuses the label column among the features, however it is spelled.
     *
     * @param path of the features in the config
     */
    static void refuseAsFeature(ConfigFile file, String path, View view, List<FeatureRequest> asked, DataConfig data) {
        if (data.labels().isEmpty() || !(data.labels().get().source() instanceof LabelsConfig.Column label)) {
            return;
        }
        for (FeatureRequest request : asked) {
            boolean known = Feature.named(request.name())
                    .filter(feature -> feature.isOf(view))
                    .isPresent();
            if (!known && plain(request.name()).equals(plain(label.name()))) {
                throw file.error(
                        path,
                        "\"" + request.name() + "\" is refused: it is data.labels.column, " + label.name()
                                + ", and a label never reaches a feature");
            }
        }
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Takes note of a row. */
    public void see(Labelled<LoginEvent> login) {
        see(login.label(), login.row().success(), 1);
    }

    /** Takes note of so many rows with this label and outcome. */
    public void see(Label label, boolean success, long rows) {
        if (label == Label.ATTACK) {
            attackSucceeded += success ? rows : 0;
            attackFailed += success ? 0 : rows;
        } else if (label == Label.NORMAL) {
            normalSucceeded += success ? rows : 0;
            normalFailed += success ? 0 : rows;
        }
    }

    /** @throws InputException if the label says of every row what the success field says */
    public void check() {
        long rows = attackSucceeded + attackFailed + normalSucceeded + normalFailed;
        boolean isFailure = attackSucceeded == 0 && normalFailed == 0;
        boolean isSuccess = attackFailed == 0 && normalSucceeded == 0;
        boolean both = attackSucceeded + attackFailed > 0 && normalSucceeded + normalFailed > 0;
        if (rows >= ENOUGH_ROWS && both && (isFailure || isSuccess)) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "data.labels.column: %s is refused as the label: in all %,d rows it says %s, so it is computed from a"
                            + " field that features see (docs/circular-labels.md)",
                    column,
                    rows,
                    isFailure
                            ? "attack where the login failed and normal where it succeeded"
                            : "attack where the login succeeded and normal where it failed"));
        }
    }
}
