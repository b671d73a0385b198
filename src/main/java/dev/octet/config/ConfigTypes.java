package dev.octet.config;

import dev.octet.config.ConfigValue.Items;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.event.Spelling;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of single values and lists. */
public final class ConfigTypes {
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern INTERVAL = Pattern.compile("([\\[(])(\\S+), (\\S+)([])])");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private ConfigTypes() {}

    /** A type by what reads it. */
    public static <T> ConfigType<T> type(String description, Function<ConfigNode, T> read) {
        return new ConfigType<>() {
            @Override
            public T read(ConfigNode node) {
                return read.apply(node);
            }

            @Override
            public String describe() {
                return description;
            }
        };
    }

    /** Any text; a number or truth value is taken as it is written. */
    public static ConfigType<String> text(String what) {
        return type(what, node -> node.text(what));
    }

    /** A text that can be part of a file's name. */
    public static ConfigType<String> fileSafeName() {
        String what = "a name of letters, digits, ., _ and -";
        return type(what, node -> {
            String text = node.text(what);
            if (!NAME.matcher(text).matches()) {
                throw node.error(text + " is not " + what + ", beginning with a letter or digit, at most 100 long");
            }
            return text;
        });
    }

    /** A single character, a blank too. */
    public static ConfigType<Character> character() {
        return type("one character", node -> {
            if (node.value() instanceof Scalar scalar && scalar.text().length() == 1) {
                return scalar.text().charAt(0);
            }
            throw node.expected("one character");
        });
    }

    /** A path, relative to the working directory; may use variables. */
    public static ConfigType<Path> path(String what) {
        return type(what, node -> {
            String text = node.file().replaceVariables(node, node.text(what));
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw node.error(text + " is not a path: " + e.getReason());
            }
        });
    }

    public static ConfigType<Boolean> truth() {
        return type("true or false", node -> {
            if (node.value() instanceof Scalar scalar && scalar.kind() == Kind.BOOLEAN) {
                return Boolean.parseBoolean(scalar.text());
            }
            throw node.expected("true or false");
        });
    }

    /** A whole number in [low, high]. */
    public static ConfigType<Long> whole(long low, long high) {
        String range = "[" + low + ", " + high + "]";
        return type("a whole number in " + range, node -> {
            if (!(node.value() instanceof Scalar scalar) || scalar.kind() != Kind.INTEGER) {
                throw node.expected("a whole number in " + range);
            }
            boolean readable = WHOLE.matcher(scalar.text()).matches();
            if (!readable || Long.parseLong(scalar.text()) < low || Long.parseLong(scalar.text()) > high) {
                throw node.error(scalar.text() + " is not in " + range);
            }
            return Long.parseLong(scalar.text());
        });
    }

    /** A whole number in [low, high]. */
    public static ConfigType<Integer> count(int low, int high) {
        ConfigType<Long> whole = whole(low, high);
        return type(whole.describe(), node -> Math.toIntExact(whole.read(node)));
    }

    /** Any seed of a generator. */
    public static ConfigType<Long> anySeed() {
        return whole(0, 999_999_999_999_999_999L);
    }

    /** A number in an interval written as {@code (0, 100]}; {@code inf} is infinity, {@code -inf} minus infinity. */
    public static ConfigType<Double> number(String interval) {
        Matcher matcher = INTERVAL.matcher(interval);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(interval + " is not an interval like (0, 100]");
        }
        boolean withLow = matcher.group(1).equals("[");
        double low = bound(matcher.group(2));
        double high = bound(matcher.group(3));
        boolean withHigh = matcher.group(4).equals("]");
        return type("a number in " + interval, node -> {
            boolean isNumber = node.value() instanceof Scalar scalar
                    && (scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.NUMBER);
            if (!isNumber) {
                throw node.expected("a number in " + interval);
            }
            String text = ((Scalar) node.value()).text();
            double number = parse(text);
            if (!((withLow ? number >= low : number > low) && (withHigh ? number <= high : number < high))) {
                throw node.error(text + " is not in " + interval);
            }
            return number;
        });
    }

    private static double bound(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    // YAML's .inf, .nan, 0x1F and 0o17 are numbers to the schema but never a setting: NaN is outside every interval
    private static double parse(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** A span of time longer than nothing, e.g. {@code 1m}. */
    public static ConfigType<Duration> duration() {
        return duration("a duration like 500ms, 30s, 1m, 1h or 7d", "a whole number above 0", 1);
    }

    /** A span of time, or {@code 0s}. */
    public static ConfigType<Duration> durationOrNone() {
        return duration("a duration like 500ms, 30s, 1m, 1h or 7d, or 0s", "a whole number", 0);
    }

    private static ConfigType<Duration> duration(String what, String number, long least) {
        return type(what, node -> {
            String text = node.text(what);
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches() || Long.parseLong(matcher.group(1)) < least) {
                throw node.error(text + " is not " + what + " (" + number + " and ms, s, m, h or d)");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        });
    }

    /** A day or a moment in the zone of the log. */
    public static ConfigType<LocalDateTime> date() {
        String what = "a date like 2018-02-01 or 2018-02-01T12:30:00, in the log's zone";
        return type(what, node -> {
            String text = node.text(what);
            try {
                return text.length() <= 10 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
            } catch (DateTimeParseException e) {
                throw node.error(text + " is not " + what);
            }
        });
    }

    /** A time zone. */
    public static ConfigType<ZoneId> zone() {
        String what = "a time zone like UTC, +02:00 or Europe/Oslo";
        return type(what, node -> {
            String text = node.text(what);
            try {
                return ZoneId.of(text).normalized();
            } catch (DateTimeException e) {
                throw node.error(text + " is not " + what);
            }
        });
    }

    /** One of the constants of an enumeration, written in lower case with hyphens. */
    public static <E extends Enum<E>> ConfigType<E> oneOf(Class<E> constants) {
        List<E> values = List.of(constants.getEnumConstants());
        return oneOf(values, ConfigTypes::spelled);
    }

    /** One of some values, by the name of each. */
    public static <T> ConfigType<T> oneOf(List<T> values, Function<T, String> spelling) {
        List<String> names = values.stream().map(spelling).toList();
        String allowed = String.join(", ", names);
        return type("one of " + allowed, node -> {
            String text = node.text("one of " + allowed);
            int index = names.indexOf(text);
            if (index < 0) {
                throw node.error(text + " is not one of " + allowed
                        + Spelling.nearest(text, names)
                                .map(name -> "; did you mean " + name + "?")
                                .orElse(""));
            }
            return values.get(index);
        });
    }

    public static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A list, which may be empty. */
    public static <T> ConfigType<List<T>> listOf(ConfigType<T> item) {
        return new ConfigType<>() {
            @Override
            public List<T> read(ConfigNode node) {
                return node.items(describe()).stream().map(item::read).toList();
            }

            @Override
            public String describe() {
                return "a list, each " + item.describe();
            }

            @Override
            public List<Section<?>> sections() {
                return item.sections();
            }
        };
    }

    /** A list of at least one. */
    public static <T> ConfigType<List<T>> someOf(ConfigType<T> item) {
        return checked(listOf(item), (node, list) -> {
            if (list.isEmpty()) {
                throw node.expected(listOf(item).describe() + ", of at least one");
            }
        });
    }

    /** One value, or a list of at least one. */
    public static <T> ConfigType<List<T>> oneOrMore(ConfigType<T> item) {
        ConfigType<List<T>> list = someOf(item);
        return either(
                item.describe() + ", or a list of them",
                node -> node.value() instanceof Items,
                list,
                type(item.describe(), node -> List.of(item.read(node))));
    }

    /** Two types told apart by the value. */
    public static <T> ConfigType<T> either(
            String description,
            java.util.function.Predicate<ConfigNode> isFirst,
            ConfigType<? extends T> first,
            ConfigType<? extends T> second) {
        return new ConfigType<>() {
            @Override
            public T read(ConfigNode node) {
                return isFirst.test(node) ? first.read(node) : second.read(node);
            }

            @Override
            public String describe() {
                return description;
            }

            @Override
            public List<Section<?>> sections() {
                List<Section<?>> both = new ArrayList<>(first.sections());
                both.addAll(second.sections());
                return both;
            }
        };
    }

    /** A type with one more condition. */
    public static <T> ConfigType<T> checked(ConfigType<T> type, java.util.function.BiConsumer<ConfigNode, T> check) {
        return new ConfigType<>() {
            @Override
            public T read(ConfigNode node) {
                T value = type.read(node);
                check.accept(node, value);
                return value;
            }

            @Override
            public String describe() {
                return type.describe();
            }

            @Override
            public List<Section<?>> sections() {
                return type.sections();
            }
        };
    }
}
