package dev.octet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        header = "checks a bundle: checksums, contents, golden rows, ONNX files",
        description =
                "Checks a bundle's checksums, reads all of it, re-scores its golden rows, and runs its ONNX files.")
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path directory;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = Bundle.load(directory);
        OptionalDouble onnx = bundle.verify();
        long same = bundle.golden().stream()
                .filter(row -> row.rescore(bundle.model().detector()) == row.score())
                .count();
        int rows = bundle.golden().size();
        if (output.json()) {
            ObjectNode tree = JsonNodeFactory.instance.objectNode();
            tree.put("bundle", directory.toString());
            tree.put("files", bundle.files().size());
            tree.put("golden_rows", rows);
            tree.put("golden_rows_same_to_the_bit", same);
            onnx.ifPresent(difference -> tree.put("onnx_largest_difference", difference));
            output.print(tree);
            return 0;
        }
        output.out()
                .printf(
                        Locale.ROOT,
                        "%s: %d files match their checksums; %d of %d golden rows score the same to the bit%s%s%n",
                        directory,
                        bundle.files().size(),
                        same,
                        rows,
                        same == rows
                                ? ""
                                : ", the others within the last digits (another processor rounds another way)",
                        onnx.isEmpty()
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; ONNX Runtime agrees within %.1e of the threshold",
                                        onnx.getAsDouble()));
        return 0;
    }
}
