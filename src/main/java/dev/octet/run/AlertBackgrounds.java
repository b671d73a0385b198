package dev.octet.run;

import dev.octet.evaluate.AlertBackground;
import dev.octet.evaluate.TopAlert;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RowFilter;
import dev.octet.feature.View;
import it.unimi.dsi.fastutil.objects.Object2LongMap;
import it.unimi.dsi.fastutil.objects.Object2LongOpenHashMap;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads once more, for the alerts that a reader will see, what the log says around them: what was known of a user before
 * the login, what happened in a window, what an entity did. Independent of the features that the detector worked on.
 * Holds, for each alert, at most {@link #MAX_VALUES} values a field. Not thread-safe.
 */
final class AlertBackgrounds {
    private static final int MAX_VALUES = 200;
    private static final int USUAL = 4;
    private static final int LATEST = 8;
    private static final int LATEST_IN_WINDOW = 10;
    /** Windows shown on either side of an alert. */
    private static final int AROUND = 30;

    private static final Map<String, Function<LoginEvent, String>> OF_USER = fields(false);
    private static final Map<String, Function<LoginEvent, String>> OF_SITE = fields(true);

    private final List<TopAlert> alerts;
    private final Map<TopAlert, AlertBackground> found = new HashMap<>();
    /** Where logins came from, which a detector that does not look at it has not read. */
    private final Map<TopAlert, String> networks = new HashMap<>();

    private AlertBackgrounds(List<TopAlert> alerts) {
        this.alerts = alerts;
    }

    private static Map<String, Function<LoginEvent, String>> fields(boolean site) {
        Map<String, Function<LoginEvent, String>> fields = new LinkedHashMap<>();
        if (site) {
            fields.put("user", event -> LoginWords.shown(event.user()));
        }
        fields.put("country", event -> LoginWords.shown(event.country()));
        fields.put("network", LoginWords::asn);
        fields.put("address", event -> event.ip().toString());
        fields.put("client", LoginWords::client);
        if (site) {
            fields.put("failure", event -> LoginWords.shown(event.failureReason()));
        }
        return fields;
    }

    /**
     * The same alerts with their backgrounds.
     *
     * @param before the log of the training span where it is another one than that of the test span, else none
     * @param log of the test span
     * @param fromMicros first moment of the test span
     * @param untilMicros first moment after it
     */
    static List<TopAlert> of(
            View view, List<TopAlert> alerts, List<Log> before, Log log, long fromMicros, long untilMicros)
            throws IOException {
        if (alerts.isEmpty()) {
            return alerts;
        }
        AlertBackgrounds backgrounds = new AlertBackgrounds(alerts);
        if (view instanceof View.Attempt) {
            backgrounds.users(before, log);
        } else if (view instanceof View.Window window) {
            backgrounds.windows(log, window.span().toSeconds() * 1_000_000);
        } else if (view instanceof View.Entity entity) {
            backgrounds.entities(log, entity.by(), fromMicros, untilMicros);
        }
        return alerts.stream()
                .map(alert -> alert.with(
                        LoginWords.shown(alert.who()),
                        backgrounds.networks.getOrDefault(alert, ""),
                        Optional.ofNullable(backgrounds.found.get(alert))))
                .toList();
    }

    private void users(List<Log> before, Log log) throws IOException {
        Map<String, Logins> users = new HashMap<>();
        Map<Long, List<TopAlert>> byRow = new HashMap<>();
        for (TopAlert alert : alerts) {
            users.computeIfAbsent(alert.who(), any -> new Logins(OF_USER, LATEST, false));
            byRow.computeIfAbsent(alert.row(), any -> new ArrayList<>()).add(alert);
        }
        for (Log each : before) {
            read(each, RowFilter.of(users.keySet()), event -> {
                Logins known = users.get(event.user());
                if (known != null) {
                    known.add(event);
                }
            });
        }
        read(log, RowFilter.of(users.keySet()), event -> {
            Logins known = users.get(event.user());
            if (known == null) {
                return;
            }
            List<TopAlert> here = byRow.get(event.row());
            if (here != null) {
                AlertBackground background = known.background(event, List.of());
                here.forEach(alert -> {
                    found.put(alert, background);
                    networks.put(alert, LoginWords.network(event));
                });
            }
            known.add(event);
        });
    }

    private void windows(Log log, long spanMicros) throws IOException {
        Map<Long, Set<String>> usersWithFailures = new HashMap<>();
        Map<Long, List<Logins>> inside = new HashMap<>();
        Map<TopAlert, Logins> of = new LinkedHashMap<>();
        for (TopAlert alert : alerts) {
            long first = micros(alert.time()) / spanMicros;
            long end = micros(alert.until()) / spanMicros;
            Logins logins = new Logins(OF_SITE, LATEST_IN_WINDOW, true);
            of.put(alert, logins);
            for (long window = first; window < Math.min(end, first + AROUND); window++) {
                inside.computeIfAbsent(window, any -> new ArrayList<>()).add(logins);
            }
            for (long window = first - AROUND; window <= first + AROUND; window++) {
                usersWithFailures.computeIfAbsent(window, any -> new HashSet<>());
            }
        }
        read(log, RowFilter.ALL, event -> {
            long window = Math.floorDiv(event.timeMicros(), spanMicros);
            Set<String> users = usersWithFailures.get(window);
            if (users != null && !event.success() && !event.user().isEmpty()) {
                users.add(event.user());
            }
            inside.getOrDefault(window, List.of()).forEach(logins -> logins.add(event));
        });
        of.forEach((alert, logins) -> {
            long first = micros(alert.time()) / spanMicros;
            List<Integer> around = new ArrayList<>();
            for (long window = first - AROUND; window <= first + AROUND; window++) {
                around.add(usersWithFailures.get(window).size());
            }
            found.put(alert, logins.background(null, around));
        });
    }

    private void entities(Log log, View.Entity.By by, long fromMicros, long untilMicros) throws IOException {
        Map<String, Logins> entities = new HashMap<>();
        for (TopAlert alert : alerts) {
            entities.computeIfAbsent(alert.who(), any -> new Logins(OF_SITE, LATEST, true));
        }
        read(log, RowFilter.ALL, event -> {
            if (event.timeMicros() < fromMicros || event.timeMicros() >= untilMicros) {
                return;
            }
            String entity = by == View.Entity.By.IP ? event.ip().toString() : event.user();
            Logins known = entities.get(entity);
            if (known != null) {
                known.add(event);
            }
        });
        alerts.forEach(alert -> found.put(alert, entities.get(alert.who()).background(null, List.of())));
    }

    private static void read(Log log, RowFilter filter, Consumer<LoginEvent> sink) throws IOException {
        try (LoginReader logins = log.logins(filter)) {
            for (Labelled<LoginEvent> login = logins.next(); login != null; login = logins.next()) {
                sink.accept(login.row());
            }
        }
    }

    private static long micros(String time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
    }

    /** What is remembered of some logins. */
    private static final class Logins {
        private final Map<String, Function<LoginEvent, String>> fields;
        private final int most;
        private final boolean failuresCount;
        private final Map<String, Object2LongOpenHashMap<String>> values = new LinkedHashMap<>();
        private final Deque<LoginEvent> latest = new ArrayDeque<>();
        private long successes;
        private long failures;
        private long firstMicros;
        private long lastMicros;

        /** @param failuresCount whether the values of failed logins count: they say nothing of a user's habits */
        Logins(Map<String, Function<LoginEvent, String>> fields, int most, boolean failuresCount) {
            this.fields = fields;
            this.most = most;
            this.failuresCount = failuresCount;
            fields.keySet().forEach(field -> values.put(field, new Object2LongOpenHashMap<>()));
        }

        void add(LoginEvent event) {
            if (successes + failures == 0) {
                firstMicros = event.timeMicros();
            }
            lastMicros = event.timeMicros();
            successes += event.success() ? 1 : 0;
            failures += event.success() ? 0 : 1;
            latest.addLast(event);
            if (latest.size() > most) {
                latest.removeFirst();
            }
            if (event.success() || failuresCount) {
                fields.forEach((field, of) -> {
                    String value = of.apply(event);
                    Object2LongOpenHashMap<String> counts = values.get(field);
                    if (!value.isEmpty() && (counts.size() < MAX_VALUES || counts.containsKey(value))) {
                        counts.addTo(value, 1);
                    }
                });
            }
        }

        /** @param login that raised the alert, {@code null} where it was no single one */
        AlertBackground background(LoginEvent login, List<Integer> around) {
            List<AlertBackground.Trait> traits = new ArrayList<>();
            fields.forEach((field, of) -> {
                Object2LongOpenHashMap<String> counts = values.get(field);
                String value = login == null ? "" : of.apply(login);
                if (counts.isEmpty() && value.isEmpty()) {
                    return;
                }
                traits.add(new AlertBackground.Trait(
                        field,
                        value,
                        counts.getLong(value),
                        counts.object2LongEntrySet().stream()
                                .sorted(Comparator.<Object2LongMap.Entry<String>>comparingLong(
                                                entry -> -entry.getLongValue())
                                        .thenComparing(Object2LongMap.Entry::getKey))
                                .limit(USUAL)
                                .map(entry -> new AlertBackground.Count(entry.getKey(), entry.getLongValue()))
                                .toList(),
                        counts.size()));
            });
            List<AlertBackground.PastLogin> logins = new ArrayList<>();
            latest.descendingIterator()
                    .forEachRemaining(event -> logins.add(new AlertBackground.PastLogin(
                            Log.second(event.timeMicros()).toString(),
                            event.success(),
                            login == null ? LoginWords.shown(event.user()) : "",
                            LoginWords.network(event),
                            LoginWords.client(event))));
            boolean none = successes + failures == 0;
            return new AlertBackground(
                    successes,
                    failures,
                    none ? "" : Log.second(firstMicros).toString(),
                    none ? "" : Log.second(lastMicros).toString(),
                    traits,
                    logins,
                    around);
        }
    }
}
