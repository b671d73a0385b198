package dev.octet.event.format;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;

/** How the texts of a record become the fields of a login. What is unreadable is not known. */
final class Fields {
    private Fields() {}

    /** Sets a field to what a text says. */
    static void set(LoginEvent.Builder event, LoginField field, String text) {
        switch (field.kind()) {
            case TEXT -> event.with(field, text);
            case NUMBER -> event.with(field, number(field, text));
            case ADDRESS -> event.ip(address(text));
            case NETWORK -> event.asn(network(text));
            case TIME, OUTCOME -> throw new IllegalArgumentException(field + " is set when the login is made");
        }
    }

    private static double number(LoginField field, String text) {
        try {
            double number = Double.parseDouble(text);
            return field.allows(number) ? number : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** {@code 64500} and {@code AS64500}. */
    private static long network(String text) {
        String digits = text.startsWith("AS") ? text.substring(2).strip() : text.strip();
        if (!digits.matches("\\d{1,10}")) {
            return -1;
        }
        long number = Long.parseLong(digits);
        return number <= 0xffffffffL ? number : -1;
    }

    /** An address, also with a port, in brackets, with a zone, or an IPv4 address that is written as IPv6. */
    static IpAddress address(String text) {
        String address = text.strip();
        if (address.startsWith("[")) {
            int close = address.indexOf(']');
            address = close < 0 ? address : address.substring(1, close);
        } else if (address.indexOf('.') > 0 && address.indexOf(':') == address.lastIndexOf(':')) {
            int port = address.indexOf(':');
            address = port < 0 ? address : address.substring(0, port);
        }
        int zone = address.indexOf('%');
        address = zone < 0 ? address : address.substring(0, zone);
        String mapped = address.regionMatches(true, 0, "::ffff:", 0, 7) && address.indexOf('.') > 0
                ? address.substring(7)
                : address;
        try {
            return IpAddress.parse(mapped);
        } catch (IllegalArgumentException e) {
            return IpAddress.MISSING;
        }
    }
}
