package dev.octet.spark;

import dev.octet.bundle.BundleFiles;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.enrich.Enrichment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What completes the logins of a bundle's log, as in its training: browser, system and device from the user agent, and what
 * address databases know.
 */
final class Completion {
    private static final Map<String, Enrichment> OPEN = new ConcurrentHashMap<>();

    private Completion() {}

    /** Once a JVM. */
    static Enrichment of(BundleFiles files) {
        return OPEN.computeIfAbsent(files.checksum(), made -> {
            try {
                return new AddressFiles(files.unpackDatabases(), Path.of(""))
                        .open(files.bundle().enrichment(), note -> {}); // the driver has told it
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
