package dev.octet.config;

import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.oneOrMore;
import static dev.octet.config.ConfigTypes.path;

import dev.octet.event.enrich.AddressFact;
import dev.octet.event.enrich.EnrichSettings;
import dev.octet.event.enrich.EnrichSettings.Prefer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of {@code data.enrich}: what logins are completed with. */
final class EnrichKeys {
    /** Whether something is done with a field, or it stays as the log has it. */
    private enum Addresses {
        LOOK_UP,
        KEEP
    }

    private enum UserAgents {
        PARSE,
        KEEP
    }

    private static final Key<Optional<List<Path>>> ASN = Key.optional(
            "asn",
            oneOrMore(path("a file")),
            "databases of AS numbers: MaxMind DB files, or CSV ranges `first,last,asn,name`; the first that knows an"
                    + " address counts");
    private static final Key<Optional<List<Path>>> COUNTRY = Key.optional(
            "country",
            oneOrMore(path("a file")),
            "databases of countries: MaxMind DB files, or CSV ranges `first,last,country`");
    private static final Key<Optional<List<Path>>> CITY = Key.optional(
            "city",
            oneOrMore(path("a file")),
            "databases of cities: region, city, coordinates, and the country where no other database knows it");
    private static final Key<Path> FOLDER = Key.byDefault(
            "folder",
            path("a folder"),
            "\"${OCTET_DATA}/geo\"",
            "where databases are looked for that are not named: `.mmdb`, `.csv` and `.tsv` files, told apart by content;"
                    + " of each kind the newest");
    private static final Key<Prefer> PREFER = Key.byDefault(
            "prefer",
            oneOf(Prefer.class),
            "log",
            "whose value counts where there are two: `log`, a database only fills gaps; or `database`");
    private static final Key<Addresses> ADDRESSES =
            Key.byDefault("addresses", oneOf(Addresses.class), "look-up", "`look-up`, or `keep`: no database is used");
    private static final Key<UserAgents> USER_AGENTS = Key.byDefault(
            "user-agents",
            oneOf(UserAgents.class),
            "parse",
            "`parse`: where a login has a user agent but neither browser nor operating system, both and the device type"
                    + " are told from it; or `keep`: they stay unknown");

    static final Section<EnrichSettings> SECTION = new Section<>(
            "data.enrich",
            "What the log does not say but its addresses and user agents tell. No address database is shipped:"
                    + " [addresses.md](addresses.md) says which free ones there are. Private addresses are networks of their own.",
            List.of(ASN, COUNTRY, CITY, FOLDER, PREFER, ADDRESSES, USER_AGENTS),
            EnrichKeys::of);

    private EnrichKeys() {}

    private static EnrichSettings of(Settings settings) {
        boolean lookUp = settings.get(ADDRESSES) == Addresses.LOOK_UP;
        Map<AddressFact, List<Path>> files = new EnumMap<>(AddressFact.class);
        Map.of(AddressFact.ASN, ASN, AddressFact.COUNTRY, COUNTRY, AddressFact.CITY, CITY)
                .forEach((fact, key) -> settings.get(key).ifPresent(paths -> {
                    if (!lookUp) {
                        throw settings.error(key, "names a database, but addresses: keep says that none is used");
                    }
                    files.put(fact, paths);
                }));
        return new EnrichSettings(
                files,
                settings.get(FOLDER),
                lookUp ? Set.of(AddressFact.values()) : Set.of(),
                settings.get(PREFER),
                settings.get(USER_AGENTS) == UserAgents.PARSE);
    }
}
