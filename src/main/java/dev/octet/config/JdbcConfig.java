package dev.octet.config;

import dev.octet.event.CsvFormat;
import dev.octet.event.JdbcDatabase;

/**
 * Logs in a database instead of files: the rows of one SELECT.
 *
 * @param columns which column of the result holds what
 */
public record JdbcConfig(JdbcDatabase database, String query, CsvFormat columns) {}
