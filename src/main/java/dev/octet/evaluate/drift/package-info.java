/**
 * Whether a model still fits the log that it scores: a sketch of the rows that it was made on travels in its bundle, rows
 * that are scored later are counted in the same bins, and a decision comes of it. Pure counting; reads no file.
 */
package dev.octet.evaluate.drift;
