package dev.octet.cli;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.ScoringModel;
import dev.octet.feature.FeatureRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "inspect", mixinStandardHelpOptions = true, description = "Prints what a bundle is and was made from.")
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = Bundle.load(directory);
        ScoringModel model = bundle.model();
        PrintWriter out = spec.commandLine().getOut();
        line(out, "name", model.name());
        line(out, "rows", model.view().key() + (model.successfulOnly() ? ", successful logins only" : ""));
        line(out, "detector", model.detector().kind() + ", " + model.features().columns() + " columns");
        line(
                out,
                "features",
                model.features().requests().stream().map(FeatureRequest::name).collect(Collectors.joining(", ")));
        line(
                out,
                "threshold",
                model.threshold().value() + " (" + model.threshold().policy() + ")");
        line(
                out,
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
                                out,
                                "data",
                                source.has("database")
                                        ? source.path("database").asText() + ", "
                                                + source.path("query").asText()
                                        : source.path("file").asText() + ", "
                                                + source.path("bytes").asText() + " bytes, SHA-256 "
                                                + source.path("sha256").asText()));
            } else {
                line(out, entry.getKey().replace('_', ' '), entry.getValue().asText());
            }
        });
        line(out, "bundle id", bundle.id());
        line(out, "golden rows", bundle.golden().size() + ", re-scored now");
        bundle.onnxObstacle().ifPresent(why -> line(out, "no ONNX", why));
        line(out, "files", String.join(", ", bundle.files().keySet()));
        out.flush();
        return 0;
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf(Locale.ROOT, "%-16s %s%n", Octet.printable(name), Octet.printable(value));
    }
}
