/**
 * Work with several runs or without a model: tuning, replay of analysts' verdicts, reproduction of published
 * experiments, and exploring a log. Uses {@code run} and the floors below it.
 */
package dev.octet.lab;
