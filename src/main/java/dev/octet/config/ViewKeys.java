package dev.octet.config;

import static dev.octet.config.ConfigTypes.duration;
import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.text;
import static dev.octet.config.ConfigTypes.truth;

import dev.octet.feature.FailureReasons;
import dev.octet.feature.View;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys of {@code view}. */
final class ViewKeys {
    private static final Section<View> ATTEMPT_SECTION =
            new Section<>("view.attempt", "One login attempt a row.", List.of(), settings -> new View.Attempt());

    private static final Key<Duration> SPAN = Key.byDefault(
            "span", duration(), "1m", "length of a window, whole seconds; windows without an attempt are rows too");
    private static final Key<Boolean> FAILURES_ONLY = Key.byDefault(
            "failures-only",
            truth(),
            "false",
            "leave successful attempts out before anything else, as the book's 32-column matrix does");
    private static final Key<List<String>> WRONG_USERNAME = Key.byDefault(
            "wrong-username",
            listOf(text("a text")),
            "[error_wrong_username]",
            "the log's failure reasons that mean: no such account");
    private static final Key<List<String>> WRONG_PASSWORD = Key.byDefault(
            "wrong-password",
            listOf(text("a text")),
            "[error_wrong_password]",
            "the log's failure reasons that mean: the account exists, the password is wrong");
    private static final Section<View> WINDOW_SECTION = new Section<>(
            "view.window",
            "One fixed span of the whole site a row.",
            List.of(SPAN, FAILURES_ONLY, WRONG_USERNAME, WRONG_PASSWORD),
            settings -> {
                Duration span = settings.get(SPAN);
                if (span.getNano() != 0 || span.compareTo(Duration.ofDays(366)) > 0) {
                    throw settings.error(SPAN, "a window's span must be whole seconds, from 1s to 366d");
                }
                FailureReasons reasons = new FailureReasons(
                        Set.copyOf(settings.get(WRONG_USERNAME)), Set.copyOf(settings.get(WRONG_PASSWORD)));
                return new View.Window(span, settings.get(FAILURES_ONLY), reasons);
            });

    private static final Key<View.Entity.By> BY = Key.required(
            "by", oneOf(View.Entity.By.class), "`ip`: a source address a row; `user`: a user name, as typed, a row");
    private static final Section<View> ENTITY_SECTION = new Section<>(
            "view.entity",
            "One address or one user a row, over the whole training, validation or test span: each span has its own"
                    + " entities, counted within it. Counts grow with the length of a span, so give the three the same"
                    + " length where you can. An entity is an attack where any of its attempts is one; with attack"
                    + " windows that is any attempt in an attack minute, whoever made it.",
            List.of(BY),
            settings -> new View.Entity(settings.get(BY)));

    private static final Key<Optional<View>> ATTEMPT =
            Key.optional("attempt", ATTEMPT_SECTION, "one login attempt a row");
    private static final Key<Optional<View>> WINDOW =
            Key.optional("window", WINDOW_SECTION, "one fixed span of the whole site a row");
    private static final Key<Optional<View>> ENTITY =
            Key.optional("entity", ENTITY_SECTION, "one address or one user a row, over a whole span");
    private static final List<Key<Optional<View>>> VIEWS = List.of(ATTEMPT, WINDOW, ENTITY);

    static final Section<View> SECTION = new Section<>(
            "view",
            "What one row of the matrix stands for. Exactly one; `view: attempt` is short for `view: {attempt: {}}`.",
            List.copyOf(VIEWS),
            settings -> settings.get(settings.exactlyOne(VIEWS)).orElseThrow());

    private ViewKeys() {}
}
