package dev.octet.event.enrich;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The databases and rules that complete the logins of a log. Immutable.
 *
 * @param files databases that somebody named, by what they are asked for
 * @param folder where databases are looked for that nobody named
 * @param sought the facts that are looked for there; none where they are not
 * @param prefer whose value counts where the log and a database have one
 * @param userAgents whether browser, operating system and device are told from the user agent
 */
public record EnrichSettings(
        Map<AddressFact, List<Path>> files, Path folder, Set<AddressFact> sought, Prefer prefer, boolean userAgents) {

    /** Nothing is completed. */
    public static final EnrichSettings NONE = new EnrichSettings(Map.of(), Path.of(""), Set.of(), Prefer.LOG, false);

    /** Whose value counts where there are two. */
    public enum Prefer {
        /** The log's; a database fills gaps. */
        LOG,
        /** The database's, where it holds the address; the log's elsewhere. */
        DATABASE
    }

    public EnrichSettings {
        EnumMap<AddressFact, List<Path>> copy = new EnumMap<>(AddressFact.class);
        files.forEach((fact, paths) -> copy.put(fact, List.copyOf(paths)));
        files = Collections.unmodifiableMap(copy);
        sought = Set.copyOf(sought);
    }
}
