/** What is in a log, before anything is modelled: one pass, memory bounded whatever the log's size. */
package dev.octet.evaluate.explore;
