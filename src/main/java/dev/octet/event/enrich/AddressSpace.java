package dev.octet.event.enrich;

import dev.octet.event.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * The kind of network that an address belongs to, by the special-purpose registries of IANA (RFC 6890 and its updates).
 *
 * <p>An address that is not {@link #PUBLIC} stands for the network that the log was written in, which a database of others
 * does not know: only one's own ranges do, that lie within its block. {@link #networkNumber} numbers its network, {@link
 * #networkName} names it. The blocks for documentation (RFC
 * 5737, RFC 3849) count as public, since examples use them in the place of public addresses.
 */
public enum AddressSpace {
    /** Routed in the internet; also a missing address's. */
    PUBLIC(""),
    /** Private use, carrier-grade NAT, loopback, link-local: the organisation's own network, or its provider's. */
    INTERNAL("internal"),
    /** Multicast, unassigned or future use: no login comes from there, unless a log is wrong. */
    RESERVED("reserved");

    /** The prefix length of an internal network, for IPv4 and IPv6. */
    private static final int IPV4_BITS = 16;

    private static final int IPV6_BITS = 48;

    /** Numbers of networks that are not public; AS numbers from 4200000000 to 4294967294 are for private use (RFC 6996). */
    private static final long FIRST_NUMBER_OF_IPV4 = 4_201_000_000L;

    private static final long FIRST_NUMBER_OF_IPV6 = 4_202_000_000L;
    private static final long LAST_NUMBER = 4_294_967_294L;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private record Block(IpAddress network, int bits, AddressSpace space) {
        static Block of(String text, AddressSpace space) {
            int slash = text.indexOf('/');
            return new Block(
                    IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)), space);
        }

        boolean holds(IpAddress address) {
            int host = network.bits() - bits;
            return address.version() == network.version()
                    && differing(address.high() ^ network.high(), host - 64) == 0
                    && differing(address.low() ^ network.low(), host) == 0;
        }

        private static long differing(long bits, int host) {
            return host <= 0 ? bits : host >= 64 ? 0 : bits >>> host;
        }
    }

    private static final List<Block> IPV4 = List.of(
            Block.of("10.0.0.0/8", INTERNAL), // RFC 1918
            Block.of("172.16.0.0/12", INTERNAL), // RFC 1918
            Block.of("192.168.0.0/16", INTERNAL), // RFC 1918
            Block.of("100.64.0.0/10", INTERNAL), // RFC 6598, carrier-grade NAT
            Block.of("127.0.0.0/8", INTERNAL), // RFC 1122, loopback
            Block.of("169.254.0.0/16", INTERNAL), // RFC 3927, link-local
            Block.of("0.0.0.0/8", RESERVED), // RFC 791, "this network"
            Block.of("192.0.0.0/24", RESERVED), // RFC 6890, protocol assignments
            Block.of("198.18.0.0/15", RESERVED), // RFC 2544, benchmarks
            Block.of("224.0.0.0/4", RESERVED), // RFC 5771, multicast
            Block.of("240.0.0.0/4", RESERVED)); // RFC 1112, future use and broadcast

    private static final List<Block> IPV6 = List.of(
            Block.of("fc00::/7", INTERNAL), // RFC 4193, unique local
            Block.of("fe80::/10", INTERNAL), // RFC 4291, link-local
            Block.of("fec0::/10", INTERNAL), // RFC 3879, site-local, deprecated
            Block.of("::1/128", INTERNAL), // RFC 4291, loopback
            Block.of("::/128", RESERVED), // RFC 4291, unspecified
            Block.of("100::/64", RESERVED), // RFC 6666, discard
            Block.of("ff00::/8", RESERVED)); // RFC 4291, multicast

    private final String word;

    AddressSpace(String word) {
        this.word = word;
    }

    /** The kind of an address; an IPv4-mapped IPv6 address is judged as the IPv4 address that it holds. */
    public static AddressSpace of(IpAddress address) {
        IpAddress plain = unmapped(address);
        return special(plain).map(Block::space).orElse(PUBLIC);
    }

    private static Optional<Block> special(IpAddress plain) {
        for (Block block : plain.version() == 4 ? IPV4 : plain.version() == 6 ? IPV6 : List.<Block>of()) {
            if (block.holds(plain)) {
                return Optional.of(block);
            }
        }
        return Optional.empty();
    }

    /** The prefix length of the special block that holds an address which is not public: 8 for 10.1.2.3. */
    static int blockBits(IpAddress address) {
        return special(unmapped(address)).orElseThrow().bits;
    }

    /** Whether two addresses, and all between them, lie in the same special block. */
    static boolean isOneBlock(IpAddress first, IpAddress last) {
        return special(first).filter(block -> block.holds(last)).isPresent();
    }

    /**
     * The number that stands for the AS number of an address that is not public: one for private use, the same for all
     * addresses of a block (IPv4 /16, IPv6 /48). Two blocks of IPv4 addresses never share one; two of IPv6 addresses do
     * so by chance, once in 90 million. -1 for public and missing addresses, whose network a database knows.
     */
    public static long networkNumber(IpAddress address) {
        if (of(address) == PUBLIC) {
            return -1;
        }
        IpAddress block = block(address);
        if (block.version() == 4) {
            return FIRST_NUMBER_OF_IPV4 + (block.low() >>> 32 - IPV4_BITS);
        }
        long hash = (block.high() ^ block.high() >>> 32) * MULTIPLIER;
        return FIRST_NUMBER_OF_IPV6 + Math.floorMod(hash ^ hash >>> 32, LAST_NUMBER - FIRST_NUMBER_OF_IPV6 + 1);
    }

    /**
     * The network of a login, for people: {@code AS 64500}; {@code internal 10.0.0.0/16} where its AS number is what
     * {@link #networkNumber} says; {@code ""} where it has none.
     *
     * @param asn AS number of the login, -1 where it is missing
     * @param address source address of the login
     */
    public static String networkName(long asn, IpAddress address) {
        if (asn < 0) {
            return "";
        }
        if (!isNetworkNumber(asn, address)) {
            return "AS " + asn;
        }
        IpAddress block = block(address);
        return of(address).word + " " + block + "/" + (block.version() == 4 ? IPV4_BITS : IPV6_BITS);
    }

    /** Whether an AS number is only what {@link #networkNumber} says of the address, and means nothing to others. */
    public static boolean isNetworkNumber(long asn, IpAddress address) {
        return asn >= FIRST_NUMBER_OF_IPV4 && asn == networkNumber(address);
    }

    private static IpAddress block(IpAddress address) {
        IpAddress plain = unmapped(address);
        return switch (plain.version()) {
            case 4 -> plain.prefix(IPV4_BITS);
            case 6 -> plain.prefix(IPV6_BITS);
            default -> plain;
        };
    }

    /** The IPv4 address within {@code ::ffff:192.0.2.1}; any other address as it is. */
    static IpAddress unmapped(IpAddress address) {
        return address.version() == 6 && address.high() == 0 && address.low() >>> 32 == 0xffffL
                ? new IpAddress(4, 0, address.low() & 0xffffffffL)
                : address;
    }
}
