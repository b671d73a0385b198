package dev.octet.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The bundles that were applied at a desk, one after the other, the first being the one that was named at the start. Kept in a
 * file of the state directory, so that a restart goes on with the last. Not thread-safe.
 */
final class ModelChain {
    static final String NAME = "applied-models.json";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;
    private final List<Path> directories = new ArrayList<>();
    private String firstId;

    private ModelChain(Path file) {
        this.file = file;
    }

    /** The chain and its last bundle. */
    record Opened(ModelChain chain, Bundle bundle) {}

    /**
     * Goes on with what was applied to a bundle, if anything was.
     *
     * @param model the bundle that was named at the start
     * @param notes told where another one is used in its place, or cannot be
     */
    static Opened open(Path state, Path model, Consumer<String> notes) throws IOException {
        Bundle named = Bundle.load(model);
        ModelChain chain = new ModelChain(state.resolve(NAME));
        List<Path> applied = chain.read(named);
        if (applied.isEmpty()) {
            chain.begin(named);
            return new Opened(chain, named);
        }
        Path last = applied.get(applied.size() - 1);
        try {
            Bundle bundle = Bundle.load(last);
            chain.firstId = named.id();
            chain.directories.add(named.directory());
            chain.directories.addAll(applied);
            notes.accept("using " + last + ", which was applied at the desk in place of " + model + "; remove "
                    + chain.file + " to use that one again");
            return new Opened(chain, bundle);
        } catch (IOException | InputException e) {
            notes.accept(
                    "the bundle that was applied at the desk cannot be used, so " + model + " is: " + e.getMessage());
            chain.begin(named);
            return new Opened(chain, named);
        }
    }

    private List<Path> read(Bundle named) throws IOException {
        List<Path> applied = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            try {
                JsonNode tree = MAPPER.readTree(Files.readAllBytes(file));
                if (tree.path("bundle").asText().equals(named.id())) {
                    tree.path("applied").forEach(each -> applied.add(Path.of(each.asText())));
                }
            } catch (JsonProcessingException e) {
                throw new InputException(
                        file + " is damaged: " + e.getOriginalMessage()
                                + "; remove it to begin with the bundle that is named",
                        e);
            }
        }
        return applied;
    }

    private void begin(Bundle first) {
        firstId = first.id();
        directories.clear();
        directories.add(first.directory());
    }

    /** Begins again with a bundle that somebody named. */
    void restart(Bundle first) throws IOException {
        begin(first);
        Files.deleteIfExists(file);
    }

    void add(Bundle next) throws IOException {
        directories.add(next.directory().toAbsolutePath());
        save();
    }

    /** The bundle before the last. */
    Path before() {
        return directories.get(directories.size() - 2);
    }

    void removeLast() throws IOException {
        directories.remove(directories.size() - 1);
        save();
    }

    /** Whether there is a bundle to go back to. */
    boolean canTakeBack() {
        return directories.size() > 1;
    }

    private void save() throws IOException {
        if (directories.size() == 1) {
            Files.deleteIfExists(file);
            return;
        }
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("bundle", firstId);
        ArrayNode applied = tree.putArray("applied");
        directories.subList(1, directories.size()).forEach(each -> applied.add(each.toString()));
        Path temporary = TemporaryFile.beside(file);
        Files.write(temporary, (JsonText.indented(tree) + "\n").getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
