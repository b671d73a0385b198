package dev.octet.event.enrich;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All databases together, behind a bounded cache of blocks. Of addresses that are not public only ranges are asked that lie
 * within the same special block, see {@link AddressSpace}.
 * Thread-safe: the cache's entries are immutable, and threads that meet in one only look up again.
 */
final class AddressLookup {
    /** Entries of the cache, a power of two; each of some 100 bytes. */
    private static final int CACHED = 1 << 16;

    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    /** Of each fact, the databases that are asked, in order. */
    private final Map<AddressFact, List<AddressDatabase>> databases;

    private final Entry[] cache = new Entry[CACHED];

    /** What holds for a block, or for one address where {@code bits} is its length. */
    private record Entry(int version, int bits, long high, long low, AddressFacts facts) {}

    private AddressLookup(Map<AddressFact, List<AddressDatabase>> databases) {
        this.databases = databases;
    }

    /**
     * Opens the files that are named, and for every fact that is sought and not named what lies in the folder.
     *
     * @param called how messages name the key or option of a fact's key: {@code asn} may be {@code --asn}
     * @throws InputException if a file is missing, damaged, or does not hold the fact that it is named for
     */
    static AddressLookup open(EnrichSettings settings, UnaryOperator<String> called) throws IOException {
        Map<Path, AddressDatabase> opened = new HashMap<>();
        Map<AddressFact, List<AddressDatabase>> databases = new EnumMap<>(AddressFact.class);
        for (Map.Entry<AddressFact, List<Path>> each : settings.files().entrySet()) {
            List<AddressDatabase> ofFact = new ArrayList<>();
            for (Path file : each.getValue()) {
                AddressDatabase database = opened.get(file);
                if (database == null) {
                    database = open(file, called.apply(each.getKey().key()));
                    opened.put(file, database);
                }
                requireFact(database, each.getKey(), called);
                ofFact.add(database);
            }
            databases.put(each.getKey(), List.copyOf(ofFact));
        }
        if (!databases.keySet().containsAll(settings.sought())) {
            in(settings.folder()).databases.forEach((fact, found) -> {
                if (settings.sought().contains(fact)) {
                    databases.putIfAbsent(fact, found);
                }
            });
        }
        return new AddressLookup(databases);
    }

    private static AddressDatabase open(Path file, String called) throws IOException {
        try {
            return AddressDatabase.open(file);
        } catch (InputException e) {
            throw new InputException(called + ": " + e.getMessage(), e);
        }
    }

    private static void requireFact(AddressDatabase database, AddressFact fact, UnaryOperator<String> called) {
        Set<AddressFact> held = database.facts();
        if (!held.contains(fact)) {
            throw new InputException(called.apply(fact.key()) + ": " + database.info() + " holds no " + fact.plural()
                    + ", but "
                    + String.join(
                            " and ", held.stream().map(AddressFact::plural).toList())
                    + "; name it as "
                    + String.join(
                            " and ",
                            held.stream()
                                    .map(other -> called.apply(other.key()))
                                    .toList())
                    + ", or another file here");
        }
    }

    /**
     * Opens what lies in a folder: of each fact the newest file that holds it, and, where that has IPv4 or IPv6 addresses
     * only, the newest for the others too. A folder that does not exist holds nothing. Hidden files and other text are
     * passed over.
     *
     * @throws InputException if a file of the folder is a damaged database
     */
    static AddressLookup in(Path folder) throws IOException {
        List<AddressDatabase> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            List<Path> files;
            try (Stream<Path> all = Files.list(folder)) {
                files = all.filter(file -> Files.isRegularFile(file)
                                && file.getFileName().toString().matches("[^.].*\\.(mmdb|(csv|tsv)(\\.(gz|xz|zst))?)"))
                        .sorted()
                        .toList();
            }
            for (Path file : files) {
                found.add(AddressDatabase.open(file));
            }
        }
        found.sort(Comparator.comparing((AddressDatabase database) -> !(database.covers(4) && database.covers(6)))
                .thenComparing(database -> database.info().built(), Comparator.reverseOrder()));
        Map<AddressFact, List<AddressDatabase>> databases = new EnumMap<>(AddressFact.class);
        for (AddressFact fact : AddressFact.values()) {
            List<AddressDatabase> chosen = new ArrayList<>();
            for (AddressDatabase database : found) {
                boolean adds = Stream.of(4, 6)
                        .anyMatch(version ->
                                database.covers(version) && chosen.stream().noneMatch(c -> c.covers(version)));
                if (adds && database.facts().contains(fact)) {
                    chosen.add(database);
                }
            }
            if (!chosen.isEmpty()) {
                databases.put(fact, List.copyOf(chosen));
            }
        }
        return new AddressLookup(databases);
    }

    /** Without any database. */
    static AddressLookup none() {
        return new AddressLookup(new EnumMap<>(AddressFact.class));
    }

    /** The fields of a login that it can tell. */
    Set<LoginField> fields() {
        Set<LoginField> fields = LoginField.setOf();
        databases.keySet().forEach(fact -> fields.addAll(fact.fields()));
        return fields;
    }

    boolean isEmpty() {
        return databases.isEmpty();
    }

    /** What each fact is looked up in. */
    Map<AddressFact, List<DatabaseInfo>> infos() {
        Map<AddressFact, List<DatabaseInfo>> infos = new EnumMap<>(AddressFact.class);
        databases.forEach((fact, each) ->
                infos.put(fact, each.stream().map(AddressDatabase::info).toList()));
        return infos;
    }

    /** What is known of an address; {@link AddressFacts#NONE} for one that is missing or in no database. */
    AddressFacts find(IpAddress address) {
        if (databases.isEmpty() || address.isMissing()) {
            return AddressFacts.NONE;
        }
        IpAddress plain = AddressSpace.unmapped(address);
        int bits = AddressDatabase.blockBits(plain);
        long blockHigh = plain.high();
        long blockLow = plain.low() & -1L << 8;
        if (plain.version() == 6) {
            blockHigh &= -1L << 16;
            blockLow = 0;
        }
        int blockSlot = slot(blockHigh, blockLow, bits);
        Entry entry = cache[blockSlot];
        if (holds(entry, plain.version(), bits, blockHigh, blockLow)) {
            return entry.facts;
        }
        int slot = slot(plain.high(), plain.low(), plain.bits());
        entry = cache[slot];
        if (holds(entry, plain.version(), plain.bits(), plain.high(), plain.low())) {
            return entry.facts;
        }
        boolean internal = AddressSpace.of(plain) != AddressSpace.PUBLIC;
        AddressDatabase.Answer answer = ask(plain, internal ? AddressSpace.blockBits(plain) : 0);
        // a block of IPv6 addresses may hold public ones and others
        if (answer.wholeBlock() && !(internal && plain.version() == 6)) {
            cache[blockSlot] = new Entry(plain.version(), bits, blockHigh, blockLow, answer.facts());
        } else {
            cache[slot] = new Entry(plain.version(), plain.bits(), plain.high(), plain.low(), answer.facts());
        }
        return answer.facts();
    }

    private static boolean holds(Entry entry, int version, int bits, long high, long low) {
        return entry != null
                && entry.low == low
                && entry.high == high
                && entry.bits == bits
                && entry.version == version;
    }

    private static int slot(long high, long low, int bits) {
        long hash = (high * MULTIPLIER ^ low + bits) * MULTIPLIER;
        return (int) (hash ^ hash >>> 32) & CACHED - 1;
    }

    /** @param internalBits prefix length of the special block of an address that is not public; 0 for public ones */
    private AddressDatabase.Answer ask(IpAddress address, int internalBits) {
        Asked asn = new Asked(address, internalBits, AddressFact.ASN);
        Asked country = new Asked(address, internalBits, AddressFact.COUNTRY);
        Asked city = new Asked(address, internalBits, AddressFact.CITY);
        boolean ofTheCity = country.facts.country().isEmpty();
        AddressFacts place = ofTheCity || country.facts.country().equals(city.facts.country())
                ? city.facts
                : AddressFacts.NONE; // two databases that disagree: a city of another country is worse than none
        AddressFacts known = new AddressFacts(
                asn.facts.asn(),
                ofTheCity ? city.facts.country() : country.facts.country(),
                place.region(),
                place.city(),
                place.latitude(),
                place.longitude());
        return new AddressDatabase.Answer(
                known.equals(AddressFacts.NONE) ? AddressFacts.NONE : known,
                asn.wholeBlock && country.wholeBlock && city.wholeBlock);
    }

    /** The answer of the first of a fact's databases that knows it. */
    private final class Asked {
        private AddressFacts facts = AddressFacts.NONE;
        private boolean wholeBlock = true;

        Asked(IpAddress address, int internalBits, AddressFact fact) {
            for (AddressDatabase database : databases.getOrDefault(fact, List.of())) {
                AddressDatabase.Answer answer =
                        internalBits == 0 ? database.find(address) : database.findInternal(address, internalBits);
                wholeBlock &= answer.wholeBlock();
                if (answer.facts().has(fact)) {
                    facts = answer.facts();
                    return;
                }
            }
        }
    }
}
