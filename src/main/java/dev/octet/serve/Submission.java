package dev.octet.serve;

import dev.octet.event.LoginEvent;
import java.util.List;
import java.util.Optional;

/**
 * A login handed in to be scored.
 *
 * @param event the login; its row is not set yet
 * @param id the client's name for it, so that handing it in again changes nothing
 * @param warnings fields that could not be read, or not as a whole
 */
record Submission(LoginEvent event, Optional<String> id, List<FieldWarning> warnings) {
    /**
     * What is wrong with a field that was tolerated.
     *
     * @param field its name in JSON
     * @param reason why it could not be read
     * @param value what was found, shortened, without control characters
     */
    record FieldWarning(String field, String reason, String value) {}

    Submission {
        warnings = List.copyOf(warnings);
    }
}
