package dev.octet.simulate;

import static dev.octet.simulate.Published.DAY_MILLIS;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Plans every login of the published attackers before the rows are drawn: victims, times, networks, devices. Not thread-safe.
 *
 * <p>Campaigns work from an infrastructure: one rare network, one device set-up, a life of some weeks; several campaigns
 * use it before another replaces it. The other attackers plan each login for its victim alone.
 */
final class Attackers {
    private static final double LIFE_DAYS = 35;
    /**
     * -ln of the share of successes that a campaign's network has. khoa: median 12.0, mean 11.3, and 65.8 % of the takeovers above
     * the 99 % quantile of legitimate logins, 10.92.
     */
    private static final double[] RARITY = {7.5, 10.9, 12.0, 13.4};

    private static final Weighted RARITY_WEIGHTS = new Weighted(0.34, 0.16, 0.50);
    /** Earlier takeovers from the same network at a typical takeover,. */
    private static final double OWN_LOGINS = 2.5;

    private static final double FAILED_TRIES = 0.35;

    private final World world = World.INSTANCE;
    private final Calendar calendar = Calendar.INSTANCE;
    private final Population population;
    private final Accounts accounts;
    private final Draw draw = new Draw();
    private final long rows;
    private final long[] scratch;
    private final LoginRow donor = new LoginRow();
    private final LoginRow usual = new LoginRow();
    /** Takeovers that each country still has to come to; a new infrastructure is drawn by these. */
    private final double[] countryQuota = Published.TAKEOVER_COUNTRY_ROWS.clone();

    private final Weighted systems = new Weighted(Published.TAKEOVER_OS);
    private final Weighted victims = new Weighted(0.55, 0.22, 0.10, 0.05, 0.03, 0.03, 0.01, 0.01);
    private final Plan plan;

    private record Infrastructure(int origin, int network, int prefix, long until, Agent agent) {}

    Attackers(SimulationSettings settings, Population population, int accounts, Plan plan) {
        this.population = population;
        this.plan = plan;
        this.accounts = new Accounts(population, accounts, draw);
        rows = settings.rows();
        scratch = new long[population.maxRows()];
        draw.restart(Draw.key(settings.seed(), 0xa77acL));
    }

    /** Plans the logins of one kind of attacker; exactly {@code takeovers} of them are takeovers. */
    void plan(PublishedAttacker attacker, int takeovers) {
        switch (attacker) {
            case CAMPAIGN -> planCampaigns(takeovers);
            case NAIVE, VPN, TARGETED -> planSingles(attacker, takeovers);
        }
    }

    /** Attackers come over the whole log at an even pace; the first day has no history to speak of. */
    private long time(int index, int count) {
        int day = 1 + (int) ((index + draw.unit()) / count * (Published.DAYS - 1));
        return calendar.takeoverTime(day, draw);
    }

    private void planCampaigns(int takeovers) {
        double quotaOfOne = 141.0 / Math.max(1, takeovers);
        List<Integer> sizes = new ArrayList<>();
        for (int left = takeovers; left > 0; ) {
            int size = Math.min(left, 1 + victims.pick(draw.next()));
            sizes.add(size);
            left -= size;
        }
        List<Infrastructure> alive = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            starts.add(time(i, sizes.size()));
        }
        starts.sort(Comparator.naturalOrder());
        for (int i = 0; i < sizes.size(); i++) {
            long start = starts.get(i);
            alive.removeIf(infrastructure -> infrastructure.until < start);
            Infrastructure infrastructure;
            if (alive.isEmpty() || draw.unit() < 0.7) {
                infrastructure = build(start);
                alive.add(infrastructure);
            } else {
                infrastructure = alive.get(draw.below(alive.size()));
            }
            campaign(infrastructure, start, sizes.get(i));
            countryQuota[infrastructure.origin] =
                    Math.max(1e-3, countryQuota[infrastructure.origin] - sizes.get(i) * quotaOfOne);
        }
    }

    private Infrastructure build(long start) {
        int origin = new Weighted(countryQuota).pick(draw.next());
        int country = world.indexOfCountry(Published.TAKEOVER_COUNTRY[origin]);
        int network = rareNetwork(country);
        Agent agent = new Agent();
        agent.own(device(), draw);
        if (draw.unit() < 0.7) {
            agent.noise = 0;
        }
        agent.release = Math.max(Agent.OLDEST_RELEASE, Agent.currentRelease(start) - (int) draw.exponential(1.5));
        long life = (long) (draw.exponential(LIFE_DAYS) * DAY_MILLIS);
        return new Infrastructure(origin, network, world.prefix(network, draw.next(), false), start + life, agent);
    }

    private DeviceModel device() {
        return switch (systems.pick(draw.next())) {
            case 0 -> DeviceModel.MAC_CHROME;
            case 1 -> DeviceModel.ANDROID_CHROME;
            case 2 -> draw.unit() < 0.8 ? DeviceModel.IPHONE_CHROME : DeviceModel.IPAD_ANDROID;
            case 3 -> DeviceModel.CHROMEBOOK;
            default -> DeviceModel.CAST;
        };
    }

    /** A network of the country whose share of logins lies where the published takeovers' networks lie. */
    private int rareNetwork(int country) {
        int band = RARITY_WEIGHTS.pick(draw.next());
        double low = RARITY[band];
        double high = RARITY[band + 1];
        double share = StrictMath.exp(-(low + (high - low) * draw.unit()));
        // By half time 0.2 of the rows are successes. Of the published share a part is the attackers' own logins; in a
        // thinned population that part does not shrink.
        double wanted = -StrictMath.log(Math.max(1e-7, share - OWN_LOGINS / (0.2 * rows)));
        List<Integer> networks = IntStream.range(world.firstNetwork(country), world.endNetwork(country))
                .boxed()
                .sorted(Comparator.comparingDouble(network -> distance(network, wanted)))
                .toList();
        return networks.get(draw.below(1 + networks.size() / 6));
    }

    private double distance(int network, double wanted) {
        return Math.abs(-StrictMath.log(world.realShare(network)) - wanted);
    }

    private void campaign(Infrastructure infrastructure, long start, int size) {
        int campaign = plan.incident();
        int network = infrastructure.network;
        long time = start;
        int prefix = infrastructure.prefix;
        int host = host(network, prefix, draw.below(256));
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                time = Math.min(Published.LAST_MILLIS, time + 15_000 + (long) draw.exponential(5 * 60_000));
                if (draw.unit() >= 2 * Published.TAKEOVER_SAME_ADDRESS) {
                    prefix = draw.unit() < 0.7 ? infrastructure.prefix : world.prefix(network, draw.next(), false);
                    host = host(network, prefix, draw.below(256));
                }
            }
            int account = accounts.victim(time);
            boolean success = draw.unit() < Published.TAKEOVER_SUCCESS;
            while (draw.unit() < FAILED_TRIES) {
                long before = Math.max(Published.FIRST_MILLIS, time - 4_000 - draw.below(120_000));
                int tried = draw.unit() < 0.5 ? account : draw.unit() < 0.5 ? -1 : accounts.any();
                plan.add(new PlannedLogin(
                        before,
                        PublishedAttacker.CAMPAIGN,
                        campaign,
                        tried,
                        false,
                        false,
                        PlannedLogin.reason(tried),
                        network,
                        prefix,
                        host,
                        infrastructure.agent,
                        draw.next()));
            }
            plan.add(new PlannedLogin(
                    time,
                    PublishedAttacker.CAMPAIGN,
                    campaign,
                    account,
                    true,
                    success,
                    FailureReason.WRONG_PASSWORD,
                    network,
                    prefix,
                    host,
                    infrastructure.agent,
                    draw.next()));
        }
    }

    /** The first host from {@code start} on that is, with the published share, on the blocklist, else not on it. */
    private int host(int network, int prefix, int start) {
        boolean wanted = draw.unit() < Published.TAKEOVER_ATTACK_IP;
        for (int i = 0; i < 256; i++) {
            int host = (start + i) & 255;
            if (world.flagged(network, world.address(network, prefix, host)) == wanted) {
                return host;
            }
        }
        return start;
    }

    private void planSingles(PublishedAttacker attacker, int takeovers) {
        for (int i = 0; i < takeovers; i++) {
            long time = time(i, takeovers);
            int account = accounts.victim(time);
            accounts.usualLogin(usual, account, time);
            Agent agent = new Agent();
            int network;
            int prefix;
            switch (attacker) {
                case NAIVE -> {
                    donor(time, true);
                    agent.copy(donor.agent);
                    network = donor.network;
                    prefix = donor.prefix;
                }
                case VPN -> {
                    donor(time, false);
                    agent.copy(donor.agent);
                    network = accounts.otherNetwork(usual.network, -1);
                    prefix = world.prefix(network, draw.next(), false);
                }
                case TARGETED -> {
                    agent.copy(usual.agent);
                    agent.noise = Agent.drawNoise(draw);
                    if (draw.unit() < 0.5) {
                        agent.release = Math.max(Agent.OLDEST_RELEASE, agent.release - 1 + 2 * draw.below(2));
                    }
                    int city = world.city(usual.network, usual.prefix);
                    network = accounts.otherNetwork(usual.network, city);
                    int near = accounts.prefixOf(network, city);
                    // In a small country no other provider may have addresses in that city.
                    prefix = near >= 0 ? near : world.prefix(network, draw.next(), false);
                }
                default -> throw new IllegalArgumentException(attacker + " works in campaigns");
            }
            int host = host(network, prefix, draw.below(256));
            boolean success = draw.unit() < Published.TAKEOVER_SUCCESS;
            plan.add(new PlannedLogin(
                    time,
                    attacker,
                    plan.incident(),
                    account,
                    true,
                    success,
                    FailureReason.WRONG_PASSWORD,
                    network,
                    prefix,
                    host,
                    agent,
                    draw.next()));
        }
    }

    /** Puts a random account's login of about that time into {@code donor}: of the victim's country or of another. */
    private void donor(long time, boolean foreign) {
        int home = world.countryOf(usual.network, usual.prefix);
        for (int tries = 0; tries < 4_000; tries++) {
            int account = accounts.any();
            population.times(account, scratch);
            population.fill(donor, account, 0, scratch[0]);
            boolean elsewhere = world.countryOf(donor.network, donor.prefix) != home;
            if (elsewhere == foreign && Math.abs(scratch[0] - time) < 45 * DAY_MILLIS) {
                return;
            }
        }
    }
}
