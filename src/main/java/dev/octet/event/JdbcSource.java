package dev.octet.event;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/**
 * Logins in a database: the rows of one SELECT, in the order of time ({@code ORDER BY}). Rows are read as those of a CSV
 * file are, and rejected for the same reasons; their line is their number in the result, from 1 on. NULL is the empty
 * text. A time may be a text or a number as the format says, or a timestamp of SQL: one without a zone is local in the
 * format's zone. Each {@link #open} runs the query anew on a connection of its own, so it must give the same rows each
 * time: bound it in time where the table is being written. Memory is bounded whatever the result's size, as far as the
 * driver hands it over bit by bit (SQLite's and PostgreSQL's do; MySQL's needs {@code useCursorFetch=true} in the URL).
 *
 * @param format which column of the result holds what; its separator means nothing here
 */
public record JdbcSource(JdbcDatabase database, String query, CsvFormat format) implements LoginSource {
    /** @throws InputException if the query is not one SELECT */
    public JdbcSource {
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(format, "format");
        SelectStatement.check(query);
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, System.getenv());
    }

    LoginReader open(RejectedRows rejected, Map<String, String> environment) throws IOException {
        JdbcQuery running = JdbcQuery.start(database, query, environment);
        try {
            return new JdbcLoginReader(running, format, rejected);
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    @Override
    public String labelColumn() {
        return format.labelColumn();
    }

    @Override
    public String name() {
        return database.name();
    }
}
