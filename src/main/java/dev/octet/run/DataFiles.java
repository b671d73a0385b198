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
import java.util.Optional;

/**
 * The files that a run reads, with their checksums, which are computed when somebody asks first and then kept. Not
 * thread-safe.
 */
public final class DataFiles {
    private final DataConfig data;
    private final EnrichmentInfo enrichment;
    private final RunListener listener;
    private Optional<ArrayNode> checksums = Optional.empty();

    DataFiles(DataConfig data, EnrichmentInfo enrichment, RunListener listener) {
        this.data = data;
        this.enrichment = enrichment;
        this.listener = listener;
    }

    /** The files with sizes and checksums, or the database, as provenance has them. */
    ArrayNode provenance() throws IOException {
        if (checksums.isEmpty()) {
            listener.stage("computing checksums");
            checksums = Optional.of(Provenance.files(data));
        }
        return checksums.get();
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
