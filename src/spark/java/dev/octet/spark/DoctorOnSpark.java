package dev.octet.spark;

import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks that a cluster can score: versions, memory, the vector module, room for temporary files. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Checks a cluster: versions, memory, vector instructions, temporary files.")
final class DoctorOnSpark implements Callable<Integer> {
    private static final int OLDEST_JAVA = 17;
    private static final long SMALLEST_HEAP = 900L << 20;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SparkSession session = SparkSession.builder().appName("octet doctor").getOrCreate();
        try {
            JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
            int tasks = Math.max(2, 4 * spark.defaultParallelism());
            List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
            List<String> found = spark.parallelize(numbers, tasks)
                    .map(number -> examine())
                    .distinct()
                    .collect();
            out.printf(
                    Locale.ROOT,
                    "Spark %s at %s, Scala %s, %d cores; driver: %s%n",
                    session.version(),
                    PlainText.of(spark.master()),
                    scala.util.Properties.versionNumberString(),
                    spark.defaultParallelism(),
                    PlainText.of(examine()));
            boolean well = true;
            for (String each : new TreeSet<>(found)) {
                well &= !each.contains("PROBLEM");
                out.println(PlainText.of(each, 1000));
            }
            out.println(well ? "This cluster can score." : "This cluster cannot score before the problems are solved.");
            return well ? 0 : 1;
        } finally {
            session.stop();
        }
    }

    /** What is found in this JVM. */
    private static String examine() {
        StringBuilder found = new StringBuilder();
        int java = Runtime.version().feature();
        long heap = Runtime.getRuntime().maxMemory();
        found.append(host()).append(": Java ").append(Runtime.version());
        if (java < OLDEST_JAVA) {
            found.append(" PROBLEM: 17 or newer is needed;");
        }
        found.append(String.format(Locale.ROOT, ", heap %,d MB", heap >> 20));
        if (heap < SMALLEST_HEAP) {
            found.append(" PROBLEM: give it 1 GB at least (--executor-memory, --driver-memory);");
        }
        boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        found.append(
                vector
                        ? ", vector instructions"
                        : ", no vector instructions (slower; add --add-modules jdk.incubator.vector to"
                                + " spark.executor.extraJavaOptions)");
        try {
            Path file = Files.createTempFile("octet-doctor", ".tmp");
            Files.writeString(file, "octet");
            Files.delete(file);
            found.append(", temporary files in ").append(file.getParent());
        } catch (IOException e) {
            found.append(" PROBLEM: no temporary file can be written: ").append(e.getMessage());
        }
        return found.toString();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "a machine without a name";
        }
    }
}
