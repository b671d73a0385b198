package dev.octet.serve.alert;

import dev.octet.bundle.Reasons;
import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.event.text.PlainText;
import dev.octet.feature.EntityRow;
import dev.octet.feature.WindowRow;
import java.util.List;
import java.util.Objects;

/**
 * One alert: a row that a detector flagged and that raised an alarm. Immutable.
 *
 * @param row the login, window of time, address or user that it is about
 * @param score the row's score; higher is more unusual
 * @param reasons the features that matter most, largest share first
 */
public record Alert(ViewRow row, double score, List<Reasons.Reason> reasons) {
    /** Characters of a user name or a user agent that other tools are given: what Elasticsearch indexes of a keyword. */
    static final int LONGEST_TEXT = 1024;

    public Alert {
        Objects.requireNonNull(row, "row");
        reasons = List.copyOf(reasons);
    }

    /** First moment of what it is about, in microseconds since 1970. */
    long startMicros() {
        return row.timeMicros();
    }

    /** Last moment of what it is about; the same as the first for a login. */
    long endMicros() {
        if (row instanceof WindowRow window) {
            return window.endMicros();
        }
        return row instanceof EntityRow entity ? entity.lastMicros() : row.timeMicros();
    }

    /** The reasons in words, each once, joined by {@code "; "}. */
    public String inWords() {
        return String.join(
                "; ", reasons.stream().map(Reasons.Reason::text).distinct().toList());
    }

    /** What it is, as a kind that rules of a receiver can name. */
    String kind() {
        if (row instanceof LoginEvent) {
            return "unusual-login";
        }
        return row instanceof WindowRow ? "unusual-time" : "unusual-entity";
    }

    /** What it is, for people. */
    String title() {
        if (row instanceof LoginEvent attempt) {
            String user = PlainText.shortened(attempt.user(), PlainText.SHOWN);
            String from = attempt.ip().isMissing() ? "" : " from " + attempt.ip();
            return "Unusual login" + (user.isEmpty() ? "" : " of " + user) + from;
        }
        return row instanceof EntityRow entity
                ? "Unusual logins of " + PlainText.shortened(entity.entity(), PlainText.SHOWN)
                : "Unusual logins on the whole site";
    }
}
