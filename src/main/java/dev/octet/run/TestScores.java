package dev.octet.run;

import dev.octet.detect.FittedThreshold;
import dev.octet.evaluate.AttackGroups;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.Period;
import dev.octet.evaluate.ScoredRows;
import dev.octet.evaluate.Strata;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.feature.EntityRow;
import dev.octet.feature.WindowRow;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2BooleanOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What one detector gave the rows of the test span, 8 bytes a row and 4 more where months are asked for. */
final class TestScores {
    private static final long MICROS_A_HOUR = Duration.ofHours(1).toMillis() * 1000;

    private final boolean byMonth;
    private final DoubleArrayList scores = new DoubleArrayList();
    private final IntArrayList hours = new IntArrayList();
    private final BitSet attacks = new BitSet();
    private final LongArrayList attackRows = new LongArrayList();
    /** Who was attacked: user or entity; of windows, the attack that they are part of. */
    private final List<String> victims = new ArrayList<>();

    private boolean windows;
    private long attackUntil = Long.MIN_VALUE;
    private boolean labelled;
    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;

    TestScores(boolean byMonth) {
        this.byMonth = byMonth;
    }

    void add(Labelled<?> row, double score) {
        if (row.label() == Label.ATTACK) {
            attacks.set(scores.size());
            attackRows.add(row.row().row());
            victims.add(victim(row.row()));
        }
        labelled |= row.label() != Label.UNKNOWN;
        firstMicros = Math.min(firstMicros, row.row().timeMicros());
        long end = row.row() instanceof EntityRow entity
                ? entity.lastMicros()
                : row.row().timeMicros();
        lastMicros = Math.max(lastMicros, end);
        scores.add(score);
        if (byMonth) {
            hours.add((int) Math.floorDiv(row.row().timeMicros(), MICROS_A_HOUR));
        }
    }

    /** Neighbouring windows of an attack are one attack. */
    private String victim(ViewRow row) {
        if (row instanceof LoginEvent attempt) {
            return attempt.user();
        } else if (row instanceof EntityRow entity) {
            return entity.entity();
        } else if (row instanceof WindowRow window) {
            windows = true;
            boolean goesOn = window.startMicros() <= attackUntil && !victims.isEmpty();
            attackUntil = window.endMicros();
            return goesOn ? victims.get(victims.size() - 1) : "from " + window.startMicros();
        }
        return "";
    }

    /**
     * Which attacks belong together: by campaign where it is known, else by user, address or attack.
     *
     * @param campaigns names by row number, those that are known
     */
    AttackGroups groups(Map<Long, String> campaigns) {
        boolean known = attackRows.longStream().anyMatch(campaigns::containsKey);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < attackRows.size(); i++) {
            String campaign = campaigns.get(attackRows.getLong(i));
            names.add(campaign == null ? "victim " + victims.get(i) : "campaign " + campaign);
        }
        return AttackGroups.of(known ? "campaign, else user" : windows ? "attack" : "user", names);
    }

    /** Numbers of the rows that are attacks, in order. */
    LongArrayList attackRows() {
        return attackRows;
    }

    int rows() {
        return scores.size();
    }

    long firstMicros() {
        return firstMicros;
    }

    long lastMicros() {
        return lastMicros;
    }

    /**
     * All rows.
     *
     * @param attackers names of attackers by row number, empty where nobody knows
     * @param history whether the victim had a successful login before, by row number; empty where it does not matter
     */
    ScoredRows all(Map<Long, String> attackers, Optional<Long2BooleanOpenHashMap> history) {
        List<Strata> strata = new ArrayList<>();
        if (!attackers.isEmpty()) {
            List<String> names = attackers.values().stream().distinct().sorted().toList();
            byte[] ofAttack = new byte[attackRows.size()];
            for (int i = 0; i < ofAttack.length; i++) {
                ofAttack[i] = (byte) names.indexOf(attackers.get(attackRows.getLong(i)));
            }
            strata.add(new Strata("attacker", names, ofAttack));
        }
        history.ifPresent(known -> {
            byte[] ofAttack = new byte[attackRows.size()];
            for (int i = 0; i < ofAttack.length; i++) {
                ofAttack[i] = (byte) (known.get(attackRows.getLong(i)) ? 0 : 1);
            }
            strata.add(new Strata("victim", List.of("with history", "without history"), ofAttack));
        });
        return new ScoredRows(scores.elements(), rows(), attacks, labelled, days(firstMicros, lastMicros), strata);
    }

    /** Each calendar month in UTC that holds a row, in order of time. */
    List<Period> months(String detector, FittedThreshold threshold, List<Double> budgets) {
        Map<YearMonth, BitSet> months = new TreeMap<>();
        for (int row = 0; row < hours.size(); row++) {
            YearMonth month =
                    YearMonth.from(Log.time(hours.getInt(row) * MICROS_A_HOUR).atZone(ZoneOffset.UTC));
            months.computeIfAbsent(month, any -> new BitSet()).set(row);
        }
        List<Period> periods = new ArrayList<>();
        ScoredRows all = new ScoredRows(scores.elements(), rows(), attacks, labelled, Double.NaN, List.of());
        months.forEach((month, rows) -> {
            ScoredRows part = all.counted(rows);
            double hoursCovered = hours.getInt(rows.length() - 1) - hours.getInt(rows.nextSetBit(0)) + 1;
            ScoredRows covered = new ScoredRows(
                    part.scores(),
                    part.rows(),
                    part.attacks(),
                    labelled,
                    hoursCovered / Duration.ofDays(1).toHours(),
                    List.of());
            periods.add(
                    new Period(month.toString(), Evaluation.of(detector, covered, Optional.of(threshold), budgets)));
        });
        return periods;
    }

    BitSet flagged(FittedThreshold threshold) {
        BitSet flagged = new BitSet(rows());
        for (int row = 0; row < rows(); row++) {
            flagged.set(row, threshold.flags(scores.getDouble(row)));
        }
        return flagged;
    }

    /** A span of less than an hour counts as one, so that alerts a day stay a sensible number. */
    private static double days(long firstMicros, long lastMicros) {
        return Math.max(Spans.days(firstMicros, lastMicros), 1.0 / 24);
    }
}
