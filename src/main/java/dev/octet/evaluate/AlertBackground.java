package dev.octet.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * The rows of the log around an alert. Of a login: the same user's logins before it. Of a window: the attempts in it.
 * Of an entity: its attempts in the test span.
 *
 * @param successes logins that succeeded
 * @param failures logins that failed
 * @param first time of the first of them, {@code ""} where there is none
 * @param last time of the last
 * @param traits what they have in common, field by field
 * @param latest the latest of them, the last first
 * @param around of a window, usernames with failures in it and the windows beside it, in order of time; else empty
 */
public record AlertBackground(
        long successes,
        long failures,
        String first,
        String last,
        List<Trait> traits,
        List<PastLogin> latest,

        @JsonProperty("usernames_with_failures_around") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<Integer> around) {

    /**
     * A field of the logins.
     *
     * @param field e.g. {@code country}
     * @param value that of the login itself, {@code ""} where the alert is not of a login
     * @param seen how many of the successful ones before it had that value
     * @param usual the most frequent values, the most frequent first
     * @param distinct how many values there are
     */
    @JsonPropertyOrder({"field", "value", "seen", "distinct", "usual"})
    public record Trait(String field, String value, long seen, List<Count> usual, long distinct) {
        public Trait {
            usual = List.copyOf(usual);
        }
    }

    /** A value and how often it was seen. */
    public record Count(String value, long count) {}

    /**
     * One login.
     *
     * @param user name, {@code ""} where it is the alert's
     * @param network where from, in words
     * @param client what with, in words
     */
    public record PastLogin(String time, boolean success, String user, String network, String client) {}

    public AlertBackground {
        traits = List.copyOf(traits);
        latest = List.copyOf(latest);
        around = List.copyOf(around);
    }
}
