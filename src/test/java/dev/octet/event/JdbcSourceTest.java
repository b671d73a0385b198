package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcSourceTest {
    private static final CsvFormat FORMAT = CsvFormats.of(
            TimeFormat.utc("uuuu-MM-dd HH:mm:ss[.SSSSSS]"),
            Map.of(LoginField.TIME, "at", LoginField.USER, "user", LoginField.SUCCESS, "ok", LoginField.IP, "ip"));
    private static final String QUERY = "SELECT at, user, ok, ip FROM logs ORDER BY rowid";

    @TempDir
    Path folder;

    private JdbcDatabase sqlite(String... statements) throws SQLException {
        String url = JdbcDatabase.SQLITE + folder.resolve("logins.db");
        execute(url, statements);
        return new JdbcDatabase(url, Optional.empty());
    }

    private static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    private static List<Labelled<LoginEvent>> read(LoginSource source, RejectedRows rejected) throws IOException {
        List<Labelled<LoginEvent>> logins = new ArrayList<>();
        try (LoginReader reader = source.open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login);
            }
        }
        return logins;
    }

    private static List<Labelled<LoginEvent>> read(LoginSource source) throws IOException {
        return read(source, RejectedRows.counted(source.name(), new RejectionPolicy(0, true)));
    }

    private static List<String> times(List<Labelled<LoginEvent>> logins) {
        return logins.stream()
                .map(login ->
                        Instant.EPOCH.plusNanos(1000 * login.row().timeMicros()).toString())
                .toList();
    }

    private static String refused(LoginSource source) {
        return assertThrows(InputException.class, () -> read(source)).getMessage();
    }

    @Test
    void readsWhatACsvFileOfTheSameTextsGives() throws Exception {
        Path csv = Files.writeString(folder.resolve("log.csv"), """
                at,user,ok,ip,attack
                2020-02-03 12:00:00.000001,ann,true,10.0.0.1,0
                2020-02-03 12:00:01,,FALSE,,1
                2020-02-03 12:00:01,"b ""o"" b",0,2001:db8::1,yes
                """);
        JdbcDatabase database = sqlite(
                "CREATE TABLE logs (at TEXT, user TEXT, ok TEXT, ip TEXT, attack TEXT)",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:00.000001', 'ann', 'true', '10.0.0.1', '0')",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:01', NULL, 'FALSE', NULL, '1')",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:01', 'b \"o\" b', '0', '2001:db8::1', 'yes')");
        CsvFormat labelled = FORMAT.withLabelColumn("attack");
        assertEquals(
                read(new CsvSource(csv, labelled)),
                read(new JdbcSource(database, "SELECT * FROM logs ORDER BY at;", labelled)));
    }

    @Test
    void numbersOfTheDatabaseAreReadAsTheirTexts() throws Exception {
        JdbcDatabase database = sqlite(
                "CREATE TABLE logs (at REAL, user INTEGER, ok BOOLEAN, ip TEXT)",
                "INSERT INTO logs VALUES (1514765132.988414, -9223372036854775808, 1, '10.0.0.1')",
                "INSERT INTO logs VALUES (1600000000, 17, 0, '10.0.0.1')");
        List<Labelled<LoginEvent>> logins =
                read(new JdbcSource(database, QUERY, CsvFormats.of(TimeFormat.utc("epoch-seconds"), FORMAT.columns())));
        assertEquals(List.of("2018-01-01T00:05:32.988414Z", "2020-09-13T12:26:40Z"), times(logins));
        assertEquals("-9223372036854775808", logins.get(0).row().user());
        assertTrue(logins.get(0).row().success());
        assertFalse(logins.get(1).row().success());
    }

    @Test
    void rowsThatCannotBeUsedAreRejectedByTheirNumber() throws Exception {
        JdbcDatabase database = sqlite(
                "CREATE TABLE logs (at TEXT, user TEXT, ok TEXT, ip TEXT)",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:05', 'ann', 'true', '10.0.0.1')",
                "INSERT INTO logs VALUES ('2020-02-03 11:00:04', 'bob', 'true', '10.0.0.1')",
                "INSERT INTO logs VALUES ('2020-02-30 12:00:06', 'cat', 'true', '10.0.0.1')",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:06', 'dan', 'maybe', '10.0.0.1')",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:06', 'e' || char(7), 'true', '10.0.0.1')",
                "INSERT INTO logs VALUES (NULL, 'fay', 'true', '10.0.0.1')",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:07', 'gus', 'true', '10.0.0.285')",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:08', 'hal', 'true', '10.0.0.2')");
        Path list = folder.resolve("unreadable.csv");
        List<Labelled<LoginEvent>> logins;
        try (RejectedRows rejected = RejectedRows.listedIn(list, "logs", new RejectionPolicy(1, false))) {
            logins = read(new JdbcSource(database, QUERY, FORMAT), rejected);
        }
        assertEquals(
                List.of("ann", "e\u0007", "gus", "hal"),
                logins.stream().map(login -> login.row().user()).toList());
        assertEquals(
                List.of(0L, 4L, 6L, 7L),
                logins.stream().map(login -> login.row().row()).toList());
        List<String> lines = Files.readAllLines(list);
        assertEquals(6, lines.size());
        assertEquals(
                "1,2,2020-02-03T11:00:04Z,bob,at,time goes backwards: it is before 2020-02-03T12:00:05Z in row 1; give the"
                        + " query an ORDER BY time,2020-02-03T11:00:04Z,left out",
                lines.get(1));
        assertTrue(
                lines.get(2).startsWith("2,3,,cat,at,\"unreadable time: \"\"2020-02-30 12:00:06\"\" is"), lines.get(2));
        assertTrue(
                lines.get(3).startsWith("3,4,2020-02-03T12:00:06Z,dan,ok,\"neither success nor failure"), lines.get(3));
        assertTrue(lines.get(4).startsWith("5,6,,fay,at,\"unreadable time"), lines.get(4));
        assertTrue(lines.get(5).startsWith("6,7,2020-02-03T12:00:07Z,gus,ip,\"unreadable IP address"), lines.get(5));
        assertTrue(lines.get(5).endsWith(",kept"), lines.get(5));
    }

    @Test
    void theConnectionCannotWrite() throws Exception {
        JdbcDatabase database = sqlite("CREATE TABLE logs (at TEXT, user TEXT, ok TEXT, ip TEXT)");
        try (JdbcQuery query = JdbcQuery.start(database, "SELECT * FROM logs", Map.of())) {
            assertFalse(query.next(0));
        }
        // past SelectStatement, which would not let it through
        org.sqlite.SQLiteConfig config = new org.sqlite.SQLiteConfig();
        config.setReadOnly(true);
        try (Connection connection = DriverManager.getConnection(database.url(), config.toProperties());
                Statement statement = connection.createStatement()) {
            String message = assertThrows(SQLException.class, () -> statement.execute("DELETE FROM logs"))
                    .getMessage();
            assertTrue(message.contains("readonly"), message);
        }
        assertEquals(
                "the query begins with DELETE; it must be one SELECT",
                assertThrows(InputException.class, () -> new JdbcSource(database, "DELETE FROM logs", FORMAT))
                        .getMessage());
    }

    @Test
    void aMissingFileIsNotCreated() {
        Path file = folder.resolve("none.db");
        String message =
                refused(new JdbcSource(new JdbcDatabase("jdbc:sqlite:" + file, Optional.empty()), QUERY, FORMAT));
        assertTrue(message.startsWith("jdbc:sqlite:" + file + " cannot be read: "), message);
        assertFalse(Files.exists(file));
    }

    @Test
    void whatTheDatabaseDoesNotKnowIsSaid() throws Exception {
        JdbcDatabase database = sqlite(
                "CREATE TABLE logs (AT TEXT, user TEXT, outcome TEXT, ip TEXT)",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:00', 'ann', 'true', '10.0.0.1')");
        assertEquals(
                database.url() + ": the query's result has no column ok. Found: AT, user, outcome, ip. Name its columns"
                        + " as the config does, e.g. SELECT login_time AS ok",
                refused(new JdbcSource(database, "SELECT * FROM logs", FORMAT)));
        assertEquals(
                database.url()
                        + ": the query's result has more than one column user. Found: at, user, ok, ip, user. Name"
                        + " its columns as the config does, e.g. SELECT login_time AS user",
                refused(new JdbcSource(
                        database, "SELECT at AS at, user, outcome AS ok, ip, user AS user FROM logs", FORMAT)));
        String missing = refused(new JdbcSource(database, "SELECT * FROM log", FORMAT));
        assertTrue(missing.contains("no such table: log"), missing);
        // capitals are the database's affair
        assertEquals(
                1,
                read(new JdbcSource(database, "SELECT AT, user, outcome AS OK, ip FROM logs", FORMAT))
                        .size());
    }

    @Test
    void timestampsOfSqlNeedNoFormat() throws Exception {
        String url = "jdbc:h2:" + folder.resolve("times");
        execute(
                url,
                "CREATE TABLE logs (at TIMESTAMP(9), zoned TIMESTAMP WITH TIME ZONE, \"user\" TEXT, ok BOOLEAN, ip"
                        + " TEXT)",
                "INSERT INTO logs VALUES ('2020-03-29 01:59:59.123456789', '2020-03-29 01:59:59+01:00', 'a', TRUE, '')",
                "INSERT INTO logs VALUES ('2020-10-25 02:30:00', '2020-10-25 02:30:00+02:00', 'a', FALSE, '')",
                "INSERT INTO logs VALUES ('2020-10-25 02:10:00', '2020-10-25 02:10:00+01:00', 'a', FALSE, '')");
        JdbcDatabase database = new JdbcDatabase(url, Optional.empty());
        CsvFormat oslo = CsvFormats.of(new TimeFormat("iso", ZoneId.of("Europe/Oslo")), FORMAT.columns());
        List<Labelled<LoginEvent>> local =
                read(new JdbcSource(database, "SELECT at, \"user\", ok, ip FROM logs ORDER BY zoned", oslo));
        // the third is in the second pass of the hour that the end of summer time repeats
        assertEquals(
                List.of("2020-03-29T00:59:59.123456Z", "2020-10-25T00:30:00Z", "2020-10-25T01:10:00Z"), times(local));
        List<Labelled<LoginEvent>> zoned =
                read(new JdbcSource(database, "SELECT zoned AS at, \"user\", ok, ip FROM logs ORDER BY zoned", oslo));
        assertEquals(List.of("2020-03-29T00:59:59Z", "2020-10-25T00:30:00Z", "2020-10-25T01:10:00Z"), times(zoned));
        execute(url, "INSERT INTO logs VALUES ('2021-03-28 02:30:00', '2021-03-28 02:30:00+01:00', 'a', TRUE, '')");
        assertTrue(refused(new JdbcSource(database, "SELECT at, \"user\", ok, ip FROM logs ORDER BY zoned", oslo))
                .contains("this local time does not exist in Europe/Oslo"));
    }

    @Test
    void attackWindowsComeFromAQueryToo() throws Exception {
        JdbcDatabase database = sqlite(
                "CREATE TABLE attacks (start TEXT, \"end\" TEXT)",
                "INSERT INTO attacks VALUES ('2020-02-03 12:00:30', '2020-02-03 12:01:30')");
        AttackWindows windows = AttackWindows.query(database, "SELECT * FROM attacks", "start", "end", FORMAT.time());
        long noon = Instant.parse("2020-02-03T12:00:00Z").getEpochSecond() * 1_000_000;
        assertTrue(windows.coversMinuteOf(noon));
        assertTrue(windows.coversMinuteOf(noon + 120_000_000));
        assertFalse(windows.coversMinuteOf(noon + 180_000_000));
        execute(database.url(), "INSERT INTO attacks VALUES ('2020-02-03 12:00:30', '2020-02-03 12:00:29')");
        assertEquals(
                database.url()
                        + ", row 2: the attack ends (2020-02-03 12:00:29) before it starts (2020-02-03 12:00:30)",
                assertThrows(
                                InputException.class,
                                () -> AttackWindows.query(
                                        database, "SELECT * FROM attacks", "start", "end", FORMAT.time()))
                        .getMessage());
        assertEquals(
                database.url() + ", row 1, column start: \"noon\" is not a time: expected uuuu-MM-dd HH:mm:ss[.SSSSSS]",
                assertThrows(
                                InputException.class,
                                () -> AttackWindows.query(
                                        database,
                                        "SELECT 'noon' AS start, 'x' AS \"end\"",
                                        "start",
                                        "end",
                                        FORMAT.time()))
                        .getMessage());
    }

    @Test
    void anotherDriverIsAJar() throws Exception {
        Path jar = Path.of(org.h2.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String url = "jdbc:h2:" + folder.resolve("logins");
        execute(
                url,
                "CREATE TABLE logs (at TEXT, \"user\" TEXT, ok TEXT, ip TEXT)",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:00', 'ann', 'true', '10.0.0.1')");
        JdbcDatabase database = new JdbcDatabase(url, Optional.of(jar));
        assertEquals(
                1,
                read(new JdbcSource(database, "SELECT at, \"user\", ok, ip FROM logs", FORMAT))
                        .size());

        JdbcDatabase other = new JdbcDatabase("jdbc:postgresql://host/logins?ssl=true", Optional.of(jar));
        assertEquals(
                "jdbc:postgresql://host/logins: no driver for this URL in " + jar
                        + " (found: org.h2.Driver). SQLite's is"
                        + " built in; for another name its jar: data.format.jdbc.driver: driver.jar, or"
                        + " OCTET_CLASSPATH=driver.jar in the environment",
                refused(new JdbcSource(other, QUERY, FORMAT)));
        JdbcDatabase none = new JdbcDatabase(url, Optional.of(folder.resolve("none.jar")));
        assertEquals(
                "the driver " + folder.resolve("none.jar")
                        + " does not exist or is no file; data.format.jdbc.driver must"
                        + " name the jar of a JDBC driver",
                refused(new JdbcSource(none, QUERY, FORMAT)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://host/db?user=ann",
                "jdbc:postgresql://host/db?ssl=true&password=secret",
                "jdbc:sqlserver://host;databaseName=db;Password=secret",
                "jdbc:mysql://ann:secret@host/db",
                "jdbc:oracle:thin:ann/secret@host:1521:db",
            })
    void secretsDoNotStandInAUrlNorInItsMessage(String url) {
        String message = assertThrows(InputException.class, () -> new JdbcDatabase(url, Optional.empty()))
                .getMessage();
        assertTrue(message.contains("holds a user or a password"), message);
        assertTrue(message.endsWith("set the environment variables OCTET_JDBC_USER and OCTET_JDBC_PASSWORD"), message);
        assertFalse(message.contains("secret") || message.contains("ann"), message);
    }

    @Test
    void aUrlIsJdbcs() {
        assertEquals(
                "\"logins.db\" is no JDBC URL; expected jdbc:KIND:…, e.g. jdbc:sqlite:logins.db or"
                        + " jdbc:postgresql://host/database",
                assertThrows(InputException.class, () -> new JdbcDatabase("logins.db", Optional.empty()))
                        .getMessage());
        assertEquals(
                Optional.of(Path.of("a/logins.db")),
                new JdbcDatabase("jdbc:sqlite:a/logins.db?cache=shared", Optional.empty()).sqliteFile());
        assertEquals(Optional.empty(), new JdbcDatabase("jdbc:sqlite::memory:", Optional.empty()).sqliteFile());
        assertEquals(Optional.empty(), new JdbcDatabase("jdbc:h2:mem:x", Optional.empty()).sqliteFile());
    }

    @Test
    void whoConnectsIsSaidByTheEnvironment() throws Exception {
        Properties given = new Properties();
        Driver fake = (Driver) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Driver.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "acceptsURL":
                            return arguments[0].equals("jdbc:fake:db");
                        case "connect":
                            given.putAll((Properties) arguments[1]);
                            throw new SQLException("nobody is at home");
                        case "hashCode":
                            return 1;
                        case "equals":
                            return proxy == arguments[0];
                        default:
                            return null;
                    }
                });
        DriverManager.registerDriver(fake);
        try {
            JdbcSource source = new JdbcSource(new JdbcDatabase("jdbc:fake:db", Optional.empty()), QUERY, FORMAT);
            String message = assertThrows(
                            InputException.class,
                            () -> source.open(
                                    RejectedRows.ignoring(),
                                    Map.of("OCTET_JDBC_USER", "ann", "OCTET_JDBC_PASSWORD", "secret")))
                    .getMessage();
            assertEquals("jdbc:fake:db cannot be read: nobody is at home", message);
            assertEquals(Map.of("user", "ann", "password", "secret"), given);
            assertFalse(source.toString().contains("secret"));
        } finally {
            DriverManager.deregisterDriver(fake);
        }
    }

    /** Such as DuckDB's. */
    @Test
    void aDriverWithoutASwitchForReadingIsReadAllTheSame() throws Exception {
        String url = "jdbc:h2:" + folder.resolve("logins");
        execute(
                url,
                "CREATE TABLE logs (at TEXT, who TEXT ARRAY, ok TEXT, ip TEXT)",
                "INSERT INTO logs VALUES ('2020-02-03 12:00:00', ARRAY['ann', 'bob'], 'true', '10.0.0.1')");
        Driver withoutSwitch = (Driver) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Driver.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "acceptsURL":
                            return arguments[0].equals("jdbc:plain:db");
                        case "connect":
                            Connection real = DriverManager.getConnection(url);
                            return Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {Connection.class},
                                    (self, asked, with) -> {
                                        if (asked.getName().equals("setReadOnly")) {
                                            throw new SQLException(
                                                    "Can't change read-only status on connection level.");
                                        }
                                        return asked.invoke(real, with);
                                    });
                        case "hashCode":
                            return 1;
                        case "equals":
                            return proxy == arguments[0];
                        default:
                            return null;
                    }
                });
        DriverManager.registerDriver(withoutSwitch);
        try {
            JdbcDatabase database = new JdbcDatabase("jdbc:plain:db", Optional.empty());
            String query = "SELECT at, who[2] AS \"user\", ok, ip FROM logs";
            assertEquals(
                    List.of("bob"),
                    read(new JdbcSource(database, query, FORMAT)).stream()
                            .map(login -> login.row().user())
                            .toList());
            String writing = "SELECT at, who[(WITH x AS (DELETE FROM logs) SELECT 1)] AS \"user\", ok, ip FROM logs";
            assertTrue(refused(new JdbcSource(database, writing, FORMAT)).contains("the query says DELETE"));
        } finally {
            DriverManager.deregisterDriver(withoutSwitch);
        }
    }
}
