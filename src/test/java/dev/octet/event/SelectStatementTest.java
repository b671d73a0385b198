package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectStatementTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM logs ORDER BY a",
                "  -- the log\n select 1",
                "/* ; DROP TABLE logs */ SELECT ';DELETE', \"update\", `insert`, [drop] FROM logs",
                "WITH recent AS (SELECT * FROM logs) SELECT * FROM recent",
                "(SELECT 1)",
                "SELECT 'it''s; fine', replace(a, 'b', 'c'), updated_at FROM logs",
            })
    void oneSelectStaysAsItIs(String query) {
        SelectStatement.check(query);
        assertEquals(query, SelectStatement.check(query, true));
    }

    @Test
    void aSemicolonAtTheEndGoes() {
        assertEquals("SELECT 1 ", SelectStatement.check("SELECT 1 ; ; -- that was it; really", false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            DELETE FROM logs | the query begins with DELETE; it must be one SELECT
            PRAGMA journal_mode = wal | the query begins with PRAGMA; it must be one SELECT
            SELECT 1; DROP TABLE logs | the query holds more than one statement; it must be one SELECT
            SELECT 1; 'x' | the query holds more than one statement; it must be one SELECT
            -- nothing | the query is empty; it must be one SELECT
            SELECT 'open FROM logs | the query has a quote that is not closed: "'open FROM logs"
            SELECT 1 /* open | the query has a comment that is not closed: "* open"
            """)
    void anythingElseIsRefused(String query, String message) {
        assertEquals(message, refused(query));
    }

    /** Where brackets hold indices, what stands in them is looked at like all else. */
    @Test
    void bracketsQuoteOnlyWhereTheDatabaseSaysSo() {
        String index = "SELECT list[1], '[' FROM logs ORDER BY [a, b][1]";
        assertEquals(index, SelectStatement.check(index, false));
        String hidden = "SELECT list[(WITH gone AS (DELETE FROM logs RETURNING 1) SELECT 1)] FROM logs";
        assertThrows(InputException.class, () -> SelectStatement.check(hidden, false));
        assertThrows(InputException.class, () -> SelectStatement.check("SELECT 1[ ; DROP TABLE logs; ]", false));
        assertThrows(InputException.class, () -> SelectStatement.check("SELECT [1", true));
        SelectStatement.check("SELECT '[' || a[1] FROM logs");
        SelectStatement.check("SELECT [delete] FROM logs");
        assertThrows(InputException.class, () -> SelectStatement.check("SELECT [a] INTO b FROM logs"));
    }

    @Test
    void aSelectThatWritesIsRefused() {
        assertEquals(
                "the query says DELETE, which changes data; it must be one SELECT that only reads (a column of that name"
                        + " is written in double quotes)",
                refused("WITH gone AS (DELETE FROM logs RETURNING *) SELECT * FROM gone"));
        assertEquals(
                "the query says INTO, which changes data; it must be one SELECT that only reads (a column of that name"
                        + " is written in double quotes)",
                refused("SELECT * INTO copy FROM logs"));
    }

    private static String refused(String query) {
        return assertThrows(InputException.class, () -> SelectStatement.check(query))
                .getMessage();
    }
}
