package dev.octet.event.enrich;

import dev.octet.event.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * What kind of network an address belongs to, by the special-purpose registries of IANA (RFC 6890 and its updates).
 *
 * <p>Only {@link #PUBLIC} addresses are looked up. An address of another kind stands for the network that the log was
 * written in: {@link #network} names its network. The blocks for documentation (RFC 5737, RFC 3849)
 * count as public, since examples use them in the place of public addresses.
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
        for (Block block : plain.version() == 4 ? IPV4 : plain.version() == 6 ? IPV6 : List.<Block>of()) {
            if (block.holds(plain)) {
                return block.space;
            }
        }
        return PUBLIC;
    }

    /**
     * The network of an address that is not public, as a text that can be a key and be shown: {@code internal
     * 10.0.0.0/16}, {@code internal fd12:3456:789a::/48}. Empty for public and missing addresses, whose network is their
     * AS number's.
     */
    public static Optional<String> network(IpAddress address) {
        AddressSpace space = of(address);
        if (space == PUBLIC) {
            return Optional.empty();
        }
        IpAddress block = block(address);
        return Optional.of(space.word + " " + block + "/" + (block.version() == 4 ? IPV4_BITS : IPV6_BITS));
    }

    /** The first address of the network that {@link #network} names; for a public address too, where it means nothing. */
    public static IpAddress block(IpAddress address) {
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
