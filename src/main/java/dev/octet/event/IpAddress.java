package dev.octet.event;

/**
 * An IPv4 or IPv6 address, or {@link #MISSING}.
 *
 * <p>Read strictly: four decimal octets without leading zeros, or the text forms of RFC 4291, section 2.2, without a
 * zone. An IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}) stays an IPv6 address here; {@link AddressText}, which reads what
 * logs write, and every {@link LoginEvent} have the IPv4 address. Immutable and thread-safe.
 *
 * @param version 4, 6, or 0 for a missing address
 * @param high the upper 64 bits of an IPv6 address, else 0
 * @param low the lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
 */
public record IpAddress(int version, long high, long low) {
    /** The log has no address. */
    public static final IpAddress MISSING = new IpAddress(0, 0, 0);

    private static final int GROUPS = 8;
    private static final long MAPPED_IPV4 = 0xffffL;

    public IpAddress {
        switch (version) {
            case 0 -> {
                if (high != 0 || low != 0) {
                    throw new IllegalArgumentException("a missing address has no bits");
                }
            }
            case 4 -> {
                if (high != 0 || low >>> 32 != 0) {
                    throw new IllegalArgumentException(
                            "an IPv4 address has 32 bits, got high %x, low %x".formatted(high, low));
                }
            }
            case 6 -> {}
            default -> throw new IllegalArgumentException("version " + version + " is not 0, 4 or 6");
        }
    }

    /**
     * Reads an address. Cost: one pass over the text, no allocation beside the address for IPv4.
     *
     * @throws IllegalArgumentException saying what is wrong, e.g. "octet 256 in 10.1.1.256 is not in [0, 255]"
     */
    public static IpAddress parse(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return parseV6(text);
            }
            if (c == '.') {
                break;
            }
        }
        return new IpAddress(4, 0, parseV4(text, 0));
    }

    private static long parseV4(CharSequence text, int from) {
        long bits = 0;
        int dots = 0;
        int digits = 0;
        int octet = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                if (digits > 0 && octet == 0) {
                    throw wrong("octet " + digitsAt(text, i - digits) + " in ", text, " has a leading zero");
                }
                octet = 10 * octet + c - '0';
                digits++;
                if (octet > 255) {
                    throw wrong("octet " + digitsAt(text, i + 1 - digits) + " in ", text, " is not in [0, 255]");
                }
            } else if (c == '.') {
                if (digits == 0) {
                    throw wrong("", text, " has an empty octet");
                }
                if (++dots > 3) {
                    throw wrong("", text, " has more than four octets");
                }
                bits = bits << 8 | octet;
                octet = 0;
                digits = 0;
            } else {
                throw wrong("", text, " is not an IP address: unexpected character " + quoted(c));
            }
        }
        if (dots != 3) {
            throw wrong("", text, " is not an IP address: four octets or an IPv6 address expected");
        }
        if (digits == 0) {
            throw wrong("", text, " has an empty octet");
        }
        return bits << 8 | octet;
    }

    private static IpAddress parseV6(CharSequence text) {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = -1;
        int length = text.length();
        int i = 0;
        if (text.charAt(0) == ':') {
            if (length < 2 || text.charAt(1) != ':') {
                throw wrong("", text, " starts with a single colon");
            }
            gap = 0;
            i = 2;
        }
        while (i < length) {
            int start = i;
            int group = 0;
            while (i < length && Character.digit(text.charAt(i), 16) >= 0 && text.charAt(i) < 0x80) {
                group = group << 4 | Character.digit(text.charAt(i), 16);
                if (++i - start > 4) {
                    throw wrong("", text, " has a group of more than four hexadecimal digits");
                }
            }
            if (i < length && text.charAt(i) == '.') {
                if (count > GROUPS - 2) {
                    throw wrong("", text, " has more than eight groups");
                }
                long tail = parseV4(text, start);
                groups[count++] = (int) (tail >>> 16);
                groups[count++] = (int) (tail & 0xffff);
                break;
            }
            if (i < length && text.charAt(i) == '%') {
                throw wrong("", text, " has a zone; only the address itself is allowed");
            }
            if (i < length && text.charAt(i) != ':') {
                throw wrong("", text, " is not an IP address: unexpected character " + quoted(text.charAt(i)));
            }
            if (i == start) {
                throw wrong("", text, " has an empty group");
            }
            if (count == GROUPS) {
                throw wrong("", text, " has more than eight groups");
            }
            groups[count++] = group;
            if (i == length) {
                break;
            }
            i++;
            if (i == length) {
                throw wrong("", text, " ends with a single colon");
            }
            if (text.charAt(i) == ':') {
                if (gap >= 0) {
                    throw wrong("", text, " has \"::\" twice");
                }
                gap = count;
                i++;
            }
        }
        if (gap < 0 && count < GROUPS) {
            throw wrong("", text, " has " + count + " groups, not eight");
        }
        if (gap >= 0 && count == GROUPS) {
            throw wrong("", text, " has eight groups beside \"::\", which stands for at least one");
        }
        long high = 0;
        long low = 0;
        for (int g = 0; g < GROUPS; g++) {
            int value;
            if (gap < 0 || g < gap) {
                value = groups[g];
            } else {
                int fromEnd = GROUPS - g;
                value = fromEnd <= count - gap ? groups[count - fromEnd] : 0;
            }
            if (g < GROUPS / 2) {
                high = high << 16 | value;
            } else {
                low = low << 16 | value;
            }
        }
        return new IpAddress(6, high, low);
    }

    private static IllegalArgumentException wrong(String before, CharSequence text, String after) {
        return new IllegalArgumentException(before + (text.isEmpty() ? "\"\"" : text) + after);
    }

    private static String quoted(char c) {
        return c > ' ' && c < 0x7f ? "'" + c + "'" : "U+%04X".formatted((int) c);
    }

    private static CharSequence digitsAt(CharSequence text, int from) {
        int to = from;
        while (to < text.length() && text.charAt(to) >= '0' && text.charAt(to) <= '9') {
            to++;
        }
        return text.subSequence(from, to).toString();
    }

    /** Whether the log has no address. */
    public boolean isMissing() {
        return version == 0;
    }

    /** The IPv4 address that an IPv4-mapped IPv6 address stands for (RFC 4291, section 2.5.5.2); any other one itself. */
    public IpAddress unmapped() {
        return version == 6 && high == 0 && low >>> 32 == MAPPED_IPV4 ? new IpAddress(4, 0, low & 0xffffffffL) : this;
    }

    /**
     * Whether the address can be one of the public Internet: not private, local, shared by a carrier, multicast or
     * unspecified (RFC 6890). Ranges for documentation count as public.
     */
    public boolean isPublic() {
        return switch (version) {
            case 4 -> {
                int first = octet(0);
                int second = octet(1);
                yield !(first == 0
                        || first == 10
                        || first == 127
                        || first >= 224
                        || first == 100 && second >= 64 && second < 128
                        || first == 169 && second == 254
                        || first == 172 && second >= 16 && second < 32
                        || first == 192 && second == 168);
            }
            case 6 -> {
                int first = group(0);
                boolean low64 = high == 0 && (low == 0 || low == 1);
                yield !(low64 || (first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfe80 || first >= 0xff00);
            }
            default -> false;
        };
    }

    /** Address length in bits: 32, 128, or 0 when missing. */
    public int bits() {
        return switch (version) {
            case 4 -> 32;
            case 6 -> 128;
            default -> 0;
        };
    }

    /**
     * One byte of the address, in [0, 255]; index 0 is the most significant.
     *
     * @param index in [0, 3] for IPv4, [0, 15] for IPv6
     * @throws IndexOutOfBoundsException otherwise, and always for a missing address
     */
    public int octet(int index) {
        int octets = bits() / 8;
        if (index < 0 || index >= octets) {
            throw new IndexOutOfBoundsException(
                    octets == 0
                            ? "a missing address has no octets"
                            : "octet index " + index + " is not in [0, " + (octets - 1) + "]");
        }
        int fromRight = octets - 1 - index;
        return (int) ((fromRight < 8 ? low >>> 8 * fromRight : high >>> 8 * (fromRight - 8)) & 0xff);
    }

    /**
     * The network that this address is in: the same address with all but the first {@code bits} bits cleared. Equal
     * for all addresses of the network, so it can be a key. A missing address stays missing.
     *
     * @param bits in [0, 32] for IPv4, [0, 128] for IPv6
     */
    public IpAddress prefix(int bits) {
        if (version == 0) {
            return this;
        }
        if (bits < 0 || bits > bits()) {
            throw new IllegalArgumentException("prefix length " + bits + " is not in [0, " + bits() + "]");
        }
        int host = bits() - bits;
        return new IpAddress(version, clearLow(high, host - 64), clearLow(low, host));
    }

    private static long clearLow(long word, int bits) {
        if (bits <= 0) {
            return word;
        }
        return bits >= 64 ? 0 : word >>> bits << bits;
    }

    /** Dotted octets; RFC 5952 for IPv6; {@code ""} when missing. */
    @Override
    public String toString() {
        return switch (version) {
            case 4 -> dotted(low);
            case 6 -> high == 0 && low >>> 32 == MAPPED_IPV4 ? "::ffff:" + dotted(low & 0xffffffffL) : grouped();
            default -> "";
        };
    }

    private static String dotted(long bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    private int group(int index) {
        long word = index < GROUPS / 2 ? high : low;
        return (int) (word >>> 16 * (3 - index % 4) & 0xffff);
    }

    private String grouped() {
        int gapStart = -1;
        int gapLength = 1; // RFC 5952, section 4.2.2: a single zero group is not shortened
        for (int g = 0; g < GROUPS; g++) {
            int end = g;
            while (end < GROUPS && group(end) == 0) {
                end++;
            }
            if (end - g > gapLength) {
                gapStart = g;
                gapLength = end - g;
            }
            g = Math.max(g, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int g = 0; g < GROUPS; g++) {
            if (g == gapStart) {
                text.append("::");
                g += gapLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(g)));
            }
        }
        return text.toString();
    }
}
