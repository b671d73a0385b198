package dev.octet.evaluate.drift;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlertRate;
import dev.octet.detect.SignificantDigits;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Decides whether a model still fits the rows that it scored, and what to do.
 *
 * @param rows rows counted
 * @param days between the first and the last of them
 * @param moved features that have moved beyond their limits, the farthest first
 * @param unwatched features that move by themselves, as those that count what came before
 * @param score how far the scores have moved
 * @param alerts flagged rows a day
 * @param promised what the threshold was chosen for
 * @param older whether all rows are older than the end of those that the threshold was chosen on
 */
public record DriftReport(
        long rows,
        double days,
        List<Shift> moved,
        List<String> unwatched,
        Shift score,
        AlertRate alerts,
        AlertRate promised,
        boolean older) {
    private static final int SHOWN = 3;
    /** So many times as many alerts, or as few, are more than clusters explain. */
    private static final double FACTOR = 2;

    /**
     * How far something has moved.
     *
     * @param name of a feature, or {@code score}
     * @param index population stability index against the validation normals
     * @param limit where it counts as drift
     */
    public record Shift(String name, double index, double limit) {
        boolean isDrift() {
            return index > limit;
        }
    }

    /** What to do with a model. */
    public enum Decision {
        /** Too few rows to tell. */
        TOO_FEW_ROWS,
        /** The rows are older than the model, so they cannot tell whether it has become old. */
        OLDER_LOG,
        /** It fits: scores and alerts are as they were promised. */
        KEEP,
        /** Its inputs are as they were, its alerts or scores are not: choose the threshold anew. */
        RETHRESHOLD,
        /** Inputs have moved, and scores or alerts with them: train it on later logins. */
        RETRAIN;

        /** As it is written. */
        public String spelled() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    public DriftReport {
        moved = List.copyOf(moved);
        unwatched = List.copyOf(unwatched);
    }

    /** What was promised, at as many rows a day as came. */
    private AlertRate expected() {
        return promised.at(alerts.rowsPerDay());
    }

    /**
     * Alerts come in clusters, one user's after the other, so that an interval is left too easily: the rate must also be
     * twice or half of it.
     */
    private boolean isOff(AlertRate rate) {
        return alerts.isAbove(rate) && alerts.perDay() >= FACTOR * rate.perDay()
                || alerts.isBelow(rate) && alerts.perDay() <= rate.perDay() / FACTOR;
    }

    /** What to do. */
    public Decision decision() {
        if (rows < DriftMonitor.MIN_ROWS) {
            return Decision.TOO_FEW_ROWS;
        }
        if (older) {
            return Decision.OLDER_LOG;
        }
        if (!score.isDrift() && !isOff(promised) && !isOff(expected())) {
            return Decision.KEEP;
        }
        return moved.isEmpty() ? Decision.RETHRESHOLD : Decision.RETRAIN;
    }

    /** Decision and reasons in words; names of features only, no text of a log. */
    public String text() {
        String alertsText = alerts.text() + ", promised " + promised.text() + ", "
                + expected().text() + " at as many logins a day as these";
        String scoreText = "scores moved by " + SignificantDigits.of(score.index(), 2) + " (limit "
                + SignificantDigits.of(score.limit(), 2) + ")";
        String inputs = moved.isEmpty()
                ? "no input moved beyond its limit"
                : "inputs that moved: "
                        + moved.stream()
                                .limit(SHOWN)
                                .map(each -> each.name() + " " + SignificantDigits.of(each.index(), 2) + " (limit "
                                        + SignificantDigits.of(each.limit(), 2) + ")")
                                .collect(Collectors.joining(", "))
                        + (moved.size() > SHOWN ? " and " + (moved.size() - SHOWN) + " more" : "");
        String facts = alertsText + "; " + scoreText + "; " + inputs;
        return switch (decision()) {
            case TOO_FEW_ROWS -> "drift: too few rows to tell (" + rows + " of " + DriftMonitor.MIN_ROWS + ")";
            case OLDER_LOG ->
                "drift: not decided. These logins are older than those that the model was made on, so they cannot tell"
                        + " whether it has become too old; score later ones. " + facts;
            case KEEP -> "drift: keep the model. " + facts;
            case RETHRESHOLD ->
                "drift: choose the threshold anew, after a look at the first alerts: an attack looks the"
                        + " same, and a threshold that is chosen during one lets it pass. " + facts;
            case RETRAIN ->
                "drift: train the model on later logins, after a look at the first alerts and at the fields"
                        + " behind the inputs that moved. " + facts;
        };
    }

    /** As data. */
    public ObjectNode toJson() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("decision", decision().spelled());
        tree.put("rows", rows);
        tree.put("days", days);
        ArrayNode features = tree.putArray("inputs_moved");
        moved.forEach(each -> shift(features.addObject().put("feature", each.name()), each));
        unwatched.forEach(tree.putArray("inputs_not_watched")::add);
        shift(tree.putObject("scores"), score);
        rate(tree.putObject("alerts_per_day"), alerts);
        rate(tree.putObject("promised_alerts_per_day"), promised);
        rate(tree.putObject("expected_alerts_per_day"), expected());
        return tree;
    }

    private static void shift(ObjectNode node, Shift shift) {
        put(node, "population_stability_index", shift.index());
        put(node, "limit", shift.limit());
    }

    private static void rate(ObjectNode node, AlertRate rate) {
        put(node, "value", rate.perDay());
        put(node, "low", rate.low());
        put(node, "high", rate.high());
    }

    private static void put(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }
}
