package dev.octet.bundle;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A package of npm in target/node, installed once; a test that needs it is skipped where that cannot be done, and says so. */
final class NodeRuntime {
    private NodeRuntime() {}

    static Path directory(String nodePackage) throws IOException, InterruptedException {
        Path directory = Path.of("target/node").toAbsolutePath();
        if (!Files.isDirectory(directory.resolve("node_modules/onnxruntime-node"))) {
            Files.createDirectories(directory);
            String output;
            int status;
            try {
                Process process = new ProcessBuilder(
                                "npm",
                                "install",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--prefix",
                                directory.toString(),
                                nodePackage)
                        .redirectErrorStream(true)
                        .start();
                output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                status = process.waitFor();
            } catch (IOException e) {
                output = e.getMessage();
                status = 127;
            }
            if (status != 0) {
                System.err.println("SKIPPED, not tested: the Node program of docs/bundle.md; npm install " + nodePackage
                        + " failed: " + output);
            }
            assumeTrue(status == 0, "npm install " + nodePackage + " failed: " + output);
        }
        return directory;
    }
}
