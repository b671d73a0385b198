/**
 * The analyst's desk: a page where alerts are looked at and judged, its HTTP interface, and the store behind it. Who scores
 * hands logins in and is asked for the rest through {@link dev.octet.serve.desk.DeskHost}.
 */
package dev.octet.serve.desk;
