package dev.octet.serve.alert;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.octet.bundle.Reasons;
import dev.octet.event.LoginEvent;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.feature.EntityRow;
import dev.octet.feature.WindowRow;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;

/** An alert as Octet's own JSON. */
final class OctetAlert {
    private static final MathContext SHARE_DIGITS = new MathContext(3);

    private OctetAlert() {}

    static String line(Alert alert, AlertSource source) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JsonText.generator(text)) {
            json.writeStartObject();
            json.writeStringField("id", source.id(alert));
            json.writeNumberField("row", alert.row().row());
            if (alert.row() instanceof LoginEvent attempt) {
                json.writeStringField("time", Moments.iso(attempt.timeMicros()));
                json.writeStringField("user", shown(attempt.user()));
                json.writeStringField("ip", attempt.ip().toString());
            } else if (alert.row() instanceof WindowRow window) {
                json.writeStringField("window_start", Moments.iso(window.startMicros()));
                json.writeStringField("window_end", Moments.iso(window.endMicros()));
            } else if (alert.row() instanceof EntityRow entity) {
                json.writeStringField("entity", shown(entity.entity()));
                json.writeStringField("first", Moments.iso(entity.firstMicros()));
                json.writeStringField("last", Moments.iso(entity.lastMicros()));
            }
            json.writeNumberField("score", alert.score());
            json.writeFieldName("threshold");
            number(source.threshold(), json);
            json.writeFieldName("reasons");
            reasons(alert, json);
            json.writeStringField("bundle", source.bundle());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }

    /** The reasons as an array of {@code feature}, {@code share} and {@code text}. */
    static void reasons(Alert alert, JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (Reasons.Reason reason : alert.reasons()) {
            json.writeStartObject();
            json.writeStringField("feature", reason.feature());
            json.writeFieldName("share");
            json.writeNumber(new BigDecimal(reason.share()).round(SHARE_DIGITS));
            json.writeStringField("text", shown(reason.text()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String shown(String text) {
        return PlainText.shortened(text, Alert.LONGEST_TEXT);
    }

    /** A number; null where JSON has none, as for an infinite threshold. */
    static void number(double value, JsonGenerator json) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
