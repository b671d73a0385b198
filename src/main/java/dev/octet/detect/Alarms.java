package dev.octet.detect;

import dev.octet.feature.AttemptRow;
import dev.octet.feature.ViewRow;
import dev.octet.feature.WindowRow;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns flagged rows into alerts, one row after the other in the order of the log. Not thread-safe. Remembers one entry
 * for each user with an alert within the rule's span, and nothing else.
 */
public final class Alarms {
    /** The row is not in alarm. */
    public static final int NONE = -1;

    private final AlarmRule rule;
    private final long spanMicros;
    /** Alerts by user, the oldest first. */
    private final Map<String, Raised> users = new LinkedHashMap<>();

    private int alerts;
    /** Windows that the alarm is still held for after this one; below 0 outside an alarm. */
    private int remaining = -1;

    private record Raised(int alert, long timeMicros) {}

    public Alarms(AlarmRule rule) {
        this.rule = rule;
        spanMicros = rule.onePerUser().toMillis() * 1000;
    }

    /**
     * Takes the next row.
     *
     * @return number of the alert that the row belongs to, 0-based in the order in which they were raised; a new alert
     *     was raised where it is {@code alerts() - 1} for the first time; {@link #NONE} outside any
     */
    public int add(ViewRow row, boolean flagged) {
        if (row instanceof WindowRow) {
            return ofWindow(flagged);
        }
        if (!flagged) {
            return NONE;
        }
        return row instanceof AttemptRow attempt ? ofUser(attempt.event().user(), row.timeMicros()) : alerts++;
    }

    private int ofWindow(boolean flagged) {
        if (rule.hold() == 0) {
            return flagged ? alerts++ : NONE;
        }
        if (flagged) {
            alerts += remaining < 0 ? 1 : 0;
            remaining = rule.hold();
            return alerts - 1;
        }
        // one window less to hold; once there is none left, the next flagged window is a new alert
        return remaining >= 0 && --remaining >= 0 ? alerts - 1 : NONE;
    }

    /** Alerts raised so far. */
    public int alerts() {
        return alerts;
    }

    private int ofUser(String user, long now) {
        if (spanMicros == 0 || user.isEmpty()) {
            return alerts++;
        }
        Iterator<Raised> oldest = users.values().iterator();
        while (oldest.hasNext() && now - oldest.next().timeMicros >= spanMicros) {
            oldest.remove();
        }
        Raised raised = users.get(user);
        if (raised == null) {
            raised = new Raised(alerts++, now);
            users.put(user, raised);
        }
        return raised.alert;
    }
}
