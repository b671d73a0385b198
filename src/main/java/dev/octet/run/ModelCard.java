package dev.octet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.RunSpans;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.DataConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.AlertRate;
import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.drift.PopulationStability;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginField;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FeatureRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The model card of a bundle, after Mitchell et al., "Model Cards for Model Reporting" (FAT* 2019): what the model is for,
 * what it was made from and what was left out, its figures with intervals, where it is weak, what it needs. Everything but
 * the entries of the config's {@code card} is what the run measured. Written last, when the figures are known.
 */
public final class ModelCard {
    private static final int VERSION = 1;
    private static final int MAX_WEAKNESSES = 20;
    private static final int MAX_SHIFTS = 10;
    private static final String PURPOSE =
            "Ranks logins by how unusual they are for their user, so that an analyst looks at" + " the highest first.";
    private static final List<String> OUT_OF_SCOPE = List.of(
            "Locking accounts or accusing people without a human decision: an alert is unusual, not proven.",
            "Logs of another site or product than the one it was trained on, before its threshold was chosen anew there.",
            "Finding who attacked; it says which login looks like somebody else's.");
    /** What tells clients apart; a log without one of these hides what it would show. */
    private static final List<LoginField> TELLING = List.of(
            LoginField.IP,
            LoginField.ASN,
            LoginField.COUNTRY,
            LoginField.USER_AGENT,
            LoginField.BROWSER,
            LoginField.OS,
            LoginField.DEVICE);

    private final ReadLog read;
    private final ExperimentConfig config;
    private final JsonNode evaluation;

    private ModelCard(ReadLog read, JsonNode evaluation) {
        this.read = read;
        this.config = read.config();
        this.evaluation = evaluation;
    }

    /** Writes the card of each detector into its bundle. */
    static void write(ReadLog read, List<TrainedDetector> trained, EvaluateStep.Evaluated evaluated)
            throws IOException {
        ModelCard cards = new ModelCard(read, evaluated.report().tree());
        Outputs outputs = new Outputs(read.config());
        for (TrainedDetector one : trained) {
            Bundle bundle = Bundle.load(outputs.bundle(one.name()));
            ObjectNode card = cards.of(one, bundle, evaluated);
            bundle.withAttached(
                    Map.of(Bundle.CARD_JSON, JsonText.indented(card) + "\n", Bundle.CARD, ModelCardText.of(card)));
        }
    }

    /**
     * Gives a bundle that was made from another the card of that one, renewed: with its own detector and decision, and with what
     * was changed. The figures stay, with a remark that they are those of the earlier bundle.
     *
     * @param what was changed, a sentence
     * @return the bundle with the card, verified; as it is where the earlier one has no card
     */
    public static Bundle renewed(Bundle before, Bundle made, String what) throws IOException {
        Optional<String> known = before.attached(Bundle.CARD_JSON);
        if (known.isEmpty() || !(new ObjectMapper().readTree(known.get()) instanceof ObjectNode card)) {
            return made;
        }
        card.withObject("/model").put("bundle", made.id());
        card.withObject("/model").put("detector", made.model().detector().kind());
        ObjectNode decision = card.putObject("decision");
        decision(decision, made.model(), MissingNode.getInstance());
        card.withArray("/changes").addObject().put("from", before.id()).put("what", what);
        if (!card.path("figures").has("measured_with")) {
            card.withObject("/figures").put("measured_with", before.id());
        }
        return made.withAttached(
                Map.of(Bundle.CARD_JSON, JsonText.indented(card) + "\n", Bundle.CARD, ModelCardText.of(card)));
    }

    private ObjectNode of(TrainedDetector trained, Bundle bundle, EvaluateStep.Evaluated evaluated) {
        ScoringModel model = bundle.model();
        ObjectNode card = JsonNodeFactory.instance.objectNode();
        card.put("version", VERSION);
        model(card.putObject("model"), bundle);
        ObjectNode use = card.putObject("intended_use");
        use.put("purpose", config.card().purpose().orElse(PURPOSE));
        OUT_OF_SCOPE.forEach(use.putArray("out_of_scope")::add);
        config.card().contact().ifPresent(contact -> use.put("contact", contact));
        data(card.putObject("data"), bundle, trained);
        fields(card.putObject("fields"), model);
        JsonNode figures = figures(trained.name());
        decision(card.putObject("decision"), model, figures);
        figures(card.putObject("figures"), figures);
        weaknesses(card.putObject("weaknesses"), figures);
        drift(card.putObject("drift"), trained.name(), evaluated);
        evaluation.path("warnings").forEach(card.putArray("warnings")::add);
        evaluation.path("notes").forEach(card.putArray("notes")::add);
        return card;
    }

    private void model(ObjectNode node, Bundle bundle) {
        ScoringModel model = bundle.model();
        node.put("name", model.name());
        node.put("bundle", bundle.id());
        node.put("detector", model.detector().kind());
        node.put("view", model.view().key());
        node.put("scores", model.successfulOnly() ? "successful logins" : "all rows");
        node.put("columns", model.features().columns());
        ArrayNode features = node.putArray("features");
        model.features().requests().stream().map(FeatureRequest::name).forEach(features::add);
        for (String key : List.of("octet", "commit", "java", "made")) {
            if (bundle.provenance().has(key)) {
                node.set(key, bundle.provenance().get(key));
            }
        }
    }

    private void data(ObjectNode node, Bundle bundle, TrainedDetector trained) {
        node.put("licence", config.card().dataLicence().orElse("not stated"));
        node.set("description", evaluation.path("data"));
        node.set("split", evaluation.path("split"));
        node.set("simulated", evaluation.path("simulated"));
        node.set("files", bundle.provenance().path("data"));
        node.set("rows", bundle.provenance().path("rows"));
        node.put("train_rows", trained.trainRows());
        node.put("validation_rows", trained.validationRows());
        node.set("test_rows", evaluation.path("rows"));
        node.set(RunSpans.KEY, bundle.provenance().path(RunSpans.KEY));
        ArrayNode leftOut = node.putArray("left_out");
        read.scan()
                .rejected()
                .forEach((reason, rows) -> leftOut.addObject()
                        .put("what", "rows that could not be read: " + reason.text())
                        .put("rows", rows));
        if (read.spans().trainFrom() != Long.MIN_VALUE) {
            leftOut.addObject().put("what", "rows before the training span; they only update the history");
        }
        if (config.data().trainOn() == DataConfig.TrainOn.SCORED && read.successfulOnly()) {
            leftOut.addObject().put("what", "failed logins: they train nothing and only update the history");
        }
        leftOut.addObject()
                .put(
                        "what",
                        read.labelsTrain()
                                ? "logins labelled as attacks: they train nothing"
                                : "labels: none was used in training, so attacks of the training span count as normal");
        config.detection().detectors().stream()
                .filter(detector -> detector.name().equals(trained.name()) && detector.trim() > 0)
                .forEach(detector -> leftOut.addObject()
                        .put("what", "the most anomalous training rows, as a share: " + detector.trim()));
    }

    private void fields(ObjectNode node, ScoringModel model) {
        LogFormat format = config.data().reading().format();
        List<LoginField> fields = new ArrayList<>(LoginField.values());
        fields.addAll(FeatureRequest.extrasOf(model.features().requests()));
        Set<LoginField> needed = LoginField.setOf();
        for (FeatureRequest request : model.features().requests()) {
            request.field().ifPresent(needed::add);
            if (request.isFromElsewhere()) {
                needed.addAll(TELLING); // a history keeps all of them
            }
        }
        ArrayNode used = node.putArray("used");
        ArrayNode absent = node.putArray("not_in_the_log");
        for (LoginField field : fields) {
            boolean wanted = field.required() || field.isExtra() || needed.contains(field);
            if (wanted && format.has(field)) {
                used.addObject()
                        .put("field", field.key())
                        .put("place", format.place(field))
                        .put("required", field.required());
            } else if (wanted && TELLING.contains(field)) {
                absent.add(field.key());
            }
        }
        node.set("looked_up", read.files().enrichment().toJson());
    }

    private JsonNode figures(String detector) {
        for (JsonNode each : evaluation.path("detectors")) {
            if (each.path("detector").asText().equals(detector)) {
                return each;
            }
        }
        throw new IllegalStateException("the evaluation has no figures of " + detector);
    }

    private static void decision(ObjectNode node, ScoringModel model, JsonNode figures) {
        node.put("threshold", Double.toString(model.threshold().value()));
        node.put("policy", model.threshold().policy());
        AlertRate expected = model.threshold().alerts();
        node.putObject("expected_alerts_per_day")
                .put("value", expected.perDay())
                .put("low", expected.low())
                .put("high", expected.high());
        JsonNode measured = figures.path("at_threshold").path("alerts_per_day");
        if (!measured.isMissingNode()) {
            node.set("measured_alerts_per_day", measured);
        }
        model.threshold().notes().forEach(node.putArray("notes")::add);
    }

    private void figures(ObjectNode node, JsonNode figures) {
        node.set("evaluated_on", evaluation.path("evaluated_on"));
        for (String key : List.of("rows", "attacks")) {
            node.set(key, figures.path(key));
        }
        node.set("days", evaluation.path("days"));
        for (String key : List.of("roc_auc", "average_precision", "at_threshold", "budgets")) {
            if (figures.has(key)) {
                node.set(key, figures.get(key));
            }
        }
        for (String key : List.of("seeds", "paired_differences")) {
            if (evaluation.has(key)) {
                node.set(key, evaluation.get(key));
            }
        }
    }

    /** Groups of attacks by recall, the lowest first. */
    private static void weaknesses(ObjectNode node, JsonNode figures) {
        List<JsonNode> groups = new ArrayList<>();
        figures.path("strata").forEach(groups::add);
        groups.sort(Comparator.comparingDouble(
                group -> group.path("recall_at_threshold").path("value").asDouble(2)));
        ArrayNode array = node.putArray("recall_by_group");
        groups.stream().limit(MAX_WEAKNESSES).forEach(group -> {
            ObjectNode each = array.addObject();
            each.set("division", group.path("division"));
            each.set("group", group.path("name"));
            each.set("attacks", group.path("attacks"));
            each.set("recall_at_threshold", group.path("recall_at_threshold"));
        });
        boolean byTechnique = groups.stream()
                .anyMatch(group -> group.path("division").asText().equals("attacker"));
        ArrayNode said = node.putArray("known");
        if (!byTechnique) {
            said.add(
                    "Recall by technique of attack was not measured in this run (evaluate.by: [attacker] with a truth file"
                            + " does); docs/techniques.md has what was measured on simulated logs.");
        }
        said.add("A takeover that shows no difference in any field that is used cannot be found.");
        said.add("Users without earlier logins have no history that a login could differ from.");
    }

    private void drift(ObjectNode node, String detector, EvaluateStep.Evaluated evaluated) {
        ObjectNode limits = node.putObject("limits");
        limits.put("moderate", PopulationStability.MODERATE);
        limits.put("large", PopulationStability.LARGE);
        limits.put(
                "meaning",
                "population stability index, of scores against the validation span, of a feature against the training rows;"
                        + " from large on scores need a new threshold or a new training. Features that remember earlier logins"
                        + " move as the log grows, which is no drift by itself");
        for (DetectorFigures each : evaluated.figures().detectors()) {
            if (each.detector().equals(detector) && !Double.isNaN(each.scoreShift())) {
                node.put("scores_on_the_test_span", each.scoreShift());
            }
        }
        ArrayNode shifts = node.putArray("features_on_the_test_span");
        evaluated.figures().features().stream()
                .filter(each -> each.detectors().contains(detector))
                .flatMap(each -> each.shifts().stream())
                .sorted(Comparator.comparingDouble(shift -> -shift.index()))
                .limit(MAX_SHIFTS)
                .forEach(shift -> shifts.addObject()
                        .put("feature", shift.feature())
                        .put("population_stability_index", shift.index()));
    }
}
