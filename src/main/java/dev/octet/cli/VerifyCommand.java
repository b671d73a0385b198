package dev.octet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        header = "checks a bundle: checksums, contents, golden rows",
        description = "Checks a bundle's checksums, reads all of it and re-scores its golden rows.")
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path directory;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = Bundle.load(directory);
        bundle.extractor(); // its memory must be readable too
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
            output.print(tree);
            return 0;
        }
        output.out()
                .printf(
                        Locale.ROOT,
                        "%s: %d files match their checksums; %d of %d golden rows score the same to the bit%s%n",
                        directory,
                        bundle.files().size(),
                        same,
                        rows,
                        same == rows
                                ? ""
                                : ", the others within the last digits (another processor rounds another way)");
        return 0;
    }
}
