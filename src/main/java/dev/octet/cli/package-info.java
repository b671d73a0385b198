/**
 * The commands, and the only place that prints. A command reads its options, calls a floor below, and says what came out;
 * what another program could want to call belongs below. Exit codes are those of {@link dev.octet.cli.Octet}.
 */
package dev.octet.cli;
