package dev.octet.config;

import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.truth;
import static dev.octet.config.ConfigTypes.whole;

import dev.octet.feature.history.HistoryOptions;
import java.util.List;

/**
 * The {@code history} section of a config: bounds and updates of the memory of earlier logins.
 *
 * @param flaggedUpdate whether a row that was flagged updates its user's history
 * @param options bounds of the memory
 */
public record HistoryConfig(boolean flaggedUpdate, HistoryOptions options) {

    private static final Key<Boolean> FLAGGED_UPDATE = Key.byDefault(
                    "flagged-update-history",
                    truth(),
                    "false",
                    "whether a login above the threshold updates its user's history; in the published Freeman model"
                            + " every login does")
            .formerly("flagged-teach");
    private static final Key<Integer> MAX_USERS = Key.byDefault(
            "max-users", count(1, 1 << 29), "5000000", "users remembered; the least recently successful leave first");
    private static final Key<Long> MAX_USER_BYTES = Key.byDefault(
            "max-user-bytes", whole(1 << 10, 1L << 40), "1200000000", "memory for users' histories, in bytes");
    private static final Key<Integer> VALUES_PER_USER = Key.byDefault(
            "values-per-user",
            count(1, HistoryOptions.MAX_VALUES_PER_USER),
            "8",
            "networks, devices and so on remembered of each user, each; the rarest gives way");

    private static final Key<Integer> FAMILIAR_DAYS = Key.byDefault(
            "familiar-days",
            count(0, HistoryOptions.MAX_FAMILIAR_DAYS),
            Integer.toString(HistoryOptions.FAMILIAR_DAYS),
            "days on which a flagged login that nobody judged must come back through the same network with the same"
                    + " device until it updates its user's history; 0: never");

    static final Section<HistoryConfig> SECTION = new Section<>(
            "history",
            "What features that look back remember. They see strictly earlier rows; what is remembered travels with the"
                    + " bundle, and `score` goes on from it.",
            List.of(FLAGGED_UPDATE, MAX_USERS, MAX_USER_BYTES, VALUES_PER_USER, FAMILIAR_DAYS),
            settings -> new HistoryConfig(
                    settings.get(FLAGGED_UPDATE),
                    HistoryOptions.defaults()
                            .withMaxUsers(settings.get(MAX_USERS))
                            .withMaxUserBytes(settings.get(MAX_USER_BYTES))
                            .withValuesPerUser(settings.get(VALUES_PER_USER))
                            .withFamiliarDays(settings.get(FAMILIAR_DAYS))));
}
