package dev.octet.serve.desk;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.Verdicts;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Alerts, what was said of them, and the logins around them, in a SQLite database of the state directory. A batch of logins
 * is one transaction together with the number of its last login, so a process that is killed takes the rest again from the
 * journal and takes none twice. Bounded in number and age. Thread-safe: one thread writes at a time, and readers wait for
 * no writer.
 */
public final class AlertStore implements AutoCloseable {
    /** The database's name in a state directory. */
    public static final String NAME = "desk.db";

    private static final int LAYOUT = 2;
    /** Alerts had no technique. */
    private static final int WITHOUT_TECHNIQUE = 1;

    private static final long DAY_MICROS = 86_400_000_000L;
    /** Alerts of one network belong together where no more time than this is between them. */
    static final Duration CAMPAIGN_GAP = Duration.ofHours(1);
    /** The time after its first alert in which others may join a campaign: large networks have alerts all the time. */
    static final Duration CAMPAIGN_LENGTH = Duration.ofHours(24);
    /** Characters of a user name that are kept. */
    private static final int LONGEST_TEXT = 16 << 10;
    /** Characters of a name that two users are told apart by, without a digest. */
    private static final int LONGEST_KEY = 200;
    /** Logins of the user that an alert is shown with. */
    static final int TIME_LINE = 50;
    /** Users of an address or a network that an alert is shown with. */
    private static final int NEIGHBOURS = 20;

    /** Fields that tell nothing of the client, and the user agent, which changes with each update. */
    private static final Set<String> NOT_COMPARED = LoginField.values().stream()
            .filter(field -> !field.isOfClient() || field.equals(LoginField.USER_AGENT))
            .map(LoginField::jsonName)
            .collect(Collectors.toUnmodifiableSet());

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String SCHEMA = """
            CREATE TABLE login (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, taken INTEGER NOT NULL, user_key TEXT NOT NULL,
              ip TEXT, asn INTEGER, success INTEGER NOT NULL, score REAL, bundle TEXT, alert INTEGER NOT NULL, login TEXT NOT NULL);
            CREATE INDEX login_user ON login(user_key, at) WHERE user_key <> '';
            CREATE INDEX login_ip ON login(ip, at) WHERE ip IS NOT NULL;
            CREATE INDEX login_asn ON login(asn, at) WHERE asn IS NOT NULL;
            CREATE TABLE alert (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, taken INTEGER NOT NULL,
              user_key TEXT NOT NULL, ip TEXT, asn INTEGER, country TEXT, score REAL NOT NULL, threshold REAL, bundle TEXT NOT NULL,
              campaign INTEGER NOT NULL, features TEXT NOT NULL, reasons TEXT NOT NULL, search TEXT NOT NULL, login TEXT NOT NULL,
              verdict TEXT, version INTEGER NOT NULL DEFAULT 0, technique TEXT NOT NULL DEFAULT 'other');
            CREATE INDEX alert_campaign ON alert(campaign);
            CREATE INDEX alert_score ON alert(score);
            CREATE INDEX alert_at ON alert(at);
            CREATE TABLE verdict (version INTEGER PRIMARY KEY, id TEXT NOT NULL, verdict TEXT NOT NULL, said INTEGER NOT NULL,
              by TEXT NOT NULL, note TEXT NOT NULL);
            CREATE INDEX verdict_id ON verdict(id, version);
            CREATE TABLE place (last INTEGER NOT NULL, skipped INTEGER NOT NULL);
            INSERT INTO place VALUES (0, 0);
            PRAGMA user_version = 2;
            """;

    private final Connection writing;
    private final Connection reading;
    private final Keep keep;
    private final Clock clock;
    private long last;
    private volatile long changes;

    /**
     * How much is kept.
     *
     * @param logins most logins around alerts
     * @param alerts most alerts
     * @param age how long a login or an alert is kept after it was taken
     */
    public record Keep(int logins, int alerts, Duration age) {
        /** A million logins, 50,000 alerts, and this age. */
        public static Keep of(Duration age) {
            return new Keep(1_000_000, 50_000, age);
        }
    }

    private AlertStore(Connection writing, Connection reading, Keep keep, Clock clock) throws SQLException {
        this.writing = writing;
        this.reading = reading;
        this.keep = keep;
        this.clock = clock;
        last = number(writing, "SELECT last FROM place");
    }

    /**
     * Opens the database of a state directory, or makes one. One that cannot be read is put aside: everything in it but
     * the past can be made again.
     *
     * @param notes told where a database was put aside
     */
    public static AlertStore open(Path directory, Keep keep, Clock clock, Consumer<String> notes) throws IOException {
        Path file = directory.resolve(NAME);
        Files.createDirectories(directory);
        try {
            return open(file, keep, clock);
        } catch (SQLException e) {
            Path aside = file.resolveSibling(NAME + ".unreadable");
            for (String part : List.of("", "-wal", "-shm")) {
                Path each = file.resolveSibling(NAME + part);
                if (Files.exists(each)) {
                    Files.move(
                            each,
                            aside.resolveSibling(aside.getFileName() + part),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            notes.accept(file + " cannot be read (" + PlainText.of(String.valueOf(e.getMessage()), 200)
                    + "); it was moved to " + aside + ", and the desk begins without past alerts");
            try {
                return open(file, keep, clock);
            } catch (SQLException again) {
                throw new IOException(
                        "the desk's database " + file + " cannot be made: " + again.getMessage()
                                + "; make room, or leave the desk out with --no-desk",
                        again);
            }
        }
    }

    private static AlertStore open(Path file, Keep keep, Clock clock) throws SQLException {
        Connection writing = connect(file);
        try {
            long layout = number(writing, "PRAGMA user_version");
            if (layout == WITHOUT_TECHNIQUE) {
                writing.setAutoCommit(false);
                addTechniques(writing);
                writing.commit();
            } else if (layout != LAYOUT) {
                if (number(writing, "SELECT count(*) FROM sqlite_master") > 0) {
                    throw new SQLException("its layout is that of another version of Octet");
                }
                writing.setAutoCommit(false);
                execute(writing, SCHEMA.split(";\n"));
                writing.commit();
            }
            writing.setAutoCommit(false);
            Connection reading = connect(file);
            try {
                return new AlertStore(writing, reading, keep, clock);
            } catch (SQLException e) {
                reading.close();
                throw e;
            }
        } catch (SQLException e) {
            writing.close();
            throw e;
        }
    }

    /** Brings the database of an earlier version to this one. */
    private static void addTechniques(Connection writing) throws SQLException {
        execute(writing, "ALTER TABLE alert ADD COLUMN technique TEXT NOT NULL DEFAULT 'other'");
        try (PreparedStatement alerts = writing.prepareStatement("SELECT number, reasons FROM alert");
                ResultSet result = alerts.executeQuery();
                PreparedStatement update =
                        writing.prepareStatement("UPDATE alert SET technique = ? WHERE number = ?")) {
            while (result.next()) {
                update.setString(
                        1, Techniques.of(parsed(result.getString("reasons"))).key());
                update.setLong(2, result.getLong("number"));
                update.addBatch();
            }
            update.executeBatch();
        }
        execute(writing, "PRAGMA user_version = " + LAYOUT);
    }

    private static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
        execute(
                connection,
                "PRAGMA busy_timeout = 10000",
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = NORMAL",
                "PRAGMA cache_size = -16000",
                "PRAGMA temp_store = MEMORY");
        return connection;
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : statements) {
                if (!each.isBlank()) {
                    statement.execute(each);
                }
            }
        }
    }

    private static long number(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, List.of(values));
                ResultSet result = statement.executeQuery()) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, List<Object> values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        return statement;
    }

    private static UncheckedIOException failed(SQLException e) {
        return new UncheckedIOException(new IOException("the desk's database failed: " + e.getMessage(), e));
    }

    /** Number of the last login that was taken. */
    public long last() {
        synchronized (writing) {
            return last;
        }
    }

    /** A number that grows whenever alerts or verdicts have come or gone; any thread. */
    long changes() {
        return changes;
    }

    private void commit() throws SQLException {
        writing.commit();
        changes++; // by one thread at a time, which holds the lock
    }

    /** Forgets logins after a number: a machine that died has lost them, and others will have their numbers. */
    public void rewind(long number) {
        synchronized (writing) {
            if (number >= last) {
                return;
            }
            try {
                for (String sql : List.of(
                        "DELETE FROM login WHERE number > ?",
                        "DELETE FROM alert WHERE number > ?",
                        "UPDATE place SET last = ?")) {
                    try (PreparedStatement statement = prepare(writing, sql, List.of(number))) {
                        statement.executeUpdate();
                    }
                }
                commit();
                last = number;
            } catch (SQLException e) {
                throw undone(e);
            }
        }
    }

    /** A name that users are told apart by; long ones are cut, with a digest of the whole. */
    static String key(String user) {
        if (user.length() <= LONGEST_KEY) {
            return user;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(user.getBytes(StandardCharsets.UTF_8));
            return user.substring(0, LONGEST_KEY) + "\u2026" + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A login as JSON on one line: the fields that it has, under the names of {@code POST /v1/score}. */
    static String json(LoginEvent event) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JsonText.generator(text)) {
            json.writeStartObject();
            for (LoginField field : fields(event)) {
                if (event.isMissing(field)) {
                    continue;
                }
                json.writeFieldName(field.jsonName());
                switch (field.kind()) {
                    case TIME -> json.writeString(time(event.timeMicros()));
                    case OUTCOME -> json.writeBoolean(event.success());
                    case ADDRESS -> json.writeString(event.ip().toString());
                    case NETWORK -> json.writeNumber(event.asn());
                    case TEXT -> json.writeString(PlainText.shortened(event.text(field), LONGEST_TEXT));
                    case NUMBER -> json.writeNumber(event.number(field));
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }

    /** The fields of the table, then the log's own. */
    private static List<LoginField> fields(LoginEvent event) {
        return Stream.concat(LoginField.values().stream(), event.extraFields().stream())
                .toList();
    }

    static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /** As {@link #take(List, long, long)}, where none is left out. */
    public List<DeskLogin> take(List<DeskLogin> logins) {
        return take(logins, logins.isEmpty() ? 0 : logins.get(logins.size() - 1).number(), 0);
    }

    /**
     * Takes logins, all or none. One that has been taken is passed over.
     *
     * @param logins in the order of their numbers
     * @param upTo number of the last login, also where that is left out
     * @param leftOut logins up to that one that are not kept, as they raised no alert and came too fast
     * @return the alerts among them
     */
    public List<DeskLogin> take(List<DeskLogin> logins, long upTo, long leftOut) {
        synchronized (writing) {
            try {
                List<DeskLogin> alerts = insert(logins, upTo, leftOut);
                if (alerts.isEmpty()) {
                    writing.commit();
                } else {
                    commit();
                }
                last = Math.max(last, upTo);
                return alerts;
            } catch (SQLException e) {
                throw undone(e);
            }
        }
    }

    private UncheckedIOException undone(SQLException e) {
        try {
            writing.rollback();
        } catch (SQLException also) {
            e.addSuppressed(also);
        }
        return failed(e);
    }

    private List<DeskLogin> insert(List<DeskLogin> logins, long upTo, long leftOut) throws SQLException {
        List<DeskLogin> alerts = new ArrayList<>();
        long now = clock.millis();
        try (PreparedStatement login = writing.prepareStatement(
                        "INSERT OR IGNORE INTO login VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                PreparedStatement place =
                        writing.prepareStatement("UPDATE place SET last = max(last, ?), skipped = skipped + ?")) {
            for (DeskLogin each : logins) {
                if (each.number() <= last) {
                    continue;
                }
                LoginEvent event = each.event();
                String json = json(event);
                login.setLong(1, each.number());
                login.setLong(2, event.timeMicros());
                login.setLong(3, now);
                login.setString(4, key(event.user()));
                login.setString(5, event.ip().isMissing() ? null : event.ip().toString());
                login.setObject(6, event.asn() < 0 ? null : event.asn());
                login.setInt(7, event.success() ? 1 : 0);
                login.setObject(8, each.scored() ? each.score() : null);
                login.setString(9, each.scored() ? each.bundle() : null);
                login.setInt(10, each.alert() ? 1 : 0);
                login.setString(11, json);
                login.addBatch();
                if (each.alert()) {
                    insertAlert(each, json, now);
                    alerts.add(each);
                }
            }
            login.executeBatch();
            place.setLong(1, upTo);
            place.setLong(2, leftOut);
            place.executeUpdate();
        }
        return alerts;
    }

    private void insertAlert(DeskLogin alert, String json, long now) throws SQLException {
        LoginEvent event = alert.event();
        List<String> features = new ArrayList<>();
        StringBuilder search = new StringBuilder();
        JsonNode reasons = parsed(alert.reasons());
        for (JsonNode reason : reasons) {
            features.add(reason.path("feature").asText());
            search.append(reason.path("text").asText()).append('\n');
        }
        String technique = Techniques.of(reasons).key();
        search.append(key(event.user()))
                .append('\n')
                .append(event.ip().isMissing() ? "" : event.ip())
                .append('\n')
                .append(event.asn() < 0 ? "" : "as " + event.asn() + " as" + event.asn())
                .append('\n');
        for (LoginField field : fields(event)) {
            if (field.kind() == LoginField.Kind.TEXT && field != LoginField.USER) {
                search.append(PlainText.shortened(event.text(field), 1000)).append('\n');
            }
        }
        search.append(alert.id());
        try (PreparedStatement insert = writing.prepareStatement("""
                INSERT OR IGNORE INTO alert (number, id, at, taken, user_key, ip, asn, country, score, threshold, bundle, campaign,
                  features, reasons, search, login, technique, verdict, version)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                  (SELECT nullif(verdict, 'withdrawn') FROM verdict WHERE id = ?2 ORDER BY version DESC LIMIT 1),
                  (SELECT coalesce(max(version), 0) FROM verdict WHERE id = ?2))
                """)) {
            insert.setLong(1, alert.number());
            insert.setString(2, alert.id());
            insert.setLong(3, event.timeMicros());
            insert.setLong(4, now);
            insert.setString(5, key(event.user()));
            insert.setString(6, event.ip().isMissing() ? null : event.ip().toString());
            insert.setObject(7, event.asn() < 0 ? null : event.asn());
            insert.setString(8, event.country().isEmpty() ? null : event.country());
            insert.setDouble(9, alert.score());
            insert.setObject(10, Double.isFinite(alert.threshold()) ? alert.threshold() : null);
            insert.setString(11, alert.bundle());
            insert.setLong(12, campaign(alert));
            insert.setString(13, " " + String.join(" ", features) + " ");
            insert.setString(14, alert.reasons());
            insert.setString(15, search.toString().toLowerCase(Locale.ROOT));
            insert.setString(16, json);
            insert.setString(17, technique);
            insert.executeUpdate();
        }
    }

    /** The number of the first alert that this one belongs to: of its address, its network or its user, a short time before. */
    private long campaign(DeskLogin alert) throws SQLException {
        LoginEvent event = alert.event();
        long from = event.timeMicros() - CAMPAIGN_GAP.toNanos() / 1000;
        long to = event.timeMicros() + CAMPAIGN_GAP.toNanos() / 1000;
        String sql =
                "SELECT a.campaign FROM alert a JOIN alert f ON f.number = a.campaign WHERE a.at BETWEEN ? AND ? AND a.%s ="
                        + " ? AND f.at > " + (event.timeMicros() - CAMPAIGN_LENGTH.toNanos() / 1000)
                        + " ORDER BY a.at DESC LIMIT 1";
        if (!event.ip().isMissing()) {
            long same =
                    number(writing, sql.formatted("ip"), from, to, event.ip().toString());
            if (same > 0) {
                return same;
            }
        }
        if (event.asn() >= 0) {
            long same = number(writing, sql.formatted("asn"), from, to, event.asn());
            if (same > 0) {
                return same;
            }
        }
        if (!event.user().isEmpty()) {
            long same = number(writing, sql.formatted("user_key"), from, to, key(event.user()));
            if (same > 0) {
                return same;
            }
        }
        return alert.number();
    }

    /**
     * Takes what has been said, in the order of the verdict log, in place of what was known of it. A verdict's version is its
     * place in the log.
     */
    public void restore(List<Verdicts.Entry> log) {
        synchronized (writing) {
            try {
                execute(writing, "DELETE FROM verdict", "UPDATE alert SET verdict = NULL, version = 0");
                insertVerdicts(log);
                commit();
            } catch (SQLException e) {
                throw undone(e);
            }
        }
    }

    /** Takes what was said just now. */
    public void judged(List<Verdicts.Entry> entries) {
        synchronized (writing) {
            try {
                insertVerdicts(entries);
                commit();
            } catch (SQLException e) {
                throw undone(e);
            }
        }
    }

    private void insertVerdicts(List<Verdicts.Entry> entries) throws SQLException {
        long version = number(writing, "SELECT coalesce(max(version), 0) FROM verdict");
        try (PreparedStatement verdict = writing.prepareStatement("INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?)");
                PreparedStatement alert = writing.prepareStatement(
                        "UPDATE alert SET verdict = nullif(?, 'withdrawn'), version = ? WHERE id = ?")) {
            for (Verdicts.Entry entry : entries) {
                version++;
                verdict.setLong(1, version);
                verdict.setString(2, entry.id());
                verdict.setString(3, entry.verdict().spelled());
                verdict.setLong(4, entry.said().toEpochMilli());
                verdict.setString(5, entry.by());
                verdict.setString(6, entry.note());
                verdict.executeUpdate();
                alert.setString(1, entry.verdict().spelled());
                alert.setLong(2, version);
                alert.setString(3, entry.id());
                alert.executeUpdate();
            }
        }
    }

    /** Deletes what is too much or too old. */
    public void tidy() {
        synchronized (writing) {
            try {
                long before = clock.millis() - keep.age().toMillis();
                for (String table : List.of("login", "alert")) {
                    int most = table.equals("login") ? keep.logins() : keep.alerts();
                    long keptFrom = number(
                            writing,
                            "SELECT number FROM " + table + " ORDER BY number DESC LIMIT 1 OFFSET " + (most - 1));
                    long young = number(
                            writing,
                            "SELECT coalesce((SELECT number FROM " + table
                                    + " WHERE taken >= ? ORDER BY number LIMIT 1), (SELECT max(number) + 1 FROM "
                                    + table
                                    + "), 0)",
                            before);
                    try (PreparedStatement delete = prepare(
                            writing,
                            "DELETE FROM " + table + " WHERE number < ?",
                            List.of(Math.max(keptFrom, young)))) {
                        delete.executeUpdate();
                    }
                }
                commit();
            } catch (SQLException e) {
                throw undone(e);
            }
        }
    }

    /** Makes one tree of a row of a result. */
    private interface Row<T> {
        T of(ResultSet result) throws SQLException;
    }

    private <T> List<T> query(String sql, List<Object> values, Row<T> row) {
        synchronized (reading) {
            try (PreparedStatement statement = prepare(reading, sql, values);
                    ResultSet result = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(row.of(result));
                }
                return rows;
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("the desk's database holds JSON that was written as such", e);
        }
    }

    private static final String BRIEF =
            "number, id, at, score, threshold, bundle, campaign, technique, reasons, login, verdict, version";

    private static ObjectNode brief(ResultSet result) throws SQLException {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("number", result.getLong("number"));
        tree.put("id", result.getString("id"));
        tree.put("time", time(result.getLong("at")));
        tree.put("score", result.getDouble("score"));
        double threshold = result.getDouble("threshold");
        if (result.wasNull()) {
            tree.putNull("threshold");
        } else {
            tree.put("threshold", threshold);
        }
        tree.put("bundle", result.getString("bundle"));
        tree.put("campaign", result.getLong("campaign"));
        tree.set("technique", Techniques.of(result.getString("technique")).json());
        tree.set("reasons", parsed(result.getString("reasons")));
        tree.set("login", parsed(result.getString("login")));
        tree.put("verdict", result.getString("verdict"));
        tree.put("version", result.getLong("version"));
        return tree;
    }

    /** The alerts of a filter. */
    ArrayNode list(Filter filter) {
        ArrayNode alerts = JsonNodeFactory.instance.arrayNode();
        query(
                        "SELECT " + BRIEF + " FROM alert WHERE " + filter.where() + " ORDER BY "
                                + filter.order().sql() + " LIMIT " + filter.limit() + " OFFSET " + filter.offset(),
                        filter.values(),
                        AlertStore::brief)
                .forEach(alerts::add);
        return alerts;
    }

    /** What alerts are grouped by: a column of the table. */
    enum Group {
        CAMPAIGN,
        TECHNIQUE;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The campaigns or techniques of a filter, each with its newest or highest alert. */
    ArrayNode groups(Filter filter, Group by) {
        String column = by.key();
        String what = filter.order() == Filter.Order.NEWEST ? "number" : "score";
        List<Object> values = new ArrayList<>(filter.values());
        values.addAll(filter.values());
        ArrayNode groups = JsonNodeFactory.instance.arrayNode();
        List<ObjectNode> found = query(
                "SELECT g.alerts, g.users, g.addresses, g.networks, g.first, g.newest, g.highest, g.open, a.* FROM (SELECT"
                        + " " + column + " AS of, max(" + what
                        + ") AS greatest, count(*) AS alerts, count(DISTINCT user_key) AS users,"
                        + " count(DISTINCT ip) AS addresses, count(DISTINCT asn) AS networks, min(at) AS first, max(at) AS newest,"
                        + " max(score) AS highest, sum(verdict IS NULL) AS open FROM alert WHERE " + filter.where()
                        + " GROUP BY " + column + " ORDER BY greatest DESC, of DESC LIMIT " + filter.limit()
                        + " OFFSET "
                        + filter.offset()
                        + ") g JOIN alert a ON a.number = (SELECT number FROM alert WHERE " + column + " = g.of AND "
                        + filter.where() + " ORDER BY " + filter.order().sql()
                        + " LIMIT 1) ORDER BY g.greatest DESC, g.of DESC",
                values,
                result -> {
                    ObjectNode group = JsonNodeFactory.instance.objectNode();
                    switch (by) {
                        case CAMPAIGN -> group.put("campaign", result.getLong("campaign"));
                        case TECHNIQUE ->
                            group.set(
                                    "technique",
                                    Techniques.of(result.getString("technique")).json());
                    }
                    group.put("alerts", result.getLong("alerts"));
                    group.put("open", result.getLong("open"));
                    group.put("users", result.getLong("users"));
                    group.put("addresses", result.getLong("addresses"));
                    group.put("networks", result.getLong("networks"));
                    group.put("first", time(result.getLong("first")));
                    group.put("last", time(result.getLong("newest")));
                    group.put("highest", result.getDouble("highest"));
                    group.set("head", brief(result));
                    return group;
                });
        found.forEach(groups::add);
        return groups;
    }

    /** Alerts of a filter, of all states: {@code open}, {@code judged}, {@code all}. */
    ObjectNode counts(Filter filter) {
        return query(
                        "SELECT count(*) AS all_of_them, sum(verdict IS NULL) AS open FROM alert WHERE "
                                + filter.where(),
                        filter.values(),
                        result -> {
                            ObjectNode counts = JsonNodeFactory.instance.objectNode();
                            long all = result.getLong("all_of_them");
                            counts.put("open", result.getLong("open"));
                            counts.put("judged", all - result.getLong("open"));
                            counts.put("all", all);
                            return counts;
                        })
                .get(0);
    }

    /** The newest number, and the alerts of the day up to the newest login. */
    ObjectNode newest() {
        long newest = one("SELECT coalesce(max(at), 0) FROM login");
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("number", one("SELECT coalesce(max(number), 0) FROM alert"));
        tree.put("newest_login", newest == 0 ? null : time(newest));
        tree.put(
                "alerts_of_last_day",
                one("SELECT count(*) FROM alert WHERE at > ? AND at <= ?", newest - DAY_MICROS, newest));
        return tree;
    }

    private long one(String sql, Object... values) {
        return query(sql, List.of(values), result -> result.getLong(1)).get(0);
    }

    /** What an alert's values are filtered by: those that are there, the most frequent first. */
    ObjectNode choices() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        for (String column : List.of("country", "asn")) {
            ArrayNode values = tree.putArray(column.equals("asn") ? "network" : column);
            query(
                            "SELECT " + column + " AS value, count(*) AS alerts FROM alert WHERE " + column
                                    + " IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 100",
                            List.of(),
                            result -> result.getString("value"))
                    .forEach(values::add);
        }
        ArrayNode techniques = tree.putArray("technique");
        List<String> seen = query("SELECT DISTINCT technique FROM alert", List.of(), result -> result.getString(1));
        Techniques.all().stream()
                .filter(each -> seen.contains(each.key()))
                .forEach(each -> techniques.addObject().put("value", each.key()).put("label", each.label()));
        ArrayNode reasons = tree.putArray("reason");
        query("SELECT DISTINCT features FROM alert LIMIT 1000", List.of(), result -> result.getString(1)).stream()
                .flatMap(text -> List.of(text.strip().split(" ")).stream())
                .filter(text -> !text.isEmpty())
                .distinct()
                .sorted()
                .forEach(reasons::add);
        return tree;
    }

    /** An alert with everything around it. */
    Optional<ObjectNode> alert(String id) {
        List<ObjectNode> found = query("SELECT " + BRIEF + " FROM alert WHERE id = ?", List.of(id), AlertStore::brief);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode alert = found.get(0);
        JsonNode login = alert.get("login");
        long number = alert.get("number").longValue();
        long at = ChronoUnit.MICROS.between(
                Instant.EPOCH, Instant.parse(alert.get("time").textValue()));
        ArrayNode line = alert.putArray("user_logins");
        if (login.path("user").asText().length() > 0) {
            query(
                            "SELECT number, success, alert, score, login FROM login WHERE user_key = ? AND user_key <> ''"
                                    + " AND (at < ? OR at = ? AND number <= ?) ORDER BY at DESC, number DESC LIMIT "
                                    + TIME_LINE,
                            List.of(key(login.path("user").asText()), at, at, number),
                            AlertStore::loginOf)
                    .forEach(line::add);
        }
        alert.set("new_values", newValues(login, line, number));
        long day = Math.floorDiv(at, DAY_MICROS) * DAY_MICROS;
        if (login.has("ip")) {
            alert.set("address", neighbours("ip", login.get("ip").asText(), day));
        }
        if (login.has("asn")) {
            alert.set("network", neighbours("asn", login.get("asn").longValue(), day));
        }
        ArrayNode campaign = alert.putArray("campaign_alerts");
        query(
                        "SELECT " + BRIEF + " FROM alert WHERE campaign = ? ORDER BY at, number LIMIT 200",
                        List.of(alert.get("campaign").longValue()),
                        AlertStore::brief)
                .forEach(campaign::add);
        alert.set("verdicts", verdicts(id));
        return Optional.of(alert);
    }

    /** What was said of a login, the latest first. */
    ArrayNode verdicts(String id) {
        ArrayNode verdicts = JsonNodeFactory.instance.arrayNode();
        query("SELECT * FROM verdict WHERE id = ? ORDER BY version DESC LIMIT 50", List.of(id), result -> {
                    ObjectNode verdict = JsonNodeFactory.instance.objectNode();
                    verdict.put("version", result.getLong("version"));
                    verdict.put("verdict", result.getString("verdict"));
                    verdict.put(
                            "said", Instant.ofEpochMilli(result.getLong("said")).toString());
                    verdict.put("by", result.getString("by"));
                    verdict.put("note", result.getString("note"));
                    return verdict;
                })
                .forEach(verdicts::add);
        return verdicts;
    }

    private static ObjectNode loginOf(ResultSet result) throws SQLException {
        ObjectNode tree = (ObjectNode) parsed(result.getString("login"));
        tree.put("number", result.getLong("number"));
        tree.put("alert", result.getInt("alert") == 1);
        double score = result.getDouble("score");
        if (!result.wasNull()) {
            tree.put("score", score);
        }
        return tree;
    }

    /** In how many of the user's earlier successful logins each value of this one is. */
    private static ArrayNode newValues(JsonNode login, ArrayNode line, long number) {
        ArrayNode values = JsonNodeFactory.instance.arrayNode();
        for (Map.Entry<String, JsonNode> each : login.properties()) {
            String name = each.getKey();
            JsonNode value = each.getValue();
            if (NOT_COMPARED.contains(name) || value.isFloatingPointNumber()) {
                continue;
            }
            int among = 0;
            int same = 0;
            for (JsonNode earlier : line) {
                if (earlier.get("number").longValue() < number
                        && earlier.path("success").asBoolean()
                        && earlier.has(name)) {
                    among++;
                    same += earlier.get(name).equals(value) ? 1 : 0;
                }
            }
            values.addObject()
                    .put("field", name)
                    .put("value", value.asText())
                    .put("same", same)
                    .put("among", among);
        }
        return values;
    }

    /** What else came from an address or a network on the day. */
    private ObjectNode neighbours(String column, Object value, long day) {
        String which = " FROM login WHERE " + column + " = ? AND " + column + " IS NOT NULL AND at >= ? AND at < ?";
        List<Object> values = List.of(value, day, day + DAY_MICROS);
        ObjectNode tree = query(
                        "SELECT count(*) AS logins, sum(success = 0) AS failures, count(DISTINCT user_key) AS users,"
                                + " sum(alert) AS alerts" + which,
                        values,
                        result -> JsonNodeFactory.instance
                                .objectNode()
                                .put("logins", result.getLong("logins"))
                                .put("failures", result.getLong("failures"))
                                .put("users", result.getLong("users"))
                                .put("alerts", result.getLong("alerts")))
                .get(0);
        ArrayNode users = tree.putArray("most");
        query(
                        "SELECT user_key, count(*) AS logins, sum(success = 0) AS failures, sum(alert) AS alerts, max(login) AS"
                                + " login" + which + " GROUP BY user_key ORDER BY alerts DESC, logins DESC LIMIT "
                                + NEIGHBOURS,
                        values,
                        result -> JsonNodeFactory.instance
                                .objectNode()
                                .put(
                                        "user",
                                        parsed(result.getString("login"))
                                                .path("user")
                                                .asText())
                                .put("logins", result.getLong("logins"))
                                .put("failures", result.getLong("failures"))
                                .put("alerts", result.getLong("alerts")))
                .forEach(users::add);
        tree.put("day", time(day).substring(0, 10));
        return tree;
    }

    /** What is needed of an alert to judge it. */
    record Judgeable(Verdicts.Entry withoutVerdict, String verdict, long version) {}

    Optional<Judgeable> judgeable(String id) {
        return query("SELECT * FROM alert WHERE id = ?", List.of(id), result -> {
                    double threshold = result.getDouble("threshold");
                    boolean finite = !result.wasNull();
                    return new Judgeable(
                            new Verdicts.Entry(
                                    id,
                                    Verdicts.Verdict.UNSURE,
                                    Instant.EPOCH,
                                    result.getLong("at"),
                                    parsed(result.getString("login"))
                                            .path("user")
                                            .asText(),
                                    result.getDouble("score"),
                                    finite ? threshold : Double.NEGATIVE_INFINITY,
                                    true,
                                    result.getString("bundle"),
                                    "",
                                    ""),
                            result.getString("verdict"),
                            result.getLong("version"));
                })
                .stream()
                .findFirst();
    }

    /** The scores that are kept. */
    public interface Scores {
        /** Takes one. */
        void take(String id, long timeMicros, double score, String bundle) throws IOException;
    }

    /** Hands out the score of each login that is kept; ids are those of alerts, and numbers for others. */
    public void scores(Scores scores) throws IOException {
        record Score(String id, long at, double score, String bundle) {}
        List<Score> all = query(
                "SELECT coalesce(a.id, 'login ' || l.number) AS id, l.at, l.score, l.bundle FROM login l LEFT JOIN alert a ON"
                        + " a.number = l.number WHERE l.score IS NOT NULL",
                List.of(),
                result -> new Score(
                        result.getString("id"),
                        result.getLong("at"),
                        result.getDouble("score"),
                        result.getString("bundle")));
        for (Score each : all) {
            scores.take(each.id, each.at, each.score, each.bundle);
        }
    }

    /** What the kept logins tell of how well it works: of the last hour and of the last day before the newest login. */
    ObjectNode health() {
        long newest = one("SELECT coalesce(max(at), 0) FROM login");
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("newest", newest == 0 ? null : time(newest));
        tree.put("logins", one("SELECT count(*) FROM login"));
        tree.put("alerts", one("SELECT count(*) FROM alert"));
        tree.put("skipped", one("SELECT skipped FROM place"));
        List<Object> latest = List.of(one("SELECT coalesce(max(number), 0) FROM login") - 10_000);
        query(
                "SELECT count(*) AS latest, sum(success) AS successes, sum(score IS NOT NULL) AS scored, sum(asn IS NULL) AS"
                        + " without_network, sum(ip IS NULL) AS without_address, min(at) AS first, max(at) AS newest, sum(alert)"
                        + " AS alerts FROM login WHERE number > ?",
                latest,
                result -> {
                    for (String name :
                            List.of("latest", "successes", "scored", "without_network", "without_address", "alerts")) {
                        tree.put("latest".equals(name) ? name : "latest_" + name, result.getLong(name));
                    }
                    tree.put("latest_days", (result.getLong("newest") - result.getLong("first")) / (double) DAY_MICROS);
                    return tree;
                });
        return tree;
    }

    @Override
    public void close() throws IOException {
        try {
            synchronized (reading) {
                reading.close();
            }
            synchronized (writing) {
                writing.close();
            }
        } catch (SQLException e) {
            throw new IOException("the desk's database cannot be closed: " + e.getMessage(), e);
        }
    }
}
