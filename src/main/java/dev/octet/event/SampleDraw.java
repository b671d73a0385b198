package dev.octet.event;

/**
 * Draws logins for a sample by a hash of user and time, so that the sample is the same wherever the rows lie and in whatever
 * parts they are read. The rows with the least draws are the sample.
 */
public final class SampleDraw {
    private SampleDraw() {}

    /**
     * The draw of a login.
     *
     * @param user {@code ""} where it is not known
     * @param timeMicros microseconds since 1970-01-01T00:00Z
     * @return not negative; uniform over logins
     */
    public static long of(String user, long timeMicros) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < user.length(); i++) {
            hash = (hash ^ user.charAt(i)) * 0x100000001b3L;
        }
        return mixed(mixed(hash) ^ timeMicros) >>> 1;
    }

    /** The finaliser of MurmurHash3 (Appleby, public domain). */
    private static long mixed(long value) {
        long hash = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
