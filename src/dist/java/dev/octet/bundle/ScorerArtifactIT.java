package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
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
        Path repository = directory.resolve("repository");
        BundlePage.run(
                Path.of("."),
                300,
                mvnw(),
                "-B",
                "-q",
                "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file",
                "-Dfile=" + JAR,
                "-DpomFile=" + Path.of("target/scorer/pom.xml").toAbsolutePath(),
                "-DlocalRepositoryPath=" + repository);
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
                  <repositories>
                    <repository>
                      <id>handed-over</id>
                      <url>%s</url>
                      <snapshots><updatePolicy>always</updatePolicy></snapshots>
                    </repository>
                  </repositories>
                  <dependencies>
                %s  </dependencies>
                </project>
                """.formatted(
                        repository.toUri(), BundlePage.text("scorer-dependency.xml")));
        BundlePage.run(
                Path.of("."),
                300,
                mvnw(),
                "-B",
                "-q",
                "-f",
                project.resolve("pom.xml").toString(),
                "org.apache.maven.plugins:maven-compiler-plugin:3.14.1:compile",
                "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                "-Dmdep.outputFile=" + directory.resolve("classpath"));
        classpath = new ArrayList<>();
        classpath.add(project.resolve("target/classes"));
        for (String jar :
                Files.readString(directory.resolve("classpath")).strip().split(File.pathSeparator)) {
            classpath.add(Path.of(jar));
        }
    }

    private static String mvnw() {
        return Path.of("mvnw").toAbsolutePath().toString();
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
                Bundles.scoringClasspath(),
                BundlePage.program("ScoreInService.java", directory).toString(),
                bundle.toString());
        assertEquals(own, output);
    }

    @Test
    void itIsSmall() throws IOException {
        List<String> names = classpath.stream()
                .map(jar -> jar.getFileName().toString())
                .filter(name -> name.endsWith(".jar"))
                .toList();
        assertEquals(7, names.size(), names.toString());
        assertFalse(names.stream().anyMatch(name -> name.matches("(nd4j|deeplearning4j|datavec|onnx|fastutil).*")));
        long bytes = 0;
        for (Path jar : classpath) {
            bytes += Files.isRegularFile(jar) ? Files.size(jar) : 0;
        }
        assertTrue(bytes < 4_000_000, bytes + " bytes");
    }

    /** Every class of it can be initialised, but for those that make ONNX graphs or train. */
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
                        .filter(line -> !line.matches("(?s).*(org/nd4j|org/datavec|jdk/incubator|onnx/).*"))
                        .toList());
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
