package dev.octet.serve.alert;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.AddressSpace;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** An alert as a Detection Finding of the Open Cybersecurity Schema Framework. */
final class OcsfAlert {
    private static final String SCHEMA_VERSION = "1.8.0";
    private static final int FINDINGS = 2;
    private static final int DETECTION_FINDING = 2004;
    private static final int CREATE = 1;
    private static final int LEARNING = 4;
    private static final int NEW = 1;
    private static final int MEDIUM = 3;
    private static final int HIGH = 4;
    private static final int IP_ADDRESS = 2;
    private static final int USER_NAME = 4;

    private OcsfAlert() {}

    static String line(Alert alert, AlertSource source) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JsonText.generator(text)) {
            json.writeStartObject();
            json.writeNumberField("category_uid", FINDINGS);
            json.writeStringField("category_name", "Findings");
            json.writeNumberField("class_uid", DETECTION_FINDING);
            json.writeStringField("class_name", "Detection Finding");
            json.writeNumberField("activity_id", CREATE);
            json.writeStringField("activity_name", "Create");
            json.writeNumberField("type_uid", 100L * DETECTION_FINDING + CREATE);
            json.writeStringField("type_name", "Detection Finding: Create");
            json.writeNumberField("severity_id", source.isHigh(alert) ? HIGH : MEDIUM);
            json.writeStringField("severity", source.isHigh(alert) ? "High" : "Medium");
            json.writeNumberField("status_id", NEW);
            json.writeStringField("status", "New");
            json.writeBooleanField("is_alert", true);
            long now = source.clock().millis();
            json.writeNumberField("time", now);
            json.writeNumberField("start_time", Moments.millis(alert.startMicros()));
            json.writeNumberField("end_time", Moments.millis(alert.endMicros()));
            json.writeStringField("message", alert.title() + ": " + alert.inWords());
            metadata(alert, source, json);
            finding(alert, source, now, json);
            if (alert.row() instanceof LoginEvent attempt) {
                evidence(attempt, json);
            }
            json.writeObjectFieldStart("unmapped");
            json.writeNumberField("row", alert.row().row());
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

    private static void metadata(Alert alert, AlertSource source, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("metadata");
        json.writeStringField("version", SCHEMA_VERSION);
        json.writeStringField("uid", source.id(alert));
        json.writeObjectFieldStart("product");
        json.writeStringField("name", "Octet");
        json.writeStringField("vendor_name", "Octet");
        json.writeStringField("version", source.version());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void finding(Alert alert, AlertSource source, long now, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("finding_info");
        json.writeStringField("uid", source.id(alert));
        json.writeStringField("title", alert.title());
        json.writeStringField("desc", alert.inWords());
        json.writeNumberField("created_time", now);
        json.writeNumberField("first_seen_time", Moments.millis(alert.startMicros()));
        json.writeNumberField("last_seen_time", Moments.millis(alert.endMicros()));
        json.writeArrayFieldStart("types");
        json.writeString(alert.kind());
        json.writeEndArray();
        json.writeObjectFieldStart("analytic");
        json.writeNumberField("type_id", LEARNING);
        json.writeStringField("type", "Learning (ML/DL)");
        json.writeStringField("name", source.model());
        json.writeStringField("uid", source.bundle());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void evidence(LoginEvent login, JsonGenerator json) throws IOException {
        boolean hasUser = !login.user().isEmpty();
        boolean hasAddress = !login.ip().isMissing();
        if (!hasUser && !hasAddress) {
            return;
        }
        json.writeArrayFieldStart("evidences");
        json.writeStartObject();
        if (hasUser) {
            json.writeObjectFieldStart("user");
            json.writeStringField("name", shown(login.user()));
            json.writeEndObject();
        }
        if (hasAddress) {
            endpoint(login, json);
        }
        if (!login.userAgent().isEmpty()) {
            json.writeObjectFieldStart("http_request");
            json.writeStringField("user_agent", shown(login.userAgent()));
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndArray();
        json.writeArrayFieldStart("observables");
        if (hasUser) {
            observable("evidences[0].user.name", USER_NAME, "User Name", shown(login.user()), json);
        }
        if (hasAddress) {
            observable(
                    "evidences[0].src_endpoint.ip",
                    IP_ADDRESS,
                    "IP Address",
                    login.ip().toString(),
                    json);
        }
        json.writeEndArray();
    }

    private static void endpoint(LoginEvent login, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("src_endpoint");
        json.writeStringField("ip", login.ip().toString());
        if (login.asn() >= 0 && !AddressSpace.isNetworkNumber(login.asn(), login.ip())) {
            json.writeObjectFieldStart("autonomous_system");
            json.writeNumberField("number", login.asn());
            json.writeEndObject();
        }
        if (!login.country().isEmpty()
                || !login.region().isEmpty()
                || !login.city().isEmpty()) {
            json.writeObjectFieldStart("location");
            given("country", login.country(), json);
            given("region", login.region(), json);
            given("city", login.city(), json);
            if (!Double.isNaN(login.latitude()) && !Double.isNaN(login.longitude())) {
                json.writeNumberField("lat", login.latitude());
                json.writeNumberField("long", login.longitude());
            }
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

    private static void observable(String name, int type, String typeName, String value, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeNumberField("type_id", type);
        json.writeStringField("type", typeName);
        json.writeStringField("value", value);
        json.writeEndObject();
    }
}
