package dev.octet.event.format;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import java.util.Locale;

/** What a format calls the fields of a login, and how their texts are read. */
final class Fields {
    private Fields() {}

    static String key(LoginField field) {
        return field.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Sets a field to what a text says; a text that is unreadable says nothing. */
    static void set(LoginEvent.Builder event, LoginField field, String text) {
        switch (field) {
            case IP -> event.ip(address(text));
            case ASN -> event.asn(network(text));
            case FAILURE_REASON -> event.failureReason(text);
            case COUNTRY -> event.country(text);
            case REGION -> event.region(text);
            case CITY -> event.city(text);
            case USER_AGENT -> event.userAgent(text);
            case BROWSER -> event.browser(text);
            case OS -> event.os(text);
            case DEVICE -> event.device(text);
            default -> {}
        }
    }

    private static long network(String text) {
        return text.matches("\\d{1,9}") ? Long.parseLong(text) : -1;
    }

    private static IpAddress address(String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            return IpAddress.MISSING;
        }
    }
}
