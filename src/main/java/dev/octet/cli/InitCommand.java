package dev.octet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows;
import dev.octet.event.text.PlainText;
import dev.octet.lab.LogSurvey;
import dev.octet.lab.StarterConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        header = "finds out what a log is and writes a config for it",
        description =
                "Looks at a log: its format, by what it holds, its logins, users and times, and what it lacks. Writes"
                        + " a config with comments, which ./octet run takes as it is.")
final class InitCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "LOG",
            arity = "1..*",
            description = "files, folders, patterns, or - for the standard input; may be compressed")
    private List<String> logs;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "the config to write (default: NAME.yaml in the working directory)")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--force", description = "replace a config that is there already")
    private boolean force;

    @Mixin
    private LogOptions options;

    @Mixin
    private EnrichOptions addresses;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        OwnLog log = OwnLog.look(logs, options, addresses, console);
        Path config = output.orElse(Path.of(log.name() + ".yaml"));
        log.write(config, force);
        if (console.json()) {
            console.print(json(log, config));
            return 0;
        }
        log.print(console.out());
        console.out().println("Config: " + PlainText.of(config.toString()));
        console.out().flush();
        console.hint("");
        console.hint("Next:");
        console.hint("  ./octet run " + PlainText.of(config.toString()) + "   trains, reports, writes the bundle");
        return 0;
    }

    private static ObjectNode json(OwnLog log, Path config) {
        LogSurvey survey = log.survey();
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("config", config.toString());
        tree.put("format", log.format().name());
        tree.put("files", log.files().size());
        tree.put("logins", survey.logins());
        tree.put("users", survey.users());
        tree.put("successes", survey.successes());
        tree.put("first", survey.first().toString());
        tree.put("last", survey.last().toString());
        tree.put("unreadable", survey.unreadable());
        ObjectNode leftOut = tree.putObject("left_out");
        for (RejectedRows.LeftOut why : RejectedRows.LeftOut.values()) {
            leftOut.put(why.name().toLowerCase(Locale.ROOT), survey.leftOut().getOrDefault(why, 0L));
        }
        ObjectNode fields = tree.putObject("fields");
        for (LoginField field : LoginField.values()) {
            fields.put(field.jsonName(), survey.share(field));
        }
        StarterConfig.lacks(survey).forEach(lack -> tree.withArray("lacks").add(lack));
        return tree;
    }
}
