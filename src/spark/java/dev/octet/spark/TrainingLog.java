package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.Scaling;
import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.run.cluster.ClusterLog;
import dev.octet.run.cluster.LogRequest;
import dev.octet.run.cluster.SpanEnds;
import dev.octet.spark.LogReading.BlockReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/** The log of a run on Spark. Not thread-safe. */
final class TrainingLog implements ClusterLog {
    private static final StorageLevel KEPT = StorageLevel.MEMORY_AND_DISK_SER();
    /** Names of a feature, as on one machine. */
    private static final int MAX_NAMES = 1 << 20;

    private final SparkSession session;
    private final JavaSparkContext spark;
    private final ScoreOptions options;
    private final Optional<Path> unreadable;
    private final Consumer<String> notes;
    private LogRequest request;
    private JavaPairRDD<OrderKey, byte[]> logins;
    private LoginRecipe known;
    private Broadcast<LoginRecipe> recipe;
    private SpanEnds ends;
    private Valued train;
    private Valued validation;

    /**
     * A span whose features were computed.
     *
     * @param logins records of {@link ValuedLogin} by place
     * @param before what is remembered before it
     * @param after what is remembered after it
     */
    private record Valued(
            SpanOfLog span, JavaPairRDD<OrderKey, byte[]> logins, HistoryState before, HistoryState after) {}

    /**
     * The log of one run.
     *
     * @param unreadable the file on the driver that lists what cannot be read; without it that is counted only
     * @param notes told what the user should know, in sentences
     */
    TrainingLog(SparkSession session, ScoreOptions options, Optional<Path> unreadable, Consumer<String> notes) {
        this.session = session;
        spark = new JavaSparkContext(session.sparkContext());
        this.options = options;
        this.unreadable = unreadable;
        this.notes = notes;
    }

    @Override
    public Findings read(LogRequest asked) throws IOException {
        request = asked;
        List<LogPlan.LogFile> files = LogPlan.files(asked.inputs(), session);
        ScoreOptions reading = options.strictIf(asked.strict());
        known = new TrainingRecipe(asked, Map.of());
        LogIntake intake = new LogIntake(spark, known, reading, true, Optional.empty(), unreadable, notes);
        logins = intake.read(files).orElseThrow().records();
        Map<String, List<String>> names = names(intake.reports());
        if (!names.isEmpty()) {
            // each block has numbered its names by itself: read again with numbers that all have in common
            known = new TrainingRecipe(asked, names);
            intake = new LogIntake(spark, known, reading, true, Optional.empty(), Optional.empty(), note -> {});
            logins = intake.read(files).orElseThrow().records();
        }
        recipe = spark.broadcast(known);
        long[] rejected = new long[intake.reports().get(0).byReason.length];
        long kept = 0;
        for (BlockReport report : intake.reports()) {
            kept += report.kept;
            for (int i = 0; i < rejected.length; i++) {
                rejected[i] += report.byReason[i];
            }
        }
        Outcomes outcomes = logins.values()
                .mapPartitions(records -> List.of(Outcomes.of(records)).iterator())
                .reduce(Outcomes::and);
        Attacks attacks = attacks();
        return new Findings(
                intake.rows(),
                rejected,
                figures(intake.rows(), Arrays.stream(rejected).sum(), kept),
                outcomes.firstMicros,
                outcomes.lastMicros,
                outcomes.counts,
                attacks.rows,
                attacks.knownVictims);
    }

    private static List<String> figures(long rows, long rejected, long kept) {
        List<String> figures = new ArrayList<>();
        if (rejected > 0) {
            figures.add(String.format(Locale.ROOT, "%,d of %,d rows cannot be used and were left out", rejected, rows));
        }
        if (kept > 0) {
            figures.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d rows have fields that cannot be read; such a field counts as not known",
                    kept,
                    rows));
        }
        return figures;
    }

    /** All names of each feature that has names, in the order in which they first come; none where no feature has any. */
    private static Map<String, List<String>> names(List<BlockReport> reports) {
        Map<String, Set<String>> all = new LinkedHashMap<>();
        for (BlockReport report : reports) {
            report.names.forEach((feature, names) ->
                    all.computeIfAbsent(feature, made -> new LinkedHashSet<>()).addAll(names));
        }
        Map<String, List<String>> lists = new LinkedHashMap<>();
        all.forEach((feature, names) -> {
            if (names.size() > MAX_NAMES) {
                throw new InputException("the feature " + feature + " has " + names.size() + " names, more than "
                        + MAX_NAMES + ", beyond which one machine does not tell them apart; leave the feature out");
            }
            lists.put(feature, new ArrayList<>(names));
        });
        return lists;
    }

    /** The attacks of the log by row number, and whether their users had a successful login before. */
    private record Attacks(long[] rows, boolean[] knownVictims) {}

    private Attacks attacks() {
        List<Tuple2<OrderKey, long[]>> found =
                new ArrayList<>(logins.mapPartitionsToPair(TrainingLog::attacks).collect());
        found.sort((one, other) -> one._1.compareTo(other._1));
        HashSet<Long> users = new HashSet<>();
        found.forEach(each -> users.add(each._2[1]));
        Broadcast<HashSet<Long>> victims = spark.broadcast(users);
        Map<Long, OrderKey> first = users.isEmpty()
                ? Map.of()
                : logins.mapPartitionsToPair(each -> successes(each, victims.value()))
                        .reduceByKey((one, other) -> one.compareTo(other) <= 0 ? one : other)
                        .collectAsMap();
        long[] rows = new long[found.size()];
        boolean[] known = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = found.get(i)._2[0];
            OrderKey success = first.get(found.get(i)._2[1]);
            known[i] = success != null && success.compareTo(found.get(i)._1) < 0;
        }
        return new Attacks(rows, known);
    }

    /** Row number and user of each attack. */
    private static Iterator<Tuple2<OrderKey, long[]>> attacks(Iterator<Tuple2<OrderKey, byte[]>> logins) {
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<OrderKey, long[]>>(logins) {
            private final LoginRecord.Head head = new LoginRecord.Head();

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<OrderKey, long[]>> sink) {
                head.read(login._2);
                if (head.label == Label.ATTACK) {
                    sink.accept(new Tuple2<>(login._1, new long[] {Math.abs(login._1.row), head.keyed.user()}));
                }
            }
        };
    }

    /** Successful logins of some users. */
    private static Iterator<Tuple2<Long, OrderKey>> successes(
            Iterator<Tuple2<OrderKey, byte[]>> logins, Set<Long> users) {
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<Long, OrderKey>>(logins) {
            private final LoginRecord.Head head = new LoginRecord.Head();

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<Long, OrderKey>> sink) {
                head.read(login._2);
                if (head.keyed.success() && users.contains(head.keyed.user())) {
                    sink.accept(new Tuple2<>(head.keyed.user(), login._1));
                }
            }
        };
    }

    private JavaPairRDD<OrderKey, byte[]> between(long from, long until) {
        return logins.filter(login -> login._1.micros >= from && login._1.micros < until);
    }

    /** Logins in chunks, a partition each. */
    private JavaRDD<byte[]> chunks(JavaPairRDD<OrderKey, byte[]> some) {
        LogIntake.Logins sampled = LogIntake.sampled(some);
        return sampled.chunks(options.chunks(sampled.sample().count(), spark.defaultParallelism()))
                .persist(KEPT);
    }

    private HistoryScoring walk(Optional<Broadcast<BundleFiles>> bundle, HistoryState before, boolean kept) {
        return new HistoryScoring(
                spark,
                bundle,
                recipe,
                before,
                SentVerdicts.NONE,
                bundle.isPresent() ? !request.successfulOnly() : request.failedToo(),
                kept,
                false,
                options.partitions(spark.defaultParallelism()),
                notes);
    }

    @Override
    public Fitted fit(SpanEnds spans, String scaling) throws IOException {
        ends = spans;
        HistoryState nothing = request.looksBack()
                ? HistoryState.of(spark, LoginHistory.load(new ByteArrayInputStream(request.memory())))
                : null;
        train = valued(
                between(Long.MIN_VALUE, spans.trainUntil()), new SpanOfLog.Rule(spans.trainFrom(), request), nothing);
        validation = valued(
                between(spans.trainUntil(), spans.validationUntil()),
                new SpanOfLog.Rule(spans.trainUntil(), request),
                train.after);
        return new Fitted(
                train.span.rows(),
                validation.span.rows(),
                known.places().extractor().dictionaries().entrySet().stream()
                        .map(each -> new NamesOf(each.getKey(), each.getValue()))
                        .toList(),
                train.span.rows().rows() == 0 ? "" : fitted(Scaling.valueOf(scaling)));
    }

    private Valued valued(JavaPairRDD<OrderKey, byte[]> some, SpanOfLog.Rule rule, HistoryState before)
            throws IOException {
        JavaRDD<byte[]> chunks = chunks(some);
        SpanOfLog span = SpanOfLog.of(spark, chunks, rule);
        if (span.rows().rows() == 0) {
            return new Valued(
                    span,
                    spark.<Tuple2<OrderKey, byte[]>>parallelize(List.of()).mapToPair(each -> each),
                    before,
                    before);
        }
        if (!request.looksBack()) {
            Broadcast<LoginRecipe> read = recipe;
            return new Valued(
                    span,
                    chunks.mapPartitionsWithIndex((chunk, each) -> valued(chunk, each, read.value()), false)
                            .mapToPair(each -> each),
                    before,
                    before);
        }
        HistoryScoring walk = walk(Optional.empty(), before, true);
        JavaPairRDD<OrderKey, byte[]> valued = walk.features(chunks).persist(KEPT);
        return new Valued(span, valued, before, walk.after());
    }

    /** Logins with their raw values and places; of features that do not look back. */
    private static Iterator<Tuple2<OrderKey, byte[]>> valued(int chunk, Iterator<byte[]> packets, LoginRecipe recipe) {
        ValuedLogin valued = new ValuedLogin(recipe.places());
        ChunkLogins logins = new ChunkLogins(chunk, packets);
        return new Stepping<Tuple2<OrderKey, byte[]>>() {
            @Override
            boolean step(Consumer<Tuple2<OrderKey, byte[]>> sink) {
                if (!logins.next()) {
                    return false;
                }
                LoginRecord.Head head = logins.head();
                if (head.valued) {
                    PackedInput rest = logins.rest().skipBytes(); // the user
                    sink.accept(new Tuple2<>(
                            new OrderKey(logins.ordinal(), 0),
                            valued.write(
                                    head.keyed.timeMicros(), head.keyed.success(), head.label.ordinal(), rest, null)));
                }
                return true;
            }
        };
    }

    /** The features of the training normals, as JSON. */
    private String fitted(Scaling scaling) throws IOException {
        Broadcast<LoginRecipe> read = recipe;
        SpanOfLog.Rule rule = train.span.rule();
        List<byte[]> parts = new ArrayList<>(train.logins
                .values()
                .mapPartitions(
                        records -> List.of(fitted(records, rule, read.value().places(), scaling))
                                .iterator())
                .collect());
        FeatureFitter all = new FeatureFitter(known.places().extractor(), scaling);
        for (byte[] part : parts) {
            all.add(new DataInputStream(new ByteArrayInputStream(part)));
        }
        return all.fit().toJson().toString();
    }

    private static byte[] fitted(Iterator<byte[]> records, SpanOfLog.Rule rule, HistoryPlaces places, Scaling scaling)
            throws IOException {
        ValuedLogin login = new ValuedLogin(places);
        FeatureFitter fitter = new FeatureFitter(places.extractor(), scaling);
        while (records.hasNext()) {
            login.read(records.next());
            if (rule.isRow(login.micros, login.success) && !rule.isAttack(Label.values()[login.label])) {
                fitter.add(login.raw);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        fitter.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Override
    public Rows rows(Span which, long[] wanted, int sample) {
        Valued valued = which == Span.TRAIN ? train : validation;
        SpanOfLog.Chosen chosen = valued.span.choose(BitSet.valueOf(wanted), sample);
        int width = known.places().extractor().width();
        if ((long) chosen.ordinals().length * width > Integer.MAX_VALUE - 64) {
            throw new InputException("a sample of " + chosen.ordinals().length + " rows with " + width
                    + " values each does not fit into one array of the driver; set data.sample-rows to at most "
                    + (Integer.MAX_VALUE - 64) / width / 2);
        }
        Broadcast<long[]> places = spark.broadcast(chosen.ordinals());
        Broadcast<LoginRecipe> read = recipe;
        float[] values = new float[chosen.ordinals().length * width];
        boolean[] found = new boolean[chosen.ordinals().length];
        List<Tuple2<OrderKey, byte[]>> fetched = valued.logins
                .filter(login -> Arrays.binarySearch(places.value(), login._1.micros) >= 0)
                .collect();
        ValuedLogin login = new ValuedLogin(known.places());
        for (Tuple2<OrderKey, byte[]> each : fetched) {
            int place = Arrays.binarySearch(chosen.ordinals(), each._1.micros);
            login.read(each._2);
            System.arraycopy(login.raw, 0, values, place * width, width);
            found[place] = true;
        }
        for (boolean each : found) {
            if (!each) {
                throw new IllegalStateException("a row of the sample has no values");
            }
        }
        return new Rows(chosen.held().toLongArray(), chosen.draws(), values);
    }

    @Override
    public void history(Path file) throws IOException {
        save(validation.after, file);
    }

    private static void save(HistoryState state, Path file) throws IOException {
        LoginHistory memory = state.memory();
        try (OutputStream out = Files.newOutputStream(file)) {
            memory.save(out);
        }
    }

    @Override
    public double[] validationScores(Path bundle) throws IOException {
        Broadcast<BundleFiles> files = broadcast(bundle);
        Broadcast<LoginRecipe> read = recipe;
        SpanOfLog.Rule rule = validation.span.rule();
        return inOrder(validation.logins.mapPartitionsToPair(
                logins -> scores(logins, files.value(), read.value().places(), rule)));
    }

    private static Iterator<Tuple2<OrderKey, Double>> scores(
            Iterator<Tuple2<OrderKey, byte[]>> logins, BundleFiles files, HistoryPlaces places, SpanOfLog.Rule rule) {
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<OrderKey, Double>>(logins) {
            private final ValuedLogin valued = new ValuedLogin(places);
            private final ScoredLogins scored = new ScoredLogins(files, places);

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<OrderKey, Double>> sink) {
                valued.read(login._2);
                if (rule.isRow(valued.micros, valued.success) && rule.isScored(valued.success)) {
                    scored.take(valued.raw);
                    sink.accept(new Tuple2<>(login._1, scored.score()));
                }
            }
        };
    }

    @Override
    public double[] walkValidation(Path bundle) throws IOException {
        return inOrder(
                walk(Optional.of(broadcast(bundle)), validation.before, false).validate(validation.span.chunks()));
    }

    private Broadcast<BundleFiles> broadcast(Path bundle) throws IOException {
        return spark.broadcast(BundleFiles.of(Bundle.load(bundle), Map.of()));
    }

    /** The same by chunk and in the order of the log. */
    private static <T> JavaPairRDD<OrderKey, T> byChunk(JavaPairRDD<OrderKey, T> placed, int chunks) {
        OrderKey[] bounds = new OrderKey[chunks - 1];
        for (int chunk = 1; chunk < chunks; chunk++) {
            bounds[chunk - 1] = new OrderKey(ChunkEvents.ordinal(chunk, 0), 0);
        }
        return placed.repartitionAndSortWithinPartitions(new Partitioning.ByOrder(bounds));
    }

    private double[] inOrder(JavaPairRDD<OrderKey, Double> scores) {
        List<double[]> parts = byChunk(scores, validation.span.chunks().getNumPartitions())
                .values()
                .mapPartitions(each -> {
                    double[] ofChunk = new double[16];
                    int count = 0;
                    while (each.hasNext()) {
                        ofChunk = count < ofChunk.length ? ofChunk : Arrays.copyOf(ofChunk, 2 * count);
                        ofChunk[count++] = each.next();
                    }
                    return List.of(Arrays.copyOf(ofChunk, count)).iterator();
                })
                .collect();
        double[] all = new double[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (double[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Override
    public void score(Path bundle, Path history, Sink sink) throws IOException {
        Broadcast<BundleFiles> files = broadcast(bundle);
        JavaRDD<byte[]> chunks = chunks(between(ends.validationUntil(), ends.testUntil()));
        if (chunks.isEmpty()) {
            throw new InputException("the test span holds no row to score; give split other shares or moments");
        }
        int columns = files.value().bundle().model().features().columns();
        if (request.looksBack()) {
            HistoryScoring walk = walk(Optional.of(files), validation.after, true);
            tell(
                    byChunk(walk.test(chunks), chunks.getNumPartitions())
                            .persist(KEPT)
                            .values(),
                    columns,
                    sink);
            save(walk.after(), history);
            return;
        }
        Broadcast<LoginRecipe> read = recipe;
        boolean successfulOnly = request.successfulOnly();
        tell(
                chunks.mapPartitionsWithIndex(
                        (chunk, logins) ->
                                scored(new ChunkLogins(chunk, logins), files.value(), read.value(), successfulOnly),
                        false),
                columns,
                sink);
    }

    /** Scores logins with a model that does not look back. */
    private static Iterator<byte[]> scored(
            ChunkLogins logins, BundleFiles files, LoginRecipe recipe, boolean successfulOnly) {
        ScoredLogins scored = new ScoredLogins(files, recipe.places());
        PackedOutput out = new PackedOutput();
        return new Stepping<byte[]>() {
            @Override
            boolean step(Consumer<byte[]> sink) {
                if (!logins.next()) {
                    return false;
                }
                LoginRecord.Head head = logins.head();
                if (head.keyed.success() || !successfulOnly) {
                    String user = logins.rest().text();
                    scored.take(logins.rest(), null);
                    sink.accept(scored.packed(
                            logins.row(),
                            head.keyed.timeMicros(),
                            user,
                            head.keyed.success(),
                            head.label.ordinal(),
                            out));
                }
                return true;
            }
        };
    }

    private static void tell(JavaRDD<byte[]> scored, int width, Sink sink) throws IOException {
        float[] columns = new float[width];
        double[] contributions = new double[width];
        PackedInput in = new PackedInput(new byte[0]);
        Iterator<byte[]> rows = scored.toLocalIterator();
        while (rows.hasNext()) {
            in.on(rows.next());
            long row = in.number();
            long micros = in.fixed();
            String user = in.text();
            int flags = in.integer();
            double score = Double.longBitsToDouble(in.fixed());
            for (int i = 0; i < width; i++) {
                columns[i] = Float.intBitsToFloat(in.fixedInt());
                contributions[i] = Double.longBitsToDouble(in.fixed());
            }
            sink.scored(row, micros, user, (flags & 1) != 0, flags >> 1, score, columns, contributions);
        }
    }
}
