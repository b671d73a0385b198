package dev.octet.simulate;

/**
 * Attempts at accounts that do not exist, which the data set files under one pseudo-user: bots, guessed names from
 * everywhere, mistyped names of real people. And the same sources at work on real accounts. Not thread-safe.
 */
final class UnknownAccounts {
    private static final int BOT_HOSTS = 24;
    private static final int CLIENT_NETWORK_RANK = 40;

    private final World world = World.INSTANCE;
    private final Draw draw = new Draw();
    private final long seed;
    private final int zipppNetwork;
    private final int botNetwork;
    private final int clientNetwork;

    UnknownAccounts(long seed) {
        this.seed = Draw.key(seed, 0xb1L);
        zipppNetwork = world.network(15_599);
        botNetwork = world.network(54_903);
        clientNetwork = world.firstNetwork(world.indexOfCountry("NO")) + CLIENT_NETWORK_RANK;
    }

    /** Fills in the attempt with the given number of a day. */
    void fill(LoginRow login, int day, int slot, long millis) {
        long bits = Draw.key(Draw.key(seed, day), slot);
        login.millis = millis;
        login.user = Published.BIN_USER;
        login.reason = FailureReason.UNKNOWN_USER;
        login.takeover = false;
        login.bits = Draw.mix(bits + 1);
        login.success = Draw.unit(Draw.mix(bits + 2)) < Published.BIN_SUCCESSES / (double) Published.BIN_ROWS;
        fillSource(login, bits, millis);
    }

    /** Fills in network and device of an attacker's attempt at a real account: more often on the blocklist than others. */
    void fillAttack(LoginRow login, long bits) {
        fillSource(login, bits, login.millis);
        for (int tries = 0; tries < 12; tries++) {
            int address = world.address(login.network, login.prefix, login.host);
            if (world.flagged(login.network, address)) {
                return;
            }
            login.host = (login.host + 1) & 255;
        }
    }

    private void fillSource(LoginRow login, long bits, long millis) {
        draw.restart(bits);
        DeviceModel model = DeviceModel.bin(draw.next());
        login.agent.own(model, draw);
        double habit = draw.unit();
        int age = (int) draw.exponential(1.2);
        login.agent.release = habit < 0.3
                ? Math.max(Agent.OLDEST_RELEASE, -1 - age)
                : Math.max(Agent.OLDEST_RELEASE, Agent.currentRelease(millis) - age);
        switch (model) {
            case ZIPPP, STARTME, ZOOM, METAJOB -> {
                // Few hosts do all the crawling: one has about a fifth of it.
                double u = draw.unit();
                login.network = model == DeviceModel.ZIPPP ? zipppNetwork : botNetwork;
                login.prefix = 0;
                login.host = (int) (BOT_HOSTS * u * u) * 7 + 11;
            }
            default -> {
                int country = world.binCountry.pick(draw.next());
                login.network = world.binNetwork(country, draw.next());
                login.prefix = world.prefix(login.network, draw.next(), true);
                double u = draw.unit();
                login.host = (int) (256 * u * StrictMath.sqrt(u));
            }
        }
    }

    /** The client that retries a dead account day and night. */
    void fillClient(LoginRow login, long number, long millis) {
        long bits = Draw.key(Draw.key(seed, 0xc11e47L), number);
        login.millis = millis;
        login.user = Published.CLIENT_USER;
        login.reason = FailureReason.WRONG_PASSWORD;
        login.takeover = false;
        login.success = false;
        login.bits = bits;
        login.network = clientNetwork;
        login.prefix = world.prefixes(clientNetwork) - 1;
        login.host = 20 + Draw.below(Draw.mix(bits), Published.CLIENT_ADDRESSES);
        login.agent.model = DeviceModel.CHROMEBOOK;
        login.agent.version = 0;
        login.agent.hardware = 0;
        login.agent.noise = 0;
        login.agent.release = -4;
    }
}
