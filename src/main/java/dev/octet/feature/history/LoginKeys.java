package dev.octet.feature.history;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.Micros;
import dev.octet.feature.ClientFamily;
import java.util.function.ToLongFunction;

/** The 64-bit keys of one login: of its user and of its value in every {@link Field}. Reused from login to login. */
final class LoginKeys {
    static final long MICROS_PER_SECOND = 1_000_000L;
    static final long MICROS_PER_HOUR = Micros.PER_HOUR;
    static final long MICROS_PER_DAY = Micros.PER_DAY;

    private static final int IPV6_PREFIX_BITS = 48;
    private static final int IPV4_WIDE_BITS = 8;
    private static final int IPV6_WIDE_BITS = 32;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;
    private static final long SECOND_MULTIPLIER = 0xbf58476d1ce4e5b9L;

    private final long seed;
    private final int ipv4PrefixBits;
    /** What stands for a missing value of each field. */
    private final long[] missing;

    private LoginEvent of;
    private boolean blocks;
    /** Of texts, and of families of clients; made when they are first needed. */
    private TextHashes texts;

    private TextHashes families;
    /** The text that is hashed. */
    private char[] characters = {};

    long user;
    boolean userKnown;
    final long[] field = new long[Field.COUNT];
    /** Hour of the day, in [0, 23], in the zone that the log was read in. */
    int hour;

    long timeMicros;
    /** NaN where it is not known. */
    float latitude;

    float longitude;

    LoginKeys(HistoryOptions options) {
        seed = options.hashSeed();
        ipv4PrefixBits = options.ipv4PrefixBits();
        missing = new long[Field.COUNT];
        take(LoginEvent.at(0, "", true).build());
        System.arraycopy(field, 0, missing, 0, Field.COUNT);
    }

    /** Keys of one login that stay. */
    LoginKeys(LoginKeys taken) {
        seed = taken.seed;
        ipv4PrefixBits = taken.ipv4PrefixBits;
        missing = taken.missing;
        take(taken);
    }

    /** Takes the keys that others with the same options have taken. */
    void take(LoginKeys taken) {
        blocks = taken.blocks;
        of = taken.of;
        user = taken.user;
        userKnown = taken.userKnown;
        hour = taken.hour;
        timeMicros = taken.timeMicros;
        latitude = taken.latitude;
        longitude = taken.longitude;
        System.arraycopy(taken.field, 0, field, 0, Field.COUNT);
    }

    /** Takes the keys of {@code event}; free where they are already held. */
    void take(LoginEvent event) {
        if (event == of) {
            return;
        }
        if (texts == null) {
            texts = new TextHashes(this::hash);
            families = new TextHashes(text -> hash(ClientFamily.of(text)));
        }
        user = hash(event.user());
        userKnown = !event.user().isEmpty();
        field[Field.COUNTRY.ordinal()] = texts.of(event.country());
        field[Field.ASN.ordinal()] = mix(event.asn() ^ seed);
        field[Field.PREFIX.ordinal()] = address(block(event.ip(), ipv4PrefixBits));
        field[Field.WIDE_BLOCK.ordinal()] =
                blocks ? address(wideBlock(event.ip())) : missing[Field.WIDE_BLOCK.ordinal()];
        field[Field.IP.ordinal()] = address(event.ip());
        long type = texts.of(event.device());
        long browser = families.of(event.browser());
        long os = families.of(event.os());
        field[Field.DEVICE.ordinal()] = pair(pair(type, os), browser);
        field[Field.DEVICE_TYPE.ordinal()] = type;
        field[Field.BROWSER.ordinal()] = browser;
        field[Field.OS.ordinal()] = os;
        field[Field.USER_AGENT.ordinal()] = texts.of(event.userAgent());
        field[Field.BROWSER_VERSION.ordinal()] = texts.of(event.browser());
        field[Field.OS_VERSION.ordinal()] = texts.of(event.os());
        timeMicros = event.timeMicros();
        hour = hourOfDay(timeMicros);
        latitude = (float) event.latitude();
        longitude = (float) event.longitude();
        of = event;
    }

    /** The key of the block that a network's block backs off to, which {@link #take} gives where networks are blocks. */
    long wideBlockOf(LoginEvent event) {
        return address(wideBlock(event.ip()));
    }

    long field(Field which) {
        return field[which.ordinal()];
    }

    /** Whether the login has a value of this field. */
    boolean has(int which) {
        return field[which] != missing[which];
    }

    boolean has(Field which) {
        return has(which.ordinal());
    }

    /** What stands for a missing value of a field. */
    long missing(int which) {
        return missing[which];
    }

    /** Whether networks are address blocks, because the log has no AS numbers. */
    boolean blocks() {
        return blocks;
    }

    void useBlocks(boolean use) {
        if (use != blocks) {
            blocks = use;
            of = null;
        }
    }

    /** The field that tells networks apart. */
    Field network() {
        return blocks ? Field.PREFIX : Field.ASN;
    }

    boolean hasNetwork() {
        return has(network());
    }

    long networkKey() {
        return field(network());
    }

    static int hourOfDay(long timeMicros) {
        return (int) Math.floorMod(Math.floorDiv(timeMicros, MICROS_PER_HOUR), 24L);
    }

    /** The block that an address counts to. */
    static IpAddress block(IpAddress ip, int ipv4PrefixBits) {
        return switch (ip.version()) {
            case 4 -> ip.prefix(ipv4PrefixBits);
            case 6 -> ip.prefix(IPV6_PREFIX_BITS);
            default -> ip;
        };
    }

    /** The block that a network's block backs off to. */
    private static IpAddress wideBlock(IpAddress ip) {
        return switch (ip.version()) {
            case 4 -> ip.prefix(IPV4_WIDE_BITS);
            case 6 -> ip.prefix(IPV6_WIDE_BITS);
            default -> ip;
        };
    }

    /** What a user's history keeps of a key: its upper half. */
    static int id(long key) {
        return (int) (key >>> 32);
    }

    static long pair(long first, long second) {
        return mix(first * SECOND_MULTIPLIER + Long.rotateLeft(second, 32));
    }

    private long address(IpAddress ip) {
        return pair(mix(ip.high() ^ seed) + ip.version(), ip.low());
    }

    /**
     * Hashes of the texts that came last: a reader gives the same String for the same text as long as it remembers it, so a look
     * at its identity is enough.
     */
    private static final class TextHashes {
        private static final int SLOTS = 1 << 10;

        private final ToLongFunction<String> hash;
        private final String[] texts = new String[SLOTS];
        private final long[] hashes = new long[SLOTS];

        TextHashes(ToLongFunction<String> hash) {
            this.hash = hash;
        }

        long of(String text) {
            int slot = text.hashCode() & SLOTS - 1;
            if (texts[slot] != text) {
                hashes[slot] = hash.applyAsLong(text);
                texts[slot] = text;
            }
            return hashes[slot];
        }
    }

    /** The key of a text, which depends on the seed. */
    long hash(String text) {
        int length = text.length();
        if (length > characters.length) {
            characters = new char[Math.max(256, length)];
        }
        char[] letters = characters;
        text.getChars(0, length, letters, 0);
        long hash = seed ^ length * MULTIPLIER;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            long word = letters[i]
                    | (long) letters[i + 1] << 16
                    | (long) letters[i + 2] << 32
                    | (long) letters[i + 3] << 48;
            hash = fold(hash, word);
        }
        long word = 0;
        for (; i < length; i++) {
            word = word << 16 | letters[i];
        }
        return mix(fold(hash, word));
    }

    /** Both halves of the 128-bit product, so that every bit of the word reaches every bit of the hash. */
    private static long fold(long hash, long word) {
        long mixed = (hash ^ word) + SECOND_MULTIPLIER;
        return mixed * MULTIPLIER ^ Math.multiplyHigh(mixed, MULTIPLIER);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). */
    static long mix(long value) {
        long z = (value ^ value >>> 30) * SECOND_MULTIPLIER;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
