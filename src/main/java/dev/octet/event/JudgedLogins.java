package dev.octet.event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Verdicts of analysts by login: a login is recognised by its user and its time to the microsecond. Immutable and
 * thread-safe.
 */
public final class JudgedLogins {
    /** Nobody said anything. */
    public static final JudgedLogins NONE = new JudgedLogins(Map.of());

    private final Map<Login, Verdicts.Verdict> verdicts;

    private record Login(long timeMicros, String user) {}

    private JudgedLogins(Map<Login, Verdicts.Verdict> verdicts) {
        this.verdicts = verdicts;
    }

    /**
     * Reads a verdict log.
     *
     * @throws InputException if it is none
     */
    public static JudgedLogins read(Path file) throws IOException {
        Map<Login, Verdicts.Verdict> verdicts = new HashMap<>();
        for (Verdicts.Entry entry : Verdicts.read(file)) {
            verdicts.put(new Login(entry.timeMicros(), entry.user()), entry.verdict());
        }
        return new JudgedLogins(verdicts);
    }

    /** What was said of a login. */
    public Optional<Verdicts.Verdict> of(LoginEvent event) {
        return Optional.ofNullable(verdicts.get(new Login(event.timeMicros(), event.user())));
    }

    /** Logins that somebody judged. */
    public int size() {
        return verdicts.size();
    }
}
