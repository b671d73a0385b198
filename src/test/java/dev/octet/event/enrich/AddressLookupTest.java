package dev.octet.event.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.enrich.EnrichSettings.Prefer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressLookupTest {
    private static final Instant BUILT = Instant.parse("2026-06-17T20:00:00Z");

    @TempDir
    private Path folder;

    private static AddressLookup open(Map<AddressFact, List<Path>> files) throws IOException {
        return AddressLookup.open(
                new EnrichSettings(files, Path.of("none"), Set.of(), Prefer.LOG, false), key -> "--" + key);
    }

    private static AddressFacts find(AddressLookup lookup, String address) {
        AddressFacts first = lookup.find(IpAddress.parse(address));
        assertEquals(first, lookup.find(IpAddress.parse(address)), "from the cache");
        return first;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void recordsOfGeoLite2() throws IOException {
        Path asn = new MaxMindFile("GeoLite2-ASN", 6, BUILT)
                .add("81.2.69.0/24", Map.of("autonomous_system_number", 20712, "autonomous_system_organization", "A&A"))
                .add("2001:218::/32", Map.of("autonomous_system_number", 2914))
                .write(folder.resolve("asn.mmdb"));
        Path city = new MaxMindFile("GeoLite2-City", 6, BUILT)
                .add(
                        "81.2.69.128/26",
                        Map.of(
                                "city", Map.of("geoname_id", 2643743, "names", Map.of("en", "London", "de", "London")),
                                "country", Map.of("iso_code", "GB", "names", Map.of("en", "United Kingdom")),
                                "location", Map.of("latitude", 51.5142, "longitude", -0.0931),
                                "subdivisions", List.of(Map.of("iso_code", "ENG", "names", Map.of("en", "England")))))
                .write(folder.resolve("city.mmdb"));
        AddressLookup lookup = open(Map.of(AddressFact.ASN, List.of(asn), AddressFact.CITY, List.of(city)));
        assertEquals(new AddressFacts(20712, "GB", "England", "London", 51.5142, -0.0931), find(lookup, "81.2.69.160"));
        // another address of the same block, which the city's network does not hold
        assertEquals(new AddressFacts(20712, "", "", "", Double.NaN, Double.NaN), find(lookup, "81.2.69.3"));
        assertEquals(2914, find(lookup, "2001:218::1").asn());
        assertEquals(AddressFacts.NONE, find(lookup, "8.8.8.8"));
        assertEquals(
                List.of(new DatabaseInfo(asn, "GeoLite2-ASN", LocalDate.parse("2026-06-17"))),
                lookup.infos().get(AddressFact.ASN));
    }

    @Test
    void recordsOfIpinfoAndIpLocationDb() throws IOException {
        Path ipinfo = new MaxMindFile("ipinfo lite", 6, BUILT)
                .add(
                        "8.8.8.0/24",
                        Map.of("asn", "AS15169", "as_name", "Google", "country", "United States", "country_code", "US"))
                .write(folder.resolve("ipinfo.mmdb"));
        AddressLookup lookup = open(Map.of(AddressFact.ASN, List.of(ipinfo), AddressFact.COUNTRY, List.of(ipinfo)));
        assertEquals(new AddressFacts(15169, "US", "", "", Double.NaN, Double.NaN), find(lookup, "8.8.8.8"));

        Path location = new MaxMindFile("city", 6, BUILT)
                .add(
                        "1.0.0.0/24",
                        Map.of(
                                "city", "Brisbane",
                                "country_code", "au",
                                "state1", "Queensland",
                                "latitude", -27.46,
                                "longitude", 153.02))
                .write(folder.resolve("location.mmdb"));
        assertEquals(
                new AddressFacts(-1, "AU", "Queensland", "Brisbane", -27.46, 153.02),
                find(open(Map.of(AddressFact.CITY, List.of(location))), "1.0.0.255"));
    }

    /** The tree of an IPv4 file would answer for the first 32 bits of an IPv6 address. */
    @Test
    void ipv6IsNotLookedUpInAnIpv4File() throws IOException {
        Path country = new MaxMindFile("country ipv4", 4, BUILT)
                .add("42.0.0.0/8", Map.of("country_code", "CN"))
                .write(folder.resolve("v4.mmdb"));
        AddressLookup lookup = open(Map.of(AddressFact.COUNTRY, List.of(country)));
        assertEquals("CN", find(lookup, "42.1.2.3").country());
        assertEquals(AddressFacts.NONE, find(lookup, "2a00:1450::1"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,internal 10.1.0.0/16",
        "172.16.0.9,internal 172.16.0.0/16",
        "172.31.255.9,internal 172.31.0.0/16",
        "192.168.7.1,internal 192.168.0.0/16",
        "100.64.0.1,internal 100.64.0.0/16",
        "127.0.0.1,internal 127.0.0.0/16",
        "169.254.1.1,internal 169.254.0.0/16",
        "::ffff:10.1.2.3,internal 10.1.0.0/16",
        "fd12:3456:789a::1,internal fd12:3456:789a::/48",
        "fe80::1,internal fe80::/48",
        "::1,internal ::/48",
        "0.0.0.0,reserved 0.0.0.0/16",
        "224.0.0.1,reserved 224.0.0.0/16",
        "255.255.255.255,reserved 255.255.0.0/16",
        "::,reserved ::/48",
        "ff02::1,reserved ff02::/48",
    })
    void addressesThatAreNotPublicAreNetworksOfTheirOwn(String address, String network) throws IOException {
        IpAddress ip = IpAddress.parse(address);
        long number = AddressSpace.networkNumber(ip);
        assertTrue(number >= 4_200_000_000L && number <= 4_294_967_294L, "a number for private use: " + number);
        assertEquals(network, AddressSpace.networkName(number, ip));
        assertEquals("AS 64500", AddressSpace.networkName(64500, ip));
        assertEquals("", AddressSpace.networkName(-1, ip));
        int block = ip.unmapped().version() == 4 ? 16 : 48;
        assertEquals(number, AddressSpace.networkNumber(ip.unmapped().prefix(block)));
        Path all = file(
                "all.csv", "0.0.0.0,255.255.255.255,64500,All\n::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,64500,All\n");
        AddressLookup lookup = open(Map.of(AddressFact.ASN, List.of(all)));
        assertSame(AddressFacts.NONE, find(lookup, address));
        assertEquals(64500, find(lookup, "198.51.100.1").asn());
        assertEquals(64500, find(lookup, "2001:db8::1").asn());
    }

    @ParameterizedTest
    @CsvSource({
        "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "223.255.255.255", "198.20.0.0",
        "203.0.113.7", "fbff:ffff::1", "fe00::1", "2001:db8::1", "::2", "::ffff:8.8.8.8",
    })
    void othersArePublic(String address) {
        assertEquals(AddressSpace.PUBLIC, AddressSpace.of(IpAddress.parse(address)));
        assertEquals(-1, AddressSpace.networkNumber(IpAddress.parse(address)));
        assertEquals("AS 4201002561", AddressSpace.networkName(4_201_002_561L, IpAddress.parse(address)));
    }

    @Test
    void onesOwnRangesSayWhatInternalAddressesAre() throws IOException {
        Path own = file(
                "own.csv",
                "0.0.0.0,255.255.255.255,64500,All\n10.1.0.0,10.1.255.255,64501,Office\n10.2.3.4,10.2.3.4,64502,VPN\n"
                        + "fd00::,fd00::ffff,64503,Lab\n9.0.0.0,10.255.255.255,64504,Too wide\n");
        AddressLookup lookup = open(Map.of(AddressFact.ASN, List.of(own)));
        assertEquals(64501, find(lookup, "10.1.2.3").asn());
        assertEquals(64502, find(lookup, "10.2.3.4").asn());
        assertSame(AddressFacts.NONE, find(lookup, "10.2.3.5"));
        assertSame(AddressFacts.NONE, find(lookup, "10.3.0.1"));
        assertSame(AddressFacts.NONE, find(lookup, "192.168.0.1"));
        assertEquals(64503, find(lookup, "fd00::17").asn());
        assertEquals(64504, find(lookup, "9.1.2.3").asn());
        // again, out of the cache
        assertEquals(64501, find(lookup, "10.1.2.4").asn());
        assertSame(AddressFacts.NONE, find(lookup, "10.3.0.2"));
        assertSame(AddressFacts.NONE, find(lookup, "::1"));
    }

    @Test
    void internalNetworksHaveNumbersOfTheirOwn() {
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 256; i++) {
            numbers.add(AddressSpace.networkNumber(IpAddress.parse("10." + i + ".0.1")));
            numbers.add(AddressSpace.networkNumber(IpAddress.parse("fd00:0:" + Integer.toHexString(i) + "::1")));
        }
        for (int i = 16; i < 32; i++) {
            numbers.add(AddressSpace.networkNumber(IpAddress.parse("172." + i + ".0.1")));
        }
        numbers.add(AddressSpace.networkNumber(IpAddress.parse("192.168.0.1")));
        assertEquals(256 + 256 + 16 + 1, numbers.size());
        // they are part of a model and stay; the second in Python, M = 2**64 - 1: h = 0xfd123456789a << 16;
        // x = (h ^ h >> 32) * 0x9e3779b97f4a7c15 & M; y = x ^ x >> 32; 4202000000 + (y - (y >> 63 << 64)) % 92967295
        assertEquals(4_201_002_561L, AddressSpace.networkNumber(IpAddress.parse("10.1.2.3")));
        assertEquals(4_253_250_579L, AddressSpace.networkNumber(IpAddress.parse("fd12:3456:789a::1")));
    }

    @Test
    void missingAddressHasNoNetwork() {
        assertEquals(-1, AddressSpace.networkNumber(IpAddress.MISSING));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // ip-location-db, DB-IP Lite
                "1.0.0.0,1.0.0.255,13335,\"Cloudflare, Inc.\"| 13335,,,,NaN,NaN",
                "1.0.0.0,1.0.0.255,AU| -1,AU,,,NaN,NaN",
                "16777216,16777471,13335,Cloudflare| 13335,,,,NaN,NaN",
                "1.0.0.0,1.0.0.255,OC,AU,Queensland,South Brisbane,-27.4767,153.017| -1,AU,Queensland,South Brisbane,-27.4767,153.017",
                "1.0.0.0,1.0.0.255,AU,Queensland,,South Brisbane,4101,-27.4767,153.017,| -1,AU,Queensland,South Brisbane,-27.4767,153.017",
                // IP2Location LITE
                "\"16777216\",\"16777471\",\"AU\",\"Australia\"| -1,AU,,,NaN,NaN",
                "\"16777216\",\"16777471\",\"1.0.0.0/24\",\"13335\",\"Cloudflare\"| 13335,,,,NaN,NaN",
                "\"16777216\",\"16777471\",\"AU\",\"Australia\",\"Queensland\",\"Brisbane\",\"-27.46\",\"153.02\",\"4000\",\"+10:00\"| -1,AU,Queensland,Brisbane,-27.46,153.02",
                // networks
                "1.0.0.0/24,13335| 13335,,,,NaN,NaN",
                "1.0.0.0/24;AS13335| 13335,,,,NaN,NaN",
            })
    void rangesWithoutHeader(String line, String expected) throws IOException {
        assertFacts(line + "\n", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network,country,country_code,continent,asn,as_name| 1.0.0.0/24,Australia,AU,Oceania,AS13335,Cloudflare| 13335,AU,,,NaN,NaN",
                "start_ip,end_ip,country,asn| 1.0.0.0,1.0.0.255,AU,AS13335| 13335,AU,,,NaN,NaN",
                "First;Last;Country| 1.0.0.0;1.0.0.255;au| -1,AU,,,NaN,NaN",
            })
    void rangesWithHeader(String header, String line, String expected) throws IOException {
        assertFacts("\ufeff" + header + "\r\n" + line + "\r\n", expected);
    }

    private void assertFacts(String text, String expected) throws IOException {
        String[] f = expected.split(",", -1);
        AddressFacts facts = new AddressFacts(
                Long.parseLong(f[0]), f[1], f[2], f[3], Double.parseDouble(f[4]), Double.parseDouble(f[5]));
        RangeDatabase database = RangeDatabase.open(file("ranges.csv", text));
        assertEquals(facts, database.find(IpAddress.parse("1.0.0.77")).facts());
        assertEquals(
                AddressFacts.NONE, database.find(IpAddress.parse("1.0.1.0")).facts());
        assertEquals(
                AddressFacts.NONE,
                database.find(IpAddress.parse("0.255.255.255")).facts());
    }

    @Test
    void tabSeparatedRangesOfIptoasn() throws IOException {
        Path file = file(
                "ip2asn-combined.tsv",
                "1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n"
                        + "2001:200::\t2001:200:ffff:ffff:ffff:ffff:ffff:ffff\t2500\tJP\tWIDE-BB\n");
        RangeDatabase database = RangeDatabase.open(file);
        assertEquals(
                new AddressFacts(13335, "US", "", "", Double.NaN, Double.NaN),
                database.find(IpAddress.parse("1.0.0.1")).facts());
        assertEquals(
                AddressFacts.NONE, database.find(IpAddress.parse("1.0.2.1")).facts());
        assertEquals(
                2500, database.find(IpAddress.parse("2001:200:1::1")).facts().asn());
        assertEquals("ranges first,last,asn,country", database.info().kind());
    }

    /** A network within a larger one keeps its own number, in any order of lines. */
    @Test
    void innermostRangeCounts() throws IOException {
        RangeDatabase database = RangeDatabase.open(file(
                "nested.csv",
                "5.5.5.0,5.5.5.255,3,inner\n5.0.0.0,5.255.255.255,1,outer\n5.5.0.0,5.5.255.255,2,middle\n"));
        assertEquals(1, database.find(IpAddress.parse("5.4.255.255")).facts().asn());
        assertEquals(2, database.find(IpAddress.parse("5.5.4.255")).facts().asn());
        assertEquals(3, database.find(IpAddress.parse("5.5.5.5")).facts().asn());
        assertEquals(2, database.find(IpAddress.parse("5.5.6.0")).facts().asn());
        assertEquals(1, database.find(IpAddress.parse("5.6.0.0")).facts().asn());
        assertEquals(
                AddressFacts.NONE, database.find(IpAddress.parse("6.0.0.0")).facts());
    }

    /** Random ranges, nested or not: a linear search over the lines in order of start finds the same. */
    @Test
    void findsWhatALinearSearchFinds() {
        Random random = new Random(5);
        for (int version : new int[] {4, 6}) {
            for (int round = 0; round < 200; round++) {
                int size = 1 + random.nextInt(12);
                long[][] ranges = new long[size][];
                AddressRanges.Builder builder = new AddressRanges.Builder(version);
                for (int i = 0; i < size; i++) {
                    long one = random.nextInt(300) - 2;
                    long other = random.nextInt(300) - 2;
                    ranges[i] = new long[] {Math.min(one, other), Math.max(one, other), i};
                    builder.add(address(version, ranges[i][0]), address(version, ranges[i][1]), i);
                }
                AddressRanges built = builder.build();
                for (long at = -2; at < 300; at++) {
                    IpAddress address = address(version, at);
                    int piece = built.piece(address);
                    assertEquals(linear(ranges, at), built.value(piece), "at " + at + " in round " + round);
                    boolean whole = true;
                    for (long in = at >> 3 << 3; in < (at >> 3 << 3) + 8; in++) {
                        whole &= piece == built.piece(address(version, in));
                    }
                    assertEquals(whole, built.holdsBlock(piece, address, address.bits() - 3), "block at " + at);
                }
            }
        }
    }

    /** Around a border: of 2^31 for IPv4, of the lower half for IPv6. */
    private static IpAddress address(int version, long at) {
        if (version == 4) {
            return new IpAddress(4, 0, 0x7fffff80L + at);
        }
        long low = at - 128;
        return new IpAddress(6, 0x20010db800000000L + (low < 0 ? 0 : 1), low);
    }

    /** Of the ranges that hold it the one that starts last, of those the narrowest, of those the last line. */
    private static int linear(long[][] ranges, long at) {
        int best = -1;
        for (long[] range : ranges) {
            if (range[0] <= at && at <= range[1]) {
                boolean later = best < 0
                        || range[0] > ranges[best][0]
                        || range[0] == ranges[best][0] && range[1] <= ranges[best][1];
                best = later ? (int) range[2] : best;
            }
        }
        return best;
    }

    @Test
    void theWholeAddressSpaceIsARange() throws IOException {
        RangeDatabase database = RangeDatabase.open(
                file("whole.csv", "0.0.0.0,255.255.255.255,1,v4\n::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,2,v6\n"));
        assertEquals(
                new AddressDatabase.Answer(new AddressFacts(1, "", "", "", Double.NaN, Double.NaN), true),
                database.find(IpAddress.parse("255.255.255.255")));
        assertEquals(2, database.find(IpAddress.parse("ffff::")).facts().asn());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.0.0.0,1.0.0.255,64500,A\\n1.0.1.9,1.0.1.0,64501,B| line 2| before its first address 1.0.1.9",
                "first,last,asn\\n1.0.0.0,1.0.0.999,64500| line 2| 1.0.0.999",
                "network,asn\\n1.0.0.0/40,64500| line 2| 1.0.0.0/40",
                "what,is,this| what, is, this| first and last",
                "first,last,what\\n1.0.0.0,1.0.0.1,x| header| what",
            })
    void brokenRangesSayWhatAndWhere(String text, String where, String what) throws IOException {
        Path file = file("broken.csv", text.replace("\\n", "\n"));
        InputException refused = assertThrows(InputException.class, () -> AddressDatabase.open(file));
        assertTrue(refused.getMessage().contains(where), refused.getMessage());
        assertTrue(refused.getMessage().contains(what), refused.getMessage());
        assertTrue(refused.getMessage().contains("broken.csv"), refused.getMessage());
    }

    @Test
    void damagedMaxMindFileIsRefused() throws IOException {
        Path good = new MaxMindFile("GeoLite2-ASN", 4, BUILT)
                .add("8.8.8.0/24", Map.of("autonomous_system_number", 15169))
                .write(folder.resolve("good.mmdb"));
        byte[] bytes = Files.readAllBytes(good);
        for (int at = 0; at < 24 * 6; at++) {
            bytes[at] = (byte) 0x7f;
        }
        Path bad = Files.write(folder.resolve("bad.mmdb"), bytes);
        InputException refused = assertThrows(InputException.class, () -> AddressDatabase.open(bad));
        assertTrue(refused.getMessage().contains("damaged"), refused.getMessage());
        byte[] marker = "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);
        Path only = Files.write(folder.resolve("only.mmdb"), marker);
        assertThrows(InputException.class, () -> AddressDatabase.open(only));
    }

    /** Bytes of a file changed at random: it is refused or answers something, and never fails in another way. */
    @Test
    void changedBytesAreAnAnswerOrARefusal() throws IOException {
        Path good = new MaxMindFile("GeoLite2-City", 6, BUILT)
                .add(
                        "8.8.8.0/24",
                        Map.of(
                                "city", Map.of("names", Map.of("en", "Mountain View")),
                                "country", Map.of("iso_code", "US"),
                                "location", Map.of("latitude", 37.4, "longitude", -122.1)))
                .write(folder.resolve("good.mmdb"));
        byte[] whole = Files.readAllBytes(good);
        Random random = new Random(9);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] bytes = whole.clone();
            for (int change = 0; change < 6; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Path changed = Files.write(folder.resolve("changed.mmdb"), bytes);
            try {
                AddressDatabase database = AddressDatabase.open(changed);
                database.find(IpAddress.parse("8.8.8.8"));
                database.find(IpAddress.parse("2001:218::1"));
            } catch (InputException e) {
                refused++;
            }
        }
        assertTrue(refused > 100, refused + " of 400 were refused");
    }

    @Test
    void aFileThatDoesNotHoldTheFactIsRefused() throws IOException {
        Path country = file("country.csv", "1.0.0.0,1.0.0.255,AU\n");
        InputException refused =
                assertThrows(InputException.class, () -> open(Map.of(AddressFact.ASN, List.of(country))));
        assertTrue(refused.getMessage().startsWith("--asn: "), refused.getMessage());
        assertTrue(refused.getMessage().contains("--country"), refused.getMessage());
        InputException missing = assertThrows(
                InputException.class, () -> open(Map.of(AddressFact.ASN, List.of(folder.resolve("none.mmdb")))));
        assertTrue(missing.getMessage().contains("none.mmdb does not exist"), missing.getMessage());
    }

    @Test
    void folderGivesTheNewestOfEachKindAndBothVersions() throws IOException {
        Path old = file("asn-old.csv", "1.0.0.0,1.0.0.255,1,Old\n");
        Path ipv4 = file("asn-ipv4.csv", "1.0.0.0,1.0.0.255,2,New\n");
        Path ipv6 = file("asn-ipv6.csv", "2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,3,Six\n");
        Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2025-01-01T00:00:00Z")));
        Files.setLastModifiedTime(ipv4, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        Files.setLastModifiedTime(ipv6, FileTime.from(Instant.parse("2024-01-01T00:00:00Z")));
        new MaxMindFile("country ipvAll", 6, BUILT)
                .add("1.0.0.0/24", Map.of("country_code", "AU"))
                .write(folder.resolve("country.mmdb"));
        file("notes.txt", "not a database\n");
        file(".hidden.csv", "not a database\n");
        AddressLookup lookup = AddressLookup.open(
                new EnrichSettings(Map.of(), folder, Set.of(AddressFact.values()), Prefer.LOG, false), key -> key);
        assertEquals(new AddressFacts(2, "AU", "", "", Double.NaN, Double.NaN), find(lookup, "1.0.0.9"));
        assertEquals(3, find(lookup, "2001:200::9").asn());
        assertEquals(
                Set.of(AddressFact.ASN, AddressFact.COUNTRY), lookup.infos().keySet());
        Map<AddressFact, List<Path>> named = new EnumMap<>(AddressFact.class);
        named.put(AddressFact.ASN, List.of(old));
        AddressLookup both = AddressLookup.open(
                new EnrichSettings(named, folder, Set.of(AddressFact.COUNTRY), Prefer.LOG, false), key -> key);
        assertEquals(new AddressFacts(1, "AU", "", "", Double.NaN, Double.NaN), find(both, "1.0.0.9"));
    }

    @Test
    void twoDatabasesThatDisagreeGiveNoCityOfAnotherCountry() throws IOException {
        Path country = file("country.csv", "1.0.0.0,1.0.0.255,AU\n");
        Path city = file(
                "city.csv", "first,last,country,city\n1.0.0.0,1.0.0.255,CN,Beijing\n1.0.1.0,1.0.1.255,CN,Beijing\n");
        AddressLookup lookup = open(Map.of(AddressFact.COUNTRY, List.of(country), AddressFact.CITY, List.of(city)));
        assertEquals(new AddressFacts(-1, "AU", "", "", Double.NaN, Double.NaN), find(lookup, "1.0.0.1"));
        assertEquals(new AddressFacts(-1, "CN", "", "Beijing", Double.NaN, Double.NaN), find(lookup, "1.0.1.1"));
    }
}
