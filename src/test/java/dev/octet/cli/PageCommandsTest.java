package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParameterException;

/** The commands that README and docs show: all are understood, and those that need the demo's run alone are run. */
class PageCommandsTest {
    /** An indented line with a command, and those that go on after a backslash or within quotes. */
    private static final Pattern COMMAND =
            Pattern.compile("^ {4}\\./octet ((?:'[^']*'|\\\\\\n|[^\\n'])*)", Pattern.MULTILINE);

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+)");

    @TempDir
    static Path folder;

    @BeforeAll
    static void runsTheDemo() throws IOException {
        String config = text(Path.of("configs/demo.yaml")).replace("models/demo", folder + "/models/demo");
        Files.writeString(folder.resolve("demo.yaml"), config.replace("rows: 300000", "rows: 60000"));
        Said.printed("run", folder.resolve("demo.yaml"));
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .filter(page -> COMMAND.matcher(text(page)).find())
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The commands of a page, as a shell would split them. */
    private static List<List<String>> commands(Path page) {
        List<List<String>> commands = new ArrayList<>();
        Matcher lines = COMMAND.matcher(text(page));
        while (lines.find()) {
            List<String> words = new ArrayList<>();
            Matcher parts = WORD.matcher(lines.group(1).replace("\\\n", " "));
            for (int end = 0; parts.find() && !parts.group().startsWith("#"); end = parts.end()) {
                String word = parts.group(1) != null
                        ? parts.group(1)
                        : parts.group(2) != null ? parts.group(2) : parts.group(3);
                boolean joined = end > 0 && end == parts.start();
                words.add(joined ? words.remove(words.size() - 1) + word : word);
            }
            commands.add(words);
        }
        return commands;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandOfAPageIsUnderstood(Path page) {
        for (List<String> command : commands(page)) {
            try {
                Octet.commandLine().parseArgs(command.toArray(String[]::new));
            } catch (ParameterException e) {
                throw new AssertionError(page + ": ./octet " + String.join(" ", command) + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void aCommandOfThePastIsNotUnderstood() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "\n    ./octet teach --model 'a b'  # so\n");
        assertEquals(List.of(List.of("teach", "--model", "a b")), commands(page));
        assertThrows(AssertionError.class, () -> everyCommandOfAPageIsUnderstood(page));
    }

    /** In this order, with their paths in a folder of the test. */
    @Test
    void theCommandsRunOnTheDemo() {
        for (String shown : List.of(
                "docs/evaluation.md: matrix",
                "docs/reproducibility.md: score",
                "README.md: simulate",
                "README.md: score")) {
            String[] named = shown.split(": ");
            List<List<String>> found = commands(Path.of(named[0])).stream()
                    .filter(command -> command.get(0).equals(named[1]))
                    .toList();
            assertEquals(1, found.size(), shown);
            Said.printed(found.get(0).stream().map(PageCommandsTest::here).toArray());
        }
        assertTrue(Files.exists(folder.resolve("demo-matrix/train.npy")));
        assertEquals(
                text(folder.resolve("models/demo/scores.csv")),
                text(folder.resolve("again.csv")),
                "docs/reproducibility.md: the very scores of the run");
    }

    private static String here(String word) {
        return word.replaceAll("^(models/demo|demo-matrix|demo.yaml|again.csv|new.csv|scores.csv)", folder + "/$1")
                .replaceAll("^configs/", folder + "/");
    }
}
