package dev.octet.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code octet --help} shows: one screen of 24 lines and 80 columns, what to do first at its top. */
final class HelpPage {
    private static final int COLUMNS = 80;
    private static final int NAME = 12;

    private HelpPage() {}

    /** Gives the root command its page, and the others the exit codes at the end of theirs. */
    static void on(CommandLine commands) {
        // of the command itself: CommandLine's own setters would give every subcommand the same page
        commands.getCommandSpec().usageMessage().sectionKeys(List.of("page"));
        commands.getCommandSpec().usageMessage().sectionMap().put("page", HelpPage::text);
        commands.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec()
                        .usageMessage()
                        .sortOptions(false)
                        .footer(
                                "",
                                "Exit code: 0 done, 1 failed, 2 wrong usage or config, 3 input refused.",
                                "All of the command line: docs/command-line.md"));
    }

    private static String text(Help help) {
        Help.Ansi ansi = help.ansi();
        List<String> lines = new ArrayList<>();
        // with as many commands as there are, no line is left for a blank one: a terminal has 24
        lines.add(
                ansi.string("@|bold Octet|@ finds account takeovers in login logs; ./octet COMMAND --help says more."));
        lines.add("Of every command: -q, --quiet; -v, --verbose; --json; -V, --version. Begin with:");
        lines.add(
                ansi.string("  @|bold ./octet run configs/demo.yaml|@   a model and its table, from simulated logins"));
        help.commandSpec().subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .distinct()
                .forEach(command -> lines.add(ansi.string(String.format("  @|bold %-" + NAME + "s|@ ", command.name()))
                        + shortened(summary(command), COLUMNS - NAME - 3)));
        return String.join("\n", lines) + "\n";
    }

    private static String summary(CommandSpec command) {
        String[] header = command.usageMessage().header();
        String[] description = command.usageMessage().description();
        String text = header.length > 0 ? header[0] : description.length > 0 ? description[0] : "";
        int sentence = text.indexOf(". ");
        return sentence < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, sentence);
    }

    private static String shortened(String text, int width) {
        return text.length() <= width ? text : text.substring(0, text.lastIndexOf(' ', width - 2)) + " …";
    }
}
