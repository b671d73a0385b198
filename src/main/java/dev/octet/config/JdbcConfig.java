package dev.octet.config;

import dev.octet.event.JdbcDatabase;

/** Logs in a database instead of files: the rows of one SELECT. */
public record JdbcConfig(JdbcDatabase database, String query) {}
