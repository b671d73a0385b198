package dev.octet.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * DuckDB's side of {@code bench/run.sh}'s matrix part: {@code CSV THREADS REPEATS} makes a table of the eleven scaled
 * columns, as often as asked. Names are hashed to numbers, which costs less than numbering them.
 */
public final class DuckDbTimes {
    private static final int COLUMNS = 11;

    private DuckDbTimes() {}

    public static void main(String[] arguments) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + Integer.parseInt(arguments[1]));
            statement.execute("SET preserve_insertion_order = true");
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                long start = System.nanoTime();
                statement.execute("CREATE OR REPLACE TEMP TABLE raw AS " + raw(arguments[0]));
                statement.execute("CREATE OR REPLACE TEMP TABLE scaled AS " + scaled());
                double seconds = (System.nanoTime() - start) / 1e9;
                try (ResultSet count = statement.executeQuery("SELECT count(*) FROM scaled")) {
                    count.next();
                    System.out.printf(
                            Locale.ROOT,
                            "rows=%d seconds=%.3f rate=%.0f%n",
                            count.getLong(1),
                            seconds,
                            count.getLong(1) / seconds);
                }
            }
        }
    }

    private static String raw(String csv) {
        String family = "(hash(regexp_extract(\"%s\", '^(.+?)(?:\\s+\\d.*)?$', 1)) %% 16777216)::FLOAT";
        String octet = "split_part(\"IP Address\", '.', %d)::FLOAT";
        String[] columns = {
            "(hash(\"Country\") % 16777216)::FLOAT",
            "(hash(\"Device Type\") % 16777216)::FLOAT",
            "\"Login Successful\"::FLOAT",
            "hour(\"Login Timestamp\")::FLOAT",
            "dayofweek(\"Login Timestamp\")::FLOAT",
            family.formatted("Browser Name and Version"),
            family.formatted("OS Name and Version"),
            octet.formatted(1),
            octet.formatted(2),
            octet.formatted(3),
            octet.formatted(4)
        };
        return IntStream.range(0, COLUMNS)
                .mapToObj(i -> columns[i] + " AS c" + i)
                .collect(Collectors.joining(", ", "SELECT ", " FROM read_csv('" + csv.replace("'", "''") + "')"));
    }

    private static String scaled() {
        String columns = IntStream.range(0, COLUMNS)
                .mapToObj(i -> "((c%1$d - low%1$d) / (high%1$d - low%1$d))::FLOAT AS c%1$d".formatted(i))
                .collect(Collectors.joining(", "));
        String ranges = IntStream.range(0, COLUMNS)
                .mapToObj(i -> "min(c%1$d) AS low%1$d, max(c%1$d) AS high%1$d".formatted(i))
                .collect(Collectors.joining(", "));
        return "SELECT " + columns + " FROM raw, (SELECT " + ranges + " FROM raw)";
    }
}
