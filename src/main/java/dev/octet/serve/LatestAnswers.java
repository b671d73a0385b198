package dev.octet.serve;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The latest answers, by the ids of their logins: at most {@link StateDirectory#MAX_ANSWERS}. Not thread-safe. */
final class LatestAnswers {
    private final Map<String, Answer> byId = new HashMap<>();
    private final Answer[] ring = new Answer[StateDirectory.MAX_ANSWERS];
    private int next;
    private boolean full;

    void add(Answer answer) {
        Answer oldest = ring[next];
        if (oldest != null) {
            byId.remove(oldest.id(), oldest);
        }
        byId.put(answer.id(), answer);
        ring[next] = answer;
        next = (next + 1) % ring.length;
        full |= next == 0;
    }

    /** The latest answer under an id, or {@code null}. */
    Answer get(String id) {
        return byId.get(id);
    }

    /** All of them as they are now, the oldest first; a copy. */
    List<Answer> all() {
        Answer[] all = new Answer[full ? ring.length : next];
        System.arraycopy(ring, next, all, 0, all.length - next);
        System.arraycopy(ring, 0, all, all.length - next, next);
        return Arrays.asList(all);
    }
}
