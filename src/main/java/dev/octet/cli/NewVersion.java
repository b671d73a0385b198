package dev.octet.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.text.PlainText;
import dev.octet.serve.Rethreshold;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of commands that make a new version of a bundle from verdicts: show what it changes, or write it too. */
final class NewVersion {
    /** What is done with it: one of these. */
    static final class Action {
        @Option(names = "--what-if", description = "show what would change, write nothing")
        private boolean whatIf;

        @Option(names = "--apply", description = "show it, and write the new bundle")
        private boolean apply;
    }

    /** Makes the new version at a place of its own. */
    interface Writer {
        Bundle write(Path directory) throws IOException;
    }

    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path model;

    @Option(
            names = "--verdicts",
            required = true,
            paramLabel = "LOG",
            description = "the verdicts.ndjson in the state directory of octet serve")
    private Path verdicts;

    @ArgGroup(multiplicity = "1")
    private Action action;

    @Option(
            names = "--output",
            paramLabel = "DIRECTORY",
            description = "where --apply writes the new bundle (default: BUNDLE-v2, or the next number that is free)")
    private Optional<Path> output = Optional.empty();

    /** The bundle that the new version is made of. */
    Bundle bundle(Output console) throws IOException {
        if (output.isPresent() && !action.apply) {
            throw console.wrongUsage("--output belongs to --apply; --what-if writes nothing");
        }
        return Bundle.load(model);
    }

    Path verdicts() {
        return verdicts;
    }

    /**
     * Shows what the new version changes, and writes it where that was asked for.
     *
     * @param tree the report for {@code --json}
     */
    int show(Output console, String report, ObjectNode tree, Writer writer) throws IOException {
        if (!console.json()) {
            console.out().print(PlainText.lines(report));
            console.out().flush();
        }
        if (action.apply) {
            Bundle written = writer.write(output.orElse(Rethreshold.nextVersion(model)));
            tree.put("bundle", written.directory().toString());
            tree.put("bundle_id", written.id());
            if (!console.json()) {
                console.out().printf("%nNew bundle: %s (%s)%n", written.directory(), written.id());
                console.out().flush();
            }
        }
        if (console.json()) {
            console.print(tree);
        }
        return 0;
    }
}
