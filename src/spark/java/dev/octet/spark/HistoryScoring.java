package dev.octet.spark;

import dev.octet.bundle.BundleFiles;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.event.InputException;
import dev.octet.event.text.JsonText;
import dev.octet.feature.history.ChunkStart;
import dev.octet.feature.history.ChunkSummary;
import dev.octet.feature.history.ChunkValues;
import dev.octet.feature.history.ChunkWalk;
import dev.octet.feature.history.FirstLogins;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.KeyedLogin;
import dev.octet.feature.history.LoginWords;
import dev.octet.feature.history.MergedValues;
import dev.octet.feature.history.Networks;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.PopulationWalk;
import dev.octet.feature.history.PopulationWalk.Contact;
import dev.octet.feature.history.PopulationWalk.Told;
import dev.octet.feature.history.PriorFits;
import dev.octet.feature.history.StartingHistory;
import dev.octet.feature.history.UserWalk;
import dev.octet.feature.history.ValuePackets;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
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
    /** Rounds after which something must be wrong: each settles at least one more login, and in practice most at once. */
    private static final int MAX_ROUNDS = 1000;

    private final JavaSparkContext spark;
    /** Decides; empty where nothing is flagged. */
    private final Optional<Broadcast<BundleFiles>> bundle;

    private final Broadcast<LoginRecipe> recipe;
    /** What is remembered before the log. */
    private final HistoryState before;

    private final Broadcast<SentVerdicts> verdicts;
    private final Broadcast<StartingHistory> history;
    private final boolean kept;
    private final boolean alerts;
    private final boolean failedScored;
    private final int partitions;
    private final Consumer<String> notes;
    private Settled settled;
    private Found scored;

    /**
     * A walk through one log.
     *
     * @param bundle decides; empty where nothing is flagged, as before there is a model
     * @param recipe how the log's logins were read
     * @param before what is remembered before the log
     * @param verdicts what analysts said of its logins
     * @param failedScored whether failed logins are scored too, or have features
     * @param kept whether {@link #after} will be asked for
     * @param alerts whether {@link #population} will be
     */
    HistoryScoring(
            JavaSparkContext spark,
            Optional<Broadcast<BundleFiles>> bundle,
            Broadcast<LoginRecipe> recipe,
            HistoryState before,
            SentVerdicts verdicts,
            boolean failedScored,
            boolean kept,
            boolean alerts,
            int partitions,
            Consumer<String> notes) {
        this.spark = spark;
        this.bundle = bundle;
        this.recipe = recipe;
        this.before = before;
        this.verdicts = spark.broadcast(verdicts);
        this.kept = kept;
        this.alerts = alerts;
        history = spark.broadcast(before.shared());
        this.failedScored = failedScored;
        this.partitions = partitions;
        this.notes = notes;
    }

    /** What is kept of a log that was scored, for {@link #after} and {@link #population}. */
    private record Settled(
            JavaRDD<byte[]> chunks,
            JavaPairRDD<Integer, byte[]> values,
            JavaRDD<byte[]> users,
            JavaRDD<byte[]> walked,
            JavaPairRDD<Integer, byte[]> byChunk,
            List<Told> told,
            PriorFits.Builder priors,
            Broadcast<ChunkStart[]> starts) {}

    /**
     * What is remembered after the log that was scored. Its tables are computed when they are written: write them before those
     * of the state before the log go.
     *
     * @throws IllegalStateException if nothing was scored, or the state is not kept
     */
    HistoryState after() throws IOException {
        if (settled == null || !kept) {
            throw new IllegalStateException("no log was scored whose state is kept");
        }
        Settled log = settled;
        StartingHistory start = history.value();
        Broadcast<ChunkStart[]> starts = log.starts;
        int count = starts.value().length - 1;
        ChunkStart end = starts.value()[count];
        JavaPairRDD<Long, byte[]> values = after(log.values.filter(each -> each._1 >= count));
        ChunkWalk lastDay = new ChunkWalk(start, end, failedScored);
        values.map(each -> ChunkValues.ofLastDay(each._1, each._2, starts.value()[count]))
                .filter(record -> record != null)
                .collect()
                .forEach(record -> lastDay.value(new PackedInput(record)));
        List<byte[]> recalled = new ArrayList<>(log.chunks
                .mapPartitionsWithIndex(
                        (chunk, logins) -> dayBefore(chunk, logins, starts.value(), count, count + 1), false)
                .map(each -> each._2)
                .collect());
        recall(lastDay, recalled, start);

        long lastContact = log.told.stream().mapToLong(Told::lastContact).max().orElse(Long.MIN_VALUE);
        List<Contact> week = new ArrayList<>();
        for (byte[] contact : log.byChunk
                .mapPartitions(events -> new PopulationWalk(packets(events))
                        .contacts().stream()
                                .filter(each -> each.counted() && each.isInWeekBefore(lastContact))
                                .map(Contact::toBytes)
                                .iterator())
                .collect()) {
            week.add(Contact.of(contact));
        }
        List<long[]> networks = log.byChunk
                .mapPartitionsToPair(events ->
                        PopulationWalk.byNetwork(new PopulationWalk(packets(events)).contacts()).stream()
                                .map(each -> new Tuple2<>(each[0], new long[] {each[1], each[2]}))
                                .iterator())
                .reduceByKey((one, other) -> new long[] {one[0] + other[0], one[1] + other[1]})
                .map(each -> new long[] {each._1, each._2[0], each._2[1]})
                .collect();

        Broadcast<BundleFiles> files = bundle.orElse(null);
        Broadcast<SentVerdicts> judged = verdicts;
        Broadcast<StartingHistory> remembered = history;
        JavaRDD<byte[]> ends = log.users
                .zipPartitions(
                        log.walked,
                        (logins, walked) -> new UserEnds(logins, walked, updates(files, judged), remembered.value()))
                .persist(KEPT);
        List<byte[]> ways = new ArrayList<>(ends.flatMap(UserEnds::ways).collect());
        return new HistoryState(
                start.after(end, lastDay, log.told, networks, week, log.priors, ways),
                values,
                ends.flatMapToPair(packet -> UserEnds.histories(packet, false)),
                Optional.of(new HistoryState.Changes(
                        after(log.values.filter(each -> each._1 == count)),
                        ends.flatMapToPair(packet -> UserEnds.histories(packet, true)))));
    }

    private static JavaPairRDD<Long, byte[]> after(JavaPairRDD<Integer, byte[]> values) {
        return values.flatMapToPair(packet -> {
            List<Tuple2<Long, byte[]>> records = new ArrayList<>();
            Tagged.forEach(packet._2, in -> records.add(new Tuple2<>(in.fixed(), in.rest())));
            return records.iterator();
        });
    }

    /**
     * Scores the logins of one log.
     *
     * @param chunks packets of {@link ChunkLogins}, a partition a chunk
     * @return packets of {@link ScoredLogin}s
     */
    JavaRDD<byte[]> score(JavaRDD<byte[]> chunks) {
        Broadcast<BundleFiles> files = bundle.orElseThrow();
        Broadcast<LoginRecipe> read = recipe;
        Found found = found(chunks, Detail.REASONS);
        scored = found;
        return found.users.zipPartitions(
                found.walked,
                (logins, walked) -> finished(
                        new UserScores(logins, walked),
                        new ScoredLogins(files.value(), read.value().places())));
    }

    private static Iterator<byte[]> finished(UserScores logins, ScoredLogins scored) {
        PackedOutput record = new PackedOutput();
        return new PacketWriter() {
            @Override
            boolean write() {
                if (!logins.next()) {
                    return false;
                }
                scored.finish(logins.ordinal(), 0, logins.row(), logins.micros(), logins.user(), logins.kept(), record);
                add(record);
                return true;
            }
        };
    }

    /**
     * Walks through the users of the log that was scored once more, and counts its logins for the detection of drift.
     *
     * @param reference as of {@link DriftCounts}
     * @return counts, as {@link DriftCounts} takes them
     */
    JavaRDD<String> drift(String reference) {
        Broadcast<BundleFiles> files = bundle.orElseThrow();
        Broadcast<LoginRecipe> read = recipe;
        Broadcast<SentVerdicts> judged = verdicts;
        Broadcast<StartingHistory> start = history;
        Broadcast<PriorFits> fits = scored.fits;
        return scored.users.zipPartitions(scored.answers, (logins, said) -> {
            DriftMonitor monitor = DriftCounts.monitor(reference, files.value().bundle());
            new UserDrift(new ScoredLogins(files.value(), read.value().places()), updates(files, judged), monitor)
                    .over(logins, said, start.value(), fits.value())
                    .forEachRemaining(each -> {});
            return List.of(JsonText.line(monitor.toJson())).iterator();
        });
    }

    /** Scores the logins of one log, and tells nothing else of them. */
    JavaPairRDD<OrderKey, Double> validate(JavaRDD<byte[]> chunks) {
        Found found = found(chunks, Detail.SCORE);
        return found.users
                .zipPartitions(found.walked, (logins, walked) -> {
                    UserScores scores = new UserScores(logins, walked);
                    List<Tuple2<OrderKey, Double>> ofPartition = new ArrayList<>();
                    while (scores.next()) {
                        ofPartition.add(new Tuple2<>(
                                new OrderKey(scores.ordinal(), 0), scores.kept().real()));
                    }
                    return ofPartition.iterator();
                })
                .mapToPair(each -> each);
    }

    /** Scores the logins of one log, with all that a run looks at: records of {@link ScoredLogins#packed}. */
    JavaPairRDD<OrderKey, byte[]> test(JavaRDD<byte[]> chunks) {
        Broadcast<BundleFiles> files = bundle.orElseThrow();
        Broadcast<LoginRecipe> read = recipe;
        return last(
                found(chunks, Detail.DECISION),
                () -> new UserTests(new ScoredLogins(files.value(), read.value().places())));
    }

    /** Computes the features of the logins of one log: records of {@link ValuedLogin} with their places. */
    JavaPairRDD<OrderKey, byte[]> features(JavaRDD<byte[]> chunks) {
        Broadcast<LoginRecipe> read = recipe;
        return last(
                found(chunks, Detail.DECISION),
                () -> new UserFeatures(read.value().places()));
    }

    /**
     * A log once nothing changes any more.
     *
     * @param users packets of {@link UserLogins}
     * @param answers what the population answers to them
     * @param fits the priors
     * @param walked packets of {@link WalkedUser}s
     */
    private record Found(
            JavaRDD<byte[]> users,
            JavaPairRDD<UserKey, byte[]> answers,
            Broadcast<PriorFits> fits,
            JavaRDD<byte[]> walked) {}

    /** @param detail what is kept of each scored login */
    private Found found(JavaRDD<byte[]> chunks, Detail detail) {
        if (settled != null) {
            throw new IllegalStateException("a log was scored already");
        }
        chunks.persist(KEPT);
        int count = chunks.getNumPartitions();
        ChunkStart[] totals = totals(chunks, count, history.value());
        notes.accept("the log has " + count + " chunks; walking through them");
        Broadcast<ChunkStart[]> sums = spark.broadcast(totals);
        JavaPairRDD<Integer, byte[]> values = values(chunks, sums).persist(KEPT);
        Broadcast<ChunkStart[]> starts = spark.broadcast(distinct(values, totals));
        JavaRDD<byte[]> users = walk(chunks, values, starts, count)
                .union(before.users())
                .repartitionAndSortWithinPartitions(new Partitioning.ByUser(partitions))
                .mapPartitions(UserLogins::new)
                .persist(KEPT);

        PriorFits fits = PriorFits.of(history.value());
        PriorFits fitsBefore = fits;
        JavaPairRDD<UserKey, byte[]> answers = spark.<Tuple2<UserKey, byte[]>>parallelize(List.of(), 1)
                .mapToPair(each -> each)
                .repartitionAndSortWithinPartitions(new Partitioning.ByUser(partitions));
        List<JavaRDDLike<?, ?>> passed = new ArrayList<>(kept || alerts ? List.of() : List.of(chunks, values));
        JavaRDD<byte[]> walked = null;
        JavaPairRDD<Integer, byte[]> byChunk = null;
        List<Told> told = List.of();
        PriorFits.Builder builder = new PriorFits.Builder(history.value());
        Tally earlier = null;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Broadcast<PriorFits> known = spark.broadcast(fits);
            if (round > 0 && bundle.isEmpty()) {
                // nothing is decided: what users tell depends on no answer
                passed.forEach(HistoryScoring::unpersist);
                report(earlier, starts.value()[count]);
                if (kept || alerts) {
                    settled = new Settled(chunks, values, users, walked, byChunk, told, builder, starts);
                }
                return new Found(users, answers, known, walked);
            }
            JavaRDD<byte[]> last = walked;
            walked = round(users, last, answers, detail, known, spark.broadcast(fitsBefore))
                    .persist(KEPT);
            Tally tally = walked.mapPartitions(each -> List.of(Tally.of(each)).iterator())
                    .reduce(Tally::and);
            // all that the next steps read is kept now; after a lost worker Spark computes the rest again
            passed.forEach(HistoryScoring::unpersist);
            passed.clear();
            boolean unchanged = earlier != null && tally.hash() == earlier.hash();
            if (bundle.isPresent()) {
                notes.accept("round " + round + ": " + tally.flagged() + " logins flagged"
                        + (unchanged ? ", nothing changed" : ""));
            }
            if (unchanged) {
                report(tally, starts.value()[count]);
                if (last != null) {
                    unpersist(last);
                }
                if (kept || alerts) {
                    settled = new Settled(chunks, values, users, walked, byChunk, told, builder, starts);
                }
                return new Found(users, answers, known, walked);
            }
            earlier = tally;
            if (byChunk != null) {
                passed.add(byChunk);
            }
            byChunk = walked.mapPartitionsToPair(ChunkEvents::byChunk)
                    .partitionBy(new Partitioning.ByNumber(count))
                    .persist(KEPT);
            passed.add(answers);
            if (last != null) {
                passed.add(last);
            }
            told = told(byChunk);
            fitsBefore = fits;
            builder = new PriorFits.Builder(history.value());
            fits = fits(byChunk, told, builder);
            answers = answers(byChunk, told, starts, count)
                    .repartitionAndSortWithinPartitions(new Partitioning.ByUser(partitions))
                    .persist(KEPT);
        }
        throw new IllegalStateException("the log's scores did not settle in " + MAX_ROUNDS + " rounds");
    }

    /** How the history is kept. */
    HistoryOptions options() {
        return history.value().options();
    }

    /**
     * What other logins say of a flagged one, for its words.
     *
     * @param contacts an answer of {@link PopulationWalk} to {@link LoginWords#question}
     * @param networkSince time of the first successful login from its network before it; {@link FirstLogins#NEVER}
     */
    record Population(byte[] contacts, long networkSince) {}

    /**
     * Asks for the words of some logins of the log that was scored.
     *
     * @param logins by their places
     * @throws IllegalStateException if nothing was scored, or this was not to be asked for
     */
    Map<Long, Population> population(SortedMap<Long, LoginWords> logins) {
        if (settled == null) {
            throw new IllegalStateException("no log was scored whose population is kept");
        }
        Settled log = settled;
        int count = log.starts.value().length - 1;
        Map<Integer, PackedOutput> packets = new TreeMap<>();
        Map<Integer, Long> last = new HashMap<>();
        logins.forEach((ordinal, words) -> {
            int chunk = ChunkEvents.chunk(ordinal);
            byte[] question = words.question();
            packets.computeIfAbsent(chunk, made -> new PackedOutput())
                    .number(ordinal - last.getOrDefault(chunk, 0L))
                    .plain(question, 0, question.length);
            last.put(chunk, ordinal);
        });
        List<Tuple2<Integer, byte[]>> questions = new ArrayList<>();
        packets.forEach((chunk, packet) -> questions.add(new Tuple2<>(chunk, packet.toBytes())));
        JavaPairRDD<Integer, byte[]> asked =
                spark.parallelizePairs(questions).union(log.byChunk).partitionBy(new Partitioning.ByNumber(count));
        Map<Long, byte[]> contacts = new HashMap<>();
        answers(asked, log.told, log.starts, count)
                .filter(answer -> PopulationWalk.isOfWords(answer._2))
                .collect()
                .forEach(answer -> contacts.put(answer._1.ordinal, answer._2));
        Map<Long, long[]> first = firstLogins(
                log,
                logins.values().stream()
                        .mapToLong(LoginWords::network)
                        .distinct()
                        .toArray());
        Map<Long, Population> population = new HashMap<>();
        logins.forEach((ordinal, words) -> {
            long[] firstLogin = first.get(words.network());
            boolean earlier = firstLogin != null && firstLogin[0] < ordinal;
            population.put(ordinal, new Population(contacts.get(ordinal), earlier ? firstLogin[1] : FirstLogins.NEVER));
        });
        return population;
    }

    /** By network, place and time of its first successful login. */
    private Map<Long, long[]> firstLogins(Settled log, long[] networks) {
        Broadcast<long[]> wanted = spark.broadcast(networks);
        Broadcast<ChunkStart[]> starts = log.starts;
        Map<Long, long[]> first = new HashMap<>();
        log.chunks
                .mapPartitionsWithIndex(
                        (chunk, logins) -> {
                            FirstLogins found = new FirstLogins(starts.value()[chunk], wanted.value());
                            ChunkLogins ofChunk = new ChunkLogins(chunk, logins);
                            while (ofChunk.next()) {
                                found.add(ofChunk.head().keyed, ofChunk.ordinal());
                            }
                            List<Tuple2<Long, long[]>> records = new ArrayList<>();
                            found.forEach((network, login) -> records.add(new Tuple2<>(network, login)));
                            return records.iterator();
                        },
                        false)
                .collect()
                .forEach(each -> first.merge(each._1, each._2, (one, other) -> one[0] < other[0] ? one : other));
        before.values()
                .filter(each -> FirstLogins.before(each._2) != FirstLogins.NEVER
                        && Arrays.stream(wanted.value()).anyMatch(network -> network == each._1))
                .collect()
                .forEach(each -> first.put(each._1, new long[] {-1, FirstLogins.before(each._2)}));
        return first;
    }

    private static void unpersist(JavaRDDLike<?, ?> kept) {
        kept.rdd().unpersist(false);
    }

    /** Totals before each chunk and after the last one, but for numbers of different values. */
    private static ChunkStart[] totals(JavaRDD<byte[]> chunks, int count, StartingHistory history) {
        List<ChunkSummary> summaries = chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> {
                            ChunkSummary summary = new ChunkSummary();
                            ChunkLogins ofChunk = new ChunkLogins(chunk, logins);
                            while (ofChunk.next()) {
                                summary.add(ofChunk.head().keyed);
                            }
                            return List.of(summary).iterator();
                        },
                        false)
                .collect();
        long firstMicros = firstMicros(summaries);
        if (firstMicros < history.newestMicros()) {
            throw new InputException(
                    "the log begins at " + instant(firstMicros) + ", before the newest login that the bundle"
                            + " has seen, " + instant(history.newestMicros())
                            + "; on Spark give the logins after that, or start from"
                            + " nothing with --history cold");
        }
        ChunkStart first = history.start(firstMicros);
        if (first.hasBlocks() || !summaries.stream().allMatch(ChunkSummary::hasEveryAsn)) {
            summaries = withNetworks(chunks, summaries, first);
        }
        ChunkStart[] starts = new ChunkStart[count + 1];
        starts[0] = first;
        for (int c = 1; c <= count; c++) {
            starts[c] = starts[c - 1].after(summaries.get(c - 1));
        }
        return starts;
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static long firstMicros(List<ChunkSummary> summaries) {
        return summaries.stream().mapToLong(ChunkSummary::firstMicros).min().orElse(0);
    }

    /** Where some logins have no AS number: how networks are told apart after each chunk, either way before it. */
    private static List<ChunkSummary> withNetworks(
            JavaRDD<byte[]> chunks, List<ChunkSummary> summaries, ChunkStart first) {
        long[][] before = new long[summaries.size()][];
        ChunkStart start = first;
        for (int c = 0; c < before.length; c++) {
            before[c] = start.networks();
            start = start.after(summaries.get(c));
        }
        return chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> {
                            ChunkSummary summary = new ChunkSummary();
                            ChunkLogins ofChunk = new ChunkLogins(chunk, logins);
                            long[] networks = before[chunk].clone();
                            while (ofChunk.next()) {
                                summary.add(ofChunk.head().keyed);
                                summary.chooseNetwork(ofChunk.head().keyed, networks);
                            }
                            return List.of(summary).iterator();
                        },
                        false)
                .collect();
    }

    /**
     * Packets of what is known of each value before each chunk that has it. Numbers of new values have the chunk -1; what is known
     * after the log has the number of chunks, and one more where it is what was known before the log.
     */
    private JavaPairRDD<Integer, byte[]> values(JavaRDD<byte[]> chunks, Broadcast<ChunkStart[]> sums) {
        boolean failed = failedScored;
        boolean keep = kept;
        int parts = partitions;
        return chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> {
                            ChunkValues values = new ChunkValues(chunk, sums.value()[chunk], failed, keep);
                            ChunkLogins ofChunk = new ChunkLogins(chunk, logins);
                            while (ofChunk.next()) {
                                values.add(ofChunk.head().keyed);
                            }
                            List<Tuple2<Integer, byte[]>> packets = new ArrayList<>();
                            values.records(new ValuePackets(
                                    parts, (partition, packet) -> packets.add(new Tuple2<>(partition, packet))));
                            return packets.iterator();
                        },
                        false)
                .mapToPair(each -> each)
                .union(before.values().mapPartitionsToPair(known -> packed(known, parts)))
                .partitionBy(new Partitioning.ByNumber(parts))
                .mapPartitionsToPair(values -> before(new MergedValues(packets(values)), sums.value(), keep));
    }

    private static Iterator<Tuple2<Integer, byte[]>> packed(Iterator<Tuple2<Long, byte[]>> known, int partitions) {
        return new Expanding<Tuple2<Long, byte[]>, Tuple2<Integer, byte[]>>(known) {
            private final List<Tuple2<Integer, byte[]>> full = new ArrayList<>();
            private final ValuePackets packets =
                    new ValuePackets(partitions, (partition, packet) -> full.add(new Tuple2<>(partition, packet)));

            @Override
            void expand(Tuple2<Long, byte[]> value, Consumer<Tuple2<Integer, byte[]>> sink) {
                packets.add(value._1, value._2);
                handOut(sink);
            }

            @Override
            void end(Consumer<Tuple2<Integer, byte[]>> sink) {
                packets.flush();
                handOut(sink);
            }

            private void handOut(Consumer<Tuple2<Integer, byte[]>> sink) {
                full.forEach(sink);
                full.clear();
            }
        };
    }

    private static Iterator<Tuple2<Integer, byte[]>> before(MergedValues values, ChunkStart[] starts, boolean kept) {
        int end = starts.length - 1;
        long[][] fresh = new long[starts.length][ChunkStart.distinctKinds()];
        Tagged known = new Tagged(Tagged.VALUE, end + 2);
        PackedOutput after = new PackedOutput();
        return new Stepping<Tuple2<Integer, byte[]>>() {
            @Override
            boolean step(Consumer<Tuple2<Integer, byte[]>> sink) {
                if (!values.next()) {
                    known.end(sink);
                    end(sink);
                    return false;
                }
                ChunkValues.before(
                        values.value(),
                        values.records(),
                        starts,
                        (chunk, record, kind) -> {
                            if (record != null) {
                                known.add(chunk, record, sink);
                            }
                            if (kind >= 0) {
                                fresh[chunk][kind]++;
                            }
                        },
                        kept
                                ? (key, record, changed) -> known.add(
                                        changed ? end : end + 1,
                                        after.clear().fixed(key).plain(record, 0, record.length),
                                        sink)
                                : null);
                return true;
            }

            private void end(Consumer<Tuple2<Integer, byte[]>> sink) {
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
            JavaRDD<byte[]> chunks, JavaPairRDD<Integer, byte[]> values, Broadcast<ChunkStart[]> starts, int count) {
        boolean failed = failedScored;
        JavaPairRDD<Integer, byte[]> dayBefore = chunks.mapPartitionsWithIndex(
                        (chunk, logins) -> dayBefore(chunk, logins, starts.value(), 0, count), false)
                .mapToPair(each -> each);
        JavaPairRDD<Integer, byte[]> told = values.filter(each -> each._1 >= 0 && each._1 < count)
                .union(dayBefore)
                .partitionBy(new Partitioning.ByNumber(count));
        Broadcast<StartingHistory> remembered = history;
        return chunks.zipPartitions(
                        told, (logins, before) -> walk(logins, before, starts.value(), remembered.value(), failed))
                .mapToPair(each -> each);
    }

    /** Packets of attempts that lie in the day before a later chunk of some. */
    private static Iterator<Tuple2<Integer, byte[]>> dayBefore(
            int own, Iterator<byte[]> packets, ChunkStart[] starts, int from, int until) {
        Networks networks = new Networks(starts[own]);
        ChunkLogins logins = new ChunkLogins(own, packets);
        Tagged recalled = new Tagged(Tagged.RECALL, until);
        PackedOutput record = new PackedOutput();
        int first = Math.max(own + 1, from);
        return new Stepping<Tuple2<Integer, byte[]>>() {
            @Override
            boolean step(Consumer<Tuple2<Integer, byte[]>> sink) {
                if (!logins.next()) {
                    recalled.end(sink);
                    return false;
                }
                KeyedLogin keyed = logins.head().keyed;
                boolean blocks = networks.blocks();
                networks.pass(keyed);
                for (int c = first; c < until && starts[c].remembersDay(keyed.timeMicros()); c++) {
                    if (c == first) {
                        record.clear().fixed(logins.ordinal()).number(blocks ? 1 : 0);
                        keyed.write(record, false);
                    }
                    recalled.add(c, record, sink);
                }
                return true;
            }
        };
    }

    private static Iterator<Tuple2<UserKey, byte[]>> walk(
            Iterator<byte[]> packets,
            Iterator<Tuple2<Integer, byte[]>> before,
            ChunkStart[] starts,
            StartingHistory history,
            boolean failedScored) {
        int chunk = TaskContext.getPartitionId();
        ChunkWalk walk = new ChunkWalk(history, starts[chunk], failedScored);
        List<byte[]> recalled = new ArrayList<>();
        while (before.hasNext()) {
            byte[] packet = before.next()._2;
            if (Tagged.is(Tagged.VALUE, packet)) {
                Tagged.forEach(packet, walk::value);
            } else {
                recalled.add(packet);
            }
        }
        recall(walk, recalled, history);
        ChunkLogins logins = new ChunkLogins(chunk, packets);
        PackedOutput said = new PackedOutput();
        PackedOutput out = new PackedOutput();
        return new Stepping<Tuple2<UserKey, byte[]>>() {
            @Override
            boolean step(Consumer<Tuple2<UserKey, byte[]>> sink) {
                if (!logins.next()) {
                    return false;
                }
                LoginRecord.Head head = logins.head();
                if (walk.step(head.keyed, said.clear())) {
                    out.clear().number(logins.row()).number(head.label.ordinal());
                    out.bytes(logins.rest()).plain(said);
                    // a login without a user has no history: such logins need not stand together
                    long user = head.keyed.hasUser() ? head.keyed.user() : logins.ordinal() * 0x9e3779b97f4a7c15L;
                    sink.accept(new Tuple2<>(new UserKey(user, logins.ordinal()), out.toBytes()));
                }
                return true;
            }
        };
    }

    /**
     * Walks through users and tells what their decisions mean for others.
     *
     * @param last what the round before found; {@code null} for the first round
     */
    private JavaRDD<byte[]> round(
            JavaRDD<byte[]> users,
            JavaRDD<byte[]> last,
            JavaPairRDD<UserKey, byte[]> answers,
            Detail detail,
            Broadcast<PriorFits> fits,
            Broadcast<PriorFits> fitsBefore) {
        Broadcast<BundleFiles> files = bundle.orElse(null);
        Broadcast<LoginRecipe> read = recipe;
        Broadcast<SentVerdicts> judged = verdicts;
        Broadcast<StartingHistory> start = history;
        if (last == null) {
            return users.zipPartitions(
                    answers,
                    (logins, said) -> new UserRound(
                            logins,
                            null,
                            said,
                            null,
                            updates(files, judged),
                            detail,
                            start.value(),
                            fits.value(),
                            fitsBefore.value()));
        }
        // what one task reads of two of the three at once
        return users.zipPartitions(
                        last,
                        (logins, before) ->
                                List.of(new Tuple2<>(logins, before)).iterator())
                .zipPartitions(answers, (both, said) -> {
                    Tuple2<Iterator<byte[]>, Iterator<byte[]>> each = both.next();
                    return new UserRound(
                            each._1,
                            each._2,
                            said,
                            new ScoredLogins(files.value(), read.value().places()),
                            updates(files, judged),
                            detail,
                            start.value(),
                            fits.value(),
                            fitsBefore.value());
                });
    }

    /** @param files of the bundle that decides; {@code null} where nothing is flagged */
    private static UserUpdates updates(Broadcast<BundleFiles> files, Broadcast<SentVerdicts> verdicts) {
        return new UserUpdates(files != null && files.value().bundle().model().flaggedUpdate(), verdicts.value());
    }

    /** Takes packets of attempts of the day before, in order. */
    private static void recall(ChunkWalk walk, List<byte[]> recalled, StartingHistory history) {
        Tagged.sort(recalled);
        KeyedLogin earlier = new KeyedLogin(history.options());
        for (byte[] packet : recalled) {
            Tagged.forEach(packet, in -> {
                in.fixed(); // the place
                boolean blocks = in.number() == 1;
                earlier.read(in);
                walk.recall(earlier, blocks);
            });
        }
    }

    private static List<byte[]> packets(Iterator<Tuple2<Integer, byte[]>> events) {
        List<byte[]> packets = new ArrayList<>();
        events.forEachRemaining(each -> packets.add(each._2));
        return packets;
    }

    private static List<Told> told(JavaPairRDD<Integer, byte[]> byChunk) {
        return byChunk.mapPartitions(events ->
                        List.of(new PopulationWalk(packets(events)).told()).iterator())
                .collect();
    }

    private static PriorFits fits(JavaPairRDD<Integer, byte[]> byChunk, List<Told> told, PriorFits.Builder builder) {
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
        Broadcast<StartingHistory> start = history;
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
                .mapPartitionsToPair(each -> networksBefore(each, count));
        JavaPairRDD<Integer, byte[]> weekBefore = byChunk.mapPartitionsWithIndex(
                        (own, events) -> {
                            ChunkStart[] all = starts.value();
                            Tagged contacts = new Tagged(Tagged.RECALL, count);
                            List<Tuple2<Integer, byte[]>> week = new ArrayList<>();
                            for (Contact each : new PopulationWalk(packets(events)).contacts()) {
                                for (int c = own + 1;
                                        each.counted() && c < count && each.isInWeekBefore(all[c].previousMicros());
                                        c++) {
                                    contacts.add(c, each.write(new PackedOutput()), week::add);
                                }
                            }
                            contacts.end(week::add);
                            return week.iterator();
                        },
                        false)
                .mapToPair(each -> each);
        JavaPairRDD<Integer, byte[]> before = networks.union(weekBefore).partitionBy(new Partitioning.ByNumber(count));
        return byChunk.zipPartitions(
                        before, (events, earlier) -> answers(events, earlier, start.value(), known.value()))
                .mapToPair(each -> each);
    }

    /** Packets of what is known of each network before each chunk. */
    private static Iterator<Tuple2<Integer, byte[]>> networksBefore(
            Iterator<Tuple2<Long, Iterable<long[]>>> networks, int chunks) {
        Tagged known = new Tagged(Tagged.VALUE, chunks);
        return new Expanding<Tuple2<Long, Iterable<long[]>>, Tuple2<Integer, byte[]>>(networks) {
            @Override
            void expand(Tuple2<Long, Iterable<long[]>> network, Consumer<Tuple2<Integer, byte[]>> sink) {
                List<long[]> byChunk = new ArrayList<>();
                network._2.forEach(byChunk::add);
                PopulationWalk.before(network._1, byChunk, (record, chunk) -> known.add((int) chunk, record, sink));
            }

            @Override
            void end(Consumer<Tuple2<Integer, byte[]>> sink) {
                known.end(sink);
            }
        };
    }

    private static Iterator<Tuple2<UserKey, byte[]>> answers(
            Iterator<Tuple2<Integer, byte[]>> events,
            Iterator<Tuple2<Integer, byte[]>> before,
            StartingHistory history,
            List<Told> told) {
        List<byte[]> networks = new ArrayList<>();
        List<Contact> week = new ArrayList<>();
        while (before.hasNext()) {
            byte[] packet = before.next()._2;
            Tagged.forEach(packet, record -> {
                if (Tagged.is(Tagged.VALUE, packet)) {
                    networks.add(record.rest());
                } else {
                    week.add(Contact.of(record.rest()));
                }
            });
        }
        List<Tuple2<UserKey, byte[]>> answers = new ArrayList<>();
        new PopulationWalk(packets(events))
                .answer(
                        history,
                        told.subList(0, TaskContext.getPartitionId()),
                        networks,
                        week,
                        (user, ordinal, answer) -> answers.add(new Tuple2<>(new UserKey(user, ordinal), answer)));
        return answers.iterator();
    }

    /** What the last walk makes of each login; made where the users are. */
    @FunctionalInterface
    private interface Last<T> extends Serializable {
        UserPass<T> pass();
    }

    /** The last walk through users. */
    private <T> JavaPairRDD<OrderKey, T> last(Found found, Last<T> last) {
        Broadcast<StartingHistory> start = history;
        Broadcast<PriorFits> fits = found.fits;
        return found.users
                .zipPartitions(
                        found.answers, (logins, said) -> last.pass().over(logins, said, start.value(), fits.value()))
                .mapToPair(each -> each);
    }

    /** Says where one machine with its bounds would have forgotten something. */
    private void report(Tally tally, ChunkStart last) {
        HistoryOptions bounds = history.value().bounds();
        List<String> beyond = new ArrayList<>();
        if (last.mostDistinct() > bounds.maxValues()) {
            beyond.add(last.mostDistinct() + " different values of a field (one machine counts " + bounds.maxValues()
                    + ")");
        }
        long bytes = UserWalk.bytes(tally.users(), tally.longs());
        if (tally.users() > bounds.maxUsers() || bytes > bounds.maxUserBytes()) {
            beyond.add(tally.users() + " users with histories of " + bytes + " bytes (one machine remembers "
                    + bounds.maxUsers() + " in " + bounds.maxUserBytes() + " bytes)");
        }
        long returning = history.value().returning() + tally.returning();
        if (returning > UserWalk.MAX_RETURNING) {
            beyond.add(returning + " flagged logins that may come back (one machine remembers " + UserWalk.MAX_RETURNING
                    + ")");
        }
        Collections.sort(beyond);
        if (!beyond.isEmpty()) {
            notes.accept("WARNING: the log is beyond what one machine remembers: " + String.join(", ", beyond)
                    + "; nothing was forgotten here, so scores may differ from those of octet score");
        }
    }
}
