/**
 * A login and its label, and everything that reads logins: files, folders, databases and streams, their formats, times and
 * addresses, and what becomes of rows that cannot be read. Files that are written whole or not at all are here too, since
 * every floor writes some.
 *
 * <p>A new field of a login or a new source of logins belongs here. It uses no other package of Octet.
 */
package dev.octet.event;
