package dev.octet.event;

import java.util.regex.Pattern;

/**
 * Addresses as logs write them; every reader of logins, files, databases and HTTP, reads them here. Beside an address
 * alone it knows, with examples in {@code docs/reading-logs.md}:
 *
 * <ul>
 *   <li>an IPv4 address in IPv6 ({@code ::ffff:192.0.2.1}), which is the IPv4 address;
 *   <li>a port behind the address ({@code 192.0.2.1:443}, {@code [2001:db8::1]:443}) and brackets alone;
 *   <li>a zone ({@code fe80::1%eth0}), which is left out;
 *   <li>a prefix that is a single address ({@code 192.0.2.1/32}, {@code 2001:db8::1/128});
 *   <li>a list, as proxies write it, with commas, semicolons or blanks between, and the header Forwarded
 *       ({@code for=192.0.2.1;proto=https}): the first public address, else the first address;
 *   <li>{@code -}, {@code unknown}, {@code null}, {@code none}, {@code n/a} and their like, and a blank, which are no address.
 * </ul>
 */
public final class AddressText {
    private static final int LONGEST_LIST = 4096;
    /** A list's, and those of the parameters of Forwarded. */
    private static final Pattern SEPARATORS = Pattern.compile("[,;\\s]+");

    private static final String FORWARDED_FOR = "for=";
    /** Lengths of prefixes that are a single address. */
    private static final String ONE_IPV4 = "/32";

    private static final String ONE_IPV6 = "/128";

    private AddressText() {}

    /**
     * Reads an address.
     *
     * @return {@link IpAddress#MISSING} where the text says that there is none
     * @throws IllegalArgumentException saying what is wrong
     */
    public static IpAddress read(CharSequence text) {
        return isPlain(text)
                ? IpAddress.parse(text).unmapped()
                : readWritten(text.toString().strip());
    }

    /** Whether nothing but an address can be there: an IPv4 address's characters, or those of an IPv6 address. */
    private static boolean isPlain(CharSequence text) {
        boolean dots = false;
        boolean colons = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            dots |= c == '.';
            colons |= c == ':';
            if (!(c >= '0' && c <= '9' || c == '.' || c == ':' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')) {
                return false;
            }
        }
        return dots != colons;
    }

    private static IpAddress readWritten(String text) {
        if (AbsentText.is(text)) {
            return IpAddress.MISSING;
        }
        return SEPARATORS.matcher(text).find() ? firstPublic(text) : one(text);
    }

    private static IpAddress firstPublic(String list) {
        IpAddress first = IpAddress.MISSING;
        IllegalArgumentException wrong = null;
        // a list longer than any that proxies write is read as far as it goes
        for (String part : SEPARATORS.split(list.substring(0, Math.min(list.length(), LONGEST_LIST)))) {
            String one = withoutFor(part);
            if (AbsentText.is(one) || isOtherParameter(part)) {
                continue;
            }
            try {
                IpAddress address = one(one);
                if (address.isPublic()) {
                    return address;
                }
                first = first.isMissing() ? address : first;
            } catch (IllegalArgumentException e) {
                wrong = wrong == null ? e : wrong;
            }
        }
        if (first.isMissing() && wrong != null) {
            throw wrong;
        }
        return first;
    }

    /** Whether it is a part of the header Forwarded (RFC 7239) that says something else than who came. */
    private static boolean isOtherParameter(String part) {
        int equals = part.indexOf('=');
        return equals > 0 && !part.regionMatches(true, 0, FORWARDED_FOR, 0, FORWARDED_FOR.length());
    }

    private static String withoutFor(String part) {
        return part.regionMatches(true, 0, FORWARDED_FOR, 0, FORWARDED_FOR.length())
                ? part.substring(FORWARDED_FOR.length())
                : part;
    }

    private static IpAddress one(String written) {
        String text = withoutFor(written);
        if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1);
        }
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close > 0 && isPort(text, close + 1)) {
                text = text.substring(1, close);
            }
        } else {
            int colon = text.indexOf(':');
            if (colon > 0 && colon == text.lastIndexOf(':') && text.indexOf('.') > 0 && isPort(text, colon)) {
                text = text.substring(0, colon);
            }
        }
        if (text.endsWith(ONE_IPV4) && text.indexOf(':') < 0 || text.endsWith(ONE_IPV6) && text.indexOf(':') >= 0) {
            text = text.substring(0, text.lastIndexOf('/'));
        }
        int zone = text.indexOf('%');
        return IpAddress.parse(zone > 0 && text.indexOf(':') >= 0 ? text.substring(0, zone) : text)
                .unmapped();
    }

    /** Whether nothing follows from here on but a port with its colon, if that. */
    private static boolean isPort(String text, int from) {
        int digits = text.length() - from - 1;
        if (digits < 0) {
            return true;
        }
        return text.charAt(from) == ':'
                && digits >= 1
                && digits <= 5
                && text.chars().skip(from + 1L).allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(text.substring(from + 1)) <= 0xffff;
    }
}
