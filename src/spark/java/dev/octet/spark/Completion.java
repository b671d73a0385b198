package dev.octet.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.enrich.EnrichmentInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What completes the logins of a log: browser, system and device from the user agent, as in training. */
final class Completion {
    private static final Map<EnrichmentInfo, Enrichment> OPEN = new ConcurrentHashMap<>();

    private Completion() {}

    /** Opened once a JVM. */
    static Enrichment of(EnrichmentInfo info) {
        return OPEN.computeIfAbsent(info, made -> {
            try {
                // no database: bundles and configs with one are refused before
                return new AddressFiles(Map.of(), Path.of("")).open(made, note -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** As above, of what {@link EnrichmentInfo#toJson} gave as text. */
    static Enrichment of(String json) {
        try {
            return of(EnrichmentInfo.fromJson(new ObjectMapper().readTree(json)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
