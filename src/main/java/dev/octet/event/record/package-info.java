/**
 * Readers of records: the lines of a text, the values of a JSON document, the rows of a CSV or Parquet file. A record
 * is the texts that stand at the {@linkplain dev.octet.event.record.Place places} that a format asks for; what they mean
 * is the business of {@code dev.octet.event.format}. Uses {@code dev.octet.event} only.
 */
package dev.octet.event.record;
