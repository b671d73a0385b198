package dev.octet.event;

import dev.octet.event.text.PlainText;
import java.util.Locale;
import java.util.Set;

/**
 * Checks that a query only reads. The connection is read-only too; this is for those whose driver takes that as a hint, or
 * has no such switch.
 */
public final class SelectStatement {
    private static final Set<String> FIRST = Set.of("SELECT", "WITH");
    private static final Set<String> WRITING =
            Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "DROP", "ALTER", "CREATE", "TRUNCATE", "GRANT");

    private SelectStatement() {}

    /**
     * Checks a query before its database is known.
     *
     * @throws InputException if it may be run nowhere: neither where brackets quote names nor where they do not
     */
    public static void check(String query) {
        try {
            check(query, true);
        } catch (InputException e) {
            if (query.indexOf('[') < 0) {
                throw e;
            }
            check(query, false);
        }
    }

    /**
     * A query as it may be run: without the semicolon at its end.
     *
     * @param brackets whether the database quotes names in brackets, as SQLite and SQL Server do; elsewhere they hold
     *     indices and lists
     * @throws InputException unless it is one SELECT (which may begin with WITH) and holds no word that writes
     */
    static String check(String query, boolean brackets) {
        String first = null;
        int end = -1;
        int at = 0;
        while (at < query.length()) {
            char c = query.charAt(at);
            int next = behindQuoteOrComment(query, at, brackets);
            if (next > at) {
                if (end >= 0 && c != '-' && c != '/') {
                    throw several();
                }
                at = next;
                continue;
            }
            if (end >= 0 && !Character.isWhitespace(c) && c != ';') {
                throw several();
            }
            if (c == ';' && end < 0) {
                end = at;
            }
            if (Character.isLetter(c) || c == '_') {
                int from = at;
                while (at < query.length()
                        && (Character.isLetterOrDigit(query.charAt(at)) || query.charAt(at) == '_')) {
                    at++;
                }
                String word = query.substring(from, at).toUpperCase(Locale.ROOT);
                first = first == null ? word : first;
                if (!FIRST.contains(first)) {
                    throw new InputException("the query begins with " + first + "; it must be one SELECT");
                }
                if (WRITING.contains(word)) {
                    throw new InputException("the query says " + word
                            + ", which changes data; it must be one SELECT that only reads (a column of that name is"
                            + " written in double quotes)");
                }
            } else {
                at++;
            }
        }
        if (first == null) {
            throw new InputException("the query is empty; it must be one SELECT");
        }
        return end < 0 ? query : query.substring(0, end);
    }

    private static InputException several() {
        return new InputException("the query holds more than one statement; it must be one SELECT");
    }

    /** The place behind the quoted text or comment that begins here; the same place where none begins. */
    private static int behindQuoteOrComment(String query, int at, boolean brackets) {
        char c = query.charAt(at);
        if (query.startsWith("--", at)) {
            int end = query.indexOf('\n', at);
            return end < 0 ? query.length() : end + 1;
        }
        if (query.startsWith("/*", at)) {
            return behind(query, "*/", at + 2, "comment");
        }
        return switch (c) {
            case '\'', '"', '`' -> behind(query, String.valueOf(c), at + 1, "quote");
            case '[' -> brackets ? behind(query, "]", at + 1, "bracket") : at;
            default -> at;
        };
    }

    private static int behind(String query, String closing, int from, String what) {
        int end = query.indexOf(closing, from);
        if (end < 0) {
            throw new InputException("the query has a " + what + " that is not closed: \""
                    + PlainText.of(query.substring(Math.max(0, from - 1)), 40) + "\"");
        }
        return end + closing.length();
    }
}
