package dev.octet.feature;

import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.ViewRow;
import dev.octet.onnx.OnnxGraph.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What an exported model takes of a row as it stands in the log: the fields of a login that {@link LoginField} marks, and
 * the parts of a row's time.
 *
 * @param input the tensor
 * @param of its value in a row: a {@code String}, {@code Long} or {@code Float}
 */
record LoginInput(GraphInput input, Function<ViewRow, Object> of) {
    static final LoginInput HOUR =
            time("hour", "hour of the day, 0 to 23, UTC or the zone of a log without zones", row ->
                    (long) TimeParts.hour(row.timeMicros()));
    static final LoginInput MINUTE_OF_DAY = time("minute_of_day", "minute of the day, 0 to 1439, as hour", row ->
            (long) TimeParts.minuteOfDay(row.timeMicros()));
    static final LoginInput WEEKDAY = time("weekday", "day of the week, Monday 0 to Sunday 6, as hour", row ->
            (long) TimeParts.weekday(row.timeMicros()));

    private static final Map<LoginField, LoginInput> FIELDS = fields();

    private static LoginInput time(String name, String meaning, Function<ViewRow, Object> of) {
        return new LoginInput(new GraphInput(name, Type.INT64, meaning, "none"), of);
    }

    private static Map<LoginField, LoginInput> fields() {
        Map<LoginField, LoginInput> inputs = new LinkedHashMap<>();
        for (LoginField field : LoginField.values()) {
            if (field.isModelInput()) {
                inputs.put(field, made(field));
            }
        }
        return inputs;
    }

    private static LoginInput made(LoginField field) {
        String name = GraphInput.nameOf(field.key());
        return switch (field.kind()) {
            case TIME -> throw new IllegalArgumentException("a model takes the parts of a time, not the time");
            case OUTCOME ->
                new LoginInput(
                        new GraphInput(name, Type.INT64, "1 where the login succeeded, else 0", "none"),
                        row -> login(row).success() ? 1L : 0L);
            case ADDRESS ->
                new LoginInput(
                        new GraphInput(
                                name,
                                Type.STRING,
                                field.meaning() + "; ::ffff:192.0.2.1 must be written 192.0.2.1",
                                "\"\"; a text that is no address has octets of -1"),
                        row -> login(row).ip().toString());
            case NETWORK ->
                new LoginInput(
                        new GraphInput(name, Type.INT64, field.meaning(), "-1"),
                        row -> login(row).asn());
            case TEXT ->
                new LoginInput(
                        new GraphInput(name, Type.STRING, field.meaning(), "\"\""),
                        row -> login(row).text(field));
            case NUMBER ->
                new LoginInput(
                        new GraphInput(
                                name,
                                Type.FLOAT,
                                field.meaning(),
                                field.isExtra() ? "NaN" : "NaN, or any number below 0"),
                        row -> (float) login(row).number(field));
        };
    }

    /** The input that holds a field. */
    static LoginInput of(LoginField field) {
        LoginInput input = field.isExtra() ? made(field) : FIELDS.get(field);
        if (input == null) {
            throw new IllegalArgumentException("no model takes the field " + field);
        }
        return input;
    }

    /** All of the table. */
    static List<LoginInput> values() {
        List<LoginInput> all = new ArrayList<>(FIELDS.values());
        all.add(HOUR);
        all.add(MINUTE_OF_DAY);
        all.add(WEEKDAY);
        return all;
    }

    private static LoginEvent login(ViewRow row) {
        return (LoginEvent) row;
    }
}
