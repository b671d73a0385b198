package dev.octet.cli;

import dev.octet.event.enrich.AddressFact;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.enrich.EnrichSettings;
import dev.octet.event.enrich.EnrichSettings.Prefer;
import dev.octet.event.enrich.Enrichment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** The address databases of a command that reads logins; see {@code docs/addresses.md}. */
final class EnrichOptions {
    private static final Path FOLDER = Path.of(System.getenv().getOrDefault("OCTET_DATA", "data"), "geo");

    @Option(
            names = "--asn",
            paramLabel = "FILE",
            description =
                    "database that AS numbers are looked up in, where the log has none: MaxMind DB or CSV ranges; may"
                            + " be given twice, e.g. for IPv4 and IPv6 (default: one in $OCTET_DATA/geo; to score, if the"
                            + " model was trained with one; convert: none)")
    private List<Path> asn = new ArrayList<>();

    @Option(names = "--country", paramLabel = "FILE", description = "the same for countries")
    private List<Path> country = new ArrayList<>();

    @Option(names = "--city", paramLabel = "FILE", description = "the same for regions, cities and coordinates")
    private List<Path> city = new ArrayList<>();

    /** Whether a database was named. */
    boolean isGiven() {
        return !named().isEmpty();
    }

    /** The databases that were named, and the folder where others are looked for. */
    AddressFiles files() {
        return new AddressFiles(named(), FOLDER);
    }

    /** What completes a log that no model is trained on yet: with what was named and what lies in the folder, as a run does. */
    Enrichment ofALog() throws IOException {
        return Enrichment.open(
                new EnrichSettings(named(), FOLDER, Set.of(AddressFact.values()), Prefer.LOG, false),
                key -> "--" + key);
    }

    /** What completes logins only with what was named. */
    Enrichment ofTheNamed() throws IOException {
        return Enrichment.open(new EnrichSettings(named(), FOLDER, Set.of(), Prefer.LOG, false), key -> "--" + key);
    }

    /** What was named, for a config's {@code data.enrich}: keys in the order of their declaration. */
    Map<AddressFact, List<Path>> named() {
        Map<AddressFact, List<Path>> named = new EnumMap<>(AddressFact.class);
        Map.of(AddressFact.ASN, asn, AddressFact.COUNTRY, country, AddressFact.CITY, city)
                .forEach((fact, files) -> {
                    if (!files.isEmpty()) {
                        named.put(fact, files);
                    }
                });
        return named;
    }
}
