/**
 * Writes untrusted text, one type for each kind of output: terminals, log lines and messages ({@link
 * dev.octet.event.text.PlainText}), Markdown ({@link dev.octet.event.text.MarkdownText}), HTML ({@link
 * dev.octet.event.text.HtmlText}), CSV ({@link dev.octet.event.text.CsvLines}), JSON and JSON lines ({@link
 * dev.octet.event.text.JsonText}), and the Common Event Format ({@link dev.octet.event.text.CefText}).
 *
 * <p>Every text of a log is untrusted: whoever tries to log in types it. A new kind of output gets a type here. Uses
 * nothing else of Octet; every package may use it.
 */
package dev.octet.event.text;
