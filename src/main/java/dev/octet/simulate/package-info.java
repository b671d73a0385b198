/**
 * Simulated logins in the format of the RBA data set (Wiefling et al. 2022), drawn from its published statistics. No
 * simulated row is a row of the data set.
 *
 * <p>Published, and used as numbers ({@link dev.octet.simulate.Published}, countries.csv): counts of rows, of the bin of
 * unknown accounts and of the retrying client; volume by week and weekday, hours of successes, of all rows and of takeovers;
 * rows per account; shares of countries, large networks, devices, systems, browsers, 10.x addresses, unknown places and attack
 * IPs; round-trip times; and of the takeovers countries, systems, hours, victims' history, success and attack-IP share.
 *
 * <p>Ours, fitted to published figures that it does not use as numbers (docs/simulator.md has the table): when an account is
 * active, how its logins cluster, address leases, second networks, trips, VPN and company networks, update habits, the tail of
 * small networks, what a campaign's network may look like. Campaigns come over the whole period, while the data set's stop at
 * 69.5 % of it, since simulated files are used with a 60/40 split of time.
 *
 * <p>Fewer rows mean fewer accounts over the same period, never shorter histories. Nothing is stored for an account: its traits
 * are a function of the seed and its number. The {@link dev.octet.simulate.World} of networks and places is the same for every
 * seed.
 */
package dev.octet.simulate;
