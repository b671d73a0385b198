package dev.octet.config;

import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.date;
import static dev.octet.config.ConfigTypes.duration;
import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;

import dev.octet.config.ConfigValue.Scalar;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The keys of {@code split}. */
final class SplitKeys {
    private enum By {
        TIME,
        DATE
    }

    private static final ConfigType<SplitConfig.Moment> MOMENT = moment();
    private static final Key<By> BY = Key.byDefault(
            "by",
            oneOf(By.class),
            "time",
            "`time`: shares of the time between the first and the last row of `data.train`; `date`: moments, or durations"
                    + " from the start of the day that its first row lies in, which fit the log of any year");
    private static final Key<Optional<Double>> TRAIN =
            Key.optional("train", number("(0, 1)"), "`by: time`: share for training; 0.5, with `data.test` 0.9");
    private static final Key<Optional<Double>> VALIDATION = Key.optional(
            "validation",
            number("(0, 1)"),
            "`by: time`: share that follows it, for early stopping and the threshold; 0.1");
    private static final Key<Optional<Double>> TEST = Key.optional(
            "test",
            number("(0, 1)"),
            "`by: time`: share that follows them; all that remains. Not with `data.test`, which names the test rows");
    private static final Key<Optional<SplitConfig.Moment>> TRAIN_FROM = Key.optional(
            "train-from",
            MOMENT,
            "`by: date`: training begins with it; rows before it only update the history. The first row");
    private static final Key<Optional<SplitConfig.Moment>> TRAIN_UNTIL =
            Key.optional("train-until", MOMENT, "`by: date`, required: training ends before it");
    private static final Key<Optional<SplitConfig.Moment>> VALIDATION_UNTIL = Key.optional(
            "validation-until", MOMENT, "`by: date`, required: validation, from `train-until` on, ends before it");
    private static final Key<Optional<SplitConfig.Moment>> TEST_UNTIL = Key.optional(
            "test-until",
            MOMENT,
            "`by: date`: the test span, from `validation-until` on, ends before it; after the last row. Not with"
                    + " `data.test`");

    private static final Key<Integer> FOLDS = Key.byDefault(
            "folds",
            count(1, 50),
            "1",
            "`by: time`: rolling-origin evaluation: the test share is cut into so many spans of equal length, and each is"
                    + " tested by a run of its own that trains on all that comes before it. The last one is the run in"
                    + " `output`, the others are in `output`/fold-N; folds.md has all of them");
    private static final Key<Optional<Double>> TEST_USERS = Key.optional(
            "test-users",
            number("(0, 1)"),
            "view `attempt`: share of the users, drawn by a hash of the name, that neither train nor validate, and that alone"
                    + " are tested. Features that look back remember their earlier logins all the same");

    /** What is missing depends on {@code data.test}, so the whole config resolves it: {@link #resolve}. */
    static final Section<Settings> SECTION = new Section<>(
            "split",
            "Training, validation and test span, always in this order of time, and never a row in two. Rows that"
                    + " follow a test span which ends early are left out.",
            List.of(
                    BY,
                    TRAIN,
                    VALIDATION,
                    TEST,
                    TRAIN_FROM,
                    TRAIN_UNTIL,
                    VALIDATION_UNTIL,
                    TEST_UNTIL,
                    FOLDS,
                    TEST_USERS),
            Function.identity());

    private SplitKeys() {}

    static SplitConfig resolve(Settings settings, boolean testFiles) {
        By by = settings.get(BY);
        List<Key<?>> others = by == By.TIME
                ? List.of(TRAIN_FROM, TRAIN_UNTIL, VALIDATION_UNTIL, TEST_UNTIL)
                : List.of(TRAIN, VALIDATION, TEST, FOLDS);
        for (Key<?> key : others) {
            if (settings.isGiven(key)) {
                throw settings.error(
                        key,
                        "belongs to by: " + (by == By.TIME ? "date" : "time") + ", but this split is by: "
                                + ConfigTypes.spelled(by));
            }
        }
        for (Key<?> key : List.of(TEST, TEST_UNTIL, FOLDS)) {
            if (testFiles && settings.isGiven(key)) {
                throw settings.error(key, "data.test names the test rows already; remove one of the two");
            }
        }
        return by == By.TIME ? shares(settings, testFiles) : dates(settings);
    }

    private static SplitConfig shares(Settings settings, boolean testFiles) {
        double train = settings.get(TRAIN).orElse(testFiles ? 0.9 : 0.5);
        double validation = settings.get(VALIDATION).orElse(0.1);
        Optional<Double> test = settings.get(TEST);
        // in decimal, because 0.7 + 0.2 + 0.1 is above 1 in binary and 0.1 is what was written
        BigDecimal beforeTest = BigDecimal.valueOf(train).add(BigDecimal.valueOf(validation));
        BigDecimal sum = beforeTest.add(BigDecimal.valueOf(test.orElse(0.0)));
        boolean noneLeft = !testFiles && test.isEmpty() && beforeTest.compareTo(BigDecimal.ONE) >= 0;
        if (sum.compareTo(BigDecimal.ONE) > 0 || noneLeft) {
            throw settings.error("train " + train + ", validation " + validation
                    + test.map(share -> ", test " + share).orElse("") + " add up to " + sum.toPlainString()
                    + (noneLeft ? ", which leaves no test rows; they must stay below 1" : "; at most 1 can be shared"));
        }
        double remaining = BigDecimal.ONE.subtract(beforeTest).doubleValue();
        return new SplitConfig.Shares(
                train,
                validation,
                testFiles ? OptionalDouble.empty() : OptionalDouble.of(test.orElse(remaining)),
                testUsers(settings),
                settings.get(FOLDS));
    }

    private static OptionalDouble testUsers(Settings settings) {
        return settings.get(TEST_USERS).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private static ConfigType<SplitConfig.Moment> moment() {
        ConfigType<LocalDateTime> date = date();
        ConfigType<Duration> duration = duration();
        return ConfigTypes.either(
                date.describe() + ", or " + duration.describe() + " from the start of the log's first day",
                node -> node.value() instanceof Scalar scalar && scalar.text().matches("[0-9]+[a-z]+"),
                ConfigTypes.type(duration.describe(), node -> new SplitConfig.Elapsed(duration.read(node))),
                ConfigTypes.type(date.describe(), node -> new SplitConfig.At(date.read(node))));
    }

    private static SplitConfig dates(Settings settings) {
        SplitConfig.Moment train = needed(settings, TRAIN_UNTIL);
        SplitConfig.Moment validation = needed(settings, VALIDATION_UNTIL);
        Optional<SplitConfig.Moment> from = settings.get(TRAIN_FROM);
        Optional<SplitConfig.Moment> test = settings.get(TEST_UNTIL);
        from.ifPresent(earlier -> requireOrder(settings, earlier, "train-from", train, TRAIN_UNTIL));
        requireOrder(settings, train, "train-until", validation, VALIDATION_UNTIL);
        test.ifPresent(later -> requireOrder(settings, validation, "validation-until", later, TEST_UNTIL));
        return new SplitConfig.Moments(from, train, validation, test, testUsers(settings));
    }

    /** A moment and a duration are compared once the log is known. */
    private static void requireOrder(
            Settings settings, SplitConfig.Moment earlier, String name, SplitConfig.Moment later, Key<?> key) {
        boolean ordered = true;
        if (earlier instanceof SplitConfig.At one && later instanceof SplitConfig.At other) {
            ordered = other.moment().isAfter(one.moment());
        } else if (earlier instanceof SplitConfig.Elapsed one && later instanceof SplitConfig.Elapsed other) {
            ordered = other.time().compareTo(one.time()) > 0;
        }
        if (!ordered) {
            throw settings.error(key, later.text() + " is not after " + name + ", " + earlier.text());
        }
    }

    private static SplitConfig.Moment needed(Settings settings, Key<Optional<SplitConfig.Moment>> key) {
        return settings.get(key)
                .orElseThrow(() -> settings.error("the key " + key.name() + " is missing; it must be "
                        + key.type().describe()));
    }
}
