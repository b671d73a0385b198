package dev.octet.feature.history;

import dev.octet.event.LoginEvent;

/**
 * What of a login the history looks at, apart from the login: its keys, its time and its place. A few dozen bytes, so that it
 * travels where the login itself need not. Reused from login to login; not thread-safe.
 */
public final class KeyedLogin {
    private static final int SUCCESS = 1;
    private static final int USER_KNOWN = 2;
    private static final int PLACED = 4;
    private static final int NETWORK = Field.ASN.ordinal();
    private static final int BLOCK = Field.PREFIX.ordinal();
    private static final int WIDE = Field.WIDE_BLOCK.ordinal();
    /** Of a failed login. */
    private static final Field[] OF_FAILURE = {Field.ASN, Field.PREFIX, Field.IP, Field.USER_AGENT};

    final LoginKeys keys;
    boolean success;
    /** The wider block of the address, which is a key only where networks are blocks. */
    private long wide;

    /** Keys as a history with these options has them. */
    public KeyedLogin(HistoryOptions options) {
        keys = new LoginKeys(options);
    }

    /** Takes the keys of a login. */
    public void take(LoginEvent event) {
        keys.useBlocks(false);
        keys.take(event);
        wide = keys.wideBlockOf(event);
        success = event.success();
    }

    /** Microseconds since 1970. */
    public long timeMicros() {
        return keys.timeMicros;
    }

    /** Whether the login succeeded. */
    public boolean success() {
        return success;
    }

    /** Whether the login has a user. */
    public boolean hasUser() {
        return keys.userKnown;
    }

    /** Key of the user. */
    public long user() {
        return keys.user;
    }

    /** Whether the login has an AS number. */
    public boolean hasAsn() {
        return keys.has(NETWORK);
    }

    /** Hour of the day. */
    public int hour() {
        return keys.hour;
    }

    /** Tells networks apart by blocks of addresses, or by AS number. */
    void useBlocks(boolean blocks) {
        keys.useBlocks(blocks);
        keys.field[WIDE] = blocks ? wide : keys.missing(WIDE);
    }

    /**
     * Writes the keys.
     *
     * @param whole whether the login is scored; of another only those are written that others are compared with
     */
    public void write(PackedOutput out, boolean whole) {
        boolean placed = whole && !Float.isNaN(keys.latitude) && !Float.isNaN(keys.longitude);
        out.number((success ? SUCCESS : 0) | (keys.userKnown ? USER_KNOWN : 0) | (placed ? PLACED : 0));
        out.fixed(keys.timeMicros);
        out.fixed(keys.user);
        int mask = 0;
        for (int f = 0; f < WIDE; f++) {
            mask |= keys.has(f) && (whole || isOfFailure(f)) ? 1 << f : 0;
        }
        mask |= wide != keys.missing(WIDE) && whole ? 1 << WIDE : 0;
        out.number(mask);
        for (int f = 0; f < Field.COUNT; f++) {
            if ((mask >> f & 1) != 0) {
                out.fixed(f == WIDE ? wide : keys.field[f]);
            }
        }
        if (placed) {
            out.fixedInt(Float.floatToIntBits(keys.latitude)).fixedInt(Float.floatToIntBits(keys.longitude));
        }
    }

    private static boolean isOfFailure(int f) {
        for (Field field : OF_FAILURE) {
            if (field.ordinal() == f) {
                return true;
            }
        }
        return false;
    }

    /** Reads what {@link #write} wrote; networks are told apart by AS number at first. */
    public void read(PackedInput in) {
        int flags = in.integer();
        success = (flags & SUCCESS) != 0;
        keys.userKnown = (flags & USER_KNOWN) != 0;
        keys.timeMicros = in.fixed();
        keys.hour = LoginKeys.hourOfDay(keys.timeMicros);
        keys.user = in.fixed();
        int mask = in.integer();
        for (int f = 0; f < Field.COUNT; f++) {
            long value = (mask >> f & 1) != 0 ? in.fixed() : keys.missing(f);
            if (f == WIDE) {
                wide = value;
            } else {
                keys.field[f] = value;
            }
        }
        boolean placed = (flags & PLACED) != 0;
        keys.latitude = placed ? Float.intBitsToFloat(in.fixedInt()) : Float.NaN;
        keys.longitude = placed ? Float.intBitsToFloat(in.fixedInt()) : Float.NaN;
        useBlocks(false);
    }

    /**
     * Writes what a user's history needs of the keys: of most fields the half that it compares.
     *
     * @param withWide whether networks are blocks now or after the login
     */
    void writeForUser(PackedOutput out, boolean withWide) {
        boolean placed = !Float.isNaN(keys.latitude) && !Float.isNaN(keys.longitude);
        out.number((success ? SUCCESS : 0) | (keys.userKnown ? USER_KNOWN : 0) | (placed ? PLACED : 0));
        out.fixed(keys.timeMicros);
        int mask = 0;
        for (int f = 0; f < WIDE; f++) {
            mask |= keys.has(f) ? 1 << f : 0;
        }
        mask |= wide != keys.missing(WIDE) && withWide ? 1 << WIDE : 0;
        out.number(mask);
        for (int f = 0; f < Field.COUNT; f++) {
            if ((mask >> f & 1) != 0) {
                if (isWhole(f)) {
                    out.fixed(keys.field[f]);
                } else {
                    out.fixedInt(LoginKeys.id(f == WIDE ? wide : keys.field[f]));
                }
            }
        }
        if (placed) {
            out.fixedInt(Float.floatToIntBits(keys.latitude)).fixedInt(Float.floatToIntBits(keys.longitude));
        }
    }

    /** Whether all bits of a field are compared: in networks, and in the way in which a flagged login comes back. */
    private static boolean isWhole(int f) {
        return f == NETWORK || f == BLOCK || f == Field.DEVICE.ordinal();
    }

    /** Reads what {@link #writeForUser} wrote. */
    void readForUser(long user, PackedInput in) {
        int flags = in.integer();
        success = (flags & SUCCESS) != 0;
        keys.userKnown = (flags & USER_KNOWN) != 0;
        keys.timeMicros = in.fixed();
        keys.hour = LoginKeys.hourOfDay(keys.timeMicros);
        keys.user = user;
        int mask = in.integer();
        for (int f = 0; f < Field.COUNT; f++) {
            long value = keys.missing(f);
            if ((mask >> f & 1) != 0) {
                value = isWhole(f) ? in.fixed() : otherThanMissing((long) in.fixedInt() << 32, f);
            }
            if (f == WIDE) {
                wide = value;
            } else {
                keys.field[f] = value;
            }
        }
        boolean placed = (flags & PLACED) != 0;
        keys.latitude = placed ? Float.intBitsToFloat(in.fixedInt()) : Float.NaN;
        keys.longitude = placed ? Float.intBitsToFloat(in.fixedInt()) : Float.NaN;
    }

    /** Reads the time alone from the beginning of what {@link #writeForUser} wrote. */
    static long timeMicros(PackedInput in) {
        in.integer();
        return in.fixed();
    }

    private long otherThanMissing(long value, int f) {
        return value == keys.missing(f) ? value | 1 : value;
    }
}
