/**
 * Alerts in the forms that other tools take, and where they go: NDJSON, OCSF Detection Finding, Elastic Common Schema, Common
 * Event Format; a stream, a file, a webhook. {@code docs/alerts.md} shows one alert in each form.
 *
 * <p>{@code watch} and {@code score} make an {@link dev.octet.serve.alert.Alert}, an {@link
 * dev.octet.serve.alert.AlertForm} writes it on one line, an {@link dev.octet.serve.alert.AlertSink} takes it away. Uses
 * rows, reasons and {@code dev.octet.event.text}; nothing of the service.
 */
package dev.octet.serve.alert;
