package dev.octet.lab;

import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.ReadAhead;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.TimeSpan;
import dev.octet.event.enrich.EnrichedSource;
import dev.octet.event.enrich.Enrichment;
import dev.octet.run.RunListener;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of one pass over a log, from which a user decides how to use it.
 *
 * @param logins that were read
 * @param users different ones; at most ten million are told apart
 * @param successes logins that succeeded
 * @param present logins that have each field
 * @param leftOut records that are no logins to be read, by why
 * @param unreadable logins that could not be read
 * @param firstUnreadable what was wrong with the first of them, and where
 */
public record LogSurvey(
        long logins,
        long users,
        long successes,
        Instant first,
        Instant last,
        Map<LoginField, Long> present,
        Map<RejectedRows.LeftOut, Long> leftOut,
        long unreadable,
        String firstUnreadable) {
    private static final int TOLD_EVERY = 1 << 14;
    private static final int MAX_USERS = 10_000_000;

    /**
     * Reads some files once.
     *
     * @param enrichment completes the logins that are counted
     * @throws InputException if they hold no login
     */
    public static LogSurvey of(List<Path> files, LogFormat format, Enrichment enrichment, RunListener listener)
            throws IOException {
        Map<LoginField, Long> present = new TreeMap<>();
        Map<RejectedRows.LeftOut, Long> leftOut = new EnumMap<>(RejectedRows.LeftOut.class);
        LongOpenHashSet users = new LongOpenHashSet();
        long logins = 0;
        long successes = 0;
        long unreadable = 0;
        String firstUnreadable = "";
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (LoginSource source : format.sources(files, false, listener::note)) {
            listener.stage("reading " + source.name());
            try (RejectedRows rejected = RejectedRows.counted(source.name(), new RejectionPolicy(1, false));
                    LoginReader reader = ReadAhead.of(
                            new EnrichedSource(source.inAnyOrder(TimeSpan.ALL), enrichment).open(rejected))) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    LoginEvent event = login.row();
                    if (++logins % TOLD_EVERY == 0) {
                        listener.reading(logins, reader.share());
                    }
                    successes += event.success() ? 1 : 0;
                    first = Math.min(first, event.timeMicros());
                    last = Math.max(last, event.timeMicros());
                    if (!event.user().isEmpty() && users.size() < MAX_USERS) {
                        users.add(key(event.user()));
                    }
                    for (LoginField field : LoginField.values()) {
                        if (!event.isMissing(field)) {
                            present.merge(field, 1L, Long::sum);
                        }
                    }
                }
                rejected.leftOut().forEach((why, count) -> leftOut.merge(why, count, Long::sum));
                unreadable += rejected.count();
                firstUnreadable = firstUnreadable.isEmpty() ? rejected.first() : firstUnreadable;
            }
        }
        if (logins == 0) {
            throw new InputException(files.get(0) + (files.size() > 1 ? " and the others hold" : " holds")
                    + " no logins"
                    + (firstUnreadable.isEmpty() ? "" : ". The first one that could not be read: " + firstUnreadable));
        }
        return new LogSurvey(
                logins,
                users.size(),
                successes,
                Instant.EPOCH.plus(first, ChronoUnit.MICROS),
                Instant.EPOCH.plus(last, ChronoUnit.MICROS),
                present,
                leftOut,
                unreadable,
                firstUnreadable);
    }

    private static long key(String user) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < user.length(); i++) {
            hash = (hash ^ user.charAt(i)) * 0x100000001b3L;
        }
        return hash ^ hash >>> 32;
    }

    /** The share of logins that have a field, in [0, 1]. */
    public double share(LoginField field) {
        return (double) present.getOrDefault(field, 0L) / logins;
    }

    /** From the first login to the last. */
    public Duration span() {
        return Duration.between(first, last);
    }
}
