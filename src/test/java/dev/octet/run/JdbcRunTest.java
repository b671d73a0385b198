package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcRunTest {
    private static final String CONFIG = """
            name: database
            data:
              format:
                jdbc:
                  url: jdbc:sqlite:${OCTET_DATA}/logins.db
                  query: SELECT * FROM logs ORDER BY datetime
                  columns: {time: datetime, ip: source_ip, user: username, success: success,
                    failure-reason: failure_reason}
                  time-format: 'uuuu-MM-dd HH:mm:ss[.SSSSSS]'
              labels: {windows-query: SELECT * FROM attacks, in-training: ignore}
            view: {window: {span: 30m}}
            features: counts
            split: {by: date, train-until: 2018-01-22, validation-until: 2018-02-01}
            detector: {autoencoder: {layers: [6, 3, 6], epochs: 2, batch-size: 256, seed: 1}}
            threshold: {percentile: 99}
            evaluate: {by: [month]}
            """;

    @TempDir
    Path folder;

    private ExperimentConfig config(String... overrides) {
        return ExperimentConfig.of(
                ConfigFile.parse("c.yaml", CONFIG, List.of(overrides), Map.of("OCTET_DATA", folder.toString())));
    }

    private static void load(Connection connection, Path csv, String table) throws IOException, SQLException {
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(csv)) {
            PreparedStatement insert = null;
            for (NamedCsvRecord row : rows) {
                if (insert == null) {
                    String columns = row.getHeader().stream()
                            .map(column -> "\"" + column + "\" TEXT")
                            .collect(Collectors.joining(", ", " (", ")"));
                    try (Statement create = connection.createStatement()) {
                        create.execute("CREATE TABLE " + table + columns);
                    }
                    insert = connection.prepareStatement(
                            "INSERT INTO " + table + " VALUES (" + "?, ".repeat(row.getFieldCount() - 1) + "?)");
                }
                for (int i = 0; i < row.getFieldCount(); i++) {
                    String text = row.getField(i);
                    insert.setString(i + 1, text.isEmpty() ? null : text);
                }
                insert.addBatch();
            }
            insert.executeBatch();
            insert.close();
        }
    }

    /** The book's log and attack windows (Molin, chapter 11), 38,700 rows and 54. */
    @Test
    void theMolinLogGivesTheSameRunFromSqliteAsFromCsv() throws Exception {
        String data = System.getenv("OCTET_DATA");
        assumeTrue(data != null, "OCTET_DATA is not set: the Molin log is not compared with its database");
        Path molin = Path.of(data, "molin-logins");
        assumeTrue(Files.isDirectory(molin), "OCTET_DATA has no folder molin-logins: its test is skipped");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("logins.db"))) {
            connection.setAutoCommit(false);
            load(connection, molin.resolve("logs_2018.csv"), "logs");
            load(connection, molin.resolve("hackers_2018.csv"), "attacks");
            connection.commit();
        }
        Path fromDatabase = folder.resolve("database");
        Path fromFiles = folder.resolve("files");
        new Experiment(config("output=" + fromDatabase), RunListener.SILENT).run(false);
        new Experiment(
                        config(
                                "output=" + fromFiles,
                                "data.format=molin",
                                "data.train=" + molin.resolve("logs_2018.csv"),
                                "data.labels={windows: " + molin.resolve("hackers_2018.csv")
                                        + ", in-training: ignore}"),
                        RunListener.SILENT)
                .run(false);
        assertArrayEquals(
                Files.readAllBytes(fromFiles.resolve("scores.csv")),
                Files.readAllBytes(fromDatabase.resolve("scores.csv")));
        for (String file : List.of("features.json", "threshold.json", "golden.json")) {
            assertEquals(
                    Files.readString(fromFiles.resolve("bundle").resolve(file)),
                    Files.readString(fromDatabase.resolve("bundle").resolve(file)));
        }
        assertEquals(
                withoutData(fromFiles.resolve("evaluation.json")),
                withoutData(fromDatabase.resolve("evaluation.json")));
    }

    /** The evaluation without the name of what was read. */
    private static JsonNode withoutData(Path file) throws IOException {
        ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        String data = tree.remove("data").asText();
        ((ObjectNode) tree.get("provenance")).remove("data");
        tree.get("read").forEach(source -> ((ObjectNode) source).remove("source"));
        assertEquals("38,700 rows", data.replaceFirst("^.*?, ([0-9,]+ rows) .*$", "$1"));
        return tree;
    }

    @Test
    void aMissingDatabaseIsSaidBeforeTheRun() {
        assertEquals(
                "c.yaml:5:12: data.format.jdbc.url: the SQLite file " + folder.resolve("logins.db")
                        + " does not exist. Give another with --set data.format.jdbc.url=jdbc:sqlite:FILE",
                assertThrows(InputException.class, () -> config().requireDataFiles())
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            data.format=jdbc | --set data.format: data.format: jdbc needs a database, a query and its columns: {jdbc: {url: jdbc:sqlite:logins.db, query: SELECT … ORDER BY …, columns: {…}}}
            data.format.jdbc.query=DROP TABLE logs | --set data.format.jdbc.query: data.format.jdbc.query: the query begins with DROP; it must be one SELECT
            data.labels.windows-query=DELETE FROM a | --set data.labels.windows-query: data.labels.windows-query: the query begins with DELETE; it must be one SELECT
            data.format.jdbc.url=logins.db | --set data.format.jdbc.url: data.format.jdbc.url: "logins.db" is no JDBC URL; expected jdbc:KIND:…, e.g. jdbc:sqlite:logins.db or jdbc:postgresql://host/database
            data.train=log.csv | --set data.train: data.train: is for files, but data.format.jdbc reads a database; remove it
            data.test=log.csv | --set data.test: data.test: is for files, but data.format.jdbc reads a database; remove it
            data.format.columns={time: t} | c.yaml:3:3: data.format: unknown key columns; Allowed keys: jdbc
            data.format.jdbc.separator=; | c.yaml:4:5: data.format.jdbc: unknown key separator; Allowed keys: url, query, driver, columns, time-format, zone, success-values, failure-values, unknown-values
            """)
    void impossibleSettingsAreRefused(String override, String message) {
        String found =
                assertThrows(InputException.class, () -> config(override)).getMessage();
        assertEquals(
                message.replaceFirst("^c.yaml:\\d+:\\d+", "PLACE"),
                found.replaceFirst(
                        "^(c.yaml:\\d+:\\d+|--set [a-z.]+(?=: data.format: unknown|: data.format.jdbc: unknown))",
                        "PLACE"));
    }

    @Test
    void aWindowsQueryNeedsADatabase() {
        assertEquals(
                "c.yaml:10:11: data.labels: windows-query needs data.format.jdbc, the database that it asks; with files"
                        + " give windows, a file",
                assertThrows(InputException.class, () -> config("data.format=molin", "data.train=log.csv"))
                        .getMessage());
    }
}
