package dev.octet.event.enrich;

import java.util.Locale;
import java.util.Set;

/** How databases spell AS numbers, countries, names and degrees; whatever is no value of its kind is not known. */
final class FactText {
    private static final long LARGEST_ASN = 0xffffffffL;
    /** What databases write where they know nothing; ZZ is "unknown" in CLDR. */
    private static final Set<String> UNKNOWN = Set.of("", "-", "ZZ", "NONE", "NULL", "UNKNOWN", "N/A");

    private FactText() {}

    /** {@code 15169}, {@code "15169"} or {@code "AS15169"}; -1 for 0, which means "not routed", and for any other. */
    static long asn(Object value) {
        if (value instanceof Number number) {
            long asn = number.longValue();
            return asn > 0 && asn <= LARGEST_ASN ? asn : -1;
        }
        if (!(value instanceof String text)) {
            return -1;
        }
        int digits = text.regionMatches(true, 0, "AS", 0, 2) ? 2 : 0;
        int length = text.length() - digits;
        if (length < 1 || length > 10) {
            return -1;
        }
        long asn = 0;
        for (int i = digits; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            asn = 10 * asn + c - '0';
        }
        return asn > 0 && asn <= LARGEST_ASN ? asn : -1;
    }

    /** Two letters, in upper case; {@code ""} for any other. */
    static String country(Object value) {
        if (!(value instanceof String text) || text.length() != 2) {
            return "";
        }
        String code = text.toUpperCase(Locale.ROOT);
        boolean letters =
                code.charAt(0) >= 'A' && code.charAt(0) <= 'Z' && code.charAt(1) >= 'A' && code.charAt(1) <= 'Z';
        return letters && !UNKNOWN.contains(code) ? code.intern() : "";
    }

    static String name(Object value) {
        return value instanceof String text && !UNKNOWN.contains(text.strip().toUpperCase(Locale.ROOT))
                ? text.strip()
                : "";
    }

    /** A number in [-limit, limit]; NaN for any other. */
    static double degrees(Object value, double limit) {
        double degrees;
        if (value instanceof Number number) {
            degrees = number.doubleValue();
        } else if (value instanceof String text && text.matches("[-+]?[0-9]{1,3}(\\.[0-9]{1,15})?")) {
            degrees = Double.parseDouble(text);
        } else {
            return Double.NaN;
        }
        return Math.abs(degrees) <= limit ? degrees : Double.NaN;
    }

    /** Whether a text means that nothing is known. */
    static boolean isUnknown(String text) {
        return UNKNOWN.contains(text.strip().toUpperCase(Locale.ROOT));
    }
}
