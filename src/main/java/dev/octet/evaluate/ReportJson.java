package dev.octet.evaluate;

import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.util.List;

/** Writes a report as JSON, in a fixed order of keys. */
final class ReportJson {
    /** 1 had {@code format} for {@code version}, and no figures. */
    static final int VERSION = 2;

    private static final JsonSerializer<Double> NUMBERS = new JsonSerializer<>() {
        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (value.isNaN()) {
                json.writeNull();
            } else if (value.isInfinite()) {
                json.writeString(value.toString());
            } else {
                json.writeNumber(value);
            }
        }
    };

    private static final ObjectMapper BOUND = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .addModule(new SimpleModule().addSerializer(Double.class, NUMBERS).addSerializer(double.class, NUMBERS))
            .addMixIn(AlertRate.class, Rate.class)
            .addMixIn(FittedThreshold.class, Threshold.class)
            .addMixIn(Proportion.class, Share.class)
            .build();

    /** How an {@link AlertRate} is written. */
    @JsonIncludeProperties({"value", "low", "high"})
    private interface Rate {
        @JsonProperty("value")
        double perDay();
    }

    /** How a {@link FittedThreshold} is written. */
    @JsonIncludeProperties({"value", "policy", "validation_alerts_per_day", "notes"})
    @JsonPropertyOrder({"value", "policy", "validation_alerts_per_day", "notes"})
    private interface Threshold {
        @JsonProperty("validation_alerts_per_day")
        AlertRate alerts();
    }

    /** How a {@link Proportion} is written: with its interval. */
    @JsonPropertyOrder({"value", "low", "high", "hits", "of"})
    private interface Share {
        @JsonProperty
        double value();

        @JsonProperty
        double low();

        @JsonProperty
        double high();
    }

    private ReportJson() {}

    static String text(ObjectNode tree) {
        return JsonText.indented(tree) + "\n";
    }

    static ObjectNode tree(EvaluationReport report) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("version", VERSION);
        tree.setAll((ObjectNode) bound(report.subject()));
        Evaluation first = report.evaluations().get(0);
        tree.put("rows", first.rows());
        put(tree, "attacks", first.labelled(), first.attacks());
        put(tree, "days", first.days());
        texts(tree.putArray("warnings"), report.warnings());
        texts(tree.putArray("notes"), report.notes());
        ArrayNode detectors = tree.putArray("detectors");
        report.evaluations().forEach(each -> evaluation(detectors.addObject(), each));
        if (!report.periods().isEmpty()) {
            ArrayNode periods = tree.putArray("periods");
            report.periods().forEach(each -> {
                ObjectNode node = periods.addObject();
                node.put("period", each.name());
                evaluation(node, each.evaluation());
            });
        }
        if (!report.alarms().isEmpty()) {
            ArrayNode alarms = tree.putArray("alarms");
            report.alarms().forEach(each -> {
                ObjectNode node = alarms.addObject();
                node.put("detector", each.detector());
                node.put("rule", each.rule());
                node.put("period", each.period());
                node.put("rows_in_alarm", each.rows().flagged());
                put(node, "true_positives", each.labelled(), each.rows().truePositives());
                put(node, "false_positives", each.labelled(), each.rows().falsePositives());
                put(node, "false_negatives", each.labelled(), each.rows().falseNegatives());
                put(node, "true_negatives", each.labelled(), each.rows().trueNegatives());
                node.put("alerts", each.alerts());
                put(node, "false_alerts", each.labelled(), each.falseAlerts());
                node.set("alerts_per_day", bound(each.rate()));
            });
        }
        if (!report.topAlerts().isEmpty()) {
            ArrayNode top = tree.putArray("top_alerts");
            report.topAlerts().forEach(each -> {
                ObjectNode node = top.addObject();
                node.put("detector", each.detector());
                node.put("row", each.row());
                node.put("time", each.time());
                if (!each.until().isEmpty()) {
                    node.put("until", each.until());
                }
                node.put("user", each.who());
                node.put("network", each.network());
                put(node, "score", each.score());
                switch (each.label()) {
                    case ATTACK -> node.put("attack", true);
                    case NORMAL -> node.put("attack", false);
                    case UNKNOWN -> node.putNull("attack");
                }
                node.put("reasons", each.reasons());
                node.put("shares", each.shares());
                each.background().ifPresent(around -> node.set("background", bound(around)));
            });
        }
        report.kappa().ifPresent(matrix -> tree.set("cohen_kappa", bound(matrix)));
        if (!report.seeds().isEmpty()) {
            ArrayNode seeds = tree.putArray("seeds");
            report.seeds().forEach(each -> seeds(seeds.addObject(), each, first));
        }
        report.differences().ifPresent(differences -> tree.set("paired_differences", bound(differences)));
        if (!report.clusterings().isEmpty()) {
            tree.set("clusterings", bound(report.clusterings()));
        }
        return tree;
    }

    /** A record, or a list of them, as they are: names in snake case, numbers as {@link #put} writes them. */
    static JsonNode bound(Object records) {
        return BOUND.valueToTree(records);
    }

    private static void evaluation(ObjectNode node, Evaluation evaluation) {
        node.put("detector", evaluation.detector());
        node.put("rows", evaluation.rows());
        put(node, "attacks", evaluation.labelled(), evaluation.attacks());
        put(node, "roc_auc", evaluation.rocAuc());
        put(node, "average_precision", evaluation.averagePrecision());
        evaluation.decision().ifPresent(decision -> decision(node, evaluation.labelled(), decision));
        node.set("budgets", bound(evaluation.budgets()));
        ArrayNode strata = node.putArray("strata");
        evaluation.strata().forEach(stratum -> {
            ObjectNode one = strata.addObject();
            one.put("division", stratum.division());
            one.put("name", stratum.name());
            one.put("attacks", stratum.attacks());
            one.set("recall_at_threshold", bound(stratum.atThreshold()));
            ArrayNode recalls = one.putArray("recall_at_budgets");
            for (int i = 0; i < stratum.atBudgets().size(); i++) {
                ObjectNode at = recalls.addObject();
                at.put("share", evaluation.budgets().get(i).share());
                at.set("recall", bound(stratum.atBudgets().get(i)));
            }
        });
        texts(node.putArray("notes"), evaluation.notes());
    }

    private static void seeds(ObjectNode node, SeedSpread spread, Evaluation first) {
        node.put("detector", spread.detector());
        node.put("seeds", spread.seeds());
        node.set("roc_auc", bound(spread.rocAuc()));
        node.set("average_precision", bound(spread.averagePrecision()));
        ArrayNode budgets = node.putArray("budgets");
        for (int i = 0; i < spread.recallAtBudgets().size(); i++) {
            ObjectNode budget = budgets.addObject();
            budget.put("share", first.budgets().get(i).share());
            budget.set("recall", bound(spread.recallAtBudgets().get(i)));
        }
        ObjectNode at = node.putObject("at_threshold");
        at.set("recall", bound(spread.recallAtThreshold()));
        at.set("precision", bound(spread.precisionAtThreshold()));
        at.set("alerts_per_day", bound(spread.alertsPerDay()));
    }

    private static void decision(ObjectNode node, boolean labelled, Evaluation.Decision decision) {
        node.set("threshold", bound(decision.threshold()));
        ObjectNode at = node.putObject("at_threshold");
        Confusion confusion = decision.confusion();
        at.put("flagged", decision.flagged());
        put(at, "true_positives", labelled, confusion.truePositives());
        put(at, "false_positives", labelled, confusion.falsePositives());
        put(at, "false_negatives", labelled, confusion.falseNegatives());
        put(at, "true_negatives", labelled, confusion.trueNegatives());
        at.set("precision", bound(decision.precision()));
        at.set("recall", bound(decision.recall()));
        at.set("false_positive_rate", bound(decision.falsePositiveRate()));
        put(at, "f1", decision.f1());
        put(at, "lift", decision.lift());
        at.set("alerts_per_day", bound(decision.alerts()));
    }

    private static void put(ObjectNode node, String key, boolean known, long value) {
        if (known) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }

    /** JSON has neither NaN nor infinity: undefined is null, an infinite threshold a text. */
    static void put(ObjectNode node, String key, double value) {
        if (Double.isNaN(value)) {
            node.putNull(key);
        } else if (Double.isInfinite(value)) {
            node.put(key, Double.toString(value));
        } else {
            node.put(key, value);
        }
    }

    static void add(ArrayNode values, double value) {
        if (Double.isNaN(value)) {
            values.addNull();
        } else if (Double.isInfinite(value)) {
            values.add(Double.toString(value));
        } else {
            values.add(value);
        }
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
