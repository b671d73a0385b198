package dev.octet.feature;

import dev.octet.event.AttackWindows;
import dev.octet.event.InputException;
import dev.octet.event.LoginReader;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The kind of thing that one row of the matrix stands for. Immutable. */
public sealed interface View {

    /** The view's name in the config. */
    String key();

    /**
     * Reads a log as rows of this view, in bounded memory.
     *
     * @param logins the log; closed with the returned reader
     * @param attacks attack windows known beside the log, which label rows that the log itself does not label
     * @param spanEnds microseconds since 1970, ascending: where a row that stands for a whole span ends and another
     *     begins; it means nothing to rows that are shorter
     */
    RowReader read(LoginReader logins, Optional<AttackWindows> attacks, List<Long> spanEnds);

    /** As above, the whole log being one span. */
    default RowReader read(LoginReader logins, Optional<AttackWindows> attacks) {
        return read(logins, attacks, List.of());
    }

    /** One login attempt a row. An attempt without a label of its own is an attack if its minute is an attack minute. */
    record Attempt() implements View {
        @Override
        public String key() {
            return "attempt";
        }

        @Override
        public RowReader read(LoginReader logins, Optional<AttackWindows> attacks, List<Long> spanEnds) {
            return new AttemptReader(logins, attacks);
        }
    }

    /**
     * One fixed span of the whole site a row: every window from the one of the first attempt to the one of the last,
     * those without attempts too. Windows are aligned to 1970-01-01T00:00Z. The log must be in order of time.
     *
     * <p>A window is an attack where an attack minute intersects it (Molin, Hands-On Data Analysis with Pandas, 2nd
     * ed., chapter 11) or, without attack windows, where it holds an attempt labelled an attack.
     *
     * @param span length of a window, whole seconds, at most 366 days
     * @param failuresOnly whether successful attempts are left out before anything else, as the book does: the rows
     *     then run from the first failure to the last
     * @param reasons which failures count as a wrong username or a wrong password
     */
    record Window(Duration span, boolean failuresOnly, FailureReasons reasons) implements View {
        private static final Duration LONGEST = Duration.ofDays(366);

        /** @throws InputException if the span is not whole seconds in [1 s, 366 days] */
        public Window {
            Objects.requireNonNull(reasons, "reasons");
            if (span.isNegative() || span.isZero() || span.getNano() != 0 || span.compareTo(LONGEST) > 0) {
                throw new InputException("a window of " + span
                        + " cannot be used: its span must be whole seconds, from 1 s to 366 days, e.g. 1m");
            }
        }

        /** Windows over all attempts, with the failure reasons of the Molin logs. */
        public Window(Duration span) {
            this(span, false, FailureReasons.MOLIN);
        }

        /** The view of the feature preset {@code book}: minutes, from the first failure to the last. */
        public static Window book() {
            return new Window(Duration.ofMinutes(1), true, FailureReasons.MOLIN);
        }

        @Override
        public String key() {
            return "window";
        }

        @Override
        public RowReader read(LoginReader logins, Optional<AttackWindows> attacks, List<Long> spanEnds) {
            return new WindowReader(this, logins, attacks);
        }
    }

    /**
     * One IP address or one user a row, over a whole span: the training, the validation and the test span each have
     * their own entities, counted within that span only. Attempts without an address, or with an empty user name, belong
     * to no entity. An entity is an attack where any of its attempts is one. The log must be in order of time.
     *
     * @param by what makes attempts one entity
     */
    record Entity(By by) implements View {

        /** What an entity is. */
        public enum By {
            /** A source address. */
            IP,
            /** A user name, as typed. */
            USER
        }

        public Entity {
            Objects.requireNonNull(by, "by");
        }

        @Override
        public String key() {
            return "entity";
        }

        @Override
        public RowReader read(LoginReader logins, Optional<AttackWindows> attacks, List<Long> spanEnds) {
            return new EntityReader(this, logins, attacks, spanEnds);
        }
    }
}
