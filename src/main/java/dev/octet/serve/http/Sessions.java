package dev.octet.serve.http;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The browsers that have signed in: at most {@link #MAX_SESSIONS}, each for {@link #LONGEST}. They are forgotten when
 * the process ends. Thread-safe.
 */
public final class Sessions {
    static final int MAX_SESSIONS = 1000;
    static final Duration LONGEST = Duration.ofHours(12);
    /** The cookie's name. */
    static final String COOKIE = "octet_session";

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /**
     * A browser that has signed in.
     *
     * @param id the cookie's value, which is secret
     * @param name of the token
     * @param judges whether it may change something
     * @param csrf what each change must carry beside the cookie, which pages of other sites cannot know
     * @param until when it ends
     */
    public record Session(String id, String name, boolean judges, String csrf, Instant until) {}

    Sessions(Clock clock) {
        this.clock = clock;
    }

    synchronized Session begin(Visitor visitor) {
        if (sessions.size() >= MAX_SESSIONS) {
            Iterator<String> oldest = sessions.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        Session session = new Session(
                secret(),
                visitor.name(),
                visitor.judges(),
                secret(),
                clock.instant().plus(LONGEST));
        sessions.put(session.id, session);
        return session;
    }

    synchronized Optional<Session> find(String id) {
        Session session = sessions.get(id);
        if (session != null && session.until.isBefore(clock.instant())) {
            sessions.remove(id);
            return Optional.empty();
        }
        return Optional.ofNullable(session);
    }

    synchronized void end(String id) {
        sessions.remove(id);
    }

    private String secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
