package dev.octet.serve;

import static dev.octet.serve.ServedBundle.JSON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.octet.bundle.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The curl examples of docs/serve.md, as they stand there. */
class GuideTest {
    private static final Pattern BLOCK = Pattern.compile("(?m)(^    .*\\n)+");

    @TempDir
    private Path folder;

    @Test
    void theExamplesOfTheGuideWork() throws Exception {
        assumeTrue(hasCurl(), "SKIPPED: there is no curl here, which the guide's examples need");
        ServedBundle served = ServedBundle.shared();
        Bundle bundle = Bundle.load(served.bundle);
        Path next = served.bundle.resolveSibling("bundle-v2");
        if (!Files.exists(next)) {
            bundle.withThreshold(
                    next, bundle.model().threshold(), bundle.provenance().deepCopy());
        }
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(Path.of("docs/serve.md")));
        while (matcher.find()) {
            blocks.add(matcher.group().replaceAll("(?m)^    ", ""));
        }
        int examples = 0;
        int answers = 0;
        try (ScoreService service = ScoreService.start(served.settings(folder.resolve("state")), note -> {})) {
            for (int i = 0; i < blocks.size(); i++) {
                if (!blocks.get(i).startsWith("curl ")) {
                    continue;
                }
                examples++;
                String answer = run(blocks.get(i).replace("localhost:8080", "localhost:" + service.port()));
                if (blocks.get(i).contains("ndjson")) {
                    List<String> lines = answer.lines().toList();
                    assertEquals(3, lines.size(), answer);
                    assertEquals(
                            "{\"line\":3,\"error\":\"user must be a text, found a number\"}", lines.get(2), answer);
                    continue;
                }
                answers++;
                JsonNode said = JSON.readTree(answer);
                assertTrue(!said.has("error"), answer);
                assertEquals(shape(JSON.readTree(blocks.get(i + 1))), shape(said), answer);
            }
        }
        assertTrue(examples >= 5 && answers >= 4, examples + " examples, " + answers + " answers");
    }

    /** Names of an object's fields; what lists hold is not looked into. */
    private static TreeSet<String> shape(JsonNode object) {
        TreeSet<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static boolean hasCurl() {
        try {
            run("curl --version");
            return true;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static String run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("exit code " + code + " of " + command);
        }
        return out;
    }
}
