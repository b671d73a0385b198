package dev.octet.feature.history;

import dev.octet.event.InputException;
import java.util.Locale;

/**
 * Bounds of what a {@link LoginHistory} remembers.
 *
 * @param maxUsers most users remembered; the least recently successful sixteenth leaves when one more comes
 * @param maxUserBytes most memory for users' histories, in bytes; beyond it users leave in the same way
 * @param valuesPerUser most values remembered for a user and field; the rarest one of it, the oldest among equals, gives
 *     way to a new one
 * @param maxValues most values counted for a field over all users; beyond it the rarest are forgotten
 * @param maxRecentAttempts most attempts in the sliding windows of an hour, a day and (first contacts only) a week;
 *     beyond it the oldest leave their window early
 * @param ipv4PrefixBits length of the IPv4 prefix that counts as one address block; IPv6 always takes 48
 * @param campaignCap most that one campaign term may say, in nats
 * @param hashSeed start of the hashes of users and values; a service that faces the open internet chooses its own, so
 *     that nobody can make names that collide
 * @param familiarDays days on which an unjudged flagged login must come back in the same way before it updates the history
 *     what is normal for its user; 0: never
 */
public record HistoryOptions(
        int maxUsers,
        long maxUserBytes,
        int valuesPerUser,
        int maxValues,
        int maxRecentAttempts,
        int ipv4PrefixBits,
        double campaignCap,
        long hashSeed,
        int familiarDays) {

    /** Most values that may be remembered for a user and field. */
    public static final int MAX_VALUES_PER_USER = 64;
    /** Most days that a flagged login may have to come back. */
    public static final int MAX_FAMILIAR_DAYS = 100;
    /** A choice, not a measurement: a takeover that stays is flagged on so many days at least. */
    public static final int FAMILIAR_DAYS = 7;

    /** @throws InputException if a bound is not in its range */
    public HistoryOptions {
        check("max-users", maxUsers, 1, 1 << 29);
        check("max-user-bytes", maxUserBytes, 1 << 10, 1L << 40);
        check("values-per-user", valuesPerUser, 1, MAX_VALUES_PER_USER);
        check("max-values", maxValues, 16, 1 << 28);
        check("max-recent-attempts", maxRecentAttempts, 1, 1 << 28);
        check("ipv4-prefix-bits", ipv4PrefixBits, 1, 32);
        check("familiar-days", familiarDays, 0, MAX_FAMILIAR_DAYS);
        if (!(campaignCap >= 0 && campaignCap <= 1000)) {
            throw new InputException(String.format(
                    Locale.ROOT, "history option campaign-cap is %s; allowed is 0 to 1000 nats", campaignCap));
        }
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InputException(String.format(
                    Locale.ROOT, "history option %s is %d; allowed is %d to %d", name, value, least, most));
        }
    }

    /** Room for five million users in 1.2 GB, eight values a user and field, /16 blocks, seven days until what comes back is familiar. */
    public static HistoryOptions defaults() {
        return new HistoryOptions(5_000_000, 1_200_000_000L, 8, 1 << 22, 1 << 21, 16, 12, 0, FAMILIAR_DAYS);
    }

    public HistoryOptions withMaxUsers(int value) {
        return new HistoryOptions(
                value,
                maxUserBytes,
                valuesPerUser,
                maxValues,
                maxRecentAttempts,
                ipv4PrefixBits,
                campaignCap,
                hashSeed,
                familiarDays);
    }

    public HistoryOptions withMaxUserBytes(long value) {
        return new HistoryOptions(
                maxUsers,
                value,
                valuesPerUser,
                maxValues,
                maxRecentAttempts,
                ipv4PrefixBits,
                campaignCap,
                hashSeed,
                familiarDays);
    }

    public HistoryOptions withValuesPerUser(int value) {
        return new HistoryOptions(
                maxUsers,
                maxUserBytes,
                value,
                maxValues,
                maxRecentAttempts,
                ipv4PrefixBits,
                campaignCap,
                hashSeed,
                familiarDays);
    }

    public HistoryOptions withMaxValues(int value) {
        return new HistoryOptions(
                maxUsers,
                maxUserBytes,
                valuesPerUser,
                value,
                maxRecentAttempts,
                ipv4PrefixBits,
                campaignCap,
                hashSeed,
                familiarDays);
    }

    public HistoryOptions withIpv4PrefixBits(int value) {
        return new HistoryOptions(
                maxUsers,
                maxUserBytes,
                valuesPerUser,
                maxValues,
                maxRecentAttempts,
                value,
                campaignCap,
                hashSeed,
                familiarDays);
    }

    public HistoryOptions withHashSeed(long value) {
        return new HistoryOptions(
                maxUsers,
                maxUserBytes,
                valuesPerUser,
                maxValues,
                maxRecentAttempts,
                ipv4PrefixBits,
                campaignCap,
                value,
                familiarDays);
    }

    public HistoryOptions withFamiliarDays(int value) {
        return new HistoryOptions(
                maxUsers,
                maxUserBytes,
                valuesPerUser,
                maxValues,
                maxRecentAttempts,
                ipv4PrefixBits,
                campaignCap,
                hashSeed,
                value);
    }
}
