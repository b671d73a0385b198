package dev.octet.event;

import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.sqlite.SQLiteConfig;

/**
 * A query that is running: a read-only connection of its own, forward only, a thousand rows at a time, so that the
 * result is never in memory as a whole. Not thread-safe.
 */
final class JdbcQuery implements AutoCloseable {
    private static final int ROWS_AT_A_TIME = 1000;
    /** Not the database in memory, whose tables are files that the query names. */
    private static final String DUCKDB_FILE = "jdbc:duckdb:(?!:memory:).+";

    private final String name;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> columns = new ArrayList<>();
    private final List<Boolean> zoned = new ArrayList<>();
    private ResultSet rows;

    private JdbcQuery(String name) {
        this.name = name;
    }

    /**
     * Connects and starts the query.
     *
     * @param environment where user and password stand
     * @throws InputException if there is no driver, no connection, or the query is not understood
     */
    static JdbcQuery start(JdbcDatabase database, String query, Map<String, String> environment) throws IOException {
        JdbcQuery started = new JdbcQuery(database.name());
        try {
            started.run(database, query, environment);
            return started;
        } catch (SQLException e) {
            started.close();
            throw started.failed("cannot be read", e);
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void run(JdbcDatabase database, String query, Map<String, String> environment)
            throws SQLException, IOException {
        Properties properties = new Properties();
        if (database.url().startsWith(JdbcDatabase.SQLITE)) {
            // SQLite can only be opened read-only, not made so, and would create a file that is not there
            SQLiteConfig config = new SQLiteConfig();
            config.setReadOnly(true);
            properties.putAll(config.toProperties());
        } else if (database.url().matches(DUCKDB_FILE)) {
            properties.setProperty("duckdb.read_only", "true"); // can only be opened so either
        }
        if (environment.containsKey(JdbcDatabase.USER)) {
            properties.setProperty("user", environment.get(JdbcDatabase.USER));
        }
        if (environment.containsKey(JdbcDatabase.PASSWORD)) {
            properties.setProperty("password", environment.get(JdbcDatabase.PASSWORD));
        }
        Connection connection = driver(database).connect(database.url(), properties);
        if (connection == null) {
            throw new InputException(name + ": the driver does not take this URL; check it");
        }
        open.add(connection);
        String select = SelectStatement.check(query, quotesInBrackets(connection.getMetaData()));
        askForReading(connection);
        // PostgreSQL hands a result over bit by bit only within a transaction
        connection.setAutoCommit(false);
        open.add(connection::rollback);
        Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        open.add(statement);
        statement.setFetchSize(ROWS_AT_A_TIME);
        rows = statement.executeQuery(select);
        open.add(rows);
        ResultSetMetaData described = rows.getMetaData();
        for (int i = 1; i <= described.getColumnCount(); i++) {
            columns.add(described.getColumnLabel(i));
            String type = String.valueOf(described.getColumnTypeName(i)).toLowerCase(Locale.ROOT);
            zoned.add(described.getColumnType(i) == Types.TIMESTAMP_WITH_TIMEZONE
                    || type.equals("timestamptz")
                    || type.contains("with time zone"));
        }
    }

    /** A driver without such a switch has the check of the query, and the rollback at its end. */
    private static void askForReading(Connection connection) throws SQLException {
        try {
            connection.setReadOnly(true);
        } catch (SQLException e) {
            if (connection.isClosed()) {
                throw e;
            }
        }
    }

    /** SQLite and SQL Server give another way of quoting as theirs, and take brackets too. */
    private static boolean quotesInBrackets(DatabaseMetaData database) throws SQLException {
        return String.valueOf(database.getIdentifierQuoteString()).startsWith("[")
                || List.of("SQLite", "Microsoft SQL Server").contains(database.getDatabaseProductName());
    }

    private Driver driver(JdbcDatabase database) throws SQLException, IOException {
        List<Driver> candidates;
        if (database.driver().isPresent()) {
            candidates = driversIn(database.driver().get());
        } else {
            candidates = DriverManager.drivers().toList();
        }
        for (Driver candidate : candidates) {
            if (candidate.acceptsURL(database.url())) {
                return candidate;
            }
        }
        String found = String.join(
                ", ",
                candidates.stream().map(driver -> driver.getClass().getName()).toList());
        throw new InputException(name + ": no driver for this URL"
                + database.driver().map(jar -> " in " + jar).orElse("")
                + " (found: " + (found.isEmpty() ? "none" : found)
                + "). SQLite's is built in; for another name its jar: data.format.jdbc.driver: driver.jar, or"
                + " OCTET_CLASSPATH=driver.jar in the environment");
    }

    private List<Driver> driversIn(Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            throw new InputException("the driver " + jar + " does not exist or is no file; data.format.jdbc.driver must"
                    + " name the jar of a JDBC driver");
        }
        URLClassLoader loader = new URLClassLoader(new URL[] {url(jar)}, ClassLoader.getPlatformClassLoader());
        open.add(loader);
        List<Driver> drivers = new ArrayList<>();
        try {
            ServiceLoader.load(Driver.class, loader).forEach(drivers::add);
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new InputException("the driver " + jar + " cannot be loaded: " + e, e);
        }
        return drivers;
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new InputException("the driver " + jar + " has no URL: " + e.getMessage(), e);
        }
    }

    /** What messages call the database. */
    String name() {
        return name;
    }

    /** Names of the columns of the result, in its order. */
    List<String> columns() {
        return columns;
    }

    /**
     * The place of a column in the result, 0-based: by its exact name or, as databases spell names their own way, by the
     * only one that differs from it in capitals.
     *
     * @throws InputException if there is none, or more than one
     */
    int indexOf(String column) {
        List<Integer> exact = new ArrayList<>();
        List<Integer> similar = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equals(column)) {
                exact.add(i);
            }
            if (columns.get(i).equalsIgnoreCase(column)) {
                similar.add(i);
            }
        }
        List<Integer> found = exact.isEmpty() ? similar : exact;
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new InputException(name + ": the query's result has " + (found.isEmpty() ? "no" : "more than one")
                + " column " + column + ". Found: " + PlainText.of(String.join(", ", columns), 1000)
                + ". Name its columns as the config does, e.g. SELECT login_time AS " + column);
    }

    /** Goes to the next row; false after the last. */
    boolean next(long rowsSoFar) {
        try {
            return rows.next();
        } catch (SQLException e) {
            throw failed("stopped after " + rowsSoFar + " rows", e);
        }
    }

    /** A value as text; {@code ""} for NULL. */
    String text(int column) {
        try {
            Object value = rows.getObject(column + 1);
            if (value == null) {
                return "";
            }
            if (value instanceof Double || value instanceof Float) {
                // no exponent, which no time and no number of a log has
                double number = ((Number) value).doubleValue();
                return Double.isFinite(number) ? BigDecimal.valueOf(number).toPlainString() : value.toString();
            }
            return value instanceof BigDecimal decimal ? decimal.toPlainString() : other(column, value);
        } catch (SQLException e) {
            throw failed("has a value in column " + columns.get(column) + " that cannot be read", e);
        }
    }

    private String other(int column, Object value) throws SQLException {
        String text = value instanceof Number || value instanceof Boolean || value instanceof String
                ? value.toString()
                : rows.getString(column + 1);
        return text == null ? "" : text;
    }

    /** A value that the database knows to be a time: a local one, or an instant; {@code null} where it is something else. */
    Temporal time(int column) {
        try {
            Object value = rows.getObject(column + 1);
            if (value instanceof LocalDateTime || value instanceof Instant) {
                return (Temporal) value;
            }
            if (value instanceof OffsetDateTime offset) {
                return offset.toInstant();
            }
            if (value instanceof ZonedDateTime zonedTime) {
                return zonedTime.toInstant();
            }
            if (value instanceof Timestamp timestamp) {
                // a Timestamp without a zone went through the zone of this machine, which may skip its hour
                return zoned.get(column) ? timestamp.toInstant() : rows.getObject(column + 1, LocalDateTime.class);
            }
            return null;
        } catch (SQLException e) {
            throw failed("has a time in column " + columns.get(column) + " that cannot be read", e);
        }
    }

    private InputException failed(String what, SQLException e) {
        return new InputException(name + " " + what + ": " + PlainText.of(String.valueOf(e.getMessage()), 500), e);
    }

    @Override
    public void close() throws IOException {
        List<AutoCloseable> latestFirst = new ArrayList<>(open);
        Collections.reverse(latestFirst);
        open.clear();
        IOException failure = null;
        for (AutoCloseable each : latestFirst) {
            try {
                each.close();
            } catch (Exception e) {
                IOException one = new IOException(name + " cannot be closed: " + e.getMessage(), e);
                if (failure == null) {
                    failure = one;
                } else {
                    failure.addSuppressed(one);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
