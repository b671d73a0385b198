package dev.octet.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.bundle.BundleFiles;
import dev.octet.event.enrich.AddressFact;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.enrich.EnrichmentInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What completes the logins of a log, as in training: browser, system and device from the user agent, and what address
 * databases know.
 */
final class Completion {
    private static final Map<String, Enrichment> OPEN = new ConcurrentHashMap<>();

    private Completion() {}

    /** That of a bundle; once a JVM. */
    static Enrichment of(BundleFiles files) {
        return OPEN.computeIfAbsent(files.checksum(), made -> {
            try {
                return open(files.unpackDatabases(), files.bundle().enrichment());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** That of a run, which has no database, from what {@link EnrichmentInfo#toJson} gave as text; once a JVM. */
    static Enrichment of(String json) {
        return OPEN.computeIfAbsent(json, made -> {
            try {
                return open(Map.of(), EnrichmentInfo.fromJson(new ObjectMapper().readTree(made)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Enrichment open(Map<AddressFact, List<Path>> databases, EnrichmentInfo info) throws IOException {
        return new AddressFiles(databases, Path.of("")).open(info, note -> {}); // the driver has told it
    }
}
