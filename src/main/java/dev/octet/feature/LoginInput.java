package dev.octet.feature;

import dev.octet.event.LoginEvent;
import dev.octet.onnx.OnnxGraph.Type;
import java.util.function.Function;

/** The fields of a row as an exported model takes them. */
enum LoginInput {
    IP(
            "ip",
            Type.STRING,
            "source address, IPv4 or IPv6, as text",
            "\"\"; a text that is no address has octets of -1",
            row -> login(row).ip().toString()),
    COUNTRY(
            "country",
            Type.STRING,
            "country, as the log names it",
            "\"\"",
            row -> login(row).country()),
    REGION(
            "region",
            Type.STRING,
            "region, as the log names it",
            "\"\"",
            row -> login(row).region()),
    CITY(
            "city",
            Type.STRING,
            "city, as the log names it",
            "\"\"",
            row -> login(row).city()),
    ASN("asn", Type.INT64, "autonomous system number", "-1", row -> login(row).asn()),
    DEVICE("device", Type.STRING, "device type", "\"\"", row -> login(row).device()),
    BROWSER(
            "browser",
            Type.STRING,
            "browser name and version",
            "\"\"",
            row -> login(row).browser()),
    OS(
            "os",
            Type.STRING,
            "operating system name and version",
            "\"\"",
            row -> login(row).os()),
    USER_AGENT(
            "user_agent",
            Type.STRING,
            "the whole user agent",
            "\"\"",
            row -> login(row).userAgent()),
    FAILURE_REASON(
            "failure_reason",
            Type.STRING,
            "the log's word for why the login failed",
            "\"\"",
            row -> login(row).failureReason()),
    SUCCESS(
            "success",
            Type.INT64,
            "1 where the login succeeded, else 0",
            "none",
            row -> login(row).success() ? 1L : 0L),
    ROUND_TRIP_MILLIS(
            "round_trip_millis",
            Type.FLOAT,
            "round-trip time in milliseconds",
            "NaN, or any number below 0",
            row -> login(row).roundTripMillis()),
    HOUR("hour", Type.INT64, "hour of the day, 0 to 23, UTC or the zone of a log without zones", "none", row ->
            (long) TimeParts.hour(row.timeMicros())),
    MINUTE_OF_DAY("minute_of_day", Type.INT64, "minute of the day, 0 to 1439, as hour", "none", row ->
            (long) TimeParts.minuteOfDay(row.timeMicros())),
    WEEKDAY("weekday", Type.INT64, "day of the week, Monday 0 to Sunday 6, as hour", "none", row ->
            (long) TimeParts.weekday(row.timeMicros()));

    private final GraphInput input;
    private final Function<ViewRow, Object> value;

    LoginInput(String name, Type type, String meaning, String missing, Function<ViewRow, Object> value) {
        this.input = new GraphInput(name, type, meaning, missing);
        this.value = value;
    }

    GraphInput input() {
        return input;
    }

    /** A {@code String}, {@code Long} or {@code Float}. */
    Object of(ViewRow row) {
        return value.apply(row);
    }

    private static LoginEvent login(ViewRow row) {
        return ((AttemptRow) row).event();
    }
}
