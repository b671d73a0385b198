package dev.octet.serve;

import dev.octet.bundle.Reasons;
import dev.octet.event.text.JsonBytes;
import dev.octet.event.text.PlainText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the service says, as JSON. Thread-safe. */
final class AnswerJson {
    private static final MathContext SHARE_DIGITS = new MathContext(3);

    private static final int LONGEST = 1000;

    private AnswerJson() {}

    /** Reasons as an array of {@code feature}, {@code share} and {@code text}. */
    static String reasons(List<Reasons.Reason> reasons) {
        JsonBytes json = new JsonBytes();
        json.raw("[");
        for (Reasons.Reason reason : reasons) {
            json.raw(json.length() == 1 ? "{\"feature\":" : ",{\"feature\":")
                    .text(reason.feature())
                    .raw(",\"share\":")
                    .raw(share(reason.share()))
                    .raw(",\"text\":")
                    .text(PlainText.shortened(reason.text(), LONGEST))
                    .raw("}");
        }
        json.raw("]");
        return new String(json.bytes(), 0, json.length(), StandardCharsets.UTF_8);
    }

    /**
     * A share with three significant digits. {@link BigDecimal} takes ten times as long, and is asked only where so little
     * decides how to round that a product of doubles may be wrong, or where there may be fewer digits.
     */
    static String share(double share) {
        int behind = share >= 0.1 ? 3 : share >= 0.01 ? 4 : 5;
        double scaled = share * (behind == 3 ? 1e3 : behind == 4 ? 1e4 : 1e5);
        int whole = (int) scaled;
        double over = scaled - whole;
        boolean sure = over > 1e-9 && over < 1 - 1e-9 && Math.abs(over - 0.5) > 1e-9;
        int digits = over > 0.5 ? whole + 1 : whole;
        if (!sure || whole < 100 || digits > 999) {
            return new BigDecimal(share).round(SHARE_DIGITS).toString();
        }
        return (behind == 3 ? "0." : behind == 4 ? "0.0" : "0.00") + digits;
    }

    /** Writes the answer to a login; {@code warnings} only where there are any. */
    static void write(LiveScorer.Result result, JsonBytes json) {
        Answer answer = result.answer();
        json.raw("{\"id\":").text(answer.id()).raw(",\"time\":").time(answer.timeMicros());
        json.raw(",\"scored\":").truth(answer.scored());
        if (answer.scored()) {
            json.raw(",\"score\":").number(answer.score());
            json.raw(",\"threshold\":").number(answer.threshold());
        } else {
            json.raw(",\"score\":null,\"threshold\":null");
        }
        json.raw(",\"flagged\":").truth(answer.flagged());
        json.raw(",\"reasons\":").raw(answer.reasons());
        json.raw(
                switch (answer.history()) {
                    case NONE_KEPT -> ",\"user_had_history\":null";
                    case NEW_USER -> ",\"user_had_history\":false";
                    case KNOWN_USER -> ",\"user_had_history\":true";
                });
        json.raw(",\"late\":").truth(answer.late());
        json.raw(",\"repeated\":").truth(result.repeated());
        json.raw(",\"bundle\":").text(answer.bundle());
        String before = ",\"warnings\":[";
        for (Submission.FieldWarning warning : result.warnings()) {
            json.raw(before).raw("{\"field\":").text(warning.field());
            json.raw(",\"reason\":").text(warning.reason());
            json.raw(",\"value\":").text(warning.value()).raw("}");
            before = ",";
        }
        json.raw(result.warnings().isEmpty() ? "}" : "]}");
    }
}
