package dev.octet.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.ScoringModel;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.feature.FeatureRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        header = "what a bundle is and was made from",
        description = "Prints what a bundle is and was made from.")
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path directory;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = Bundle.load(directory);
        if (output.json()) {
            output.print(tree(bundle));
            return 0;
        }
        ScoringModel model = bundle.model();
        line("name", model.name());
        line("rows", model.view().key() + (model.successfulOnly() ? ", successful logins only" : ""));
        line("detector", model.detector().kind() + ", " + model.features().columns() + " columns");
        line(
                "features",
                model.features().requests().stream().map(FeatureRequest::name).collect(Collectors.joining(", ")));
        line("threshold", model.threshold().value() + " (" + model.threshold().policy() + ")");
        line(
                "alerts a day",
                String.format(
                        Locale.ROOT,
                        "%.3g [%.3g, %.3g] on the validation span",
                        model.threshold().alerts().perDay(),
                        model.threshold().alerts().low(),
                        model.threshold().alerts().high()));
        bundle.provenance().properties().forEach(entry -> {
            if (entry.getKey().equals("data")) {
                entry.getValue()
                        .forEach(source -> line(
                                "data",
                                source.has("database")
                                        ? source.path("database").asText() + ", "
                                                + source.path("query").asText()
                                        : source.path("file").asText() + ", "
                                                + source.path("bytes").asText() + " bytes, SHA-256 "
                                                + source.path("sha256").asText()));
            } else {
                line(
                        entry.getKey().replace('_', ' '),
                        entry.getValue().isContainerNode()
                                ? JsonText.line(entry.getValue())
                                : entry.getValue().asText());
            }
        });
        line("bundle id", bundle.id());
        line("golden rows", bundle.golden().size() + ", re-scored now");
        bundle.onnxObstacle().ifPresent(why -> line("no ONNX", why));
        line("files", String.join(", ", bundle.files().keySet()));
        bundle.attached(Bundle.CARD).ifPresent(card -> output.out().printf("%n%s", PlainText.lines(card)));
        output.out().flush();
        return 0;
    }

    private void line(String name, String value) {
        output.out().printf(Locale.ROOT, "%-16s %s%n", PlainText.lines(name), PlainText.lines(value));
    }

    private static ObjectNode tree(Bundle bundle) throws IOException {
        ScoringModel model = bundle.model();
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("name", model.name());
        tree.put("view", model.view().key());
        tree.put("successful_only", model.successfulOnly());
        tree.put("detector", model.detector().kind());
        tree.put("columns", model.features().columns());
        ArrayNode features = tree.putArray("features");
        model.features().requests().forEach(request -> features.add(request.name()));
        ObjectNode threshold = tree.putObject("threshold");
        threshold.put("value", model.threshold().value());
        threshold.put("policy", model.threshold().policy());
        ObjectNode alerts = threshold.putObject("alerts_per_day");
        alerts.put("value", model.threshold().alerts().perDay());
        alerts.put("low", model.threshold().alerts().low());
        alerts.put("high", model.threshold().alerts().high());
        tree.set("provenance", bundle.provenance());
        Optional<String> card = bundle.attached(Bundle.CARD_JSON);
        if (card.isPresent()) {
            tree.set("model_card", new ObjectMapper().readTree(card.get()));
        }
        tree.put("golden_rows", bundle.golden().size());
        ArrayNode files = tree.putArray("files");
        bundle.files().keySet().forEach(files::add);
        return tree;
    }
}
