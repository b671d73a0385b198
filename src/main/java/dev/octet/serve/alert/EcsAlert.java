package dev.octet.serve.alert;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.AddressSpace;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.feature.ClientFamily;
import dev.octet.feature.EntityRow;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** An alert as an event of kind {@code alert} of the Elastic Common Schema; what has no field there is below {@code octet}. */
final class EcsAlert {
    private static final String SCHEMA_VERSION = "9.3.0";
    /** The severities of Elastic Security's own alerts. */
    private static final int MEDIUM = 47;

    private static final int HIGH = 73;

    private EcsAlert() {}

    static String line(Alert alert, AlertSource source) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JsonText.generator(text)) {
            json.writeStartObject();
            json.writeStringField("@timestamp", Moments.iso(alert.startMicros()));
            json.writeStringField("message", alert.title() + ": " + alert.inWords());
            json.writeObjectFieldStart("ecs");
            json.writeStringField("version", SCHEMA_VERSION);
            json.writeEndObject();
            event(alert, source, json);
            json.writeObjectFieldStart("rule");
            json.writeStringField("id", source.bundle());
            json.writeStringField("name", source.model());
            json.writeEndObject();
            json.writeObjectFieldStart("observer");
            json.writeStringField("vendor", "Octet");
            json.writeStringField("product", "Octet");
            json.writeStringField("version", source.version());
            json.writeEndObject();
            if (alert.row() instanceof LoginEvent attempt) {
                login(attempt, json);
            }
            json.writeObjectFieldStart("octet");
            json.writeNumberField("row", alert.row().row());
            if (alert.row() instanceof EntityRow entity) {
                json.writeStringField("entity", entity.entity());
            }
            json.writeNumberField("score", alert.score());
            json.writeFieldName("threshold");
            OctetAlert.number(source.threshold(), json);
            json.writeFieldName("reasons");
            OctetAlert.reasons(alert, json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }

    private static void event(Alert alert, AlertSource source, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("event");
        json.writeStringField("kind", "alert");
        json.writeArrayFieldStart("category");
        json.writeString("authentication");
        json.writeEndArray();
        json.writeArrayFieldStart("type");
        json.writeString("info");
        json.writeEndArray();
        json.writeStringField("module", "octet");
        json.writeStringField("dataset", "octet.alert");
        json.writeStringField("id", source.id(alert));
        json.writeStringField("action", alert.kind());
        json.writeStringField("reason", alert.inWords());
        json.writeNumberField("severity", source.isHigh(alert) ? HIGH : MEDIUM);
        json.writeNumberField("risk_score", alert.score());
        json.writeStringField("created", source.clock().instant().toString());
        json.writeStringField("start", Moments.iso(alert.startMicros()));
        json.writeStringField("end", Moments.iso(alert.endMicros()));
        if (alert.row() instanceof LoginEvent attempt) {
            json.writeStringField("outcome", attempt.success() ? "success" : "failure");
        }
        json.writeEndObject();
    }

    private static void login(LoginEvent login, JsonGenerator json) throws IOException {
        boolean hasUser = !login.user().isEmpty();
        boolean hasAddress = !login.ip().isMissing();
        if (hasUser) {
            json.writeObjectFieldStart("user");
            json.writeStringField("name", shown(login.user()));
            json.writeEndObject();
        }
        if (hasAddress) {
            source(login, json);
        }
        if (!login.userAgent().isEmpty()
                || !login.browser().isEmpty()
                || !login.os().isEmpty()) {
            client(login, json);
        }
        if (hasUser || hasAddress) {
            json.writeObjectFieldStart("related");
            related("user", login.user(), json);
            related("ip", login.ip().toString(), json);
            json.writeEndObject();
        }
    }

    private static void source(LoginEvent login, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("source");
        json.writeStringField("ip", login.ip().toString());
        if (login.asn() >= 0 && !AddressSpace.isNetworkNumber(login.asn(), login.ip())) {
            json.writeObjectFieldStart("as");
            json.writeNumberField("number", login.asn());
            json.writeEndObject();
        }
        boolean placed = !Double.isNaN(login.latitude()) && !Double.isNaN(login.longitude());
        if (placed
                || !login.country().isEmpty()
                || !login.region().isEmpty()
                || !login.city().isEmpty()) {
            json.writeObjectFieldStart("geo");
            boolean isCode = login.country().matches("[A-Z]{2}");
            given(isCode ? "country_iso_code" : "country_name", login.country(), json);
            given("region_name", login.region(), json);
            given("city_name", login.city(), json);
            if (placed) {
                json.writeObjectFieldStart("location");
                json.writeNumberField("lat", login.latitude());
                json.writeNumberField("lon", login.longitude());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void client(LoginEvent login, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("user_agent");
        given("original", login.userAgent(), json);
        String name = ClientFamily.of(login.browser());
        given("name", name, json);
        given("version", login.browser().strip().substring(name.length()).strip(), json);
        if (!login.os().isBlank()) {
            json.writeObjectFieldStart("os");
            given("full", login.os().strip(), json);
            given("name", ClientFamily.of(login.os()), json);
            json.writeEndObject();
        }
        if (!login.device().isEmpty()) {
            json.writeObjectFieldStart("device");
            given("name", login.device(), json);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** A text as long as receivers index it. */
    private static String shown(String text) {
        return PlainText.shortened(text, Alert.LONGEST_TEXT);
    }

    private static void given(String name, String value, JsonGenerator json) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, shown(value));
        }
    }

    private static void related(String name, String value, JsonGenerator json) throws IOException {
        if (!value.isEmpty()) {
            json.writeArrayFieldStart(name);
            json.writeString(shown(value));
            json.writeEndArray();
        }
    }
}
