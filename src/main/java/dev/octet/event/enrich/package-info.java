/**
 * Fills in what a log leaves out but its other fields tell: the AS number, country and place of an address from the
 * user's address databases, and the browser, operating system and device of a user agent.
 *
 * <p>It is one step between reading a record and making features of it. {@link dev.octet.event.enrich.Enrichment} takes a
 * login and returns it with more fields known; {@link dev.octet.event.enrich.EnrichedSource} does so for a whole source.
 * It uses {@code dev.octet.event} only. No database is shipped: {@code docs/addresses.md} names free ones.
 */
package dev.octet.event.enrich;
