/**
 * Log formats as data. A {@linkplain dev.octet.event.format.LoginFormat format} is read from a YAML file, shipped or the
 * user's own; it says what a record is, which records are logins, and where each field of a login is. Uses
 * {@code dev.octet.event} and {@code dev.octet.event.record} only.
 */
package dev.octet.event.format;
