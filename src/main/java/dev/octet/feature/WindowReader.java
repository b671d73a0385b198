package dev.octet.feature;

import dev.octet.event.AttackWindows;
import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Counts a log in order of time, one window at a time; holds one window and one attempt ahead of it. */
final class WindowReader implements RowReader {
    /** Attempts that one window may hold: what bounds the memory. */
    static final int MAX_HELD = 1 << 20;
    /** Windows without any attempt that may follow one another; more is a time read wrongly. */
    static final long LONGEST_GAP = 100_000_000;

    private final View.Window view;
    private final long spanMicros;
    private final LoginReader logins;
    private final Optional<AttackWindows> attacks;

    private final Set<String> users = new HashSet<>();
    private final Set<String> usersWithFailures = new HashSet<>();
    private final Set<IpAddress> ips = new HashSet<>();

    private boolean started;
    private boolean logIsLabelled;
    private Labelled<LoginEvent> pending;
    /** Windows since 1970 of the window to be counted next. */
    private long current;

    private long number;

    WindowReader(View.Window view, LoginReader logins, Optional<AttackWindows> attacks) {
        this.view = view;
        this.spanMicros = Math.multiplyExact(view.span().toSeconds(), 1_000_000L);
        this.logins = logins;
        this.attacks = attacks;
    }

    @Override
    public Labelled<?> next() throws IOException {
        if (!started) {
            started = true;
            pending = read();
            if (pending != null) {
                current = window(pending);
                logIsLabelled = pending.label() != Label.UNKNOWN;
            }
        }
        if (pending == null) {
            return null;
        }
        users.clear();
        usersWithFailures.clear();
        ips.clear();
        List<LoginEvent> here = new ArrayList<>();
        int failures = 0;
        int wrongUsername = 0;
        int wrongPassword = 0;
        boolean holdsAttack = false;
        while (pending != null && window(pending) == current) {
            LoginEvent event = pending.row();
            here.add(event);
            checkSize(here);
            addUser(users, event);
            if (event.ip().version() != 0) {
                ips.add(event.ip());
            }
            if (!event.success()) {
                failures++;
                addUser(usersWithFailures, event);
                wrongUsername += view.reasons().wrongUsername().contains(event.failureReason()) ? 1 : 0;
                wrongPassword += view.reasons().wrongPassword().contains(event.failureReason()) ? 1 : 0;
            }
            holdsAttack |= pending.during(attacks).isAttack();
            pending = readNext();
        }
        long start = current * spanMicros;
        WindowRow row = new WindowRow(
                number++,
                start,
                start + spanMicros,
                here.size(),
                failures,
                usersWithFailures.size(),
                users.size(),
                ips.size(),
                wrongUsername,
                wrongPassword,
                here);
        current++;
        return new Labelled<>(row, label(row, holdsAttack));
    }

    private Label label(WindowRow row, boolean holdsAttack) {
        if (attacks.isPresent()) {
            return attacks.get().overlapsMinutes(row.startMicros(), row.endMicros()) ? Label.ATTACK : Label.NORMAL;
        }
        if (holdsAttack) {
            return Label.ATTACK;
        }
        return logIsLabelled ? Label.NORMAL : Label.UNKNOWN;
    }

    private void addUser(Set<String> names, LoginEvent event) {
        if (!event.user().isEmpty()) {
            names.add(event.user());
        }
    }

    private void checkSize(Collection<?> held) {
        if (held.size() > MAX_HELD) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "the window at %s holds more than %,d attempts; choose a shorter span than %s",
                    instant(current * spanMicros),
                    MAX_HELD,
                    view.span()));
        }
    }

    private Labelled<LoginEvent> read() throws IOException {
        Labelled<LoginEvent> login = logins.next();
        while (login != null && view.failuresOnly() && login.row().success()) {
            login = logins.next();
        }
        return login;
    }

    private Labelled<LoginEvent> readNext() throws IOException {
        Labelled<LoginEvent> login = read();
        if (login == null) {
            return null;
        }
        long window = window(login);
        if (window < current) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "data row %d: time goes back from the window at %s to %s; windows need a log in order of time,"
                            + " sort it first",
                    login.row().row(),
                    instant(current * spanMicros),
                    instant(login.row().timeMicros())));
        }
        if (window - current > LONGEST_GAP) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "data row %d: time jumps from %s to %s, %,d windows of %s without an attempt; at most %,d are"
                            + " taken: check the time format, or choose a longer span",
                    login.row().row(),
                    instant(current * spanMicros),
                    instant(login.row().timeMicros()),
                    window - current - 1,
                    view.span(),
                    LONGEST_GAP));
        }
        return login;
    }

    private long window(Labelled<LoginEvent> login) {
        return Math.floorDiv(login.row().timeMicros(), spanMicros);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public void close() throws IOException {
        logins.close();
    }
}
