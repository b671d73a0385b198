package dev.octet.cli;

import dev.octet.event.enrich.AddressFact;
import dev.octet.event.enrich.AddressFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The address databases of a command that scores; see {@code docs/addresses.md}. */
final class EnrichOptions {
    @Option(
            names = "--asn",
            paramLabel = "FILE",
            description =
                    "database that AS numbers are looked up in, where the log has none: MaxMind DB or CSV ranges; may"
                            + " be given twice, e.g. for IPv4 and IPv6 (default: one in $OCTET_DATA/geo, if the model was"
                            + " trained with one)")
    private List<Path> asn = new ArrayList<>();

    @Option(names = "--country", paramLabel = "FILE", description = "the same for countries")
    private List<Path> country = new ArrayList<>();

    @Option(names = "--city", paramLabel = "FILE", description = "the same for regions, cities and coordinates")
    private List<Path> city = new ArrayList<>();

    /** The databases that were named, and the folder where others are looked for. */
    AddressFiles files() {
        return new AddressFiles(named(), Path.of(System.getenv().getOrDefault("OCTET_DATA", "data"), "geo"));
    }

    private Map<AddressFact, List<Path>> named() {
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
