package dev.octet.detect;

import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.feature.WindowRow;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Turns flagged rows into alerts, one row after the other in the order of the log. Not thread-safe. Remembers one entry
 * for each user, and cause, with an alert within the rule's span, and nothing else.
 */
public final class Alarms {
    /** The row is not in alarm. */
    public static final int NONE = -1;

    private final AlarmRule rule;
    private final Latest ofUsers;
    private final Latest ofCauses;

    private int alerts;
    /** Windows that the alarm is still held for after this one; below 0 outside an alarm. */
    private int remaining = -1;

    private record Raised(int alert, long timeMicros) {}

    /** Alerts of the last span, the oldest first. */
    private static final class Latest {
        private final long spanMicros;
        private final Map<String, Raised> raised = new LinkedHashMap<>();

        Latest(Duration span) {
            spanMicros = span.toMillis() * 1000;
        }

        int find(String key, long now) {
            Iterator<Raised> oldest = raised.values().iterator();
            while (oldest.hasNext() && now - oldest.next().timeMicros >= spanMicros) {
                oldest.remove();
            }
            Raised known = raised.get(key);
            return known == null ? NONE : known.alert;
        }

        void add(String key, int alert, long now) {
            if (spanMicros > 0) {
                raised.putIfAbsent(key, new Raised(alert, now));
            }
        }

        void save(DataOutput out) throws IOException {
            out.writeInt(raised.size());
            for (Map.Entry<String, Raised> each : raised.entrySet()) {
                byte[] key = each.getKey().getBytes(StandardCharsets.UTF_8); // may be longer than writeUTF takes
                out.writeInt(key.length);
                out.write(key);
                out.writeInt(each.getValue().alert);
                out.writeLong(each.getValue().timeMicros);
            }
        }

        void load(DataInput in) throws IOException {
            raised.clear();
            for (int left = in.readInt(); left > 0; left--) {
                byte[] key = new byte[in.readInt()];
                in.readFully(key);
                raised.put(new String(key, StandardCharsets.UTF_8), new Raised(in.readInt(), in.readLong()));
            }
        }
    }

    public Alarms(AlarmRule rule) {
        this.rule = rule;
        ofUsers = new Latest(rule.onePerUser());
        ofCauses = new Latest(rule.onePerCause());
    }

    /**
     * Takes the next row.
     *
     * @param cause what made the row anomalous above all; asked for flagged logins only
     * @return number of the alert that the row belongs to, 0-based in the order in which they were raised; a new alert
     *     was raised where it is {@code alerts() - 1} for the first time; {@link #NONE} outside any
     */
    public int add(ViewRow row, boolean flagged, Supplier<String> cause) {
        if (row instanceof WindowRow) {
            return ofWindow(flagged);
        }
        if (!flagged) {
            return NONE;
        }
        return row instanceof LoginEvent attempt ? ofUser(attempt.user(), cause, row.timeMicros()) : alerts++;
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

    /** Writes what it remembers, for {@link #load}. */
    public void save(DataOutput out) throws IOException {
        out.writeInt(alerts);
        out.writeInt(remaining);
        ofUsers.save(out);
        ofCauses.save(out);
    }

    /** Goes on with what {@link #save} wrote for the same rule. */
    public void load(DataInput in) throws IOException {
        alerts = in.readInt();
        remaining = in.readInt();
        ofUsers.load(in);
        ofCauses.load(in);
    }

    /** Alerts raised so far. */
    public int alerts() {
        return alerts;
    }

    private int ofUser(String user, Supplier<String> cause, long now) {
        if (user.isEmpty()) {
            return alerts++;
        }
        int known = ofUsers.find(user, now);
        if (known != NONE) {
            return known;
        }
        String userAndCause = rule.onePerCause().isZero() ? user : cause.get() + ' ' + user;
        known = ofCauses.find(userAndCause, now);
        int alert = known == NONE ? alerts++ : known;
        ofUsers.add(user, alert, now);
        ofCauses.add(userAndCause, alert, now);
        return alert;
    }
}
