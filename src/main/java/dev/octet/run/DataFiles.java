package dev.octet.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.octet.bundle.Checksums;
import dev.octet.config.DataConfig;
import dev.octet.config.LabelsConfig;
import dev.octet.event.enrich.DatabaseInfo;
import dev.octet.event.enrich.EnrichmentInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The files that a run reads, with their checksums, which a thread of their own computes while the log is read. Not
 * thread-safe.
 */
public final class DataFiles {
    private final DataConfig data;
    private final EnrichmentInfo enrichment;
    private final RunListener listener;
    private final FutureTask<ArrayNode> checksums;

    /** Begins with the checksums; the files must be there. */
    DataFiles(DataConfig data, EnrichmentInfo enrichment, RunListener listener) {
        this.data = data;
        this.enrichment = enrichment;
        this.listener = listener;
        checksums = new FutureTask<>(() -> Provenance.files(data));
        Thread thread = new Thread(checksums, "octet-checksums");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The files with sizes and checksums, or the database, as provenance has them. Waits for the checksums.
     *
     * @throws IOException if a file cannot be read
     */
    ArrayNode provenance() throws IOException {
        if (!checksums.isDone()) {
            listener.stage("computing checksums");
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return checksums.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("checksums cannot be computed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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

    private String key(int files) throws IOException {
        List<String> parts = new ArrayList<>(List.of(RowCache.FORMAT, Provenance.program()));
        for (int i = 0; i < files; i++) {
            parts.add(provenance().get(i).get(Provenance.CHECKSUM).asText());
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
