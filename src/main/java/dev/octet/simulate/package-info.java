/** Simulated logins in the format of the RBA data set, drawn from its published statistics. */
package dev.octet.simulate;
