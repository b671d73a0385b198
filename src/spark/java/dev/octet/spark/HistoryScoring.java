package dev.octet.spark;

import dev.octet.bundle.BundleFiles;
import dev.octet.feature.history.ChunkStart;
import dev.octet.feature.history.ChunkSummary;
import dev.octet.feature.history.ChunkValues;
import dev.octet.feature.history.ChunkWalk;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.KeyedLogin;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.PopulationWalk;
import dev.octet.feature.history.PopulationWalk.Contact;
import dev.octet.feature.history.PopulationWalk.Told;
import dev.octet.feature.history.PriorFits;
import dev.octet.feature.history.UserWalk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Scores a log with a model whose features look back, exactly as one machine does that reads it in order. docs/spark.md tells
 * the algorithm.
 *
 * <p>The log is cut into chunks, runs of its order. What all logins say of a login and no decision changes is counted within
 * chunks, summed along them, and written to each login by a walk through its chunk. Then users are walked through, each with
 * the user's own decisions, and what these tell others of first contacts, journeys and failures is summed along the chunks
 * in turn; again, until it does not change any more. Then it is what one machine finds: a login depends on earlier logins
 * only, so there is one such state.
 */
final class HistoryScoring {
    private static final StorageLevel KEPT = StorageLevel.MEMORY_AND_DISK_SER();
    private static final int PLACE_BITS = 32;
    /** Rounds after which something must be wrong: each settles at least one more login, and in practice most at once. */
    private static final int MAX_ROUNDS = 1000;

    private static final byte EVENTS = 0;
    private static final byte TALLY = 1;

    private final JavaSparkContext spark;
    private final Broadcast<BundleFiles> bundle;
    private final boolean failedScored;
    private final int partitions;
    private final Consumer<String> notes;

    HistoryScoring(
            JavaSparkContext spark,
            Broadcast<BundleFiles> bundle,
            boolean failedScored,
            int partitions,
            Consumer<String> notes) {
        this.spark = spark;
        this.bundle = bundle;
        this.failedScored = failedScored;
        this.partitions = partitions;
        this.notes = notes;
    }

    private static long ordinal(int chunk, int place) {
        return (long) chunk << PLACE_BITS | place;
    }

    private static int chunk(long ordinal) {
        return (int) (ordinal >>> PLACE_BITS);
    }

    private static HistoryOptions options() {
        return HistoryOptions.defaults();
    }

    /**
     * Scores logins.
     *
     * @param chunks records of {@link LoginRecord}, a partition a chunk, in the order of the log
     * @return the scored logins with their places
     */
    JavaPairRDD<OrderKey, Row> score(JavaPairRDD<OrderKey, byte[]> chunks) {
        chunks.persist(KEPT);
        int count = chunks.getNumPartitions();
        ChunkStart[] totals = totals(chunks, count);
        notes.accept("the log has " + count + " chunks; walking through them");
        Broadcast<ChunkStart[]> sums = spark.broadcast(totals);
        JavaPairRDD<Integer, byte[]> values = values(chunks, sums).persist(KEPT);
        Broadcast<ChunkStart[]> starts = spark.broadcast(distinct(values, totals));
        JavaPairRDD<UserKey, byte[]> users = walk(chunks, values, starts, count)
                .repartitionAndSortWithinPartitions(new Partitioning.ByUser(partitions))
                .persist(KEPT);

        PriorFits fits = PriorFits.none();
        JavaPairRDD<UserKey, byte[]> answers = spark.<Tuple2<UserKey, byte[]>>parallelize(List.of(), 1)
                .mapToPair(each -> each)
                .repartitionAndSortWithinPartitions(new Partitioning.ByUser(partitions));
        long before = 0;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Broadcast<PriorFits> known = spark.broadcast(fits);
            JavaPairRDD<Integer, byte[]> events = events(users, answers, known).persist(KEPT);
            long[] tally = tally(events);
            notes.accept("round " + round + ": " + tally[1] + " logins flagged"
                    + (round > 0 && tally[0] == before ? ", nothing changed" : ""));
            if (round > 0 && tally[0] == before) {
                report(tally, starts.value());
                events.unpersist();
                return scored(users, answers, known);
            }
            before = tally[0];
            JavaPairRDD<Integer, byte[]> byChunk = events.filter(each -> each._2[0] == EVENTS)
                    .partitionBy(new Partitioning.ByChunk(count))
                    .persist(KEPT);
            List<Told> told = told(byChunk, count);
            fits = fits(byChunk, told);
            answers = answers(byChunk, told, starts, count)
                    .repartitionAndSortWithinPartitions(new Partitioning.ByUser(partitions))
                    .persist(KEPT);
        }
        throw new IllegalStateException("the log's scores did not settle in " + MAX_ROUNDS + " rounds");
    }

    /** Totals before each chunk, but for numbers of different values. */
    private static ChunkStart[] totals(JavaPairRDD<OrderKey, byte[]> chunks, int count) {
        List<ChunkSummary> summaries = chunks.mapPartitions(logins -> {
                    ChunkSummary summary = new ChunkSummary();
                    LoginRecord.Head head = new LoginRecord.Head();
                    while (logins.hasNext()) {
                        head.read(logins.next()._2);
                        summary.add(head.keyed);
                    }
                    return List.of(summary).iterator();
                })
                .collect();
        if (!summaries.stream().allMatch(ChunkSummary::hasEveryAsn)) {
            summaries = withNetworks(chunks, summaries);
        }
        ChunkStart[] starts = new ChunkStart[count];
        starts[0] = ChunkStart.ofLog(firstMicros(summaries));
        for (int c = 1; c < count; c++) {
            starts[c] = starts[c - 1].after(summaries.get(c - 1));
        }
        return starts;
    }

    private static long firstMicros(List<ChunkSummary> summaries) {
        return summaries.stream().mapToLong(ChunkSummary::firstMicros).min().orElse(0);
    }

    /** Where some logins have no AS number: how networks are told apart after each chunk, either way before it. */
    private static List<ChunkSummary> withNetworks(JavaPairRDD<OrderKey, byte[]> chunks, List<ChunkSummary> summaries) {
        long[][] before = new long[summaries.size()][];
        ChunkStart start = ChunkStart.ofLog(firstMicros(summaries));
        for (int c = 0; c < before.length; c++) {
            before[c] = start.networks();
            start = start.after(summaries.get(c));
        }
        return chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> {
                            ChunkSummary summary = new ChunkSummary();
                            LoginRecord.Head head = new LoginRecord.Head();
                            long[] networks = before[chunk].clone();
                            while (logins.hasNext()) {
                                head.read(logins.next()._2);
                                summary.add(head.keyed);
                                summary.chooseNetwork(head.keyed, networks);
                            }
                            return List.of(summary).iterator();
                        },
                        false)
                .collect();
    }

    /** What is known of each value before each chunk that has it; numbers of new values have the chunk -1. */
    private JavaPairRDD<Integer, byte[]> values(JavaPairRDD<OrderKey, byte[]> chunks, Broadcast<ChunkStart[]> sums) {
        boolean failed = failedScored;
        return chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> {
                            ChunkValues values = new ChunkValues(chunk, sums.value()[chunk], failed);
                            LoginRecord.Head head = new LoginRecord.Head();
                            while (logins.hasNext()) {
                                head.read(logins.next()._2);
                                values.add(head.keyed);
                            }
                            List<Tuple2<Long, byte[]>> records = new ArrayList<>();
                            values.records((record, value) -> records.add(new Tuple2<>(value, record)));
                            return records.iterator();
                        },
                        false)
                .mapToPair(each -> each)
                .groupByKey(partitions)
                .mapPartitionsToPair(values -> before(values, sums.value()));
    }

    private static Iterator<Tuple2<Integer, byte[]>> before(
            Iterator<Tuple2<Long, Iterable<byte[]>>> values, ChunkStart[] starts) {
        long[][] fresh = new long[starts.length][ChunkStart.distinctKinds()];
        return new Expanding<Tuple2<Long, Iterable<byte[]>>, Tuple2<Integer, byte[]>>(values) {
            @Override
            void expand(Tuple2<Long, Iterable<byte[]>> value, Consumer<Tuple2<Integer, byte[]>> sink) {
                ChunkValues.before(value._1, value._2, starts, (chunk, record, kind) -> {
                    if (record != null) {
                        sink.accept(new Tuple2<>(chunk, record));
                    }
                    if (kind >= 0) {
                        fresh[chunk][kind]++;
                    }
                });
            }

            @Override
            void end(Consumer<Tuple2<Integer, byte[]>> sink) {
                PackedOutput out = new PackedOutput();
                for (int chunk = 0; chunk < fresh.length; chunk++) {
                    out.clear().number(chunk);
                    for (long number : fresh[chunk]) {
                        out.number(number);
                    }
                    sink.accept(new Tuple2<>(-1, out.toBytes()));
                }
            }
        };
    }

    /** Adds the numbers of different values to the totals. */
    private static ChunkStart[] distinct(JavaPairRDD<Integer, byte[]> values, ChunkStart[] totals) {
        long[][] fresh = new long[totals.length][ChunkStart.distinctKinds()];
        for (Tuple2<Integer, byte[]> each : values.filter(value -> value._1 < 0).collect()) {
            PackedInput in = new PackedInput(each._2);
            long[] ofChunk = fresh[in.integer()];
            for (int kind = 0; kind < ofChunk.length; kind++) {
                ofChunk[kind] += in.number();
            }
        }
        for (int c = 1; c < totals.length; c++) {
            totals[c].countDistinct(totals[c - 1], fresh[c - 1]);
        }
        return totals;
    }

    /** Writes to each scored login what all logins before it say, and hands it to its user. */
    private JavaPairRDD<UserKey, byte[]> walk(
            JavaPairRDD<OrderKey, byte[]> chunks,
            JavaPairRDD<Integer, byte[]> values,
            Broadcast<ChunkStart[]> starts,
            int count) {
        boolean failed = failedScored;
        JavaPairRDD<Integer, byte[]> dayBefore = chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> dayBefore(chunk, logins, starts.value()), false)
                .mapToPair(each -> each);
        JavaPairRDD<Integer, byte[]> told = values.filter(each -> each._1 >= 0)
                .mapToPair(each -> new Tuple2<>(each._1, Tagged.of(Tagged.VALUE, each._2)))
                .union(dayBefore)
                .partitionBy(new Partitioning.ByChunk(count));
        return chunks.zipPartitions(told, (logins, before) -> walk(logins, before, starts.value(), failed))
                .mapToPair(each -> each);
    }

    /** Attempts that lie in the day before a later chunk. */
    private static Iterator<Tuple2<Integer, byte[]>> dayBefore(
            int own, Iterator<Tuple2<OrderKey, byte[]>> logins, ChunkStart[] starts) {
        ChunkWalk networks = new ChunkWalk(options(), starts[own], false);
        LoginRecord.Head head = new LoginRecord.Head();
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<Integer, byte[]>>(logins) {
            private int place;

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<Integer, byte[]>> sink) {
                head.read(login._2);
                boolean blocks = networks.blocks();
                networks.passNetwork(head.keyed);
                long ordinal = ordinal(own, place++);
                byte[] record = null;
                for (int c = own + 1; c < starts.length && starts[c].remembersDay(head.keyed.timeMicros()); c++) {
                    if (record == null) {
                        PackedOutput out = new PackedOutput();
                        out.number(Tagged.RECALL).fixed(ordinal).number(blocks ? 1 : 0);
                        head.keyed.write(out, false);
                        record = out.toBytes();
                    }
                    sink.accept(new Tuple2<>(c, record));
                }
            }
        };
    }

    private static Iterator<Tuple2<UserKey, byte[]>> walk(
            Iterator<Tuple2<OrderKey, byte[]>> logins,
            Iterator<Tuple2<Integer, byte[]>> before,
            ChunkStart[] starts,
            boolean failedScored) {
        int chunk = TaskContext.getPartitionId();
        ChunkWalk walk = new ChunkWalk(options(), starts[chunk], failedScored);
        List<byte[]> recalled = new ArrayList<>();
        while (before.hasNext()) {
            byte[] record = before.next()._2;
            if (record[0] == Tagged.VALUE) {
                walk.value(Arrays.copyOfRange(record, 1, record.length));
            } else {
                recalled.add(record);
            }
        }
        recalled.sort(Comparator.comparingLong(Tagged::ordinal));
        KeyedLogin earlier = new KeyedLogin(options());
        for (byte[] record : recalled) {
            PackedInput in = new PackedInput(record);
            in.number();
            in.fixed();
            boolean blocks = in.number() == 1;
            earlier.read(in);
            walk.recall(earlier, blocks);
        }
        LoginRecord.Head head = new LoginRecord.Head();
        PackedOutput out = new PackedOutput();
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<UserKey, byte[]>>(logins) {
            private int place;

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<UserKey, byte[]>> sink) {
                PackedInput rest = head.read(login._2);
                long ordinal = ordinal(chunk, place++);
                out.clear().signed(login._1.row);
                if (!walk.step(head.keyed, out)) {
                    return;
                }
                out.bytes(rest.rest());
                // a login without a user has no history: such logins need not stand together
                long user = head.keyed.hasUser() ? head.keyed.user() : ordinal * 0x9e3779b97f4a7c15L;
                sink.accept(new Tuple2<>(new UserKey(user, ordinal), out.toBytes()));
            }
        };
    }

    /** Walks through users and tells what their decisions mean for others. */
    private JavaPairRDD<Integer, byte[]> events(
            JavaPairRDD<UserKey, byte[]> users, JavaPairRDD<UserKey, byte[]> answers, Broadcast<PriorFits> fits) {
        Broadcast<BundleFiles> files = bundle;
        return users.zipPartitions(answers, (logins, said) -> events(logins, said, files.value(), fits.value()))
                .mapToPair(each -> each);
    }

    private static Iterator<Tuple2<Integer, byte[]>> events(
            Iterator<Tuple2<UserKey, byte[]>> logins,
            Iterator<Tuple2<UserKey, byte[]>> answers,
            BundleFiles files,
            PriorFits fits) {
        Users users = new Users(answers, files, fits);
        Map<Integer, List<byte[]>> byChunk = new TreeMap<>();
        PackedOutput event = new PackedOutput();
        long hash = 0;
        long flagged = 0;
        while (logins.hasNext()) {
            Tuple2<UserKey, byte[]> login = logins.next();
            users.take(login);
            boolean flags = users.scored.model().threshold().flags(users.scored.score());
            flagged += flags ? 1 : 0;
            event.clear().fixed(login._1.ordinal);
            users.learn(flags, event);
            byte[] bytes = event.toBytes();
            hash += hash(bytes, flags);
            if (users.walk.success()) {
                byChunk.computeIfAbsent(chunk(login._1.ordinal), made -> new ArrayList<>())
                        .add(bytes);
            }
        }
        List<Tuple2<Integer, byte[]>> packets = new ArrayList<>();
        for (Map.Entry<Integer, List<byte[]>> entry : byChunk.entrySet()) {
            packets.add(new Tuple2<>(entry.getKey(), packet(entry.getValue())));
        }
        long[] ofUsers = users.walk.users();
        PackedOutput tally = new PackedOutput();
        tally.number(TALLY).fixed(hash).number(flagged).number(users.walk.returning());
        tally.number(ofUsers[0]).number(ofUsers[1]);
        packets.add(new Tuple2<>(0, tally.toBytes()));
        return packets.iterator();
    }

    private static byte[] packet(List<byte[]> events) {
        events.sort(Comparator.comparingLong(each -> new PackedInput(each).fixed()));
        PackedOutput packet = new PackedOutput();
        packet.number(EVENTS);
        long last = 0;
        for (byte[] event : events) {
            long ordinal = new PackedInput(event).fixed();
            packet.number(ordinal - last).plain(event, Long.BYTES);
            last = ordinal;
        }
        return packet.toBytes();
    }

    /** Of an event, so that equal sums over all events mean equal events, whatever their order. */
    private static long hash(byte[] event, boolean flagged) {
        long hash = flagged ? 0x9e3779b97f4a7c15L : 0x94d049bb133111ebL;
        for (byte each : event) {
            hash = (hash ^ each & 0xff) * 0x100000001b3L;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        return hash ^ hash >>> 31;
    }

    /** Sum of the hashes of all events, numbers of flagged logins, of ways that may come back, of users, and their bytes. */
    private static long[] tally(JavaPairRDD<Integer, byte[]> events) {
        long[] sums = new long[5];
        for (Tuple2<Integer, byte[]> each :
                events.filter(record -> record._2[0] == TALLY).collect()) {
            PackedInput in = new PackedInput(each._2);
            in.number();
            sums[0] += in.fixed();
            for (int i = 1; i < sums.length; i++) {
                sums[i] += in.number();
            }
        }
        return sums;
    }

    private static List<byte[]> packets(Iterator<Tuple2<Integer, byte[]>> events) {
        List<byte[]> packets = new ArrayList<>();
        events.forEachRemaining(each -> packets.add(Arrays.copyOfRange(each._2, 1, each._2.length)));
        return packets;
    }

    private static List<Told> told(JavaPairRDD<Integer, byte[]> byChunk, int count) {
        return byChunk.mapPartitions(events ->
                        List.of(new PopulationWalk(packets(events)).told()).iterator())
                .collect();
    }

    private static PriorFits fits(JavaPairRDD<Integer, byte[]> byChunk, List<Told> told) {
        PriorFits.Builder builder = new PriorFits.Builder();
        int[][][] changes = new int[told.size()][][];
        for (int c = 0; c < changes.length; c++) {
            changes[c] = builder.add(told.get(c).counts());
        }
        List<long[][]> places = byChunk.mapPartitionsWithIndex(
                        (chunk, events) -> Collections.singletonList(
                                        new PopulationWalk(packets(events)).ordinals(changes[chunk]))
                                .iterator(),
                        false)
                .collect();
        return builder.fits(places.toArray(new long[0][][]));
    }

    private JavaPairRDD<UserKey, byte[]> answers(
            JavaPairRDD<Integer, byte[]> byChunk, List<Told> told, Broadcast<ChunkStart[]> starts, int count) {
        List<Told> totals = told.stream().map(Told::withoutCounts).toList();
        Broadcast<List<Told>> known = spark.broadcast(new ArrayList<>(totals));
        JavaPairRDD<Integer, byte[]> networks = byChunk.mapPartitionsWithIndex(
                        (chunk, events) -> {
                            List<Tuple2<Long, long[]>> sums = new ArrayList<>();
                            for (long[] each :
                                    PopulationWalk.byNetwork(new PopulationWalk(packets(events)).contacts())) {
                                sums.add(new Tuple2<>(each[0], new long[] {chunk, each[1], each[2]}));
                            }
                            return sums.iterator();
                        },
                        false)
                .mapToPair(each -> each)
                .groupByKey(partitions)
                .flatMapToPair(network -> {
                    List<long[]> chunks = new ArrayList<>();
                    network._2.forEach(chunks::add);
                    List<Tuple2<Integer, byte[]>> records = new ArrayList<>();
                    PopulationWalk.before(
                            network._1,
                            chunks,
                            (record, place) -> records.add(new Tuple2<>((int) place, Tagged.of(Tagged.VALUE, record))));
                    return records.iterator();
                });
        JavaPairRDD<Integer, byte[]> weekBefore = byChunk.mapPartitionsWithIndex(
                        (own, events) -> {
                            ChunkStart[] all = starts.value();
                            List<Tuple2<Integer, byte[]>> records = new ArrayList<>();
                            for (Contact each : new PopulationWalk(packets(events)).contacts()) {
                                byte[] record = null;
                                for (int c = own + 1;
                                        each.counted()
                                                && c < all.length
                                                && each.isInWeekBefore(all[c].previousMicros());
                                        c++) {
                                    record = record == null ? Tagged.of(Tagged.RECALL, each.toBytes()) : record;
                                    records.add(new Tuple2<>(c, record));
                                }
                            }
                            return records.iterator();
                        },
                        false)
                .mapToPair(each -> each);
        JavaPairRDD<Integer, byte[]> before = networks.union(weekBefore).partitionBy(new Partitioning.ByChunk(count));
        return byChunk.zipPartitions(before, (events, earlier) -> answers(events, earlier, known.value()))
                .mapToPair(each -> each);
    }

    private static Iterator<Tuple2<UserKey, byte[]>> answers(
            Iterator<Tuple2<Integer, byte[]>> events, Iterator<Tuple2<Integer, byte[]>> before, List<Told> told) {
        List<byte[]> networks = new ArrayList<>();
        List<Contact> week = new ArrayList<>();
        while (before.hasNext()) {
            byte[] record = before.next()._2;
            byte[] rest = Arrays.copyOfRange(record, 1, record.length);
            if (record[0] == Tagged.VALUE) {
                networks.add(rest);
            } else {
                week.add(Contact.of(rest));
            }
        }
        List<Tuple2<UserKey, byte[]>> answers = new ArrayList<>();
        new PopulationWalk(packets(events))
                .answer(
                        options(),
                        told.subList(0, TaskContext.getPartitionId()),
                        networks,
                        week,
                        (user, ordinal, answer) -> answers.add(new Tuple2<>(new UserKey(user, ordinal), answer)));
        return answers.iterator();
    }

    /** The last walk through users, with reasons. */
    private JavaPairRDD<OrderKey, Row> scored(
            JavaPairRDD<UserKey, byte[]> users, JavaPairRDD<UserKey, byte[]> answers, Broadcast<PriorFits> fits) {
        Broadcast<BundleFiles> files = bundle;
        return users.zipPartitions(answers, (logins, said) -> scored(logins, said, files.value(), fits.value()))
                .mapToPair(each -> each);
    }

    private static Iterator<Tuple2<OrderKey, Row>> scored(
            Iterator<Tuple2<UserKey, byte[]>> logins,
            Iterator<Tuple2<UserKey, byte[]>> answers,
            BundleFiles files,
            PriorFits fits) {
        Users users = new Users(answers, files, fits);
        PackedOutput event = new PackedOutput();
        return new Expanding<Tuple2<UserKey, byte[]>, Tuple2<OrderKey, Row>>(logins) {
            @Override
            void expand(Tuple2<UserKey, byte[]> login, Consumer<Tuple2<OrderKey, Row>> sink) {
                users.take(login);
                Row row = users.row();
                users.learn(row.getBoolean(5), event.clear());
                sink.accept(new Tuple2<>(new OrderKey(login._1.ordinal, 0), row));
            }
        };
    }

    /** Says where one machine with its bounds would have forgotten something. */
    private void report(long[] tally, ChunkStart[] starts) {
        HistoryOptions bounds = options();
        ChunkStart last = starts[starts.length - 1];
        List<String> beyond = new ArrayList<>();
        if (last.mostDistinct() > bounds.maxValues()) {
            beyond.add(last.mostDistinct() + " different values of a field (one machine counts " + bounds.maxValues()
                    + ")");
        }
        if (tally[3] > bounds.maxUsers() || tally[4] > bounds.maxUserBytes()) {
            beyond.add(tally[3] + " users with histories of " + tally[4] + " bytes (one machine remembers "
                    + bounds.maxUsers() + " in " + bounds.maxUserBytes() + " bytes)");
        }
        if (tally[2] > UserWalk.MOST_RETURNING) {
            beyond.add(tally[2] + " flagged logins that may come back (one machine remembers " + UserWalk.MOST_RETURNING
                    + ")");
        }
        Collections.sort(beyond);
        if (!beyond.isEmpty()) {
            notes.accept("WARNING: the log is beyond what one machine remembers: " + String.join(", ", beyond)
                    + "; nothing was forgotten here, so scores may differ from those of octet score");
        }
    }

    /** Users of one partition with the answers to their logins. */
    private static final class Users {
        final ScoredLogins scored;
        final UserWalk walk;
        private final boolean flaggedUpdate;
        private final Iterator<Tuple2<UserKey, byte[]>> answers;
        private final float[] features = new float[HistoryFeature.COUNT];
        private final PackedInput in = new PackedInput(new byte[0]);
        private final PackedInput rest = new PackedInput(new byte[0]);
        private Tuple2<UserKey, byte[]> answer;
        private long row;
        private String user;

        Users(Iterator<Tuple2<UserKey, byte[]>> answers, BundleFiles files, PriorFits fits) {
            scored = new ScoredLogins(files);
            walk = new UserWalk(options(), fits);
            flaggedUpdate = scored.model().flaggedUpdate();
            this.answers = answers;
            answer = answers.hasNext() ? answers.next() : null;
        }

        void take(Tuple2<UserKey, byte[]> login) {
            while (answer != null && answer._1.compareTo(login._1) < 0) {
                answer = answers.hasNext() ? answers.next() : null;
            }
            byte[] said = answer != null && answer._1.compareTo(login._1) == 0 ? answer._2 : null;
            in.on(login._2);
            row = in.signed();
            walk.take(login._1.user, login._1.ordinal, in, said, features);
            rest.on(in.bytes());
            user = rest.text();
            scored.take(rest, features);
        }

        void learn(boolean flagged, PackedOutput event) {
            walk.learn(!flagged || flaggedUpdate, flagged, event);
        }

        Row row() {
            return scored.row(Math.abs(row), walk.timeMicros(), user);
        }
    }
}
