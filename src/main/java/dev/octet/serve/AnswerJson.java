package dev.octet.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.octet.bundle.Reasons;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What the service says, as JSON. Thread-safe. */
final class AnswerJson {
    private static final MathContext SHARE_DIGITS = new MathContext(3);

    private static final int LONGEST = 1000;

    private AnswerJson() {}

    static JsonGenerator generator(OutputStream out) throws IOException {
        return JsonText.generator(out);
    }

    /** Reasons as an array of {@code feature}, {@code share} and {@code text}. */
    static String reasons(List<Reasons.Reason> reasons) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JsonText.generator(text)) {
            json.writeStartArray();
            for (Reasons.Reason reason : reasons) {
                json.writeStartObject();
                json.writeStringField("feature", reason.feature());
                json.writeFieldName("share");
                json.writeNumber(new BigDecimal(reason.share()).round(SHARE_DIGITS));
                json.writeStringField("text", PlainText.shortened(reason.text(), LONGEST));
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }

    static void write(Answer answer, boolean repeated, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", answer.id());
        json.writeStringField("time", time(answer.timeMicros()));
        json.writeBooleanField("scored", answer.scored());
        if (answer.scored()) {
            json.writeNumberField("score", answer.score());
            json.writeFieldName("threshold");
            number(answer.threshold(), json);
        } else {
            json.writeNullField("score");
            json.writeNullField("threshold");
        }
        json.writeBooleanField("flagged", answer.flagged());
        json.writeFieldName("reasons");
        json.writeRawValue(answer.reasons());
        json.writeFieldName("user_had_history");
        switch (answer.history()) {
            case NONE_KEPT -> json.writeNull();
            case NEW_USER -> json.writeBoolean(false);
            case KNOWN_USER -> json.writeBoolean(true);
        }
        json.writeBooleanField("late", answer.late());
        json.writeBooleanField("repeated", repeated);
        json.writeStringField("bundle", answer.bundle());
        json.writeEndObject();
    }

    /** A number; null where JSON has none, as for an infinite threshold. */
    static void number(double value, JsonGenerator json) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
