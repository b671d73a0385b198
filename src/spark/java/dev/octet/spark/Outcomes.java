package dev.octet.spark;

import dev.octet.event.Label;
import java.io.Serializable;
import java.util.Iterator;

/** Numbers of logins by label and outcome, and the times of the first and the last one. */
final class Outcomes implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Of each label the successes, then the failures. */
    final long[] counts = new long[2 * Label.values().length];

    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;

    /** Those of some {@link LoginRecord}s. */
    static Outcomes of(Iterator<byte[]> records) {
        Outcomes found = new Outcomes();
        LoginRecord.Head head = new LoginRecord.Head();
        while (records.hasNext()) {
            head.read(records.next());
            found.counts[2 * head.label.ordinal() + (head.keyed.success() ? 0 : 1)]++;
            found.firstMicros = Math.min(found.firstMicros, head.keyed.timeMicros());
            found.lastMicros = Math.max(found.lastMicros, head.keyed.timeMicros());
        }
        return found;
    }

    Outcomes and(Outcomes other) {
        Outcomes both = new Outcomes();
        for (int i = 0; i < counts.length; i++) {
            both.counts[i] = counts[i] + other.counts[i];
        }
        both.firstMicros = Math.min(firstMicros, other.firstMicros);
        both.lastMicros = Math.max(lastMicros, other.lastMicros);
        return both;
    }
}
