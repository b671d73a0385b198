package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.format.FormatSettings;
import dev.octet.event.format.Formats;
import dev.octet.feature.FloatMatrix;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project of its own that depends on octet-scorer as docs/bundle.md says. */
class ScorerArtifactIT {
    private static final Path JAR = Path.of("target/octet-scorer.jar").toAbsolutePath();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private static Path directory;

    private static List<Path> classpath;

    /** Installs the artifact into a repository of its own, and builds the project with it. */
    @BeforeAll
    static void buildsTheProject() throws Exception {
        BundlePage.run(
                Path.of("."),
                300,
                mvnw(
                        "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file",
                        "-Dfile=" + JAR,
                        "-DpomFile=" + Path.of("target/scorer/pom.xml").toAbsolutePath()));
        Path project = Files.createDirectories(directory.resolve("project"));
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        BundlePage.program("ScoreInService.java", sources);
        Files.writeString(project.resolve("pom.xml"), """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>service</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <dependencies>
                %s  </dependencies>
                </project>
                """.formatted(BundlePage.text("scorer-dependency.xml")));
        BundlePage.run(
                Path.of("."),
                300,
                mvnw(
                        "-f",
                        project.resolve("pom.xml").toString(),
                        "org.apache.maven.plugins:maven-compiler-plugin:3.14.1:compile",
                        "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                        "-Dmdep.outputFile=" + directory.resolve("classpath")));
        classpath = new ArrayList<>();
        classpath.add(project.resolve("target/classes"));
        for (String jar :
                Files.readString(directory.resolve("classpath")).strip().split(File.pathSeparator)) {
            classpath.add(Path.of(jar));
        }
    }

    /** Maven with a repository of its own, in which only octet-scorer is; everything else comes from the user's. */
    private static String[] mvnw(String... arguments) {
        return Stream.concat(
                        Stream.of(
                                Path.of("mvnw").toAbsolutePath().toString(),
                                "-B",
                                "-q",
                                "-Dmaven.repo.local=" + directory.resolve("repository"),
                                "-Dmaven.repo.local.tail="
                                        + System.getProperty(
                                                "maven.repo.local",
                                                System.getProperty("user.home") + "/.m2/repository")),
                        Stream.of(arguments))
                .toArray(String[]::new);
    }

    private static String joined() {
        return classpath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void theProjectScoresAsOctetDoes() throws Exception {
        Bundles.make(directory, "likelihood", 6000, 1);
        Path bundle = directory.resolve("likelihood");
        String output = BundlePage.run(JAVA, "-cp", joined(), "ScoreInService", bundle.toString());
        String own = BundlePage.run(
                JAVA,
                "-cp",
                System.getProperty("java.class.path"),
                BundlePage.program("ScoreInService.java", directory).toString(),
                bundle.toString());
        assertEquals(own, output);
    }

    /** A service never reads the log format of its bundle, and needs no YAML reader for it. */
    @Test
    void aBundleOfAVendorsFormatScores() throws Exception {
        Bundles.make(directory, "plain", 6000, 1, directory.resolve("plain"));
        Bundle plain = Bundle.load(directory.resolve("plain"));
        FloatMatrix golden = new FloatMatrix(plain.model().features().columns());
        golden.append(new float[golden.columns()]);
        Path okta = directory.resolve("okta");
        Bundle.save(
                okta,
                plain.model(),
                plain.extractor(),
                Formats.find("okta", FormatSettings.DEFAULT),
                plain.config(),
                (ObjectNode) plain.provenance(),
                golden);
        assertEquals(
                BundlePage.run(
                        JAVA,
                        "-cp",
                        joined(),
                        "ScoreInService",
                        plain.directory().toString()),
                BundlePage.run(JAVA, "-cp", joined(), "ScoreInService", okta.toString()));
    }

    @Test
    void itIsSmall() throws IOException {
        List<String> names = classpath.stream()
                .map(jar -> jar.getFileName().toString())
                .filter(name -> name.endsWith(".jar"))
                .toList();
        assertEquals(5, names.size(), names.toString());
        assertFalse(names.stream()
                .anyMatch(name -> name.matches("(nd4j|deeplearning4j|datavec|onnx|fastutil|jackson-databind).*")));
        long bytes = 0;
        for (Path jar : classpath) {
            bytes += Files.isRegularFile(jar) ? Files.size(jar) : 0;
        }
        assertTrue(bytes < 2_300_000, bytes + " bytes");
    }

    /** Spoilt in any place, a bundle is refused in the words of Octet itself, which has all of jackson-databind to print a node. */
    @Test
    void aSpoiltBundleIsRefusedInTheSameWords() throws Exception {
        Path bundle = directory.resolve("damaged");
        Bundles.make(directory, "damaged", 6000, 1, bundle);
        ObjectMapper json = new ObjectMapper();
        Set<String> refusals = new HashSet<>();
        try (URLClassLoader loader = new URLClassLoader(urls(), ClassLoader.getPlatformClassLoader())) {
            Method load = loader.loadClass(Scorer.class.getName()).getMethod("load", Path.class);
            for (String name :
                    List.of("bundle.json", "features.json", "detector.json", "threshold.json", "golden.json")) {
                String whole = Files.readString(bundle.resolve(name));
                List<String> damaged = new ArrayList<>(
                        List.of("", "{", "[]", whole + "{}", whole.replace("{", "{\"a\": 1, \"a\": 2,")));
                for (String pointer : pointers("", json.readTree(whole))) {
                    JsonNode tree = json.readTree(whole);
                    int last = pointer.lastIndexOf('/');
                    JsonNode parent = tree.at(pointer.substring(0, last));
                    JsonNode odd = json.readTree("[null, {\"a\": 0.5, \"b\": true}, 12345678901234567890]");
                    if (parent instanceof ObjectNode object) {
                        object.set(pointer.substring(last + 1), odd);
                    } else {
                        ((ArrayNode) parent).set(Integer.parseInt(pointer.substring(last + 1)), odd);
                    }
                    damaged.add(tree.toString());
                }
                for (String text : damaged) {
                    Files.writeString(bundle.resolve(name), text);
                    Checksums.write(bundle);
                    String own = refusal(() -> Scorer.load(bundle));
                    assertEquals(own, refusal(() -> load.invoke(null, bundle)), text);
                    refusals.add(own);
                }
                Files.writeString(bundle.resolve(name), whole);
            }
        }
        assertTrue(refusals.size() > 40, refusals.toString());
    }

    /** Where the members and first two elements of a tree are. */
    private static List<String> pointers(String at, JsonNode node) {
        List<String> pointers = new ArrayList<>();
        node.properties().forEach(each -> {
            pointers.add(at + "/" + each.getKey());
            pointers.addAll(pointers(at + "/" + each.getKey(), each.getValue()));
        });
        for (int i = 0; node.isArray() && i < Math.min(2, node.size()); i++) {
            pointers.add(at + "/" + i);
            pointers.addAll(pointers(at + "/" + i, node.get(i)));
        }
        return pointers;
    }

    /** What a bundle is refused with; empty where it is not. */
    private static String refusal(Callable<?> loading) throws Exception {
        try {
            loading.call();
            return "";
        } catch (InvocationTargetException e) {
            return e.getCause().toString();
        } catch (InputException e) {
            return e.toString();
        }
    }

    /** Every class of it can be initialised, but for those that make ONNX graphs, train or read logs. */
    @Test
    void itsClassesAreComplete() throws IOException {
        List<String> failed = new ArrayList<>();
        try (JarFile jar = new JarFile(JAR.toFile());
                URLClassLoader loader = new URLClassLoader(urls(), ClassLoader.getPlatformClassLoader())) {
            for (String name : jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .toList()) {
                try {
                    Class.forName(name.replace('/', '.').substring(0, name.length() - 6), true, loader);
                } catch (ClassNotFoundException | LinkageError e) {
                    failed.add(name + ": " + e);
                }
            }
        }
        assertEquals(
                List.of(),
                failed.stream()
                        .filter(line -> !line.matches("(?s).*(org/nd4j|org/datavec|jdk/incubator|onnx/|ai/onnxruntime"
                                + "|org/apache/commons/math3|de/siegmar/fastcsv|dev/octet/event/InputFile).*"))
                        .toList());
    }

    /** Its classes name no class of Octet or fastutil that is not in it, but for the format of logs. */
    @Test
    void itNamesNoClassThatWasLeftOut() {
        StringWriter listed = new StringWriter();
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(listed),
                        new PrintWriter(listed),
                        "-verbose:class",
                        "--multi-release",
                        "17",
                        "-cp",
                        joined(),
                        JAR.toString());
        assertEquals(0, status, listed.toString());
        List<String> missing = listed.toString()
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("dev\\.octet\\.(?!scorer\\.).* -> dev\\.octet\\..* not found"))
                .filter(line ->
                        !line.matches("dev\\.octet\\.bundle\\.ManifestJson.* -> dev\\.octet\\.event\\.format\\..*"))
                .toList();
        assertTrue(listed.toString().contains("-> dev.octet.scorer.fastutil."), listed.toString());
        assertEquals(List.of(), missing);
    }

    private static URL[] urls() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path entry : classpath) {
            urls.add(entry.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** A bundle of every kind of detector scores in a JVM that has the artifact and its optional jars alone. */
    @Test
    void everyDetectorScores() throws Exception {
        String optional = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> new File(entry).getName().matches("(randomcutforest-core|commons-math3)-.*"))
                .collect(Collectors.joining(File.pathSeparator));
        for (Path bundle : Bundles.ofEveryKind(directory.resolve("every"))) {
            String output = BundlePage.run(
                    JAVA, "-cp", joined() + File.pathSeparator + optional, "ScoreInService", bundle.toString());
            String own = BundlePage.run(
                    JAVA,
                    "-cp",
                    System.getProperty("java.class.path"),
                    BundlePage.program("ScoreInService.java", directory).toString(),
                    bundle.toString());
            assertTrue(output.matches("-?[0-9.E-]+ (true|false)\\s*"), bundle + ": " + output);
            assertEquals(own, output, bundle.toString());
        }
    }
}
