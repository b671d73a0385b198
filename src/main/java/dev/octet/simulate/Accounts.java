package dev.octet.simulate;

/**
 * Chooses real accounts and their networks for planned logins. All random numbers come from the stream that the plan is
 * drawn from. Not thread-safe.
 */
final class Accounts {
    private static final int MAX_TRIES = 4_000;

    private final World world = World.INSTANCE;
    private final Population population;
    private final int count;
    private final Draw draw;
    private final long[] scratch;
    private final Weighted histories = new Weighted(Published.TAKEOVER_HISTORY);

    Accounts(Population population, int count, Draw draw) {
        this.population = population;
        this.count = count;
        this.draw = draw;
        scratch = new long[population.maxRows()];
    }

    int count() {
        return count;
    }

    /** Any account. */
    int any() {
        return draw.below(count);
    }

    /** A real account with the wanted history; where none is found (in the first days), the best other history. */
    int victim(long time) {
        int history = histories.pick(draw.next());
        int account = 0;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            account = any();
            int successes = population.successesUntil(account, time, scratch);
            if (successes == 0 ? history == 0 : successes < 5 ? history == 1 : history == 2) {
                return account;
            }
        }
        return account;
    }

    /** Puts an account's latest success before the time into {@code usual}; without one, any row of its own. */
    void usualLogin(LoginRow usual, int account, long time) {
        int rows = population.times(account, scratch);
        int best = -1;
        for (int row = 0; row < rows; row++) {
            if (scratch[row] <= time
                    && (best < 0 || scratch[row] > scratch[best])
                    && population.succeeds(account, row)) {
                best = row;
            }
        }
        int known = Math.max(best, 0);
        population.fill(usual, account, known, scratch[known]);
    }

    /**
     * An account with a success of its own shortly before a time, whose latest one goes into {@code usual}; where none is
     * found, any account and any row of it.
     */
    int recent(LoginRow usual, long time, long atMost) {
        int account = 0;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            account = any();
            usualLogin(usual, account, time);
            if (usual.success && usual.millis <= time && usual.millis > time - atMost) {
                return account;
            }
        }
        return account;
    }

    /**
     * An account that an event can touch, or -1 where none is found.
     *
     * @param known whether it needs an earlier success
     * @param country its home, -1 for any
     * @param away milliseconds before {@code from} and after {@code to} in which it must be quiet, -1 where it need not
     */
    int fitting(long from, long to, boolean known, int country, long away) {
        LoginRow usual = new LoginRow();
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            int account = any();
            usualLogin(usual, account, from);
            boolean fits = (!known || (usual.success && usual.millis <= from))
                    && (country < 0 || world.countryOf(usual.network) == country)
                    && (away < 0 || quiet(account, from - away, to + away));
            if (fits) {
                return account;
            }
        }
        return -1;
    }

    private boolean quiet(int account, long from, long to) {
        int rows = population.times(account, scratch);
        for (int row = 0; row < rows; row++) {
            if (scratch[row] >= from && scratch[row] <= to) {
                return false;
            }
        }
        return true;
    }

    /** Another network of the same country, popular ones first, that has addresses in the city (-1 for any). */
    int otherNetwork(int network, int city) {
        int country = world.countryOf(network);
        int other = network;
        for (int tries = 0; tries < 200; tries++) {
            other = world.realNetwork(country, draw.next());
            if (other != network && (city < 0 || prefixOf(other, city) >= 0)) {
                return other;
            }
        }
        return other != network ? other : next(network);
    }

    private int next(int network) {
        int country = world.countryOf(network);
        int first = world.firstNetwork(country);
        return first + (network - first + 1) % (world.endNetwork(country) - first);
    }

    /** A prefix of the network in the city, -1 if it has none; with an unknown city (-1), one whose city is unknown. */
    int prefixOf(int network, int city) {
        int prefixes = world.prefixes(network);
        int start = draw.below(prefixes);
        for (int i = 0; i < Math.min(prefixes, 4_000); i++) {
            int prefix = (start + i) % prefixes;
            if (world.city(network, prefix) == city) {
                return prefix;
            }
        }
        return -1;
    }
}
