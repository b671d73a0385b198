package dev.octet.event.enrich;

import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.enrich.EnrichSettings.Prefer;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Completes logins: AS number, country, region, city and coordinates from address databases, browser, operating system and
 * device from the user agent. What neither the log nor a database knows stays missing. Thread-safe.
 *
 * <p>Rules: the log's value wins, unless a database is preferred. Region, city and coordinates are taken only where the
 * database agrees with the login's country. A login that has a browser or an operating system keeps both as they are.
 * Addresses that are not public have networks of their own where AS numbers are looked up, see {@link AddressSpace}, unless
 * a range of a database says what they are.
 */
public final class Enrichment {
    private final AddressLookup addresses;
    private final UserAgents userAgents;
    private final EnrichmentInfo info;
    private final boolean databaseWins;
    private final boolean internal;
    private final boolean internalNetworks;

    private Enrichment(AddressLookup addresses, EnrichSettings settings, boolean internalNetworks) {
        internal = internalNetworks;
        this.internalNetworks = internalNetworks && addresses.fields().contains(LoginField.ASN);
        this.addresses = addresses;
        userAgents = settings.userAgents() ? new UserAgents() : null;
        info = new EnrichmentInfo(
                addresses.infos(),
                settings.userAgents() ? UserAgents.version() : "",
                settings.prefer(),
                internalNetworks && !addresses.isEmpty());
        databaseWins = settings.prefer() == Prefer.DATABASE;
    }

    /**
     * Opens the databases.
     *
     * @param called how messages name the key or option that gives a fact's file
     * @throws dev.octet.event.InputException if a file is missing, damaged or does not hold what it is given for
     */
    public static Enrichment open(EnrichSettings settings, UnaryOperator<String> called) throws IOException {
        return open(settings, called, true);
    }

    /**
     * As {@link #open(EnrichSettings, UnaryOperator)}.
     *
     * @param internalNetworks whether addresses that are not public are completed, if only by networks of their own; those of
     *     early bundles were not
     */
    static Enrichment open(EnrichSettings settings, UnaryOperator<String> called, boolean internalNetworks)
            throws IOException {
        return new Enrichment(AddressLookup.open(settings, called), settings, internalNetworks);
    }

    /** Completes nothing. */
    public static Enrichment none() {
        return new Enrichment(AddressLookup.none(), EnrichSettings.NONE, false);
    }

    /** What it completes logins with: what a bundle remembers. */
    public EnrichmentInfo info() {
        return info;
    }

    /** The fields that a reader must supply so that those that are needed can be told. */
    public Set<LoginField> read(Set<LoginField> needed) {
        Set<LoginField> read = LoginField.setOf(needed.toArray(LoginField[]::new));
        if (looksUp(needed)) {
            read.add(LoginField.IP);
            read.add(LoginField.COUNTRY);
        }
        if (parses(needed)) {
            read.addAll(LoginField.ofUserAgent());
        }
        return read;
    }

    private boolean looksUp(Set<LoginField> needed) {
        return addresses.fields().stream().anyMatch(needed::contains);
    }

    private boolean parses(Set<LoginField> needed) {
        return userAgents != null && LoginField.ofUserAgent().stream().anyMatch(needed::contains);
    }

    /** Whether any field is completed at all. */
    public boolean isNone() {
        return addresses.isEmpty() && userAgents == null;
    }

    /** Completes the fields that are needed; a login that lacks none of them comes back as it is. */
    public UnaryOperator<LoginEvent> completing(Set<LoginField> needed) {
        Set<LoginField> told = addresses.fields();
        told.retainAll(needed);
        boolean parse = parses(needed);
        return event -> {
            LoginEvent complete = told.isEmpty() ? event : lookedUp(event, told);
            return parse ? parsed(complete) : complete;
        };
    }

    private LoginEvent lookedUp(LoginEvent event, Set<LoginField> told) {
        if (event.ip().isMissing() || !databaseWins && told.stream().noneMatch(event::isMissing)) {
            return event;
        }
        if (!internal && AddressSpace.of(event.ip()) != AddressSpace.PUBLIC) {
            return event;
        }
        AddressFacts facts = addresses.find(event.ip());
        boolean ownNetwork = internalNetworks && facts.asn() < 0 && event.asn() < 0 && told.contains(LoginField.ASN);
        long number = ownNetwork ? AddressSpace.networkNumber(event.ip()) : -1;
        if (facts == AddressFacts.NONE && number < 0) {
            return event;
        }
        LoginEvent.Builder builder = event.toBuilder();
        if (number >= 0) {
            builder.asn(number);
        } else if (facts.asn() >= 0 && (databaseWins || event.asn() < 0)) {
            builder.asn(facts.asn());
        }
        String country = event.country();
        if (!facts.country().isEmpty() && (databaseWins || country.isEmpty())) {
            country = facts.country();
            builder.country(country);
        }
        if (!facts.country().isEmpty() && country.equalsIgnoreCase(facts.country())) {
            if (!facts.region().isEmpty() && (databaseWins || event.region().isEmpty())) {
                builder.region(facts.region());
            }
            if (!facts.city().isEmpty() && (databaseWins || event.city().isEmpty())) {
                builder.city(facts.city());
            }
            boolean known = !Double.isNaN(facts.latitude()) && !Double.isNaN(facts.longitude());
            boolean open = Double.isNaN(event.latitude()) || Double.isNaN(event.longitude());
            if (known && (databaseWins || open)) {
                builder.coordinates(facts.latitude(), facts.longitude());
            }
        }
        return builder.build();
    }

    private LoginEvent parsed(LoginEvent event) {
        if (event.userAgent().isEmpty()
                || !event.browser().isEmpty()
                || !event.os().isEmpty()) {
            return event;
        }
        Client client = userAgents.of(event.userAgent());
        LoginEvent.Builder builder = event.toBuilder().browser(client.browser()).os(client.os());
        return (event.device().isEmpty() ? builder.device(client.device()) : builder).build();
    }
}
