package dev.octet.run;

import dev.octet.bundle.AlertFile;
import dev.octet.bundle.ScoringModel;
import dev.octet.detect.AlarmRule;
import dev.octet.detect.Alarms;
import dev.octet.detect.AlertRate;
import dev.octet.evaluate.AlarmResult;
import dev.octet.evaluate.Confusion;
import dev.octet.evaluate.TopAlert;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.feature.EntityRow;
import dev.octet.feature.WindowRow;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What one detector's flagged rows of the test span become: the alerts' file, and what they were worth. */
final class TestAlerts implements AutoCloseable {
    private static final String ALL = "all";
    private static final Comparator<TopAlert> LOWEST_FIRST = Comparator.comparingDouble(TopAlert::score)
            .thenComparing(TopAlert::time, Comparator.reverseOrder())
            .thenComparing(TopAlert::row, Comparator.reverseOrder());

    private final String detector;
    private final AlarmRule rule;
    private final boolean byMonth;
    private final AlertFile file;
    private final Tally all = new Tally();
    private final Map<String, Tally> months = new TreeMap<>();
    private final BitSet trueAlerts = new BitSet();
    private final int most;
    private final PriorityQueue<TopAlert> top = new PriorityQueue<>(LOWEST_FIRST);
    /** Where the alerts of windows end, by number. */
    private final LongArrayList ends = new LongArrayList();
    /** Numbers of the alerts at the top, by row. */
    private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();

    private boolean labelled;
    private int stillHeld;

    /** Counts of one period. */
    private static final class Tally {
        private long found;
        private long falseRows;
        private long missed;
        private long quiet;
        private final List<Integer> alerts = new ArrayList<>();
        private long firstMicros = Long.MAX_VALUE;
        private long lastMicros = Long.MIN_VALUE;
    }

    /** @param most alerts to keep for the reader, those with the highest scores */
    TestAlerts(String detector, Path target, ScoringModel model, boolean byMonth, int most) throws IOException {
        this.detector = detector;
        this.most = most;
        this.byMonth = byMonth;
        rule = model.alarm();
        file = new AlertFile(target, model.view(), model.threshold().value(), rule);
    }

    /**
     * Takes the next scored row, in order.
     *
     * @param cause what made the row anomalous above all, asked only where it is flagged
     * @param reasons in words, asked only where the row raises an alert
     * @param shares the same as {@code name=share}
     * @return number of the alert that the row belongs to, or {@link Alarms#NONE}
     */
    int add(
            Labelled<?> row,
            double score,
            boolean flagged,
            Supplier<String> cause,
            Supplier<String> reasons,
            Supplier<String> shares)
            throws IOException {
        int before = file.alerts();
        int alert = file.add(row.row(), score, flagged, cause, () -> {
            String words = reasons.get();
            keep(row, before, score, words, shares.get());
            return words;
        });
        if (alert != Alarms.NONE && row.row() instanceof WindowRow window) {
            ends.size(Math.max(ends.size(), alert + 1));
            ends.set(alert, window.endMicros());
        }
        labelled |= row.label() != Label.UNKNOWN;
        boolean attack = isAttack(row);
        if (alert != Alarms.NONE && attack) {
            trueAlerts.set(alert);
        }
        boolean raised = file.alerts() > before;
        count(all, row, alert, attack, raised);
        if (byMonth) {
            String month = YearMonth.from(Log.time(row.row().timeMicros()).atZone(ZoneOffset.UTC))
                    .toString();
            count(months.computeIfAbsent(month, any -> new Tally()), row, alert, attack, raised);
        }
        return alert;
    }

    /** Windows for which an alarm of an attack is held are no false alarms, and missing them is missing something. */
    private boolean isAttack(Labelled<?> row) {
        if (row.label() == Label.ATTACK) {
            stillHeld = rule.hold();
            return true;
        }
        if (stillHeld == 0) {
            return false;
        }
        stillHeld--;
        return true;
    }

    private static void count(Tally tally, Labelled<?> row, int alert, boolean attack, boolean raised) {
        boolean alarm = alert != Alarms.NONE;
        if (attack) {
            tally.found += alarm ? 1 : 0;
            tally.missed += alarm ? 0 : 1;
        } else {
            tally.falseRows += alarm ? 1 : 0;
            tally.quiet += alarm ? 0 : 1;
        }
        if (raised) {
            tally.alerts.add(alert);
        }
        tally.firstMicros = Math.min(tally.firstMicros, row.row().timeMicros());
        tally.lastMicros = Math.max(tally.lastMicros, row.row().timeMicros());
    }

    private void keep(Labelled<?> row, int number, double score, String reasons, String shares) {
        String who = "";
        if (row.row() instanceof LoginEvent attempt) {
            who = attempt.user();
        } else if (row.row() instanceof EntityRow entity) {
            who = entity.entity();
        }
        top.add(new TopAlert(
                detector,
                row.row().row(),
                Log.time(row.row().timeMicros()).toString(),
                "",
                who,
                "",
                score,
                row.label(),
                reasons,
                shares,
                Optional.empty()));
        numbers.put(row.row().row(), number);
        if (top.size() > most) {
            numbers.remove(top.remove().row());
        }
    }

    /** The whole test span, then each month where months are asked for. */
    List<AlarmResult> results() {
        List<AlarmResult> results = new ArrayList<>(List.of(result(ALL, all)));
        months.forEach((month, tally) -> results.add(result(month, tally)));
        return results;
    }

    private AlarmResult result(String period, Tally tally) {
        long falseAlerts =
                tally.alerts.stream().filter(alert -> !trueAlerts.get(alert)).count();
        double days = Math.max(Spans.days(tally.firstMicros, tally.lastMicros), 1.0 / 24);
        return new AlarmResult(
                detector,
                rule.text(),
                period,
                labelled,
                new Confusion(tally.found, tally.falseRows, tally.missed, tally.quiet),
                tally.alerts.size(),
                falseAlerts,
                AlertRate.of(tally.alerts.size(), days));
    }

    /** The alerts with the highest scores, the highest first. */
    List<TopAlert> top() {
        return top.stream()
                .sorted(LOWEST_FIRST.reversed())
                .map(this::untilItsEnd)
                .toList();
    }

    private TopAlert untilItsEnd(TopAlert alert) {
        return ends.isEmpty()
                ? alert
                : alert.until(Log.time(ends.getLong(numbers.get(alert.row()))).toString());
    }

    void complete() throws IOException {
        file.complete();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
