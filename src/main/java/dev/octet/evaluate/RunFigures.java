package dev.octet.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Everything that {@code report.html} draws and {@link EvaluationReport} does not hold. Bounded in size, however long the
 * log is.
 *
 * @param view what a row stands for: {@code attempt}, {@code window} or {@code entity}
 * @param rows what was read and what could not be used
 * @param target marked in the plots
 * @param detectors in the order of the table, trivial ones last
 * @param features one for each set of features
 * @param timeline of a view of windows
 * @param provenance what the run was made from, with what, where and when
 * @param configuration the config with its overrides, as YAML
 */
public record RunFigures(
        String view,
        List<RowsRead> rows,
        Target target,
        List<DetectorFigures> detectors,
        List<FeatureFigures> features,
        Optional<WindowTimeline> timeline,
        ObjectNode provenance,
        String configuration) {
    /** Attacks and alarms kept of each detector. */
    public static final int MAX_SPANS = 2000;

    /**
     * What a log held.
     *
     * @param rows all, rejected ones too
     * @param rejected by reason, none where none was
     */
    public record RowsRead(String source, long rows, List<Rejected> rejected) {
        public RowsRead {
            rejected = List.copyOf(rejected);
        }
    }

    /** Rows that could not be used, for one reason. */
    public record Rejected(String reason, long rows) {}

    public RunFigures {
        rows = List.copyOf(rows);
        detectors = List.copyOf(detectors);
        features = List.copyOf(features);
    }
}
