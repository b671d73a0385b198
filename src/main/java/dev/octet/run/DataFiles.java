package dev.octet.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.octet.bundle.Checksums;
import dev.octet.config.DataConfig;
import dev.octet.config.LabelsConfig;
import dev.octet.event.InputException;
import dev.octet.event.enrich.DatabaseInfo;
import dev.octet.event.enrich.EnrichmentInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that a run reads, with their checksums, which a thread of their own computes while the log is read, or,
 * where the rows of an earlier run are used, from the training on. Not thread-safe.
 */
public final class DataFiles {
    private final DataConfig data;
    private final EnrichmentInfo enrichment;
    private final RunListener listener;
    private final SeenFiles seen;
    private final Instant begun = Instant.now();
    private final Map<Path, SeenFiles.Stat> stats = new LinkedHashMap<>();
    private final Background<ArrayNode> checksums;
    /** Checksums of an earlier run that something was found by, by the number of the file; to be compared with those of this run. */
    private final Map<Integer, String> trusted = new HashMap<>();

    /**
     * The files must be there.
     *
     * @param seen checksums of an earlier run
     */
    DataFiles(DataConfig data, EnrichmentInfo enrichment, RunListener listener, SeenFiles seen) throws IOException {
        this.data = data;
        this.enrichment = enrichment;
        this.listener = listener;
        this.seen = seen;
        for (Path file : Provenance.paths(data)) {
            stats.put(file, SeenFiles.Stat.of(file));
        }
        checksums = new Background<>("octet-checksums", () -> Provenance.files(data));
    }

    /** Begins with the checksums, if they have not been begun. */
    void beginChecksums() {
        checksums.begin();
    }

    /**
     * The files with sizes and checksums, or the database, as provenance has them. Waits for the checksums.
     *
     * @throws InputException if a file is not the one that rows were kept of
     * @throws IOException if a file cannot be read
     */
    ArrayNode provenance() throws IOException {
        if (!checksums.isDone()) {
            listener.stage("computing checksums");
        }
        ArrayNode files = checksums.get();
        for (Map.Entry<Integer, String> each : trusted.entrySet()) {
            String now = checksum(files, each.getKey());
            if (!now.equals(each.getValue())) {
                throw new InputException(files.get(each.getKey()).get("file").asText()
                        + " is not the file that an earlier run kept rows of, though size and time of change are the same:"
                        + " its checksum is " + now + ", then it was " + each.getValue()
                        + "; remove " + seen.folder() + " and run again");
            }
        }
        return files;
    }

    private static String checksum(ArrayNode files, int number) {
        return files.get(number).get(Provenance.CHECKSUM).asText();
    }

    /** Remembers the checksums for the next run. */
    void remember() throws IOException {
        Map<Path, String> known = new LinkedHashMap<>();
        for (Path file : stats.keySet()) {
            known.put(file, checksum(provenance(), known.size()));
        }
        seen.keep(known, stats, begun);
    }

    /** What the logins are completed with. */
    EnrichmentInfo enrichment() {
        return enrichment;
    }

    /** Whether checksums say that the data is what it was: what a database answers may be another each time. */
    boolean areFiles() {
        return data.reading().jdbc().isEmpty();
    }

    /** Tells apart what {@link Log#scan} of the training log depends on. */
    String trainingLogKey() throws IOException {
        return key(data.reading().train().size());
    }

    /** The same for the training and the test log. */
    String key() throws IOException {
        return key(data.reading().train().size() + data.reading().test().size());
    }

    /** Of the file with this number: that of an earlier run if its size and time are the same, which is compared later. */
    private String checksum(int number) throws IOException {
        Path file = Provenance.paths(data).get(number);
        Optional<String> known = seen.checksum(file);
        if (known.isEmpty()) {
            return checksum(provenance(), number);
        }
        trusted.put(number, known.get());
        return known.get();
    }

    private String key(int files) throws IOException {
        List<String> parts = new ArrayList<>(List.of(RowCache.FORMAT, Provenance.program()));
        for (int i = 0; i < files; i++) {
            parts.add(checksum(i));
        }
        parts.add(enrichmentKey());
        parts.add(data.reading().format().toString());
        parts.add(data.labels().toString());
        if (data.labels().isPresent()
                && data.labels().get().source() instanceof LabelsConfig.Windows windows
                && Files.exists(windows.file())) {
            parts.add(Checksums.sha256(windows.file()));
        }
        return Checksums.sha256(String.join("\n", parts));
    }

    /** Tells apart what logins are completed with, by the content of the databases. */
    private String enrichmentKey() throws IOException {
        StringBuilder parts = new StringBuilder(enrichment.toJson().toString());
        for (List<DatabaseInfo> databases : enrichment.databases().values()) {
            for (DatabaseInfo database : databases) {
                parts.append(' ').append(Checksums.sha256(database.file()));
            }
        }
        return parts.toString();
    }
}
