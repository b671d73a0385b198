package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/tutorial.md} as it stands: its commands one after the other in an empty directory with the shipped configs,
 * each in a process of its own, and what the page says that they print. Only the port differs.
 */
class TutorialTest {
    private static final Path PAGE = Path.of("docs/tutorial.md");
    private static final Pattern BLOCK = Pattern.compile("(?:^    \\S[^\\n]*\\n)+", Pattern.MULTILINE);

    private static final String PORT = "8081";

    @TempDir
    private Path folder;

    private Process service;
    private String port;

    @Test
    void thePageRunsAsItStands() throws Exception {
        assumeTrue(hasCurl(), "SKIPPED: there is no curl here, which the tutorial needs");
        try (ServerSocket free = new ServerSocket(0)) {
            port = Integer.toString(free.getLocalPort());
        }
        Files.createDirectory(folder.resolve("configs"));
        Files.copy(Path.of("configs/demo.yaml"), folder.resolve("configs/demo.yaml"));
        int commands = 0;
        int expectations = 0;
        String said = "";
        try {
            Matcher parts = BLOCK.matcher(Files.readString(PAGE));
            while (parts.find()) {
                List<String> lines = parts.group().lines().map(String::strip).toList();
                if (!isCommand(lines.get(0))) {
                    for (String line : lines) {
                        assertTrue(
                                said.contains(line),
                                "the page says that it prints \"" + line + "\"; it printed " + said);
                        expectations++;
                    }
                    continue;
                }
                said = "";
                for (String line : lines) {
                    said += run(line);
                    commands++;
                }
            }
        } finally {
            if (service != null) {
                service.destroy();
                assertTrue(service.waitFor(60, TimeUnit.SECONDS), "the service ends");
            }
        }
        assertEquals(11, commands);
        assertTrue(expectations >= 12, expectations + " lines of output");
        assertTrue(Files.exists(folder.resolve("models/my-logins/bundle.state/verdicts.ndjson")));
    }

    private static boolean isCommand(String line) {
        return line.startsWith("./octet ") || line.startsWith("curl ");
    }

    /** What a command prints, on both streams. */
    private String run(String line) throws IOException, InterruptedException {
        String here = line.replace(PORT, port);
        Path output = folder.resolve("printed.txt");
        List<String> command = here.startsWith("curl ") ? List.of("bash", "-c", here) : java(here);
        boolean serves = here.startsWith("./octet serve");
        boolean shows = here.startsWith("./octet desk");
        Path printed = serves ? folder.resolve("service.txt") : output;
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        if (serves) {
            service = process;
            for (int i = 0; i < 600 && !Files.readString(printed).contains("http://127.0.0.1:" + port); i++) {
                assertTrue(process.isAlive(), () -> "the service ended: " + read(printed));
                Thread.sleep(100);
            }
            return Files.readString(printed);
        }
        if (shows) {
            for (int i = 0; i < 1200 && !Files.readString(printed).contains("the desk is at"); i++) {
                assertTrue(process.isAlive(), () -> "the desk ended: " + read(printed));
                Thread.sleep(100);
            }
            process.destroy(); // as Ctrl-C
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the desk ends");
            return Files.readString(printed).replace(port, PORT);
        }
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), line);
        String said = Files.readString(printed);
        boolean refusal = here.startsWith("./octet rethreshold");
        assertEquals(refusal ? Octet.INPUT_ERROR : 0, process.exitValue(), said);
        assertFalse(said.contains("fault in Octet"), said);
        return said;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static List<String> java(String line) {
        return OctetProcess.command(
                List.of("-Xmx2g", "-XX:+UseParallelGC"),
                Arrays.stream(line.split(" ")).skip(1).toArray());
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            return new ProcessBuilder("curl", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
