package dev.octet.event.enrich;

import dev.octet.event.IpAddress;
import java.math.BigInteger;
import java.util.Optional;

/** Addresses as range files spell them: dotted, with colons, or as a decimal number. */
final class RangeAddress {
    private static final int LONGEST_NUMBER = 39;
    private static final BigInteger IPV4_LAST = BigInteger.valueOf(0xffffffffL);

    private RangeAddress() {}

    /** A network's first and last address. */
    record Span(IpAddress first, IpAddress last) {}

    /**
     * Reads an address; a number up to 4294967295 is an IPv4 address, a larger one an IPv6 address. An IPv4-mapped IPv6
     * address is the IPv4 address that it holds. Empty where it is none.
     */
    static Optional<IpAddress> parse(String text) {
        String plain = text.strip();
        if (!plain.isEmpty()
                && plain.length() <= LONGEST_NUMBER
                && plain.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return number(plain);
        }
        try {
            return Optional.of(AddressSpace.unmapped(IpAddress.parse(plain)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // the caller says where and what
        }
    }

    private static Optional<IpAddress> number(String digits) {
        if (digits.length() <= 10) {
            long number = Long.parseLong(digits);
            return Optional.of(number <= 0xffffffffL ? new IpAddress(4, 0, number) : new IpAddress(6, 0, number));
        }
        BigInteger number = new BigInteger(digits);
        if (number.bitLength() > 128 || number.compareTo(IPV4_LAST) <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                AddressSpace.unmapped(new IpAddress(6, number.shiftRight(64).longValue(), number.longValue())));
    }

    /** Reads {@code 192.0.2.0/24}, or a single address. Empty where it is none. */
    static Optional<Span> network(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return text.indexOf('.') < 0 && text.indexOf(':') < 0
                    ? Optional.empty()
                    : parse(text).map(address -> new Span(address, address));
        }
        try {
            IpAddress address = IpAddress.parse(text.substring(0, slash).strip());
            IpAddress first =
                    address.prefix(Integer.parseInt(text.substring(slash + 1).strip()));
            return Optional.of(new Span(
                    first,
                    last(first, Integer.parseInt(text.substring(slash + 1).strip()))));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // the caller says where and what
        }
    }

    private static IpAddress last(IpAddress first, int bits) {
        int host = first.bits() - bits;
        if (first.version() == 4) {
            return new IpAddress(4, 0, first.low() | (1L << host) - 1);
        }
        return new IpAddress(6, first.high() | ones(host - 64), first.low() | ones(host));
    }

    private static long ones(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : (1L << bits) - 1;
    }
}
