package dev.octet.feature;

import dev.octet.event.AttackWindows;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.Micros;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Gathers the attempts of a log in order of time by entity and hands the entities of a span over when the span ends.
 * What is kept of an entity is exact: some 100 bytes, and 4 more for each day on which it was seen (the median needs
 * them all).
 */
final class EntityReader implements RowReader {
    /** Entities that one span may hold: with some 150 bytes each, a gigabyte and a half. */
    static final int MAX_ENTITIES = 10_000_000;

    private static final int SATURDAY = 5;

    private final View.Entity view;
    private final LoginReader logins;
    private final Optional<AttackWindows> attacks;
    private final Queue<Long> spanEnds;
    private final int mostEntities;

    private final Map<String, Gathered> gathered = new LinkedHashMap<>();
    private Iterator<Map.Entry<String, Gathered>> ended;
    private Labelled<LoginEvent> pending;
    private boolean atEnd;
    private long lastMicros = Long.MIN_VALUE;
    private long number;

    EntityReader(View.Entity view, LoginReader logins, Optional<AttackWindows> attacks, List<Long> spanEnds) {
        this(view, logins, attacks, spanEnds, MAX_ENTITIES);
    }

    EntityReader(
            View.Entity view,
            LoginReader logins,
            Optional<AttackWindows> attacks,
            List<Long> spanEnds,
            int mostEntities) {
        this.view = view;
        this.logins = logins;
        this.attacks = attacks;
        this.spanEnds = new ArrayDeque<>(spanEnds);
        this.mostEntities = mostEntities;
    }

    @Override
    public Labelled<?> next() throws IOException {
        while (true) {
            if (ended != null && ended.hasNext()) {
                Map.Entry<String, Gathered> entity = ended.next();
                return entity.getValue().row(number++, entity.getKey());
            }
            if (ended != null) {
                ended = null;
                gathered.clear();
            }
            if (atEnd) {
                return null;
            }
            gather();
            ended = gathered.entrySet().iterator();
        }
    }

    /** Gathers to the end of the span. */
    private void gather() throws IOException {
        if (pending != null) {
            passEnds(pending);
            add(pending);
            pending = null;
        }
        for (Labelled<LoginEvent> login = logins.next(); login != null; login = logins.next()) {
            long time = login.row().timeMicros();
            if (time < lastMicros) {
                throw new InputException(String.format(
                        Locale.ROOT,
                        "data row %d: time goes back from %s to %s; entities need a log in order of time, sort it first",
                        login.row().row(),
                        instant(lastMicros),
                        instant(time)));
            }
            lastMicros = time;
            if (!spanEnds.isEmpty() && time >= spanEnds.element()) {
                pending = login;
                return;
            }
            add(login);
        }
        atEnd = true;
    }

    private void passEnds(Labelled<LoginEvent> login) {
        while (!spanEnds.isEmpty() && login.row().timeMicros() >= spanEnds.element()) {
            spanEnds.remove();
        }
    }

    private void add(Labelled<LoginEvent> login) {
        LoginEvent event = login.row();
        String entity = switch (view.by()) {
            case IP -> event.ip().version() == 0 ? "" : event.ip().toString();
            case USER -> event.user();
        };
        if (entity.isEmpty()) {
            return;
        }
        Gathered known = gathered.get(entity);
        if (known == null) {
            if (gathered.size() == mostEntities) {
                throw new InputException(String.format(
                        Locale.ROOT,
                        "more than %,d entities by %s in one span, at data row %d; choose shorter spans",
                        mostEntities,
                        view.by().name().toLowerCase(Locale.ROOT),
                        event.row()));
            }
            known = new Gathered(event.timeMicros());
            gathered.put(entity, known);
        }
        known.add(event.timeMicros(), login.during(attacks).label());
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public void close() throws IOException {
        logins.close();
    }

    /** What is kept of one entity. */
    private static final class Gathered {
        private final long firstMicros;
        private final IntArrayList earlierDays = new IntArrayList(1);
        private long lastMicros;
        private long longestGap;
        private long day;
        private int attemptsOfDay;
        private int attempts;
        private int weekend;
        private Label label = Label.UNKNOWN;

        Gathered(long firstMicros) {
            this.firstMicros = firstMicros;
            lastMicros = firstMicros;
            day = Math.floorDiv(firstMicros, Micros.PER_DAY);
        }

        void add(long micros, Label attempt) {
            longestGap = Math.max(longestGap, micros - lastMicros);
            lastMicros = micros;
            long today = Math.floorDiv(micros, Micros.PER_DAY);
            if (today != day) {
                earlierDays.add(attemptsOfDay);
                day = today;
                attemptsOfDay = 0;
            }
            attemptsOfDay++;
            attempts++;
            weekend += TimeParts.weekday(micros) >= SATURDAY ? 1 : 0;
            if (label != Label.ATTACK && attempt != Label.UNKNOWN) {
                label = attempt;
            }
        }

        Labelled<?> row(long number, String entity) {
            int[] days = new int[earlierDays.size() + 1];
            earlierDays.getElements(0, days, 0, earlierDays.size());
            days[earlierDays.size()] = attemptsOfDay;
            Arrays.sort(days);
            int middle = days.length / 2;
            double median = days.length % 2 == 1 ? days[middle] : (days[middle - 1] + (double) days[middle]) / 2;
            EntityRow row =
                    new EntityRow(number, entity, firstMicros, lastMicros, attempts, median, weekend, longestGap);
            return new Labelled<>(row, label);
        }
    }
}
