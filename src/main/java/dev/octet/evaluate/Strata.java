package dev.octet.evaluate;

import java.util.List;

/**
 * One way to divide the attacks of a test span, e.g. by attacker model or by the victim's history.
 *
 * @param division what divides them, e.g. {@code attacker}
 * @param names the strata, in the order of the table; at most 127
 * @param ofAttack for each attack in row order its index in {@code names}, or -1 for none; not copied
 */
public record Strata(String division, List<String> names, byte[] ofAttack) {
    public Strata {
        names = List.copyOf(names);
        if (names.size() > Byte.MAX_VALUE) {
            throw new IllegalArgumentException(
                    division + " has " + names.size() + " strata, at most " + Byte.MAX_VALUE + " are allowed");
        }
        for (byte stratum : ofAttack) {
            if (stratum < -1 || stratum >= names.size()) {
                throw new IllegalArgumentException(
                        division + ": stratum " + stratum + " is not in [-1, " + names.size() + ")");
            }
        }
    }
}
