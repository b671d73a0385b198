package dev.octet.simulate;

import dev.octet.simulate.Places.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans the logins of attack techniques. Each technique has a stream of random numbers of its own, so that another
 * technique beside it changes nothing. Not thread-safe.
 */
final class Incidents {
    private static final long HOUR_MILLIS = 3_600_000;
    /** A victim's own login that an attacker's follows is at most so old. */
    private static final long RECENT_MILLIS = 10 * Published.DAY_MILLIS;

    private final World world = World.INSTANCE;
    private final long seed;
    private final Draw draw = new Draw();
    private final Accounts accounts;
    private final Places places;
    private final Plan plan;

    /**
     * @param accounts number of real accounts
     * @param plan takes the logins
     */
    Incidents(long seed, Population population, int accounts, Plan plan) {
        this.seed = Draw.key(seed, 0x7ec4L);
        this.accounts = new Accounts(population, accounts, draw);
        places = new Places(population, this.accounts, draw);
        this.plan = plan;
    }

    /** The stream of a name: a function of its characters. */
    static long key(long seed, String label) {
        long key = seed;
        for (int i = 0; i < label.length(); i++) {
            key = Draw.key(key, label.charAt(i));
        }
        return key;
    }

    /** Plans incidents over the whole log with exactly so many takeovers. */
    void plan(Technique technique, int takeovers) {
        draw.restart(key(seed, technique.label()));
        Technique.Entry entry = technique.entry();
        // The number of logins at each victim: one, and later ones.
        List<List<Integer>> sizes = new ArrayList<>();
        for (int left = takeovers; left > 0; ) {
            List<Integer> incident = new ArrayList<>();
            for (int victims = entry.takeovers().count(draw, 1); victims > 0 && left > 0; victims--) {
                int further = entry.furtherLogins() == null
                        ? 0
                        : entry.furtherLogins().count(draw, 0);
                int logins = Math.min(left, 1 + further);
                incident.add(logins);
                left -= logins;
            }
            sizes.add(incident);
        }
        for (int i = 0; i < sizes.size(); i++) {
            int day = 1 + (int) ((i + draw.unit()) / sizes.size() * (Published.DAYS - 1));
            incident(technique, Calendar.INSTANCE.takeoverTime(day, draw), sizes.get(i));
        }
    }

    private record Victim(int account, long millis, int logins, List<Place> places, List<Agent> agents) {}

    private void incident(Technique technique, long wanted, List<Integer> sizes) {
        Technique.Entry entry = technique.entry();
        int incident = plan.incident();
        long span = (long) (entry.hours().draw(draw) * HOUR_MILLIS);
        int failures = entry.failures().count(draw, 0);
        List<Agent> devices = new ArrayList<>();
        for (int kinds = entry.device().kinds().count(draw, 1); kinds > 0; kinds--) {
            devices.add(device(entry.device().kind(), wanted));
        }
        long start = wanted;
        List<Place> shared = List.of();
        List<Victim> victims = new ArrayList<>();
        for (int logins : sizes) {
            long time = start
                    + switch (entry.getsIn()) {
                        case DURING -> (long) (draw.unit() * span);
                        case LAST -> span;
                    };
            int account;
            LoginRow usual = new LoginRow();
            if (entry.afterLoginHours() == null) {
                account = accounts.victim(Math.min(time, Published.LAST_MILLIS));
                accounts.usualLogin(usual, account, time);
            } else {
                account = accounts.recent(usual, wanted, RECENT_MILLIS);
                time = usual.millis + (long) (entry.afterLoginHours().draw(draw) * HOUR_MILLIS);
                start = time - span;
            }
            List<Place> from = shared;
            if (victims.isEmpty() || entry.origin().network().personal) {
                from = places.draw(entry.origin(), usual, world.binCountry);
                shared = from;
            }
            List<Agent> agents = devices;
            if (entry.device().kind() == Technique.DeviceKind.VICTIM) {
                Agent own = new Agent();
                own.copy(usual.agent);
                agents = List.of(own);
            }
            victims.add(new Victim(account, time, logins, from, agents));
        }
        for (int i = 0; i < failures; i++) {
            fail(technique, incident, start + (long) (draw.unit() * span), victims);
        }
        for (Victim victim : victims) {
            boolean success = draw.unit() < Published.TAKEOVER_SUCCESS;
            add(technique, incident, victim.millis, victim.account, true, success, victim);
            long days = entry.furtherDays() == null
                    ? 0
                    : (long) (entry.furtherDays().draw(draw) * Published.DAY_MILLIS);
            for (int login = 1; login < victim.logins; login++) {
                long later = victim.millis + (long) (draw.unit() * days);
                add(technique, incident, later, victim.account, true, true, victim);
            }
        }
    }

    private void fail(Technique technique, int incident, long millis, List<Victim> victims) {
        Technique.Targets targets = technique.entry().targets();
        Victim victim = victims.get(draw.below(victims.size()));
        double target = draw.unit() * (targets.unknown() + targets.account() + targets.victim());
        int account = target < targets.unknown()
                ? -1
                : target < targets.unknown() + targets.account() ? accounts.any() : victim.account;
        add(technique, incident, millis, account, false, false, victim);
    }

    private void add(
            Technique technique,
            int incident,
            long millis,
            int account,
            boolean takeover,
            boolean success,
            Victim victim) {
        Place place = victim.places.get(draw.below(victim.places.size()));
        Agent agent = victim.agents.get(draw.below(victim.agents.size()));
        FailureReason reason = technique.entry().failureReason();
        plan.add(new PlannedLogin(
                Math.max(Published.FIRST_MILLIS, Math.min(Published.LAST_MILLIS, millis)),
                technique,
                incident,
                account,
                takeover,
                success,
                reason == null || account < 0 ? PlannedLogin.reason(account) : reason,
                place.network(),
                place.prefix(),
                place.host(),
                agent,
                draw.next()));
    }

    private Agent device(Technique.DeviceKind kind, long millis) {
        Agent agent = new Agent();
        DeviceModel model = DeviceModel.real(draw.next());
        if (kind == Technique.DeviceKind.FAILING) {
            do {
                model = DeviceModel.bin(draw.next());
            } while (model.realShare == 0); // programs that name themselves
        }
        agent.own(model, draw);
        if (draw.unit() < 0.7) {
            agent.noise = 0;
        }
        agent.release = Math.max(Agent.OLDEST_RELEASE, Agent.currentRelease(millis) - (int) draw.exponential(1.5));
        return agent;
    }
}
