package dev.octet.event.format;

import dev.octet.event.LoginField;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A user's choices for a format. Immutable.
 *
 * @param parameters values of the format's parameters, by name
 * @param users how user names are made one, in this order; empty to leave them as they are written
 * @param machineAccounts whether logins of machines are read too
 * @param zone of times that carry no offset; the format's where empty
 * @param year in which the last line was written, where lines carry no year; by the file's date where empty
 * @param label the place that marks attacks; empty where there is none
 * @param extra fields beyond the table of {@link LoginField} with their places, beside those that the format names
 */
public record FormatSettings(
        Map<String, String> parameters,
        List<UserSpelling> users,
        boolean machineAccounts,
        Optional<ZoneId> zone,
        Optional<Integer> year,
        Optional<String> label,
        Map<LoginField, String> extra) {
    /** Nothing chosen. */
    public static final FormatSettings DEFAULT = new FormatSettings(
            Map.of(), List.of(), false, Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    public FormatSettings {
        parameters = Map.copyOf(parameters);
        users = List.copyOf(users);
        extra = Collections.unmodifiableMap(new TreeMap<>(extra));
    }

    /** The same with another year. */
    public FormatSettings withYear(Optional<Integer> value) {
        return new FormatSettings(parameters, users, machineAccounts, zone, value, label, extra);
    }
}
