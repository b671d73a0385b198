import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** Converts a log to CSV by DuckDB's JDBC driver, for bench/convert.sh: DuckConvert.java sshd|okta LOG OUTPUT THREADS. */
class DuckConvert {
    public static void main(String[] arguments) throws Exception {
        String log = arguments[1].replace("'", "''");
        String select = arguments[0].equals("sshd")
                ? """
                WITH lines AS (SELECT regexp_extract(line,
                    '^(\\S+) \\S+ sshd(?:-session)?(?:\\[\\d+\\])?: (Accepted|Failed) (\\S+) for (?:invalid user )?(.*) from (\\S+) port \\d+',
                    ['at', 'verb', 'method', 'name', 'ip']) AS part
                  FROM read_csv('%s', columns = {'line': 'VARCHAR'}, delim = '\\0', quote = '', escape = '', header = false,
                    auto_detect = false))
                SELECT part.at::TIMESTAMPTZ, part.name, part.verb = 'Accepted', part.ip, part.method FROM lines
                WHERE part.verb <> ''
                """
                : """
                SELECT published, actor.alternateId, outcome.result = 'SUCCESS', client.ipAddress, outcome.reason,
                  client.geographicalContext.country, client.geographicalContext.state, client.geographicalContext.city,
                  securityContext.asNumber, client.userAgent.rawUserAgent, client.userAgent.browser, client.userAgent.os,
                  client.device
                FROM read_ndjson('%s') WHERE eventType = 'user.session.start'
                """;
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = database.createStatement()) {
            statement.execute("SET threads = " + arguments[3]);
            statement.execute("SET preserve_insertion_order = true");
            statement.execute("COPY (" + select.formatted(log) + ") TO '" + arguments[2].replace("'", "''") + "' (HEADER)");
        }
        System.out.println(Files.size(Path.of(arguments[2])) + " bytes");
    }
}
