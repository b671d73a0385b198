package dev.octet.serve.desk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Reasons;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.text.PlainText;
import dev.octet.serve.alert.Alert;
import dev.octet.serve.alert.AlertForm;
import dev.octet.serve.alert.AlertSource;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An alert of the store in one sentence, and in the forms of other tools. */
final class AlertWords {
    /** Users of one address in a day from which it looks like an attack on many accounts. */
    private static final int MANY_USERS = 5;

    private static final int LONGEST_REASON = 400;

    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy 'at' HH:mm 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private AlertWords() {}

    /** What happened, for people; texts of the log are shortened, and hidden characters are written by number. */
    static String sentence(ObjectNode alert) {
        JsonNode login = alert.path("login");
        StringBuilder text = new StringBuilder();
        String user = shown(login, "user");
        text.append(user.isEmpty() ? "Somebody" : user)
                .append(login.path("success").asBoolean() ? " signed in" : " tried to sign in");
        if (login.has("ip")) {
            text.append(" from ").append(shown(login, "ip"));
        }
        List<String> place = new ArrayList<>();
        if (login.has("asn")) {
            place.add("network AS " + login.get("asn").asLong());
        }
        for (String field : List.of("city", "country")) {
            if (login.has(field)) {
                place.add(shown(login, field));
            }
        }
        if (!place.isEmpty()) {
            text.append(" (").append(String.join(", ", place)).append(')');
        }
        if (login.has("browser")) {
            text.append(" with ").append(shown(login, "browser"));
        }
        if (login.has("os")) {
            text.append(" on ").append(shown(login, "os"));
        }
        text.append(", ").append(WHEN.format(Instant.parse(alert.get("time").textValue())));
        JsonNode reason = alert.path("reasons").path(0).path("text");
        if (reason.isTextual()) {
            text.append(": ").append(PlainText.of(reason.textValue(), LONGEST_REASON));
        }
        text.append('.');
        JsonNode address = alert.path("address");
        if (address.path("users").asLong() >= MANY_USERS) {
            text.append(String.format(
                    Locale.ROOT,
                    " The address tried %,d users that day; %,d of its %,d logins failed.",
                    address.get("users").asLong(),
                    address.get("failures").asLong(),
                    address.get("logins").asLong()));
        }
        return text.toString();
    }

    private static String shown(JsonNode login, String field) {
        return PlainText.of(login.path(field).asText(), 100);
    }

    /** The alert in another tool's form, on one line. */
    static String line(ObjectNode alert, AlertForm form, AlertSource now, Clock clock) {
        AlertSource source = new AlertSource(
                now.version(),
                now.model(),
                alert.get("bundle").textValue(),
                alert.get("threshold").isNull()
                        ? Double.NEGATIVE_INFINITY
                        : alert.get("threshold").doubleValue(),
                clock);
        List<Reasons.Reason> reasons = new ArrayList<>();
        for (JsonNode reason : alert.path("reasons")) {
            reasons.add(new Reasons.Reason(
                    reason.path("feature").asText(),
                    reason.path("share").asDouble(),
                    reason.path("text").asText()));
        }
        LoginEvent event = event(alert.get("login"), row(alert));
        return form.line(new Alert(event, alert.get("score").doubleValue(), reasons), source);
    }

    /** The row that the alert's id names, as those of a log's alerts do; else its number. */
    private static long row(ObjectNode alert) {
        long number = alert.get("number").longValue();
        String ofRow = alert.get("bundle").textValue() + "-" + (number - 1);
        return alert.get("id").textValue().equals(ofRow) ? number - 1 : number;
    }

    /** The login of {@link AlertStore#json}. */
    static LoginEvent event(JsonNode login, long number) {
        LoginEvent.Builder event = LoginEvent.at(
                        ChronoUnit.MICROS.between(
                                Instant.EPOCH, Instant.parse(login.get("time").textValue())),
                        login.path("user").asText(),
                        login.path("success").asBoolean())
                .row(number);
        for (LoginField field : LoginField.values()) {
            JsonNode value = login.path(field.jsonName());
            if (value.isMissingNode()) {
                continue;
            }
            switch (field.kind()) {
                case TIME, OUTCOME -> {}
                case ADDRESS -> event.ip(IpAddress.parse(value.textValue()));
                case NETWORK -> event.asn(value.longValue());
                case TEXT -> event.with(field, value.textValue());
                case NUMBER -> event.with(field, value.doubleValue());
            }
        }
        return event.build();
    }
}
