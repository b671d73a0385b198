package dev.octet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.autoencoder.Backend;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = "what this machine has, and where training would run",
        description = "Prints Java, memory, native libraries and cards as Octet sees them, and where it would train.")
final class DoctorCommand implements Callable<Integer> {
    /** What the launcher read from nvidia-smi, a card a line: capability, driver, UUID, MiB, name. */
    private static final String CARDS = "octet.cards";
    /** Why there are none. */
    private static final String NO_CARDS = "octet.cards.none";

    @Mixin
    private Output output;

    @Mixin
    private DeviceOption device;

    @Mixin
    private SparkOptions spark;

    private record Card(String capability, String driver, String uuid, long mebibytes, String name) {
        static Card of(String line) {
            String[] fields = line.split(", *", 5);
            return new Card(fields[0], fields[1], fields[2], Long.parseLong(fields[3]), fields[4]);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (spark.given()) {
            return spark.run(List.of("doctor"));
        }
        if (spark.settingsWithoutMaster()) {
            throw output.wrongUsage("--conf is a setting of Spark; say where it runs: --on MASTER");
        }
        ObjectNode tree = tree();
        if (output.json()) {
            output.print(tree);
            return 0;
        }
        tree.properties().forEach(entry -> {
            String name = entry.getKey().replace('_', ' ');
            if (entry.getValue().isArray()) {
                entry.getValue().forEach(value -> line(name, value.asText()));
            } else {
                line(name, entry.getValue().asText());
            }
        });
        output.out().flush();
        return 0;
    }

    private void line(String name, String value) {
        output.out().printf("%-16s %s%n", name, PlainText.lines(value));
    }

    private static ObjectNode tree() throws IOException {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("octet", new Octet.Version().getVersion()[0].replaceFirst("octet ", ""));
        tree.put("java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
        tree.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        tree.put("cores", Runtime.getRuntime().availableProcessors());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            tree.put("memory", mebibytes(system.getTotalMemorySize()));
        }
        tree.put("heap", "at most " + mebibytes(Runtime.getRuntime().maxMemory()) + " (-Xmx)");
        Backend.Native nd4j = Backend.loaded();
        tree.put("off_heap", "at most " + mebibytes(nd4j.mostBytes()) + " (org.bytedeco.javacpp.maxBytes)");
        tree.put(
                "vectors",
                nd4j.vectorBits() == 0
                        ? "none of 256 bits or more: engine fused would be slow, auto takes dl4j"
                        : nd4j.vectorBits() + " bits, engine fused");
        tree.put("deeplearning4j", nd4j.version() + ", native code for " + nd4j.platform());
        tree.put("backend", nd4j.description());
        cards(tree);
        if (nd4j.cuda().isPresent()) {
            ArrayNode libraries = tree.putArray("cuda_libraries");
            nd4j.cudaLibraries().forEach(libraries::add);
            tree.put(
                    "device_cache",
                    cache("ND4J_CUDA_MAX_DEVICE_CACHE") + " on the card, " + cache("ND4J_CUDA_MAX_HOST_CACHE")
                            + " of its host memory");
        }
        tree.put("build", nd4j.cuda().map(version -> "with CUDA " + version).orElse("without CUDA"));
        tree.put("verdict", verdict(nd4j));
        return tree;
    }

    private static void cards(ObjectNode tree) {
        List<Card> cards = new ArrayList<>();
        System.getProperty(CARDS, "").lines().map(Card::of).forEach(cards::add);
        if (cards.isEmpty()) {
            tree.put(
                    "card",
                    "none: " + System.getProperty(NO_CARDS, "not looked for, for Octet was not started by ./octet"));
            return;
        }
        ArrayNode shown = tree.putArray("card");
        cards.forEach(card -> shown.add(card.name + ", compute capability " + card.capability + ", " + card.mebibytes
                + " MiB, driver " + card.driver));
    }

    private static String verdict(Backend.Native nd4j) {
        String chosen = System.getProperty(DeviceOption.CHOSEN);
        if (chosen == null) {
            return "training on the " + (nd4j.onDevice() ? "card" : "CPU");
        }
        if (chosen.equals("gpu") && !nd4j.onDevice()) {
            return "a card is there (" + System.getProperty(DeviceOption.REASON)
                    + "), but ND4J could not load CUDA: training on the CPU";
        }
        return (chosen.equals("gpu") ? "training with " : "training on the CPU: ")
                + System.getProperty(DeviceOption.REASON);
    }

    private static String cache(String variable) {
        String value = System.getenv(variable);
        return value == null ? "ND4J's default" : "at most " + mebibytes(Long.parseLong(value));
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
