package dev.octet.simulate;

/**
 * The result of a simulation.
 *
 * @param rows rows written
 * @param accounts real accounts, beside the two pseudo-users
 * @param successes rows with {@code Login Successful}
 * @param takeovers rows with {@code Is Account Takeover}
 * @param campaigns campaigns and single attackers behind these
 */
public record Simulation(long rows, int accounts, long successes, long takeovers, int campaigns) {}
