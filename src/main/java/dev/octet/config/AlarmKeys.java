package dev.octet.config;

import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.duration;
import static dev.octet.config.ConfigTypes.durationOrNone;

import dev.octet.detect.AlarmRule;
import dev.octet.feature.View;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The keys of {@code alarm}. */
final class AlarmKeys {
    private static final Key<Integer> HOLD = Key.byDefault(
            "hold",
            count(0, AlarmRule.LONGEST_HOLD),
            "0",
            "windows that an alarm stays on after the last flagged one; windows in alarm one after the other are one"
                    + " alert; view `window`");
    private static final Key<Optional<Duration>> ONE_PER_USER = Key.optional(
            "one-per-user",
            duration(),
            "after an alert of a user, its flagged logins belong to that alert for so long; view `attempt`");

    private static final Key<Optional<Duration>> ONE_PER_CAUSE = Key.optional(
            "one-per-cause",
            durationOrNone(),
            "the same for those flagged logins alone that have the same main reason; `24h` where it is not given, `0s`:"
                    + " every flagged login is an alert; view `attempt`");

    /** What is allowed depends on the view, so the whole config resolves it: {@link #resolve}. */
    static final Section<Settings> SECTION = new Section<>(
            "alarm",
            "How flagged rows become alerts, after the score and never inside it: `flagged` in `scores.csv` stays what"
                    + " the threshold says; `alerts.csv` has a line an alert, with reasons in words. In the table rows"
                    + " that an alarm of an attack would be held for count as attacked. Without this section the"
                    + " flagged logins of a user with the same main reason are one alert a day, and every other flagged row"
                    + " is an alert.",
            List.of(HOLD, ONE_PER_USER, ONE_PER_CAUSE),
            Function.identity());

    private AlarmKeys() {}

    static AlarmRule resolve(Settings settings, View view) {
        require(settings, HOLD, "window", view);
        require(settings, ONE_PER_USER, "attempt", view);
        require(settings, ONE_PER_CAUSE, "attempt", view);
        return new AlarmRule(
                settings.get(HOLD),
                settings.get(ONE_PER_USER).orElse(Duration.ZERO),
                settings.get(ONE_PER_CAUSE)
                        .orElse(view instanceof View.Attempt ? AlarmRule.ONE_PER_CAUSE : Duration.ZERO));
    }

    private static void require(Settings settings, Key<?> key, String of, View view) {
        if (settings.isGiven(key) && !view.key().equals(of)) {
            throw settings.error(key, key.name() + " is for view: " + of + ", but this view is " + view.key());
        }
    }
}
