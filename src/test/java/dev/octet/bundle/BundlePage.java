package dev.octet.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The programs on docs/bundle.md, and how tests run them. */
final class BundlePage {
    static final Path PAGE = Path.of("docs/bundle.md");

    private BundlePage() {}

    /** The indented lines that follow a comment with the name of the file. */
    static String text(String name) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int marker = lines.indexOf("<!-- " + name + " -->");
        String text = lines.subList(marker + 1, lines.size()).stream()
                .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
                .map(line -> line.isEmpty() ? line : line.substring(4))
                .collect(Collectors.joining("\n"));
        if (marker < 0 || text.isBlank()) {
            throw new IllegalStateException(PAGE + " has no " + name);
        }
        return text + "\n";
    }

    static Path program(String name, Path directory) throws IOException {
        return Files.writeString(directory.resolve(name), text(name));
    }

    /** What a command prints; it must end with 0 within a minute. */
    static String run(String... command) throws IOException, InterruptedException {
        return run(Path.of("."), 60, command);
    }

    static String run(Path directory, int seconds, String... command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("octet-errors", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(errors.toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + "\n" + Files.readString(errors) + output);
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }
}
