package dev.octet.serve.desk;

import dev.octet.event.text.PlainText;
import dev.octet.serve.http.RequestException;
import dev.octet.serve.http.RequestException.Why;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which alerts are wanted, as a condition of SQL whose values are parameters only. Immutable.
 *
 * @param where the condition, over the table alert
 * @param values of its parameters
 * @param order the order of the result
 * @param offset alerts or groups that are passed over
 * @param limit most alerts or groups that are wanted
 */
record Filter(String where, List<Object> values, Order order, int offset, int limit) {
    static final int MAX = 500;
    private static final int USUAL = 100;
    private static final int LONGEST = 1000;
    private static final int DEEPEST = 1_000_000;
    /** What a request may name. */
    static final List<String> PARAMETERS = List.of(
            "state",
            "order",
            "q",
            "user",
            "ip",
            "network",
            "country",
            "reason",
            "campaign",
            "technique",
            "since",
            "until",
            "after",
            "offset",
            "limit",
            "group");

    /** What comes first. */
    enum Order {
        NEWEST("number DESC"),
        HIGHEST("score DESC, number DESC");

        private final String sql;

        Order(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }
    }

    /** Reads the parameters of a request. */
    static Filter of(Context context) {
        for (String name : context.queryParamMap().keySet()) {
            if (!PARAMETERS.contains(name)) {
                throw invalid("there is no parameter \"" + PlainText.of(name, 60) + "\"; allowed are "
                        + String.join(", ", PARAMETERS));
            }
        }
        List<String> conditions = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        switch (of(context, "state", "all")) {
            case "open" -> conditions.add("verdict IS NULL");
            case "judged" -> conditions.add("verdict IS NOT NULL");
            case "all" -> {}
            default -> throw invalid("state must be open, judged or all");
        }
        equal(context, "user", "user_key", conditions, values, AlertStore::key);
        equal(context, "ip", "ip", conditions, values, text -> text);
        equal(context, "country", "country", conditions, values, text -> text);
        equal(context, "network", "asn", conditions, values, text -> number("network", text));
        equal(context, "campaign", "campaign", conditions, values, text -> number("campaign", text));
        equal(context, "technique", "technique", conditions, values, text -> text);
        parameter(context, "reason").ifPresent(text -> {
            conditions.add("instr(features, ?) > 0");
            values.add(" " + text + " ");
        });
        parameter(context, "after").ifPresent(text -> {
            conditions.add("number > ?");
            values.add(number("after", text));
        });
        parameter(context, "since").ifPresent(text -> {
            conditions.add("at >= ?");
            values.add(micros("since", text));
        });
        parameter(context, "until").ifPresent(text -> {
            conditions.add("at < ?");
            values.add(micros("until", text));
        });
        parameter(context, "q").ifPresent(text -> {
            conditions.add("search LIKE ? ESCAPE '\\'");
            values.add("%" + text.toLowerCase(java.util.Locale.ROOT).replaceAll("([\\\\%_])", "\\\\$1") + "%");
        });
        Order order = switch (of(context, "order", "newest")) {
            case "newest" -> Order.NEWEST;
            case "highest" -> Order.HIGHEST;
            default -> throw invalid("order must be newest or highest");
        };
        return new Filter(
                conditions.isEmpty() ? "1" : String.join(" AND ", conditions),
                List.copyOf(values),
                order,
                bounded(context, "offset", 0, DEEPEST),
                bounded(context, "limit", USUAL, MAX));
    }

    private static int bounded(Context context, String name, int usual, int most) {
        long value = parameter(context, name).map(text -> number(name, text)).orElse((long) usual);
        if (value < 0 || value > most) {
            throw invalid(name + " must be in [0, " + most + "], found " + value);
        }
        return (int) value;
    }

    private static void equal(
            Context context,
            String name,
            String column,
            List<String> conditions,
            List<Object> values,
            java.util.function.Function<String, Object> value) {
        parameter(context, name).ifPresent(text -> {
            conditions.add(column + " = ?");
            values.add(value.apply(text));
        });
    }

    private static Optional<String> parameter(Context context, String name) {
        String text = context.queryParam(name);
        if (text != null && text.length() > LONGEST + 100) {
            throw invalid(name + " is longer than " + LONGEST + " characters");
        }
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String of(Context context, String name, String usual) {
        return parameter(context, name).orElse(usual);
    }

    private static Long number(String name, String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw invalid(name + " must be a whole number, found \"" + PlainText.of(text, 60) + "\"");
        }
    }

    private static Long micros(String name, String text) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            throw invalid(
                    name + " must be a time such as 2024-05-01T12:00:00Z, found \"" + PlainText.of(text, 60) + "\"");
        }
    }

    private static RequestException invalid(String message) {
        return new RequestException(Why.INVALID, message);
    }
}
