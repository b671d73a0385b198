package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What all commands share: help, exit codes, forms of output, completion, interruption. */
class CommandLineTest {
    /** Options that the page describes once for all commands. */
    private static final List<String> COMMON = List.of("--json", "--quiet", "--verbose", "--help", "--version");

    @TempDir
    private Path folder;

    /** Every command that is shown. */
    static List<String> commands() {
        return Octet.commandLine().getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .map(CommandLine::getCommandName)
                .toList();
    }

    @Test
    void helpFitsAScreenAndBeginsWithWhatToDoFirst() {
        for (Said said : List.of(octet("--help"), octet("-h"))) {
            assertEquals(0, said.code());
            List<String> lines = said.out().lines().toList();
            assertTrue(lines.size() <= 24, lines.size() + " lines");
            lines.forEach(line -> assertTrue(line.length() <= 80, line));
            assertTrue(lines.get(2).startsWith("  ./octet run configs/demo.yaml "), said.out());
            for (String command : commands()) {
                assertTrue(lines.stream().anyMatch(line -> line.matches("  " + command + " +\\S.*")), command);
            }
            assertFalse(said.out().contains("\u001b"), "no colours where there is no terminal");
        }
        Terminal terminal = new Terminal(true, true, true, true);
        assertTrue(octet(terminal, "--help").out().contains("\u001b["));
        assertEquals(octet("--help").out(), octet(terminal, "--help").out().replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithTheExitCodes(String command) {
        Said said = octet(command, "--help");
        assertEquals(0, said.code());
        assertTrue(said.out().contains("Usage: octet " + command), said.out());
        assertTrue(said.out().contains("0 done, 1 failed, 2 wrong usage or config, 3 input refused"), said.out());
        said.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void withoutACommandTheHelpIsShownAsAnError() {
        Said said = octet();
        assertEquals(2, said.code());
        assertTrue(said.err().contains("./octet run configs/demo.yaml"), said.err());
        assertEquals("", said.out());
    }

    @ParameterizedTest
    @CsvSource({
        "rnu x, run",
        "verfy x, verify",
        "simulate --row 3 --output x, --rows",
        "score --modl x --input y --output z, --model",
    })
    void whatWasMeantIsSaid(String typed, String meant) {
        Said said = octet((Object[]) typed.split(" "));
        assertEquals(2, said.code());
        assertTrue(
                said.err().startsWith("octet: Unknown option") || said.err().startsWith("octet: there is no command"),
                said.err());
        assertTrue(said.err().matches("(?s).*(did you mean|Possible solutions:) .*" + meant + ".*"), said.err());
        assertTrue(said.err().contains("See ./octet"), said.err());
        assertFalse(said.err().contains("Exception"), said.err());
    }

    @ParameterizedTest
    @CsvSource({
        "run log.csv --on local[2], octet init",
        "run c.yaml --on local[2] --device cpu, --device",
        "run c.yaml --on local[2] --mlflow runs, --mlflow",
        "run c.yaml --conf spark.executor.memory=8g, --on MASTER",
    })
    void whatARunOnSparkCannotDoIsSaidBeforeSparkStarts(String typed, String said) {
        Said answer = octet((Object[]) typed.split(" "));
        assertEquals(2, answer.code(), answer.err());
        assertTrue(answer.err().contains(said), answer.err());
    }

    @Test
    void aMistypedKeyOfTheConfigAndAMistypedColumnAreRecognised() throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), "name: x\nthreshhold: {percentile: 99}\n");
        Said said = octet("run", config);
        assertEquals(2, said.code(), "a config is part of what was asked");
        assertTrue(said.err().contains("did you mean threshold?"), said.err());

        Path log = Files.writeString(folder.resolve("l.csv"), "tme,user,ok\n2020-01-01T00:00:00Z,a,1\n");
        Files.writeString(
                config,
                "name: x\ndata: {format: {columns: {time: time, user: user, success: ok}}, train: " + log
                        + "}\nfeatures: [hour]\ndetector: isolation-forest\noutput: " + folder.resolve("out") + "\n");
        said = octet("run", config);
        assertEquals(3, said.code(), said.err());
        assertTrue(
                said.err().contains("the header has no column time. Found: tme, user, ok; is \"tme\" meant for time?"),
                said.err());
    }

    @Test
    void exitCodesTellUsageInputAndFailureApart() throws IOException {
        assertEquals(0, octet("--version").code());
        assertEquals(2, octet("score", "--input", "x").code());
        assertEquals(2, octet("run", folder.resolve("none.yaml")).code());
        assertEquals(3, octet("verify", folder.resolve("none")).code());
        Path file = Files.writeString(folder.resolve("file"), "");
        Path config = Files.writeString(
                folder.resolve("c.yaml"),
                "name: x\ndata: {format: rba, train: " + file + "}\nfeatures: [hour]\ndetector: isolation-forest\n");
        Said failed = octet("run", config, "--set", "output=" + file.resolve("under-a-file"));
        assertEquals(1, failed.code(), "a folder that cannot be made: " + failed.err());
        assertFalse(failed.err().contains("fault in Octet"), failed.err());
    }

    /** gpu/check.sh hands its exit code on. */
    @Test
    void aTrialWhoseLossesAreTooFarApartFails() {
        Said said = octet("trial", "--compare", 64, "--columns", 6, "--first-tolerance", 1e-12);
        assertEquals(1, said.code(), said.out() + said.err());
        assertTrue(said.out().contains("FAIL: losses are at most "), said.out());
    }

    @Test
    void jsonIsOneObjectAndNothingElse() throws IOException {
        Path log = folder.resolve("l.csv");
        Said said = octet("simulate", "--rows", 1000, "--takeovers", 0, "--output", log, "--json");
        JsonNode tree = new ObjectMapper().readTree(said.out());
        assertEquals(1000, tree.get("rows").asInt());
        assertEquals(log.toString(), tree.get("file").asText());
        assertEquals("", said.err());
    }

    /** Every command that works has the three options of {@link Output}; reference pages and scripts need none. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandThatPrintsAResultHasJsonQuietAndVerbose(String command) {
        if (List.of("docs", "completion").contains(command)) {
            return;
        }
        var names = Octet.commandLine()
                .getSubcommands()
                .get(command)
                .getCommandSpec()
                .optionsMap();
        for (String option : List.of("--json", "--quiet", "--verbose", "-q", "-v")) {
            assertTrue(names.containsKey(option), command + " has no " + option + "; mix in Output");
        }
    }

    /** As the launcher starts it, without setting the others up. */
    @ParameterizedTest
    @MethodSource("commands")
    void aCommandAloneIsTheSameAsAmongAll(String command) {
        CommandLine all = Octet.commandLine();
        CommandLine alone = Octet.commandLine(Terminal.NONE, command, "--help");
        assertEquals(
                all.getSubcommands().get(command).getUsageMessage(),
                alone.getSubcommands().get(command).getUsageMessage());
        boolean ofAll = List.of("docs", "completion").contains(command);
        assertEquals(
                ofAll ? all.getSubcommands().size() : 1, alone.getSubcommands().size());
    }

    @Test
    void coloursAndCharactersAreThoseOfTheTerminal() {
        Map<String, String> usual = Map.of("TERM", "xterm", "LANG", "en_US.UTF-8");
        assertEquals(new Terminal(true, true, true, true), Terminal.of(true, true, usual));
        assertFalse(Terminal.of(true, true, Map.of("TERM", "xterm", "NO_COLOR", "1"))
                .colouredOut());
        assertTrue(
                Terminal.of(true, true, Map.of("TERM", "xterm", "NO_COLOR", "")).colouredOut());
        assertFalse(Terminal.of(true, true, Map.of("TERM", "dumb")).colouredOut());
        assertFalse(Terminal.of(false, true, usual).colouredOut(), "a pipe");
        assertFalse(Terminal.of(true, true, Map.of("LC_ALL", "C", "LANG", "de_DE.UTF-8"))
                .unicode());
        assertTrue(Terminal.of(true, true, Map.of("LC_CTYPE", "de_DE.utf8", "LANG", "C"))
                .unicode());
        assertTrue(Terminal.of(false, true, Map.of("LC_ALL", "C")).unicode(), "files are UTF-8 whatever the locale");
    }

    @Test
    void bashCompletesCommandsOptionsAndValues() throws Exception {
        Path script = Files.writeString(
                folder.resolve("octet.bash"), octet("completion", "bash").out());
        assertEquals(new TreeSet<>(commands()), completed(script, "./octet", ""));
        assertEquals(
                new TreeSet<>(List.of("replay", "run")),
                completed(script, "octet", "r").stream()
                        .filter(word -> !word.startsWith("re") || word.equals("replay"))
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertTrue(completed(script, "octet", "run", "--s").containsAll(List.of("--set", "--strict")));
        assertTrue(completed(script, "octet", "score", "--format", "").contains("molin")
                || completed(script, "octet", "score", "--format", "").contains("MOLIN"));
        assertEquals(new TreeSet<>(List.of("BASH", "ZSH")), completed(script, "octet", "completion", ""));
    }

    /** What bash itself offers for the last word, as TAB would. */
    private static TreeSet<String> completed(Path script, String... words) throws Exception {
        String bash = """
                set -u; source "$1"; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
                complete -p octet >/dev/null || exit 9
                function=$(complete -p octet | sed 's/.*-F \\([^ ]*\\).*/\\1/')
                "$function" 2>/dev/null
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", bash, "bash", script.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), out);
        return out.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A training that Ctrl-C ends, as a user would, says how to go on, leaves nothing half-written, and does go on. */
    @Test
    void afterCtrlCTheTrainingGoesOn() throws Exception {
        Path log = folder.resolve("logins.csv");
        assertEquals(
                0,
                octet("simulate", "--rows", 20_000, "--takeovers", 0, "--output", log)
                        .code());
        Path out = folder.resolve("out");
        Path config = Files.writeString(folder.resolve("c.yaml"), """
                name: long
                data: {format: rba, train: %s}
                features: [country, device, ip-octets, hour]
                detector: {autoencoder: {layers: [16, 4, 16], epochs: 100000, patience: 100000, seed: 1}}
                output: %s
                """.formatted(log, out));
        // a process that a script starts in the background would ignore SIGINT, and so would its children
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(
                OctetProcess.command(List.of("-Xmx1g", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"), "run", config));
        Process process = new ProcessBuilder(command).start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            boolean killed = false;
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                said.append(line).append('\n');
                if (!killed && line.contains("epoch 3/100000 done")) {
                    killed = true;
                    assertEquals(
                            0,
                            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                                    .start()
                                    .waitFor());
                }
            }
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(130, process.exitValue(), said.toString());
        assertTrue(
                said.toString()
                        .contains("octet: interrupted; what was done is kept in " + out.resolve("checkpoint.bin")
                                + ". Go on with ./octet run " + config + "\n"),
                said.toString());
        assertFalse(said.toString().contains("Exception"), said.toString());
        try (Stream<Path> left = Files.list(out)) {
            assertEquals(List.of(out.resolve("checkpoint.bin")), left.toList());
        }
        // the same training with an end in reach: a checkpoint of another number of epochs is refused by name, this one
        // is read
        Said refused = octet("run", config, "--set", "detector.autoencoder.seed=2");
        assertTrue(refused.err().contains("the checkpoint " + out.resolve("checkpoint.bin")), refused.err());
    }

    @ParameterizedTest
    @CsvSource({"config, docs/config.md", "simulator, docs/simulator.md"})
    void docsPrintsWhatStandsInThePage(String page, Path file) throws IOException {
        Said said = octet("docs", page);
        assertEquals(0, said.code(), said.err());
        assertTrue(said.out().contains("\n|---|"), said.out());
        assertTrue(
                Files.readString(file).contains(said.out()), file + " is not what './octet docs " + page + "' prints");
    }

    /** docs/command-line.md names every command and every option, and none that is not there. */
    @Test
    void thePageOfTheCommandLineIsComplete() throws IOException {
        String page = Files.readString(Path.of("docs/command-line.md"));
        for (CommandLine command : Octet.commandLine().getSubcommands().values()) {
            String name = command.getCommandName();
            if (command.getCommandSpec().usageMessage().hidden()) {
                continue;
            }
            int start = page.indexOf("\n### octet " + name + "\n");
            assertTrue(start >= 0, "docs/command-line.md has no section \"### octet " + name + "\"");
            int end = page.indexOf("\n##", start + 1);
            String section = page.substring(start, end < 0 ? page.length() : end);
            TreeSet<String> there = new TreeSet<>();
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (!COMMON.contains(option.longestName()) && !option.hidden()) {
                    there.add(option.longestName());
                }
            }
            TreeSet<String> named = Pattern.compile("^\\| `(--[a-z-]+)", Pattern.MULTILINE)
                    .matcher(section)
                    .results()
                    .map(match -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(there, named, "the options of " + name + " in docs/command-line.md");
        }
        for (String option : COMMON) {
            assertTrue(page.contains("`" + option + "`"), option);
        }
        Pattern.compile("^### octet ([a-z-]+)$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .forEach(match -> assertTrue(commands().contains(match.group(1)), match.group(1) + " is no command"));
    }
}
