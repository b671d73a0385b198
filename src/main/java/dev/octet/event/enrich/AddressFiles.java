package dev.octet.event.enrich;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The databases that somebody who scores has. Immutable.
 *
 * @param named by what they are asked for
 * @param folder where databases are looked for that a model needs and that were not named
 */
public record AddressFiles(Map<AddressFact, List<Path>> named, Path folder) {
    public AddressFiles {
        EnumMap<AddressFact, List<Path>> copy = new EnumMap<>(AddressFact.class);
        named.forEach((fact, files) -> copy.put(fact, List.copyOf(files)));
        named = Collections.unmodifiableMap(copy);
    }

    /**
     * Opens what completes logins as a model's were completed.
     *
     * @param trained what those were completed with
     * @param notes told where it cannot be alike
     * @throws dev.octet.event.InputException if a file is missing, damaged or does not hold what it is named for
     */
    public Enrichment open(EnrichmentInfo trained, Consumer<String> notes) throws IOException {
        EnrichSettings settings = new EnrichSettings(
                named,
                folder,
                trained.databases().keySet(),
                trained.prefer(),
                !trained.userAgents().isEmpty());
        Enrichment enrichment = Enrichment.open(settings, key -> "--" + key, trained.internalNetworks());
        trained.differences(enrichment.info()).forEach(notes);
        return enrichment;
    }
}
