package dev.octet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.ReadAhead;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.enrich.EnrichedSource;
import dev.octet.event.format.FormatDefinition;
import dev.octet.event.format.FormatSource;
import dev.octet.event.format.LogFiles;
import dev.octet.event.format.LoginWriter;
import dev.octet.event.format.OrderedLog;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        header = "writes the logins of any log as CSV, JSON lines or Parquet",
        description =
                "Reads logs of a known format and writes their logins with the same columns for all. Records that are"
                        + " no logins, logins of machines and what cannot be read are left out and counted.")
final class ConvertCommand implements Callable<Integer> {
    private static final int TOLD_EVERY = 1 << 14;

    @Parameters(
            paramLabel = "LOG",
            arity = "1..*",
            description = "files, folders, patterns, or - for the standard input; may be compressed")
    private List<String> logs;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "what to write: a name that ends with .csv, .ndjson or .parquet")
    private Path output;

    @Option(names = "--sort", description = "write in the order of time; several logs are always merged by time")
    private boolean sort;

    @Mixin
    private LogOptions options;

    @Mixin
    private EnrichOptions addresses;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        List<Path> files = LogFiles.find(logs, System.in);
        for (Path file : files) {
            if (Files.exists(output) && Files.isSameFile(file, output)) {
                throw console.wrongUsage("--output " + output + " is one of the logs, which it would replace");
            }
        }
        FormatDefinition format = options.definition(files);
        List<FormatSource> sources = files.size() == 1
                ? List.of(FormatSource.alone(files.get(0), format))
                : files.stream().map(file -> new FormatSource(file, format)).toList();
        LoginSource log = sources.size() == 1 && !sort
                ? sources.get(0)
                : new OrderedLog(String.join(", ", logs), sources, this::note);
        LoginSource source = new EnrichedSource(log, addresses.ofTheNamed());
        Path list = output.resolveSibling(output.getFileName() + ".unreadable.csv");
        long written = 0;
        RejectedRows rejected = RejectedRows.listedIn(list, source.name(), new RejectionPolicy(1, false));
        try (Steps steps = console.steps();
                rejected;
                LoginReader reader = ReadAhead.of(source.open(rejected));
                LoginWriter writer = LoginWriter.to(output)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                writer.write(login.row());
                if (++written % TOLD_EVERY == 0) {
                    steps.reading(written, reader.share());
                }
            }
            if (written == 0) {
                throw new InputException(source.name() + " holds no logins of the format " + format.name() + ": "
                        + leftOut(rejected)
                        + (rejected.count() > 0 ? "; first unreadable one: " + rejected.first() : ""));
            }
            writer.complete();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (console.json()) {
            ObjectNode tree = JsonNodeFactory.instance.objectNode();
            tree.put("output", output.toString());
            tree.put("format", format.name());
            tree.put("logins", written);
            ObjectNode without = tree.putObject("left_out");
            for (RejectedRows.LeftOut why : RejectedRows.LeftOut.values()) {
                without.put(
                        why.name().toLowerCase(Locale.ROOT), rejected.leftOut().getOrDefault(why, 0L));
            }
            tree.put("unreadable", rejected.count());
            tree.put("seconds", seconds);
            console.print(tree);
            return 0;
        }
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s: %,d logins from %s (%s) in %.1f s (%,.0f logins/s)%n",
                        PlainText.of(output.toString()),
                        written,
                        PlainText.of(source.name()),
                        format.name(),
                        seconds,
                        written / seconds);
        console.out().println("Left out: " + leftOut(rejected));
        if (rejected.count() + rejected.kept() > 0) {
            console.out().println("What was unreadable is listed in " + PlainText.of(list.toString()));
        }
        console.out().flush();
        return 0;
    }

    private void note(String text) {
        if (!console.quiet()) {
            console.warn(text);
        }
    }

    private static String leftOut(RejectedRows rejected) {
        StringBuilder text = new StringBuilder();
        for (RejectedRows.LeftOut why : RejectedRows.LeftOut.values()) {
            text.append(
                    String.format(Locale.ROOT, "%,d %s, ", rejected.leftOut().getOrDefault(why, 0L), why.text()));
        }
        return text.append(String.format(Locale.ROOT, "%,d unreadable", rejected.count()))
                .toString();
    }
}
