package dev.octet.spark;

import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Micros;
import dev.octet.event.SampleDraw;
import dev.octet.run.cluster.ClusterLog.SpanRows;
import dev.octet.run.cluster.LogRequest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The logins of a span in the order of the log, a partition a chunk, and which of them are rows of the span: those that may
 * train or are scored. What is chosen by order or by draw is chosen on the driver, from a few bits a row.
 */
final class SpanOfLog {
    /** Days that are told apart, as on one machine. */
    private static final int MAX_DAYS = 1 << 16;

    private final JavaSparkContext spark;
    private final JavaRDD<byte[]> chunks;
    private final Rule rule;
    private final int[] firstOfChunk;
    private final SpanRows rows;

    private SpanOfLog(JavaSparkContext spark, JavaRDD<byte[]> chunks, Rule rule, int[] firstOfChunk, SpanRows rows) {
        this.spark = spark;
        this.chunks = chunks;
        this.rule = rule;
        this.firstOfChunk = firstOfChunk;
        this.rows = rows;
    }

    /** Which logins are rows of a span. Immutable. */
    static final class Rule implements Serializable {
        private static final long serialVersionUID = 1L;

        private final long fromMicros;
        private final boolean failedToo;
        private final boolean successfulOnly;
        private final boolean attacksExcluded;

        /** @param fromMicros first moment of the span; earlier logins only update the history */
        Rule(long fromMicros, LogRequest request) {
            this.fromMicros = fromMicros;
            failedToo = request.failedToo();
            successfulOnly = request.successfulOnly();
            attacksExcluded = request.attacksExcluded();
        }

        boolean isRow(long micros, boolean success) {
            return micros >= fromMicros && (success || failedToo);
        }

        boolean isScored(boolean success) {
            return success || !successfulOnly;
        }

        boolean isAttack(Label label) {
            return attacksExcluded && label == Label.ATTACK;
        }
    }

    /** The rows of one chunk. */
    private static final class ChunkRows implements Serializable {
        private static final long serialVersionUID = 1L;

        private int rows;
        private final BitSet attacks = new BitSet();
        private final BitSet scored = new BitSet();
        private long[] ofDay = new long[0];

        private void add(LoginRecord.Head head, Rule rule) {
            attacks.set(rows, rule.isAttack(head.label));
            scored.set(rows, rule.isScored(head.keyed.success()));
            rows++;
            // of a span without a beginning it is negative: its days are not told apart, as on one machine
            long day = Math.min(MAX_DAYS, (head.keyed.timeMicros() - rule.fromMicros) / Micros.PER_DAY);
            if (day >= 0) {
                ofDay = day < ofDay.length ? ofDay : Arrays.copyOf(ofDay, (int) day + 1);
                ofDay[(int) day]++;
            }
        }
    }

    /**
     * Counts the rows of a span.
     *
     * @param chunks packets of {@link ChunkLogins}, a partition a chunk
     */
    static SpanOfLog of(JavaSparkContext spark, JavaRDD<byte[]> chunks, Rule rule) {
        List<ChunkRows> found = chunks.mapPartitionsWithIndex(
                        (chunk, packets) -> {
                            ChunkRows ofChunk = new ChunkRows();
                            ChunkLogins logins = new ChunkLogins(chunk, packets);
                            LoginRecord.Head head = logins.head();
                            while (logins.next()) {
                                if (rule.isRow(head.keyed.timeMicros(), head.keyed.success())) {
                                    ofChunk.add(head, rule);
                                }
                            }
                            return List.of(ofChunk).iterator();
                        },
                        false)
                .collect();
        int[] first = new int[found.size()];
        long[] ofDay = new long[0];
        BitSet attacks = new BitSet();
        BitSet scored = new BitSet();
        long rows = 0;
        for (int chunk = 0; chunk < first.length; chunk++) {
            ChunkRows each = found.get(chunk);
            first[chunk] = (int) rows;
            rows += each.rows;
            if (rows > Integer.MAX_VALUE - 64) {
                throw new InputException("a span of the log has more than " + (Integer.MAX_VALUE - 64)
                        + " rows, as many as a run can number; give split shorter spans");
            }
            int before = first[chunk];
            each.attacks.stream().forEach(row -> attacks.set(before + row));
            each.scored.stream().forEach(row -> scored.set(before + row));
            ofDay = each.ofDay.length > ofDay.length ? Arrays.copyOf(ofDay, each.ofDay.length) : ofDay;
            for (int day = 0; day < each.ofDay.length; day++) {
                ofDay[day] += each.ofDay[day];
            }
        }
        int[] days = new int[ofDay.length];
        for (int day = 1; day < days.length; day++) {
            days[day] = (int) (days[day - 1] + ofDay[day - 1]);
        }
        return new SpanOfLog(
                spark,
                chunks,
                rule,
                first,
                new SpanRows((int) rows, attacks.toLongArray(), scored.toLongArray(), days));
    }

    JavaRDD<byte[]> chunks() {
        return chunks;
    }

    Rule rule() {
        return rule;
    }

    SpanRows rows() {
        return rows;
    }

    /**
     * Some rows.
     *
     * @param held bits of their numbers
     * @param ordinals their places, as {@link ChunkEvents#ordinal} has them, in order
     * @param draws their draws
     */
    record Chosen(BitSet held, long[] ordinals, long[] draws) {}

    /**
     * Chooses rows.
     *
     * @param wanted bits of rows that are among them in any case
     * @param sample number of rows with the least draws that are among them too, of those that are no attacks
     */
    Chosen choose(BitSet wanted, int sample) {
        BitSet attacks = BitSet.valueOf(rows.attacks());
        long normals = rows.rows() - (long) attacks.cardinality();
        long below = Long.MAX_VALUE;
        if (normals > sample) {
            // a hash is uniform, so that a share of them is a share of the rows but for chance
            double share = (sample + 6 * Math.sqrt(sample) + 64) / normals;
            below = share < 1 ? (long) (share * Long.MAX_VALUE) : Long.MAX_VALUE;
        }
        while (true) {
            List<long[]> found = drawn(wanted, below);
            long[] draws = found.stream()
                    .filter(each -> !attacks.get((int) each[0]))
                    .mapToLong(each -> each[2])
                    .sorted()
                    .toArray();
            boolean all = below == Long.MAX_VALUE;
            if (!all && draws.length < sample || !all && draws[sample - 1] >= below) {
                below = below > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * below;
                continue;
            }
            long last = draws.length > sample ? draws[sample - 1] : Long.MAX_VALUE;
            return chosen(found.stream()
                    .filter(each -> wanted.get((int) each[0]) || !attacks.get((int) each[0]) && each[2] <= last)
                    .toList());
        }
    }

    private static Chosen chosen(List<long[]> rows) {
        BitSet held = new BitSet();
        long[] ordinals = new long[rows.size()];
        long[] draws = new long[rows.size()];
        for (int i = 0; i < ordinals.length; i++) {
            held.set((int) rows.get(i)[0]);
            ordinals[i] = rows.get(i)[1];
            draws[i] = rows.get(i)[2];
        }
        return new Chosen(held, ordinals, draws);
    }

    /** Number, place and draw of the wanted rows and of those with a draw below, in order. */
    private List<long[]> drawn(BitSet wanted, long below) {
        Broadcast<BitSet> asked = spark.broadcast(wanted);
        Broadcast<int[]> first = spark.broadcast(firstOfChunk);
        Rule same = rule;
        return new ArrayList<>(chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> drawn(chunk, logins, first.value()[chunk], same, asked.value(), below),
                        false)
                .collect());
    }

    private static Iterator<long[]> drawn(
            int chunk, Iterator<byte[]> packets, int first, Rule rule, BitSet wanted, long below) {
        List<long[]> drawn = new ArrayList<>();
        ChunkLogins logins = new ChunkLogins(chunk, packets);
        LoginRecord.Head head = logins.head();
        int row = first;
        while (logins.next()) {
            long micros = head.keyed.timeMicros();
            if (!rule.isRow(micros, head.keyed.success())) {
                continue;
            }
            long draw = SampleDraw.of(logins.rest().text(), micros);
            if (wanted.get(row) || draw < below) {
                drawn.add(new long[] {row, logins.ordinal(), draw});
            }
            row++;
        }
        return drawn.iterator();
    }
}
