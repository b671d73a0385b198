package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.detect.Alarms;
import dev.octet.event.LoginEvent;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.RowWords;
import dev.octet.feature.history.LoginWords;
import dev.octet.serve.alert.Alert;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the alerts among flagged logins by the bundle's alarm rule, one log after the other, and says their reasons in words,
 * as one machine does. Alerts, and the flagged logins' users by hash, are held on the driver. Not thread-safe.
 */
final class AlertFinder {
    private final Bundle bundle;
    private final Alarms alarms;
    private final Reasons reasons;

    /** Before the first log. */
    AlertFinder(Bundle bundle) {
        this.bundle = bundle;
        alarms = new Alarms(bundle.model().alarm());
        reasons = new Reasons(bundle.model().features().layout());
    }

    /**
     * Goes on from the logs before.
     *
     * @param saved what {@link #save} gave
     */
    AlertFinder(Bundle bundle, byte[] saved) throws IOException {
        this(bundle);
        alarms.load(new DataInputStream(new ByteArrayInputStream(saved)));
    }

    /** What the rule remembers of the logs so far; users by hash. */
    byte[] save() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        alarms.save(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** Alerts of all logs so far. */
    int alerts() {
        return alarms.alerts();
    }

    /**
     * The alerts of the next log, in its order.
     *
     * @param job that scored the log
     */
    List<Alert> alerts(ScoreJob job, ScoredLog log) throws IOException {
        TreeSet<OrderKey> raised = new TreeSet<>();
        for (ScoredLog.Cause each : log.causes()) {
            int before = alarms.alerts();
            alarms.add(LoginEvent.at(each.micros(), hash(each.user()), true).build(), true, each::cause);
            if (alarms.alerts() > before) {
                raised.add(each.place());
            }
        }
        List<FlaggedLogin> flagged = log.flagged(raised);
        Map<Long, LoginEvent> events =
                job.logins(flagged.stream().map(FlaggedLogin::row).collect(Collectors.toCollection(TreeSet::new)));
        Map<Long, HistoryScoring.Population> population = population(job, flagged);
        HistoryPlaces places = new HistoryPlaces(bundle.model().features());
        List<Alert> alerts = new ArrayList<>();
        for (FlaggedLogin each : flagged) {
            LoginEvent event = events.get(each.row()).withTime(each.micros());
            Optional<RowWords> history = each.words().map(words -> {
                HistoryScoring.Population others = population.get(each.place().micros);
                return words.words(event, job.historyOptions(), others.contacts(), others.networkSince());
            });
            FeatureExtractor extractor = places.saying(history);
            alerts.add(new Alert(event, each.score(), reasons.list(each.contributions(), extractor.words(event))));
        }
        return alerts;
    }

    private static Map<Long, HistoryScoring.Population> population(ScoreJob job, List<FlaggedLogin> flagged) {
        TreeMap<Long, LoginWords> asked = new TreeMap<>();
        flagged.forEach(each -> each.words().ifPresent(words -> asked.put(each.place().micros, words)));
        return asked.isEmpty() ? Map.of() : job.population(asked);
    }

    /** So that no text of a log is in a state. */
    private String hash(String user) {
        if (user.isEmpty()) {
            return "";
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bundle.id().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(user.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
