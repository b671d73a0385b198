package dev.octet.event.format;

import dev.octet.event.LoginField;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A log format: what a record is, which records are logins, and where each field of a login is. Immutable and
 * thread-safe; read by {@link Formats}.
 *
 * @param name e.g. {@code okta}; of a file of the user's own its path
 * @param title what it is, for people
 * @param sources where the names of the fields come from
 * @param yaml the file that it was read from, so that it can be stored and read again
 * @param settings what the user has chosen for it
 */
public record FormatDefinition(
        String name, String title, List<String> sources, String yaml, FormatSettings settings, Rules rules) {

    public FormatDefinition {
        sources = List.copyOf(sources);
    }

    /**
     * What the YAML file says.
     *
     * @param shapes tried in order; the first that fits a file is how it is read
     * @param where all must hold of a login; a record of which they do not is no login, which is no fault
     * @param machineAccounts a login of which any holds is one of a machine
     * @param unknown texts that say nothing, wherever they stand
     * @param fields where each field is, but time and outcome
     * @param repeat where it stands how many logins a record is; empty for one
     * @param marks what tells the format from others
     */
    record Rules(
            List<Shape> shapes,
            List<Condition> where,
            List<Condition> machineAccounts,
            Set<String> unknown,
            TimeRule time,
            OutcomeRule success,
            Map<LoginField, FieldRule> fields,
            Optional<FieldRule> repeat,
            List<Mark> marks,
            Map<String, Parameter> parameters) {
        Rules {
            shapes = List.copyOf(shapes);
            where = List.copyOf(where);
            machineAccounts = List.copyOf(machineAccounts);
            unknown = Set.copyOf(unknown);
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            marks = List.copyOf(marks);
            parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }
    }

    /**
     * Where the time is and how it is written.
     *
     * @param formats tried in order
     * @param zone of times that carry no offset
     */
    record TimeRule(List<Getter> places, List<String> formats, ZoneId zone) {
        TimeRule {
            places = List.copyOf(places);
            formats = List.copyOf(formats);
        }
    }

    /**
     * What says whether a login succeeded. Texts are compared without regard to case.
     *
     * @param others what a text means that neither set holds; empty if it makes the login unreadable
     * @param missing what it means that there is no text; empty if that makes the login unreadable
     */
    record OutcomeRule(
            List<Getter> places,
            Set<String> success,
            Set<String> failure,
            Optional<Boolean> others,
            Optional<Boolean> missing) {
        OutcomeRule {
            places = List.copyOf(places);
            success = Set.copyOf(success);
            failure = Set.copyOf(failure);
        }
    }

    /** How a text is written in the end. */
    enum Spelling {
        AS_WRITTEN,
        UPPER_CASE,
        LOWER_CASE,
        /** A country's English name or alpha-3 code as its ISO 3166 alpha-2 code; what is no country stays as it is. */
        COUNTRY_CODE
    }

    /**
     * Where a field is.
     *
     * @param places the first that holds something is taken
     * @param map what some texts mean; {@code *} stands for any other
     */
    record FieldRule(List<Getter> places, Map<String, String> map, Spelling spelling) {
        FieldRule {
            places = List.copyOf(places);
            map = Map.copyOf(map);
        }
    }

    /** What a record of the format has, and how much it says that the record has it. */
    record Mark(Condition condition, int weight) {}

    /** A part of the format that the user may choose. */
    record Parameter(String byDefault, String description) {}

    /** Whether times may lack a year. */
    boolean hasYearlessTimes() {
        return rules.time.formats.contains(Times.SYSLOG);
    }

    /** Whether the format knows the accounts of machines. */
    public boolean knowsMachineAccounts() {
        return !rules.machineAccounts.isEmpty();
    }

    /** Whether a record says anything about a field. */
    public boolean has(LoginField field) {
        return field == LoginField.TIME || field == LoginField.SUCCESS || rules.fields.containsKey(field);
    }
}
