package dev.octet.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/**
 * An attack technique that a {@link Profile} describes by numbers.
 *
 * @param label name in options and truth files
 * @param entry what the file says of it
 */
public record Technique(String label, Entry entry) implements Attacker {
    public Technique {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(entry, "entry");
    }

    @Override
    public String meaning() {
        return entry.meaning;
    }

    @Override
    public List<String> mitre() {
        return entry.mitre;
    }

    @Override
    public String source() {
        return entry.source;
    }

    @Override
    public boolean fits(RowFormat format) {
        return entry.needs == null || entry.needs == format;
    }

    /** When the attacker gets in. */
    enum GetsIn {
        /** Anywhere among the failures. */
        @JsonProperty("during")
        DURING,
        /** After the last failure. */
        @JsonProperty("last")
        LAST
    }

    /** What an attacker logs in with. */
    enum DeviceKind {
        /** A device as people have it, shares as among successes. */
        @JsonProperty("browser")
        BROWSER,
        /** A device as failures show it. */
        @JsonProperty("failing")
        FAILING,
        /** The victim's own. */
        @JsonProperty("victim")
        VICTIM
    }

    /**
     * What an attacker logs in with.
     *
     * @param kind how a device is drawn
     * @param kinds number of devices in an incident
     */
    record Devices(
            @JsonProperty(required = true) DeviceKind kind,
            @JsonProperty(required = true) Distribution kinds) {}

    /**
     * Whose name a failed login has: shares, not all 0.
     *
     * @param unknown a name that is no account
     * @param account any account
     * @param victim an account that is taken over in the incident
     */
    record Targets(
            @JsonProperty(required = true) double unknown,
            @JsonProperty(required = true) double account,
            @JsonProperty(required = true) double victim) {
        Targets {
            if (!(unknown >= 0 && account >= 0 && victim >= 0 && unknown + account + victim > 0)) {
                throw new IllegalArgumentException("targets: shares must be 0 or more, and one above 0; found unknown "
                        + unknown + ", account " + account + ", victim " + victim);
            }
        }
    }

    /**
     * A technique's entry in a file; a distribution is drawn once an incident.
     *
     * @param meaning what the attacker does
     * @param mitre identifiers of MITRE ATT&CK techniques
     * @param source who describes it
     * @param takeovers accounts taken over
     * @param failures failed logins
     * @param hours length of the incident
     * @param targets whose names fail
     * @param origin networks and addresses
     * @param device devices
     * @param getsIn when the attacker gets in
     * @param afterLoginHours hours since the victim's own login, null for any time
     * @param furtherLogins later logins of the attacker at a victim, null for none; they are takeovers, too
     * @param furtherDays time over which these spread
     * @param failureReason why logins fail, where the format has a reason; null for what fails otherwise
     * @param needs the only format that shows the technique, null for any
     */
    record Entry(
            @JsonProperty(required = true) String meaning,
            @JsonProperty(required = true) List<String> mitre,
            @JsonProperty(required = true) String source,
            @JsonProperty(required = true) Distribution takeovers,
            @JsonProperty(required = true) Distribution failures,
            @JsonProperty(required = true) Distribution hours,
            @JsonProperty(required = true) Targets targets,
            @JsonProperty(required = true) Origin origin,
            @JsonProperty(required = true) Devices device,
            @JsonProperty(required = true) GetsIn getsIn,
            Distribution afterLoginHours,
            Distribution furtherLogins,
            Distribution furtherDays,
            FailureReason failureReason,
            RowFormat needs) {
        Entry {
            mitre = List.copyOf(mitre);
            if ((furtherLogins == null) != (furtherDays == null)) {
                throw new IllegalArgumentException("further-logins and further-days need each other");
            }
            if (origin.network() == Origin.Kind.OFFICE || origin.network() == Origin.Kind.VPN) {
                throw new IllegalArgumentException(
                        "origin.network: office and vpn belong to events; an attacker comes from own, same-country,"
                                + " other-country, hosting or residential");
            }
        }
    }
}
