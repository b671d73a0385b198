package dev.octet.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.text.PlainText;
import dev.octet.feature.history.ChunkValues;
import dev.octet.feature.history.StartingHistory;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.internal.io.HadoopMapReduceCommitProtocol;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * A directory with what a bundle remembers between runs, on any file system that Spark knows; docs/spark.md describes it. A
 * version counts once its manifest is complete, which is written last. Its tables hold all records, or those that changed since
 * the version before: then the manifest names the versions that hold the others. Not thread-safe; two jobs must not write to
 * one directory at once.
 */
final class StateStore {
    /** 2: failing users by network with user agent; 3: versions with the records that changed. */
    private static final int FORMAT = 3;

    private static final int FIRST_READ = 2;
    /** Versions that are read together; as each of them is some files more to open. */
    private static final int MAX_LAYERS = 32;
    /** Changed records whose keys the driver holds while it reads, 8 bytes each. */
    private static final long MAX_CHANGED = 8_000_000;
    /** Changed records that are never too many. */
    private static final long FEW_CHANGED = 1_000;

    private static final String MANIFEST = "manifest.json";
    private static final String SHARED = "shared.bin";
    private static final String NOTES = "notes";
    private static final Pattern VERSION = Pattern.compile("version-([0-9]{1,18})-[0-9a-f]{8}");
    private static final int BUFFER = 1 << 16;
    private static final long[] NOTHING = {};

    private static final StructType TABLE = new StructType()
            .add("key", DataTypes.LongType, false)
            .add("record", DataTypes.BinaryType, false)
            // of the version that wrote it; tables of format 2 have none
            .add("version", DataTypes.LongType, true);
    private static final StructType FILES =
            new StructType().add("path", DataTypes.StringType, false).add("content", DataTypes.BinaryType, false);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SparkSession session;
    private final String name;
    private final FileSystem files;

    /** @throws InputException if there is no such file system */
    StateStore(SparkSession session, String name) {
        this.session = LogPlan.readingPatterns(session);
        this.name = name;
        if (LogPlan.isPattern(name)) {
            throw new InputException(
                    "--state " + name + " has one of * ? { } [ ] \\ in its name, which Spark takes for a"
                            + " pattern; name another directory");
        }
        try {
            files = new Path(name).getFileSystem(session.sparkContext().hadoopConfiguration());
        } catch (Exception e) { // the compiler sees another Hadoop, which throws nothing
            throw new InputException(
                    "--state " + name + " is on no file system that Spark knows: " + PlainText.of(e.getMessage()), e);
        }
    }

    /** Writes and removes a file, so that a run that cannot write there ends before it begins. */
    void requireWritable() {
        String probe = name + "/.probe-" + UUID.randomUUID();
        try {
            write(probe, new byte[0]);
            remove(probe);
        } catch (IOException e) {
            throw new InputException(
                    "--state " + name + " cannot be written to: " + PlainText.of(String.valueOf(e.getMessage()))
                            + "; name a directory that the driver and every worker can write to",
                    e);
        }
    }

    /** A directory beside the versions. */
    String beside(String folder) {
        return name + "/" + folder;
    }

    /** Number of the newest version; empty where there is none yet. */
    OptionalLong newest() throws IOException {
        Optional<Version> version = current();
        return version.isPresent() ? OptionalLong.of(version.get().number()) : OptionalLong.empty();
    }

    /** What was noted with the newest version; empty where there is none yet. */
    Optional<Map<String, String>> notes() throws IOException {
        return current().map(version -> {
            Map<String, String> notes = new HashMap<>();
            version.manifest()
                    .path(NOTES)
                    .properties()
                    .forEach(note -> notes.put(note.getKey(), note.getValue().asText()));
            return notes;
        });
    }

    /**
     * Refuses a bundle that is not the state's, where there is a state.
     *
     * @throws InputException naming both
     */
    void requireOf(String bundleId) throws IOException {
        Optional<Version> version = current();
        if (version.isPresent()) {
            requireOf(bundleId, version.get().manifest());
        }
    }

    private void requireOf(String bundleId, JsonNode manifest) {
        String of = manifest.path("bundle").asText();
        if (!of.equals(bundleId)) {
            throw new InputException("--state " + name + " is that of the bundle " + PlainText.of(of)
                    + ", and the bundle given is " + bundleId + "; name another directory for each bundle");
        }
    }

    /**
     * The newest version.
     *
     * @param bundleId {@code Bundle.id} of the bundle that goes on from it
     * @throws InputException if there is none, or it is another bundle's, or damaged
     */
    HistoryState read(String bundleId) throws IOException {
        Version newest = current().orElseThrow(() -> new InputException("--state " + name + " holds no state yet"));
        String version = newest.directory();
        JsonNode manifest = newest.manifest();
        requireOf(bundleId, manifest);
        byte[] shared;
        try (FSDataInputStream in = files.open(new Path(path(version, SHARED)))) {
            shared = in.readAllBytes();
        }
        String found = sha256(shared);
        if (!found.equals(manifest.path("sharedSha256").asText())) {
            throw damaged(version + "/" + SHARED + " has the checksum " + found + ", and not that of the manifest");
        }
        JavaPairRDD<Long, byte[]> values = table(newest.layers(), "values", ChunkValues::kind);
        JavaPairRDD<Long, byte[]> users = table(newest.layers(), "users", record -> 0);
        try {
            return new HistoryState(StartingHistory.load(shared), values, HistoryState.byUser(users), Optional.empty());
        } catch (IOException e) {
            throw damaged(version + "/" + SHARED + ": " + e.getMessage());
        }
    }

    /** Tells apart records of one key. */
    @FunctionalInterface
    private interface Kind extends Serializable {
        int of(byte[] record);
    }

    /** The records of a table: of each key and kind the one of the newest version that has it. */
    private JavaPairRDD<Long, byte[]> table(List<Layer> layers, String table, Kind kind) {
        String[] paths =
                layers.stream().map(layer -> path(layer.directory(), table)).toArray(String[]::new);
        Dataset<Row> read = parquet(paths);
        long found = read.count();
        long rows = layers.stream().mapToLong(layer -> layer.rows(table)).sum();
        if (found != rows) {
            throw damaged(String.join(", ", paths) + " have " + found + " rows, and the manifest says " + rows);
        }
        if (layers.size() == 1) {
            return records(read);
        }
        long base = layers.get(0).number();
        Column version = functions.col("version");
        JavaPairRDD<Tuple2<Long, Integer>, Tuple2<Long, byte[]>> changed = read.where(version.gt(base))
                .javaRDD()
                .mapToPair(row -> {
                    byte[] record = row.getAs(1);
                    return new Tuple2<>(
                            new Tuple2<>(row.getLong(0), kind.of(record)), new Tuple2<>(row.getLong(2), record));
                })
                .reduceByKey((one, other) -> one._1 > other._1 ? one : other)
                .persist(StorageLevel.MEMORY_AND_DISK_SER());
        Broadcast<Map<Integer, long[]>> newer = new JavaSparkContext(session.sparkContext())
                .broadcast(sorted(changed.keys().collect()));
        JavaPairRDD<Long, byte[]> unchanged = records(
                        read.where(version.isNull().or(version.leq(base))))
                .filter(each ->
                        Arrays.binarySearch(newer.value().getOrDefault(kind.of(each._2), NOTHING), each._1) < 0);
        return unchanged.union(changed.mapToPair(each -> new Tuple2<>(each._1._1, each._2._2)));
    }

    private Dataset<Row> parquet(String[] paths) {
        try {
            return session.read().schema(TABLE).parquet(paths);
        } catch (Exception e) { // Scala's compiler does not say which
            if (e instanceof AnalysisException) {
                throw damaged("one of " + String.join(", ", paths) + " is not there (" + LogPlan.firstLine(e) + ")");
            }
            throw e;
        }
    }

    private static JavaPairRDD<Long, byte[]> records(Dataset<Row> rows) {
        return rows.javaRDD().mapToPair(row -> new Tuple2<>(row.getLong(0), row.getAs(1)));
    }

    /** By kind, the keys in order. */
    private static Map<Integer, long[]> sorted(List<Tuple2<Long, Integer>> ids) {
        return new HashMap<>(ids.stream()
                .collect(Collectors.groupingBy(
                        Tuple2::_2,
                        Collectors.collectingAndThen(
                                Collectors.mapping(Tuple2::_1, Collectors.toList()),
                                keys -> keys.stream()
                                        .mapToLong(key -> key)
                                        .sorted()
                                        .toArray()))));
    }

    private String path(String version, String file) {
        return name + "/" + version + "/" + file;
    }

    /**
     * Writes a version and makes it the newest one; that before it stays, with all that both are read from, older ones go.
     *
     * @param number its number, greater than that of the newest one
     * @param notes whatever the caller wants to know with it
     */
    void write(HistoryState state, String bundleId, long number, Map<String, String> notes) throws IOException {
        Optional<Version> before = current();
        String version =
                String.format("version-%d-%08x", number, UUID.randomUUID().hashCode());
        byte[] shared = state.shared().toBytes();
        write(path(version, SHARED), shared);
        List<Layer> layers = new ArrayList<>();
        if (before.isPresent()
                && state.changes().isPresent()
                && goesOn(before.get().layers())) {
            layers.addAll(before.get().layers());
            write(state.changes().get().values(), number, path(version, "values"));
            write(byKey(state.changes().get().users()), number, path(version, "users"));
        } else {
            write(state.values(), number, path(version, "values"));
            write(byKey(state.users()), number, path(version, "users"));
        }
        layers.add(new Layer(version, number, rows(version, "values"), rows(version, "users")));
        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("format", FORMAT).put("bundle", bundleId);
        manifest.put("newestMicros", state.shared().newestMicros()).put("sharedSha256", sha256(shared));
        for (Layer layer : layers) {
            manifest.withArray("layers")
                    .addObject()
                    .put("directory", layer.directory())
                    .put("values", layer.values())
                    .put("users", layer.users());
        }
        ObjectNode noted = manifest.putObject(NOTES);
        notes.forEach(noted::put);
        write(path(version, MANIFEST), (JSON.writeValueAsString(manifest) + "\n").getBytes(StandardCharsets.UTF_8));
        Set<String> needed = new HashSet<>();
        layers.forEach(layer -> needed.add(layer.directory()));
        before.ifPresent(last -> last.layers().forEach(layer -> needed.add(layer.directory())));
        for (String each : begun()) {
            if (!needed.contains(each)) {
                remove(name + "/" + each);
            }
        }
    }

    /** Whether a version of changes alone may follow these; else it is time to write all records again. */
    private static boolean goesOn(List<Layer> layers) {
        Layer all = layers.get(0);
        long changed = layers.stream()
                .skip(1)
                .mapToLong(layer -> layer.values() + layer.users())
                .sum();
        return layers.size() < MAX_LAYERS
                && changed <= Math.min(MAX_CHANGED, Math.max(FEW_CHANGED, (all.values() + all.users()) / 2));
    }

    private static JavaPairRDD<Long, byte[]> byKey(JavaPairRDD<UserKey, byte[]> users) {
        return users.mapToPair(each -> new Tuple2<>(each._1.user, each._2));
    }

    private long rows(String version, String table) {
        return session.read().schema(TABLE).parquet(path(version, table)).count();
    }

    private void write(JavaPairRDD<Long, byte[]> records, long number, String path) {
        JavaRDD<Row> rows = records.map(each -> RowFactory.create(each._1, each._2, number));
        session.createDataFrame(rows, TABLE).write().parquet(path);
    }

    private void write(String path, byte[] bytes) throws IOException {
        Path file = new Path(path);
        try (FSDataOutputStream out =
                files.create(file, false, BUFFER, files.getDefaultReplication(file), files.getDefaultBlockSize(file))) {
            out.write(bytes);
        }
    }

    /** By the protocol that writes Spark's own files: the Hadoop that Octet is compiled with cannot delete. */
    private void remove(String path) {
        new HadoopMapReduceCommitProtocol("octet-state", name, false).deleteWithJob(files, new Path(path), true);
    }

    /**
     * Records that a version wrote.
     *
     * @param number of the version
     * @param values rows of that table
     * @param users likewise
     */
    private record Layer(String directory, long number, long values, long users) {
        static Layer of(String directory, JsonNode rows) {
            Matcher version = VERSION.matcher(directory);
            if (!version.matches()) {
                throw new IllegalArgumentException(directory + " is no version");
            }
            return new Layer(
                    directory,
                    Long.parseLong(version.group(1)),
                    rows.path("values").longValue(),
                    rows.path("users").longValue());
        }

        long rows(String table) {
            return table.equals("values") ? values : users;
        }
    }

    /** A complete version. */
    private record Version(String directory, long number, JsonNode manifest) {
        /** What holds its records: all records first, then those that changed. */
        List<Layer> layers() {
            if (!manifest.has("layers")) { // format 2
                return List.of(Layer.of(directory, manifest));
            }
            List<Layer> layers = new ArrayList<>();
            manifest.path("layers")
                    .forEach(each -> layers.add(Layer.of(each.path("directory").asText(), each)));
            return layers;
        }
    }

    /** Directories of all versions, complete or not. */
    private List<String> begun() {
        return found(SHARED).select("path").collectAsList().stream()
                .map(row -> directory(row.getString(0)))
                .filter(directory -> VERSION.matcher(directory).matches())
                .toList();
    }

    /** The version that counts; a manifest without its end is that of a run that was killed. */
    private Optional<Version> current() throws IOException {
        Version newest = null;
        for (Row row : found(MANIFEST).select("path", "content").collectAsList()) {
            String directory = directory(row.getString(0));
            Matcher version = VERSION.matcher(directory);
            String text = new String(row.<byte[]>getAs(1), StandardCharsets.UTF_8);
            if (!version.matches() || !text.endsWith("\n")) {
                continue;
            }
            long number = Long.parseLong(version.group(1));
            if (newest == null || number > newest.number()) {
                newest = new Version(directory, number, manifest(directory, text));
            }
        }
        return Optional.ofNullable(newest);
    }

    private static String directory(String path) {
        String[] parts = path.split("/");
        return parts[parts.length - 2];
    }

    private Dataset<Row> found(String file) {
        try {
            return session.read().format("binaryFile").load(name + "/version-*/" + file);
        } catch (Exception e) { // Scala's compiler does not say which
            if (e instanceof AnalysisException) {
                return session.createDataFrame(List.of(), FILES); // there is none
            }
            throw e;
        }
    }

    private JsonNode manifest(String version, String text) {
        try {
            JsonNode manifest = JSON.readTree(text);
            int format = manifest.path("format").asInt();
            if (format < FIRST_READ || format > FORMAT) {
                throw new InputException("--state " + name + " has the format "
                        + PlainText.of(manifest.path("format").asText()) + "; this Octet reads " + FIRST_READ + " to "
                        + FORMAT + ": use the Octet that wrote it");
            }
            return manifest;
        } catch (JsonProcessingException e) {
            throw damaged(version + "/" + MANIFEST + ": " + e.getMessage());
        }
    }

    private InputException damaged(String what) {
        return new InputException("--state " + name + " is damaged: " + PlainText.of(what, 1000)
                + "; copy it again, or name a new directory and start from the bundle");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
