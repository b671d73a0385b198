package dev.octet.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.octet.event.text.MarkdownText;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A model card as Markdown, made from its JSON alone. Names and values come from configs and logs, and are escaped. */
final class ModelCardText {
    private final StringBuilder page = new StringBuilder();

    private ModelCardText() {}

    static String of(JsonNode card) {
        ModelCardText text = new ModelCardText();
        text.write(card);
        return text.page.toString();
    }

    private void write(JsonNode card) {
        JsonNode model = card.path("model");
        page.append("# Model card: ").append(text(model.path("name"))).append("\n\n");
        page.append("After Mitchell et al. 2019. model-card.json holds the same as data.\n");

        card.path("changes")
                .forEach(each -> page.append("\n**")
                        .append(text(each.path("what")))
                        .append("** It was made from bundle ")
                        .append(text(each.path("from")))
                        .append(".\n"));

        heading("Model");
        item("Detector", model.path("detector"));
        item("Rows", model.path("view"));
        item("Scores", model.path("scores"));
        item("Columns", model.path("columns"));
        item("Features", joined(model.path("features")));
        item("Bundle", model.path("bundle"));
        item("Made", model.path("made"));
        item("Octet", model.path("octet"));
        item("Commit", model.path("commit"));
        item("Java", model.path("java"));

        heading("Intended use");
        page.append(text(card.path("intended_use").path("purpose"))).append("\n\nNot meant for:\n\n");
        card.path("intended_use").path("out_of_scope").forEach(each -> line(text(each)));
        item("Contact", card.path("intended_use").path("contact"));

        JsonNode data = card.path("data");
        heading("Data");
        item("Licence", data.path("licence"));
        item("Log", data.path("description"));
        item("Split", data.path("split"));
        item("Simulated", data.path("simulated"));
        item("Rows that train", data.path("train_rows"));
        item("Rows of the validation span", data.path("validation_rows"));
        item("Rows of the test span that are scored", data.path("test_rows"));
        page.append("\nLeft out:\n\n");
        data.path("left_out")
                .forEach(each -> line(text(each.path("what"))
                        + (each.has("rows") ? ", " + number(each.path("rows")) + " rows" : "")));

        JsonNode fields = card.path("fields");
        heading("Fields needed");
        page.append("| field | where in the log | required |\n|---|---|---|\n");
        fields.path("used")
                .forEach(each -> page.append("| ")
                        .append(text(each.path("field")))
                        .append(" | ")
                        .append(text(each.path("place")))
                        .append(" | ")
                        .append(each.path("required").asBoolean() ? "yes" : "no")
                        .append(" |\n"));
        if (!fields.path("not_in_the_log").isEmpty()) {
            page.append('\n');
            item(
                    "Not in the log, so that nothing of it is known unless it is looked up",
                    joined(fields.path("not_in_the_log")));
        }

        JsonNode decision = card.path("decision");
        heading("Decision");
        item("Threshold", decision.path("threshold"));
        item("Policy", decision.path("policy"));
        item("Expected alerts a day, on the validation span", interval(decision.path("expected_alerts_per_day")));
        item("Measured alerts a day, on the test span", interval(decision.path("measured_alerts_per_day")));
        decision.path("notes").forEach(each -> line(text(each)));

        figures(card.path("figures"));

        heading("Known weaknesses");
        card.path("weaknesses").path("known").forEach(each -> line(text(each)));
        JsonNode groups = card.path("weaknesses").path("recall_by_group");
        if (!groups.isEmpty()) {
            page.append("\n| division | group | attacks | recall at the threshold [95 %] |\n|---|---|---:|---:|\n");
            groups.forEach(each -> page.append("| ")
                    .append(text(each.path("division")))
                    .append(" | ")
                    .append(text(each.path("group")))
                    .append(" | ")
                    .append(number(each.path("attacks")))
                    .append(" | ")
                    .append(interval(each.path("recall_at_threshold")))
                    .append(" |\n"));
        }

        JsonNode drift = card.path("drift");
        heading("Drift");
        item(
                "Limits",
                "moderate " + number(drift.path("limits").path("moderate")) + ", large "
                        + number(drift.path("limits").path("large")) + ": "
                        + text(drift.path("limits").path("meaning")));
        item("Scores on the test span", number(drift.path("scores_on_the_test_span")));
        item(
                "Features that moved farthest on the test span",
                StreamSupport.stream(drift.path("features_on_the_test_span").spliterator(), false)
                        .map(each -> text(each.path("feature")) + " " + number(each.path("population_stability_index")))
                        .collect(Collectors.joining(", ")));

        if (!card.path("warnings").isEmpty() || !card.path("notes").isEmpty()) {
            heading("Warnings and notes of the run");
            card.path("warnings").forEach(each -> line(text(each)));
            card.path("notes").forEach(each -> line(text(each)));
        }
    }

    private void figures(JsonNode figures) {
        heading("Figures on the test span");
        if (figures.has("measured_with")) {
            page.append("These are figures of bundle ")
                    .append(text(figures.path("measured_with")))
                    .append(", before it was changed.\n\n");
        }
        item("Counted over", figures.path("evaluated_on"));
        item("Rows", number(figures.path("rows")));
        item("Attacks", number(figures.path("attacks")));
        item("Days", number(figures.path("days")));
        item("ROC AUC", number(figures.path("roc_auc")));
        item("Average precision", number(figures.path("average_precision")));
        JsonNode threshold = figures.path("at_threshold");
        item("Recall at the threshold [95 %]", interval(threshold.path("recall")));
        item("Precision at the threshold [95 %]", interval(threshold.path("precision")));
        item("False positive rate at the threshold [95 %]", interval(threshold.path("false_positive_rate")));
        if (!figures.path("budgets").isEmpty()) {
            page.append(
                    "\n| share of rows flagged | recall [95 %] | precision [95 %] | alerts a day |\n|---:|---:|---:|---:|\n");
            figures.path("budgets")
                    .forEach(each -> page.append("| ")
                            .append(number(each.path("share")))
                            .append(" | ")
                            .append(interval(each.path("recall")))
                            .append(" | ")
                            .append(interval(each.path("precision")))
                            .append(" | ")
                            .append(number(each.path("alerts_per_day")))
                            .append(" |\n"));
        }
        if (figures.has("seeds")) {
            page.append("\nSeveral seeds were trained; model-card.json has the spread of each figure.\n");
        }
    }

    private void heading(String title) {
        page.append("\n## ").append(title).append("\n\n");
    }

    private void item(String name, JsonNode value) {
        item(name, value.isNumber() ? number(value) : text(value));
    }

    /** @param markdown escaped already */
    private void item(String name, String markdown) {
        if (!markdown.isEmpty()) {
            line(name + ": " + markdown);
        }
    }

    private void line(String markdown) {
        page.append("- ").append(markdown).append('\n');
    }

    private static String text(JsonNode node) {
        return node.isNull() || node.isMissingNode() ? "" : MarkdownText.of(node.asText());
    }

    private static String joined(JsonNode texts) {
        return StreamSupport.stream(texts.spliterator(), false)
                .map(ModelCardText::text)
                .collect(Collectors.joining(", "));
    }

    private static String number(JsonNode node) {
        if (!node.isNumber()) {
            return "";
        }
        return node.isIntegralNumber()
                ? String.format(Locale.ROOT, "%,d", node.asLong())
                : String.format(Locale.ROOT, "%.3g", node.asDouble());
    }

    private static String interval(JsonNode node) {
        String value = number(node.path("value"));
        return value.isEmpty() ? "" : value + " [" + number(node.path("low")) + ", " + number(node.path("high")) + "]";
    }
}
