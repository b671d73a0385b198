package dev.octet.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The spans of the run that made a bundle, in microseconds since 1970, as the bundle's provenance has them.
 *
 * @param trainFrom {@link Long#MIN_VALUE} for the start of the log
 * @param trainUntil first moment after the training span, and first of the validation span
 * @param validationUntil first moment after the validation span
 * @param testFrom first moment of the test span
 * @param testUntil first moment after it; {@link Long#MAX_VALUE} for the end of the log
 * @param attacksLeftOut whether logins labelled as attacks were kept out of what is normal
 */
public record RunSpans(
        long trainFrom, long trainUntil, long validationUntil, long testFrom, long testUntil, boolean attacksLeftOut) {
    /** Its key in a bundle's provenance. */
    public static final String KEY = "spans";

    private static final String TRAIN_FROM = "train_from";
    private static final String TRAIN_UNTIL = "train_until";
    private static final String VALIDATION_UNTIL = "validation_until";
    private static final String TEST_FROM = "test_from";
    private static final String TEST_UNTIL = "test_until";
    private static final String ATTACKS_LEFT_OUT = "attacks_left_out";

    /** Writes them; a start or end of the log is left out. */
    public void write(ObjectNode node) {
        put(node, TRAIN_FROM, trainFrom);
        put(node, TRAIN_UNTIL, trainUntil);
        put(node, VALIDATION_UNTIL, validationUntil);
        put(node, TEST_FROM, testFrom);
        put(node, TEST_UNTIL, testUntil);
        node.put(ATTACKS_LEFT_OUT, attacksLeftOut);
    }

    private static void put(ObjectNode node, String key, long micros) {
        if (micros != Long.MIN_VALUE && micros != Long.MAX_VALUE) {
            node.put(key, Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString());
        }
    }

    /**
     * Those of a bundle's provenance; empty for a bundle that does not say.
     *
     * @throws InputException if a time is none
     */
    public static Optional<RunSpans> in(JsonNode provenance) {
        JsonNode node = provenance.path(KEY);
        if (!node.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new RunSpans(
                micros(node, TRAIN_FROM, Long.MIN_VALUE),
                micros(node, TRAIN_UNTIL, Long.MAX_VALUE),
                micros(node, VALIDATION_UNTIL, Long.MAX_VALUE),
                micros(node, TEST_FROM, Long.MAX_VALUE),
                micros(node, TEST_UNTIL, Long.MAX_VALUE),
                node.path(ATTACKS_LEFT_OUT).asBoolean()));
    }

    private static long micros(JsonNode node, String key, long missing) {
        if (!node.has(key)) {
            return missing;
        }
        try {
            return ChronoUnit.MICROS.between(
                    Instant.EPOCH, Instant.parse(node.path(key).asText()));
        } catch (DateTimeException | ArithmeticException e) {
            throw new InputException("provenance.json: spans." + key + " is no time", e);
        }
    }
}
