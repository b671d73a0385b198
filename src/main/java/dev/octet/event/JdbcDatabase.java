package dev.octet.event;

import dev.octet.event.text.PlainText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A database that logs are read from, and nothing is written to: connections are opened read-only. Who connects is said
 * by the environment variables {@value #USER} and {@value #PASSWORD} alone, so that no secret stands in a config, a
 * bundle or a message. Immutable and thread-safe.
 *
 * @param url JDBC's, without user or password
 * @param driver a jar with the driver; empty where it is built in (SQLite's is) or on the class path. A driver is code
 *     that runs with all rights of Octet: take it from its maker
 */
public record JdbcDatabase(String url, Optional<Path> driver) {
    /** Environment variable that names the user. */
    public static final String USER = "OCTET_JDBC_USER";

    /** Environment variable that holds the password. */
    public static final String PASSWORD = "OCTET_JDBC_PASSWORD";

    static final String SQLITE = "jdbc:sqlite:";

    private static final Pattern SECRET =
            Pattern.compile("(?i)[?&;](user|username|uid|password|passwd|pwd)=|//[^/?]*@|:[^:@/]+/[^@/]+@");

    /** @throws InputException if the URL is not JDBC's, or holds a user or a password */
    public JdbcDatabase {
        Objects.requireNonNull(driver, "driver");
        if (!url.startsWith("jdbc:") || url.indexOf(':', 5) < 0) {
            throw new InputException(
                    "\"" + shown(url) + "\" is no JDBC URL; expected jdbc:KIND:…, e.g. jdbc:sqlite:logins.db or"
                            + " jdbc:postgresql://host/database");
        }
        if (SECRET.matcher(url).find()) {
            throw new InputException("the URL " + shown(url)
                    + " holds a user or a password, and configs are kept in bundles; leave them out and set the"
                    + " environment variables " + USER + " and " + PASSWORD);
        }
    }

    /** The file of a SQLite database; empty for other databases, and for URLs that name none. */
    public Optional<Path> sqliteFile() {
        if (!url.startsWith(SQLITE)) {
            return Optional.empty();
        }
        String file = url.substring(SQLITE.length()).replaceFirst("\\?.*$", "");
        if (file.isEmpty() || file.startsWith(":") || file.startsWith("file:")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(file));
        } catch (InvalidPathException e) {
            throw new InputException("\"" + file + "\" in " + url + " is not a path: " + e.getReason(), e);
        }
    }

    /** What messages call it: the URL without what follows the database's name. */
    public String name() {
        return shown(url);
    }

    private static String shown(String url) {
        int at = url.lastIndexOf('@');
        String tail = at < 0 ? url : url.substring(0, Math.max(0, url.indexOf(':', 5) + 1)) + "…" + url.substring(at);
        return PlainText.of(tail.replaceFirst("[?;].*$", ""), 200);
    }
}
