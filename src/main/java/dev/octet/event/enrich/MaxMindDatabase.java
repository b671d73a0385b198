package dev.octet.event.enrich;

import com.maxmind.db.CHMCache;
import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Metadata;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A MaxMind DB file, whoever made it. Which keys a record holds differs from maker to maker: {@link #PATHS} lists those of
 * GeoLite2 and GeoIP2, DB-IP, IPinfo and ip-location-db, the first that is there counts. Thread-safe.
 */
final class MaxMindDatabase implements AddressDatabase {
    /** Records looked at to tell what a file holds. */
    private static final int LOOKED_AT = 2000;

    /** The keys that may hold a value, in the order of preference; a dot goes into a map, a number into a list. */
    private enum Paths {
        ASN("autonomous_system_number", "asn", "traits.autonomous_system_number"),
        COUNTRY("country.iso_code", "country_code", "country"),
        REGION("subdivisions.0.names.en", "stateprov", "region", "state1", "subdivisions.0.iso_code"),
        CITY("city.names.en", "city"),
        LATITUDE("location.latitude", "latitude", "lat"),
        LONGITUDE("location.longitude", "longitude", "lng", "lon");

        private final List<String[]> keys;

        Paths(String... paths) {
            keys = List.of(paths).stream().map(path -> path.split("\\.")).toList();
        }

        /** The first value that is a text or a number; null where none is. */
        Object in(Map<?, ?> data) {
            for (String[] path : keys) {
                Object at = data;
                for (String key : path) {
                    at = step(at, key);
                }
                if (at instanceof String || at instanceof Number) {
                    return at;
                }
            }
            return null;
        }

        private static Object step(Object at, String key) {
            if (at instanceof Map<?, ?> map) {
                return map.get(key);
            }
            return at instanceof List<?> list && key.equals("0") && !list.isEmpty() ? list.get(0) : null;
        }
    }

    private final Path file;
    private final Reader reader;
    private final Metadata metadata;
    private final Set<AddressFact> facts = EnumSet.noneOf(AddressFact.class);

    private MaxMindDatabase(Path file, Reader reader) throws IOException, InvalidNetworkException {
        this.file = file;
        this.reader = reader;
        metadata = reader.getMetadata();
        Set<String> keys = new TreeSet<>();
        @SuppressWarnings("rawtypes")
        Networks<Map> networks = reader.networks(Map.class);
        for (int i = 0; i < LOOKED_AT && networks.hasNext(); i++) {
            Map<?, ?> data = networks.next().data();
            data.keySet().forEach(key -> keys.add(String.valueOf(key)));
            AddressFacts found = facts(data);
            for (AddressFact fact : AddressFact.values()) {
                if (found.has(fact)) {
                    facts.add(fact);
                }
            }
        }
        if (facts.isEmpty()) {
            throw new InputException(file + " is a MaxMind DB of type \"" + metadata.databaseType()
                    + "\" in which no AS number, country or city was found in the first " + LOOKED_AT
                    + " networks; their keys are " + keys + ", known are those of GeoLite2, DB-IP, IPinfo and"
                    + " ip-location-db (docs/addresses.md)");
        }
    }

    static MaxMindDatabase open(Path file) throws IOException {
        Reader reader;
        try {
            reader = new Reader(file.toFile(), new CHMCache());
        } catch (FileSystemException e) {
            throw e; // the file cannot be read, whatever it holds
        } catch (IOException | RuntimeException e) {
            throw damaged(file, e);
        }
        try {
            return new MaxMindDatabase(file, reader);
        } catch (InputException e) {
            reader.close();
            throw e;
        } catch (IOException | InvalidNetworkException | RuntimeException e) {
            reader.close();
            throw damaged(file, e);
        }
    }

    private static InputException damaged(Path file, Exception cause) {
        return new InputException(
                file + " is a damaged MaxMind DB file (" + cause.getMessage() + "); get it again", cause);
    }

    @Override
    public Answer find(IpAddress address) {
        return find(address, 0);
    }

    @Override
    public Answer findInternal(IpAddress address, int blockBits) {
        return find(address, blockBits);
    }

    private Answer find(IpAddress address, int leastBits) {
        if (!covers(address.version())) {
            return new Answer(AddressFacts.NONE, true);
        }
        try {
            @SuppressWarnings("rawtypes")
            DatabaseRecord<Map> found = reader.getRecord(internet(address), Map.class);
            int bits = found.network().prefixLength();
            return new Answer(
                    found.data() == null || bits < leastBits ? AddressFacts.NONE : facts(found.data()),
                    bits <= AddressDatabase.blockBits(address));
        } catch (IOException | RuntimeException e) {
            throw damaged(file, e);
        }
    }

    private static InetAddress internet(IpAddress address) throws UnknownHostException {
        byte[] bytes = new byte[address.bits() / 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) address.octet(i);
        }
        return InetAddress.getByAddress(bytes);
    }

    private static AddressFacts facts(Map<?, ?> data) {
        return new AddressFacts(
                FactText.asn(Paths.ASN.in(data)),
                FactText.country(Paths.COUNTRY.in(data)),
                FactText.name(Paths.REGION.in(data)),
                FactText.name(Paths.CITY.in(data)),
                FactText.degrees(Paths.LATITUDE.in(data), 90),
                FactText.degrees(Paths.LONGITUDE.in(data), 180));
    }

    @Override
    public DatabaseInfo info() {
        return new DatabaseInfo(
                file, metadata.databaseType(), LocalDate.ofInstant(metadata.buildTime(), ZoneOffset.UTC));
    }

    @Override
    public Set<AddressFact> facts() {
        return facts;
    }

    /** A tree of IPv4 addresses would give an IPv6 address some network's record. */
    @Override
    public boolean covers(int version) {
        return version == 4 || metadata.ipVersion() == 6;
    }
}
