package dev.octet.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Adds what a report draws to its JSON. Long lists are columns: one array for each quantity. */
final class FiguresJson {
    private FiguresJson() {}

    /** @param tree of the report that the figures belong to, whose detectors are in the same order */
    static void add(ObjectNode tree, RunFigures figures) {
        tree.put("view", figures.view());
        tree.set("target", ReportJson.bound(figures.target()));
        for (int i = 0; i < figures.detectors().size(); i++) {
            detector(
                    (ObjectNode) tree.get("detectors").get(i),
                    figures.detectors().get(i));
        }
        tree.set("read", ReportJson.bound(figures.rows()));
        tree.set("features", ReportJson.bound(figures.features()));
        figures.timeline().ifPresent(timeline -> tree.set("timeline", ReportJson.bound(timeline)));
        tree.set("provenance", figures.provenance());
    }

    private static void detector(ObjectNode node, DetectorFigures figures) {
        figures.curve().ifPresent(curve -> {
            ObjectNode one = node.putObject("curve");
            one.put("attacks", curve.attacks());
            one.put("normals", curve.normals());
            column(one, "score", curve.points(), RankingCurve.Point::score);
            column(one, "found", curve.points(), RankingCurve.Point::found);
            column(one, "false_alarms", curve.points(), RankingCurve.Point::falseAlarms);
        });
        figures.histogram().ifPresent(histogram -> {
            ObjectNode one = node.putObject("histogram");
            one.put("logarithmic", histogram.logarithmic());
            column(one, "edges", histogram.edges(), edge -> edge);
            histogram.normals().forEach(one.putArray("normals")::add);
            histogram.attacks().forEach(one.putArray("attacks")::add);
            one.put("infinite", histogram.infinite());
        });
        figures.training().ifPresent(training -> {
            ObjectNode one = node.putObject("training");
            training.best()
                    .ifPresentOrElse(best -> one.put("best_epoch", best.epoch()), () -> one.putNull("best_epoch"));
            ArrayNode epochs = one.putArray("epoch");
            training.epochs().forEach(each -> epochs.add(each.epoch()));
            column(one, "train_loss", training.epochs(), TrainingCurve.Epoch::trainLoss);
            column(one, "validation_loss", training.epochs(), TrainingCurve.Epoch::validationLoss);
            column(one, "learning_rate", training.epochs(), TrainingCurve.Epoch::learningRate);
        });
        ReportJson.put(node, "score_shift", figures.scoreShift());
        figures.drift().ifPresent(drift -> node.set("drift", drift.toJson()));
        if (!figures.days().isEmpty()) {
            ObjectNode days = node.putObject("days");
            ArrayNode names = days.putArray("day");
            figures.days().forEach(each -> names.add(each.day()));
            counts(days, "rows", figures.days(), DayCounts::rows);
            counts(days, "flagged", figures.days(), DayCounts::flagged);
            counts(days, "alerts", figures.days(), DayCounts::alerts);
            counts(days, "attacks", figures.days(), DayCounts::attacks);
            counts(days, "found", figures.days(), DayCounts::found);
        }
        spans(node, "attack_spans", "met_by_alarm", figures.attacks());
        spans(node, "alarm_spans", "met_attack", figures.alarms());
        if (!figures.entities().isEmpty()) {
            ObjectNode cells = node.putObject("entities");
            column(cells, "attempts", figures.entities(), EntityCell::attempts);
            column(cells, "longest_gap_minutes", figures.entities(), EntityCell::longestGapMinutes);
            counts(cells, "entities", figures.entities(), EntityCell::entities);
            counts(cells, "attacks", figures.entities(), EntityCell::attacks);
            counts(cells, "flagged", figures.entities(), EntityCell::flagged);
            counts(cells, "found", figures.entities(), EntityCell::found);
        }
    }

    private static void spans(ObjectNode node, String key, String hit, List<TimeSpan> spans) {
        if (spans.isEmpty()) {
            return;
        }
        ArrayNode array = node.putArray(key);
        spans.forEach(span -> array.addObject()
                .put("from", span.from())
                .put("until", span.until())
                .put(hit, span.hit()));
    }

    private static <T> void counts(ObjectNode node, String key, List<T> items, ToLongFunction<T> value) {
        ArrayNode array = node.putArray(key);
        items.forEach(item -> array.add(value.applyAsLong(item)));
    }

    private static <T> void column(ObjectNode node, String key, List<T> items, ToDoubleFunction<T> value) {
        ArrayNode array = node.putArray(key);
        items.forEach(item -> ReportJson.add(array, value.applyAsDouble(item)));
    }
}
