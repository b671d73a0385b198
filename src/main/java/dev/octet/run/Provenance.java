package dev.octet.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Checksums;
import dev.octet.bundle.RunSpans;
import dev.octet.config.DataConfig;
import dev.octet.event.enrich.EnrichmentInfo;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/** Program, data, settings, machine and time that a model was made with: equal provenance explains equal results. */
public final class Provenance {
    /** In the jar's manifest: which commit the launcher built. */
    private static final String COMMIT = "Octet-Commit";

    /** Of a file of {@link #files}: its SHA-256 in hexadecimal digits. */
    public static final String CHECKSUM = "sha256";

    private static final String UNKNOWN = "unknown";

    private Provenance() {}

    /** The files that a run reads, with their sizes and checksums, or the database and what it is asked. */
    public static ArrayNode files(DataConfig data) throws IOException {
        ArrayNode files = JsonNodeFactory.instance.arrayNode();
        data.reading().jdbc().ifPresent(jdbc -> {
            ObjectNode database = files.addObject();
            database.put("database", jdbc.database().url());
            database.put("query", jdbc.query());
        });
        for (Path path : paths(data)) {
            ObjectNode file = files.addObject();
            file.put("file", path.toString());
            file.put("bytes", Files.size(path));
            file.put(CHECKSUM, Checksums.sha256(path));
        }
        return files;
    }

    /** The files that are read, those of the training log first. */
    static List<Path> paths(DataConfig data) {
        List<Path> paths = new ArrayList<>(data.reading().train());
        paths.addAll(data.reading().test());
        return paths;
    }

    public static ObjectNode of(DataFiles files, Log.Scan scan, long trainRows, long validationRows)
            throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("made", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        root.setAll(ofRun(files, scan, trainRows, validationRows));
        return root;
    }

    /** As above, with the spans of the run, so that it can be gone through again. */
    static ObjectNode of(ReadLog read, long trainRows, long validationRows) throws IOException {
        ObjectNode root = of(read.files(), read.scan(), trainRows, validationRows);
        ObjectNode spans = root.putObject(RunSpans.KEY);
        new RunSpans(
                        read.spans().trainFrom(),
                        read.spans().trainUntil(),
                        read.spans().validationUntil(),
                        read.testFrom(),
                        read.testUntil(),
                        read.labelsTrain())
                .write(spans);
        return root;
    }

    /** The same without the moment, so that equal runs write equal files. */
    static ObjectNode ofRun(DataFiles files, Log.Scan scan, long trainRows, long validationRows) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        String version = Provenance.class.getPackage().getImplementationVersion();
        root.put("octet", version == null ? "not from a jar" : version);
        root.put("commit", commit());
        root.put("java", Runtime.version().toString());
        root.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        root.put("arch", System.getProperty("os.arch"));
        root.put("processors", Runtime.getRuntime().availableProcessors());
        root.set("data", files.provenance());
        root.set(EnrichmentInfo.KEY, files.enrichment().toJson());
        root.put("rows", scan.rows());
        root.put("rows_rejected", scan.rows() - scan.usable());
        root.put("train_rows", trainRows);
        root.put("validation_rows", validationRows);
        return root;
    }

    /** What tells builds of the program apart: its commit, and when its jar was made. */
    static String program() throws IOException {
        CodeSource source = Provenance.class.getProtectionDomain().getCodeSource();
        try {
            return commit()
                    + (source == null
                            ? ""
                            : " "
                                    + Files.getLastModifiedTime(
                                            Path.of(source.getLocation().toURI())));
        } catch (URISyntaxException e) {
            throw new IOException(source.getLocation() + " is no path", e);
        }
    }

    /** The commit that the jar was built from; of a jar that Maven built alone, the one that the launcher was started in. */
    public static String commit() throws IOException {
        String started = System.getProperty("octet.commit", UNKNOWN);
        CodeSource source = Provenance.class.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getPath().endsWith(".jar")) {
            return started;
        }
        try (JarFile jar = new JarFile(Path.of(source.getLocation().toURI()).toFile())) {
            String built = jar.getManifest().getMainAttributes().getValue(COMMIT);
            return built == null || built.equals(UNKNOWN) ? started : built;
        } catch (URISyntaxException e) {
            throw new IOException(source.getLocation() + " is no path", e);
        }
    }
}
