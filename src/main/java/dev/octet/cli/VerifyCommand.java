package dev.octet.cli;

import dev.octet.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Checks a bundle's checksums, reads all of it, re-scores its golden rows, and runs its ONNX files.")
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = Bundle.load(directory);
        OptionalDouble onnx = bundle.verify();
        long same = bundle.golden().stream()
                .filter(row -> row.rescore(bundle.model().detector()) == row.score())
                .count();
        int rows = bundle.golden().size();
        spec.commandLine()
                .getOut()
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
