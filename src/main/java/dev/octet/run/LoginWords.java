package dev.octet.run;

import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.AddressSpace;
import dev.octet.event.text.PlainText;
import dev.octet.feature.ClientFamily;
import java.util.ArrayList;
import java.util.List;

/** Where a login came from and what with, for a reader. */
final class LoginWords {
    private static final int LONGEST_USER_AGENT = 100;

    private LoginWords() {}

    /** E.g. {@code 203.0.113.7, AS 64500, NO}; what the log does not have is left out. */
    static String network(LoginEvent event) {
        List<String> parts = new ArrayList<>();
        add(parts, event.ip().toString());
        add(parts, asn(event));
        add(parts, shown(event.country()));
        return String.join(", ", parts);
    }

    /** E.g. {@code AS 64500}, {@code internal 10.0.0.0/16}; {@code ""} where it is missing. */
    static String asn(LoginEvent event) {
        return AddressSpace.networkName(event.asn(), event.ip());
    }

    /** E.g. {@code Firefox, Linux, desktop}; the user agent where the log has neither. */
    static String client(LoginEvent event) {
        List<String> parts = new ArrayList<>();
        add(parts, shown(ClientFamily.of(event.browser())));
        add(parts, shown(ClientFamily.of(event.os())));
        add(parts, shown(event.device()));
        String agent = event.userAgent();
        return parts.isEmpty() ? PlainText.shortened(agent, LONGEST_USER_AGENT) : String.join(", ", parts);
    }

    /** The text, shortened: whoever logs in decides how long a name is. */
    static String shown(String text) {
        return PlainText.shortened(text, PlainText.SHOWN);
    }

    private static void add(List<String> parts, String part) {
        if (!part.isEmpty()) {
            parts.add(part);
        }
    }
}
