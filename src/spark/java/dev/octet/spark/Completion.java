package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.enrich.Enrichment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What completes the logins of a bundle's log: browser, system and device from the user agent, as in its training. */
final class Completion {
    private static final Map<String, Enrichment> OPEN = new ConcurrentHashMap<>();

    private Completion() {}

    /** Once a JVM and bundle. */
    static Enrichment of(Bundle bundle) {
        return OPEN.computeIfAbsent(bundle.id(), made -> {
            try {
                // no database: ScoreJob refuses bundles that were trained with one
                return new AddressFiles(Map.of(), Path.of("")).open(bundle.enrichment(), note -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
