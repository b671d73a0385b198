package dev.octet.simulate;

import static dev.octet.simulate.Published.DAY_MILLIS;
import static dev.octet.simulate.Published.ORIGIN_MILLIS;

/**
 * The real accounts. Nothing is stored for one: number of rows, times, networks and devices are recomputed from the seed
 * and the account's number, so memory does not grow with the population. Not thread-safe.
 *
 * <p>An account's rows are numbered in the order they are drawn, not in time. Row 0 and some others fall on a time of
 * their own; the rest follow (or, a mistyped password, precede) an earlier-numbered one after a gap. Rows within an hour
 * of each other form a session, with one network and device.
 */
final class Population {
    /** How a row relates to an earlier-numbered one. */
    private enum Link {
        ALONE,
        RETRY,
        MINUTE,
        MINUTES,
        HOUR,
        DAY,
        WEEK,
        MONTH,
        SPRAYED
    }

    private static final Link[] LINKS = Link.values();
    private static final Weighted LINK_WEIGHTS = new Weighted(0.52, 0.09, 0.035, 0.11, 0.05, 0.065, 0.055, 0.075, 0.02);

    // Salts of an account's traits.
    private static final long ROWS = 1;
    private static final long LIFE = 2;
    private static final long HOURS = 3;
    private static final long GHOST = 4;
    private static final long CLUMSY = 5;
    private static final long NETWORKS = 6;
    private static final long DEVICE = 7;
    private static final long TRIP = 8;
    private static final long ROW = 16;
    private static final long SESSION = 1L << 32;

    private static final double TAIL_EXPONENT = 2.38;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;

    private final World world = World.INSTANCE;
    private final Calendar calendar = Calendar.INSTANCE;
    private final Weighted rowWeights;
    private final long seed;
    private final int maxRows;
    private final UnknownAccounts attackers;
    private final Draw draw = new Draw();

    Population(long seed, int maxRows, UnknownAccounts attackers) {
        this.seed = Draw.key(seed, 0x70b0L);
        this.maxRows = maxRows;
        this.attackers = attackers;
        double[] weights = new double[10];
        double rest = 1;
        for (int i = 0; i < 9; i++) {
            weights[i] = Published.ROWS_PER_USER[i];
            rest -= weights[i];
        }
        weights[9] = rest;
        rowWeights = new Weighted(weights);
    }

    /** The most rows an account can have. */
    int maxRows() {
        return maxRows;
    }

    /** The account's identifier in the file: distinct for distinct accounts, since the mix is a bijection. */
    long id(int user) {
        long id = Draw.mix(seed + user);
        return id == Published.BIN_USER || id == Published.CLIENT_USER ? Draw.mix(seed - 1 - user) : id;
    }

    private long key(int user) {
        return Draw.key(seed, user);
    }

    /** Number of rows of an account. */
    int rows(int user) {
        draw.restart(Draw.key(key(user), ROWS));
        int few = rowWeights.pick(draw.next());
        if (few < 9) {
            return Math.min(maxRows, few + 1);
        }
        // Between the published quantiles the survival function is a power law; beyond the last, one with the mean
        // kept.
        double survival = (1 - draw.unit()) * Published.TAIL_SHARE[0];
        double rows;
        if (survival > Published.TAIL_SHARE[1]) {
            rows = interpolate(survival, 0);
        } else if (survival > Published.TAIL_SHARE[2]) {
            rows = interpolate(survival, 1);
        } else {
            rows = Published.TAIL_ROWS[2] * StrictMath.pow(Published.TAIL_SHARE[2] / survival, 1 / TAIL_EXPONENT);
        }
        return (int) Math.min(maxRows, rows);
    }

    private static double interpolate(double survival, int from) {
        double low = Published.TAIL_SHARE[from];
        double high = Published.TAIL_SHARE[from + 1];
        double position = StrictMath.log(low / survival) / StrictMath.log(low / high);
        double first = Published.TAIL_ROWS[from];
        return first * StrictMath.pow(Published.TAIL_ROWS[from + 1] / first, position);
    }

    /**
     * Fills in the time of each of an account's rows, by row number.
     *
     * @param times at least {@link #maxRows()} long
     * @return number of rows
     */
    int times(int user, long[] times) {
        int rows = rows(user);
        long key = key(user);
        draw.restart(Draw.key(key, LIFE));
        double from = 0;
        double to = Published.DAYS;
        if (draw.unit() < 0.45) {
            double length = 40 + draw.exponential(120);
            double start = draw.unit() * (Published.DAYS + length) - length;
            from = Math.max(0, start);
            to = Math.min(Published.DAYS, start + length + 1);
        }
        double low = calendar.realShareBefore(from);
        double high = calendar.realShareBefore(to);
        int usualHour = calendar.realHour(Draw.key(key, HOURS));
        for (int row = 0; row < rows; row++) {
            Link link = link(key, row);
            draw.restart(Draw.key(Draw.key(key, ROW + row), 1));
            long time = -1;
            if (link != Link.ALONE && link != Link.SPRAYED) {
                time = follow(times[parent(key, row)], link, usualHour);
            }
            while (!Calendar.within(time)) {
                time = alone(low, high, usualHour);
            }
            times[row] = time;
        }
        return rows;
    }

    private long alone(double low, double high, int usualHour) {
        int day = calendar.realDay(low + draw.unit() * (high - low));
        return ORIGIN_MILLIS + day * DAY_MILLIS + timeOfDay(usualHour);
    }

    /** People keep their hours: mostly around a usual one, else any of the site's. */
    private long timeOfDay(int usualHour) {
        if (draw.unit() < 0.55) {
            long around = usualHour * HOUR + (long) ((draw.unit() + draw.unit() - 0.5) * 2 * HOUR);
            return Math.floorMod(around, DAY_MILLIS);
        }
        return calendar.realHour(draw.next()) * HOUR + draw.below((int) HOUR);
    }

    private long follow(long parent, Link link, int usualHour) {
        return switch (link) {
            case RETRY -> parent - (long) draw.logUniform(2_500, 90_000);
            case MINUTE -> parent + (long) draw.logUniform(4_000, MINUTE);
            case MINUTES -> parent + (long) draw.logUniform(MINUTE, 10 * MINUTE);
            case HOUR -> parent + (long) draw.logUniform(10 * MINUTE, HOUR);
            case DAY -> parent + (long) draw.logUniform(HOUR, 24 * HOUR);
            case WEEK -> midnight(parent) + (1 + draw.below(6)) * DAY_MILLIS + timeOfDay(usualHour);
            case MONTH -> midnight(parent) + (long) draw.logUniform(7, 30) * DAY_MILLIS + timeOfDay(usualHour);
            case ALONE, SPRAYED -> throw new IllegalArgumentException(link + " follows nothing");
        };
    }

    private static long midnight(long time) {
        return time - Math.floorMod(time, DAY_MILLIS);
    }

    private static Link link(long key, int row) {
        if (row == 0) {
            return Link.ALONE;
        }
        return LINKS[LINK_WEIGHTS.pick(Draw.key(key, ROW + row))];
    }

    private static int parent(long key, int row) {
        return Draw.below(Draw.key(Draw.key(key, ROW + row), 2), row);
    }

    /** The row that a session started from. */
    private static int session(long key, int row) {
        int first = row;
        while (true) {
            switch (link(key, first)) {
                case RETRY, MINUTE, MINUTES, HOUR -> first = parent(key, first);
                default -> {
                    return first;
                }
            }
        }
    }

    /** Accounts nobody gets into: forgotten, or known to attackers only. */
    private boolean ghost(long key, int rows) {
        double share = rows == 1 ? 0.36 : rows < 10 ? 0.2 : 0.03;
        return Draw.unit(Draw.key(key, GHOST)) < share;
    }

    /** Ghosts of which attackers alone know. */
    private boolean sprayedOnly(long key) {
        return Draw.unit(Draw.mix(Draw.key(key, GHOST))) < 0.22;
    }

    private boolean succeeds(long key, int rows, int row) {
        Link link = link(key, row);
        if (link == Link.RETRY || link == Link.SPRAYED || ghost(key, rows)) {
            return false;
        }
        double clumsy = Draw.unit(Draw.key(key, CLUMSY));
        return Draw.unit(Draw.key(Draw.key(key, ROW + row), 3)) >= 0.02 + 0.15 * clumsy * clumsy;
    }

    /** Whether a row of an account is a success. */
    boolean succeeds(int user, int row) {
        return succeeds(key(user), rows(user), row);
    }

    /** Successes of an account up to and including a time. */
    int successesUntil(int user, long millis, long[] scratch) {
        int rows = times(user, scratch);
        long key = key(user);
        int successes = 0;
        for (int row = 0; row < rows; row++) {
            if (scratch[row] <= millis && succeeds(key, rows, row)) {
                successes++;
            }
        }
        return successes;
    }

    /** Fills in the row of an account at its time. */
    void fill(LoginRow login, int user, int row, long millis) {
        long key = key(user);
        int rows = rows(user);
        login.millis = millis;
        login.user = id(user);
        login.reason = FailureReason.WRONG_PASSWORD;
        login.takeover = false;
        login.bits = Draw.key(Draw.key(key, ROW + row), 4);
        boolean attacked = link(key, row) == Link.SPRAYED || (ghost(key, rows) && sprayedOnly(key));
        if (attacked) {
            attackers.fillAttack(login, login.bits);
            login.success = false;
            return;
        }
        login.success = succeeds(key, rows, row);
        int session = session(key, row);
        long sessionKey = Draw.key(key, SESSION + session);
        fillNetwork(login, key, sessionKey, Draw.key(sessionKey, row), millis);
        fillDevice(login.agent, key, sessionKey, millis);
    }

    private int homeCountry(long key) {
        return world.realCountry.pick(Draw.key(key, NETWORKS));
    }

    /** The home provider; people move or change it now and then. */
    private int home(long key, int country, long millis) {
        return world.realNetwork(
                country, Draw.key(Draw.key(key, NETWORKS + 100), epoch(key, NETWORKS + 101, 200, 3_000, millis)));
    }

    /** The number of the stretch of time that holds {@code millis}, of a length of the account's own, log-uniform in days. */
    private static long epoch(long key, long salt, double lowDays, double highDays, long millis) {
        long bits = Draw.key(key, salt);
        double days = lowDays * StrictMath.pow(highDays / lowDays, Draw.unit(bits));
        double phase = Draw.unit(Draw.mix(bits));
        return (long) Math.floor((millis - ORIGIN_MILLIS) / (days * DAY_MILLIS) + phase);
    }

    private void fillNetwork(LoginRow login, long key, long sessionKey, long rowKey, long millis) {
        int country = homeCountry(key);
        draw.restart(Draw.key(key, NETWORKS + 200));
        double rover = draw.unit();
        boolean vpn = draw.unit() < 0.02;
        boolean rotating = draw.unit() < 0.4;
        boolean works = draw.unit() < 0.06;
        long companyBits = draw.next();
        long mobileBits = draw.next();
        long vpnBits = draw.next();
        double leaseKind = draw.unit();
        double leaseLength = draw.unit();

        long trip = Math.floorDiv(millis + (key & 0xffffffL) * 40, 9 * DAY_MILLIS);
        long tripKey = Draw.key(Draw.key(key, TRIP), trip);
        if (Draw.unit(tripKey) < 0.022) {
            int abroad = world.tripCountry.pick(Draw.mix(tripKey + 1));
            // A traveller meets hotels and mobile networks: the country's networks, popular ones first.
            int network = world.realNetwork(abroad, Draw.mix(tripKey + 2));
            place(login, network, Draw.mix(tripKey + 3), Draw.mix(tripKey + 4 + Math.floorDiv(millis, 2 * DAY_MILLIS)));
            return;
        }
        double choice = Draw.unit(sessionKey);
        if (vpn && choice < 0.35) {
            long bits = rotating ? Draw.mix(sessionKey + 5) : vpnBits;
            boolean foreign = (vpnBits & 3) != 0;
            int exit = foreign ? world.realCountry.pick(Draw.mix(bits + 1)) : country;
            place(login, hosting(exit, Draw.mix(bits + 2)), Draw.mix(bits + 3), Draw.mix(bits + 4));
            return;
        }
        if (works && choice < 0.3) {
            int network = company(country, companyBits);
            place(
                    login,
                    network,
                    Draw.mix(companyBits + 2),
                    Draw.mix(companyBits + 3 + (Draw.mix(sessionKey + 6) & 1)));
            return;
        }
        boolean mobile = rover < 0.55 && choice > 0.68;
        // Within a session a phone changes between wireless and mobile network now and then.
        boolean flips = Draw.unit(rowKey) < 0.05;
        if (mobile != (flips && rover < 0.5)) {
            int network = world.realNetwork(country, mobileBits);
            long hour = Math.floorDiv(millis, 20 * HOUR);
            place(login, network, Draw.key(mobileBits, hour), Draw.key(mobileBits + 1, flips ? rowKey : hour));
            return;
        }
        int network = home(key, country, millis);
        long homeKey = Draw.key(key, network);
        double days = leaseDays(leaseKind, leaseLength);
        double phase = Draw.unit(Draw.mix(homeKey));
        double leases = (millis - ORIGIN_MILLIS) / (days * DAY_MILLIS) + phase;
        long lease = (long) Math.floor(leases);
        long range = (long) Math.floor(leases / 5);
        place(login, network, Draw.key(homeKey + 1, range), Draw.key(homeKey + 2, lease));
    }

    /** How long an address stays with its user; fitted to khoa's p(new IP | gap). */
    private static double leaseDays(double kind, double position) {
        if (kind < 0.04) {
            return 0.01 * StrictMath.pow(30, position);
        }
        if (kind < 0.09) {
            return 0.3 * StrictMath.pow(10, position);
        }
        if (kind < 0.22) {
            return 3 * StrictMath.pow(5, position);
        }
        if (kind < 0.47) {
            return 15 * StrictMath.pow(5, position);
        }
        return 80 * StrictMath.pow(8, position);
    }

    private void place(LoginRow login, int network, long prefixBits, long hostBits) {
        login.network = network;
        login.prefix = world.prefix(network, prefixBits, false);
        login.host = (int) (hostBits & 255);
    }

    /** A hosting network of a country: a few that all its VPN users share. */
    int hosting(int country, long bits) {
        int first = world.firstNetwork(country);
        int networks = world.endNetwork(country) - first;
        double u = Draw.unit(bits);
        return first + (int) (networks * (0.1 + 0.02 * u));
    }

    /** A company's network: any of the country's, shared by its staff. */
    int company(int country, long bits) {
        int first = world.firstNetwork(country);
        int networks = world.endNetwork(country) - first;
        double u = Draw.unit(bits);
        return first + (int) (networks * u * u * u * u);
    }

    private void fillDevice(Agent agent, long key, long sessionKey, long millis) {
        draw.restart(Draw.key(key, DEVICE));
        double owns = draw.unit();
        int devices = owns < 0.58 ? 1 : owns < 0.9 ? 2 : 3;
        double choice = Draw.unit(Draw.mix(sessionKey + 7));
        int device = devices == 1 || choice < 0.78 ? 0 : devices == 2 || choice < 0.93 ? 1 : 2;
        long deviceKey = Draw.key(key, DEVICE + 100 + device);
        long generation = epoch(deviceKey, 1, 300, 2_000, millis);
        draw.restart(Draw.key(deviceKey, generation));
        agent.own(DeviceModel.real(draw.next()), draw);
        agent.release = release(draw, millis);
    }

    /** Most devices follow the releases with a lag of their own, some never update. */
    private static int release(Draw draw, long millis) {
        double habit = draw.unit();
        double lag = draw.exponential(9);
        if (habit < 0.2) {
            return -1 - (int) Math.min(-1 - Agent.OLDEST_RELEASE, lag / 3);
        }
        return Math.max(Agent.OLDEST_RELEASE, Agent.currentRelease(millis - (long) (lag * DAY_MILLIS)));
    }
}
