package dev.octet.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * Something ordinary that looks odd in a log, such as a new office; a {@link Profile} describes it by numbers.
 *
 * @param label name in options and files
 * @param entry what the file says of it
 */
public record LegitimateEvent(String label, Entry entry) implements Cause {
    public LegitimateEvent {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(entry, "entry");
    }

    /** What happens, in a few words. */
    public String meaning() {
        return entry.meaning;
    }

    /** Who describes it. */
    public String source() {
        return entry.source;
    }

    /** What people log in with. */
    enum DeviceKind {
        @JsonProperty("own")
        OWN,
        /** Another device, the same at each login of the person in the event. */
        @JsonProperty("new")
        NEW
    }

    /**
     * An event's entry in a file. An account visits the site some times; a visit is some failures, and mostly a success.
     *
     * @param meaning what happens
     * @param source who describes it
     * @param incidents events in a log, null where they grow with the accounts
     * @param incidentsPer1000Accounts events in a log for each thousand real accounts, null where they do not
     * @param accounts accounts that an event touches; at most a fiftieth of all
     * @param newcomers share of accounts that may be without an earlier success
     * @param days length of the event
     * @param visits visits of an account
     * @param starts share of accounts whose first visit is in the event's first hours; others come later
     * @param failures failed logins before a visit's success
     * @param failureMinutes time over which a visit's failures spread
     * @param recovers share of visits that end with a success
     * @param failureReason why logins fail, where the format has a reason; null for a wrong password
     * @param origin networks and addresses
     * @param device devices
     * @param awayHours time without a login of one's own before and after, null where that does not matter
     */
    record Entry(
            @JsonProperty(required = true) String meaning,
            @JsonProperty(required = true) String source,
            Distribution incidents,
            @JsonProperty("incidents-per-1000-accounts") Distribution incidentsPer1000Accounts,
            @JsonProperty(required = true) Distribution accounts,
            @JsonProperty(required = true) double newcomers,
            @JsonProperty(required = true) Distribution days,
            @JsonProperty(required = true) Distribution visits,
            @JsonProperty(required = true) double starts,
            @JsonProperty(required = true) Distribution failures,
            @JsonProperty(required = true) Distribution failureMinutes,
            @JsonProperty(required = true) double recovers,
            FailureReason failureReason,
            @JsonProperty(required = true) Origin origin,
            @JsonProperty(required = true) DeviceKind device,
            Distribution awayHours) {
        Entry {
            if ((incidents == null) == (incidentsPer1000Accounts == null)) {
                throw new IllegalArgumentException("give one of incidents and incidents-per-1000-accounts");
            }
            share("newcomers", newcomers);
            share("starts", starts);
            share("recovers", recovers);
            if (origin.network() == Origin.Kind.HOSTING || origin.network() == Origin.Kind.RESIDENTIAL) {
                throw new IllegalArgumentException("origin.network: hosting and residential belong to attackers; people"
                        + " come from own, same-country, other-country, office or vpn");
            }
        }

        private static void share(String name, double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException(name + ": " + value + " is no share; allowed is [0, 1]");
            }
        }
    }
}
