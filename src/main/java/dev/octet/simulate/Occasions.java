package dev.octet.simulate;

import static dev.octet.simulate.Published.DAY_MILLIS;

import dev.octet.simulate.Places.Place;
import java.util.List;

/**
 * Plans the logins of legitimate events, beside those that the accounts have anyway. Each event has a stream of random
 * numbers of its own. Not thread-safe.
 */
final class Occasions {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final double MINUTE_MILLIS = 60_000;
    /** The part of an event's first day in which those come who are there from the start. */
    private static final double FIRST_HOURS = 8;

    private static final int LARGEST_SHARE = 50;

    private final World world = World.INSTANCE;
    private final Calendar calendar = Calendar.INSTANCE;
    private final long seed;
    private final Draw draw = new Draw();
    private final Accounts accounts;
    private final Places places;
    private final Plan plan;

    /**
     * @param accounts number of real accounts
     * @param plan takes the logins
     */
    Occasions(long seed, Population population, int accounts, Plan plan) {
        this.seed = Draw.key(seed, 0x0cca5L);
        this.accounts = new Accounts(population, accounts, draw);
        places = new Places(population, this.accounts, draw);
        this.plan = plan;
    }

    /** Plans all incidents of an event. */
    void plan(LegitimateEvent event) {
        draw.restart(Incidents.key(seed, event.label()));
        LegitimateEvent.Entry entry = event.entry();
        int incidents = entry.incidents() != null
                ? entry.incidents().count(draw, 0)
                : (int) (entry.incidentsPer1000Accounts().draw(draw) * accounts.count() / 1000 + draw.unit());
        for (int i = 0; i < incidents; i++) {
            incident(event);
        }
    }

    private void incident(LegitimateEvent event) {
        LegitimateEvent.Entry entry = event.entry();
        int incident = plan.incident();
        double days = entry.days().draw(draw);
        int day = 1 + (int) (draw.unit() * Math.max(1, Published.DAYS - 2 - days));
        long start = Published.ORIGIN_MILLIS
                + day * DAY_MILLIS
                + calendar.realHour(draw.next()) * HOUR_MILLIS
                + draw.below((int) HOUR_MILLIS);
        long end = Math.min(Published.LAST_MILLIS, start + (long) (days * DAY_MILLIS));
        int size = Math.min(entry.accounts().count(draw, 1), Math.max(1, accounts.count() / LARGEST_SHARE));
        LoginRow somebody = new LoginRow();
        accounts.usualLogin(somebody, accounts.any(), start);
        boolean personal = entry.origin().network().personal;
        int country = personal ? -1 : world.countryOf(somebody.network);
        List<Place> shared = personal ? List.of() : places.draw(entry.origin(), somebody, world.tripCountry);
        for (int i = 0; i < size; i++) {
            boolean known = draw.unit() >= entry.newcomers();
            long away =
                    entry.awayHours() == null ? -1 : (long) (entry.awayHours().draw(draw) * HOUR_MILLIS);
            int account = accounts.fitting(start, end, known, country, away);
            if (account >= 0) {
                LoginRow usual = new LoginRow();
                accounts.usualLogin(usual, account, start);
                List<Place> from = personal && entry.origin().network() != Origin.Kind.OWN
                        ? places.draw(entry.origin(), usual, world.tripCountry)
                        : shared;
                visits(event, incident, account, start, end, from);
            }
        }
    }

    private void visits(LegitimateEvent event, int incident, int account, long start, long end, List<Place> from) {
        LegitimateEvent.Entry entry = event.entry();
        double span = end - start;
        double first = draw.unit() < entry.starts()
                ? draw.unit() * Math.min(span, FIRST_HOURS * HOUR_MILLIS)
                : draw.unit() * span;
        Agent fresh = new Agent();
        fresh.own(DeviceModel.real(draw.next()), draw);
        fresh.release = Math.max(Agent.OLDEST_RELEASE, Agent.currentRelease(start) - (int) draw.exponential(1));
        int visits = entry.visits().count(draw, 1);
        for (int visit = 0; visit < visits; visit++) {
            long time = start + (long) (visit == 0 ? first : first + draw.unit() * (span - first));
            LoginRow usual = new LoginRow();
            accounts.usualLogin(usual, account, time);
            Place place = from.isEmpty()
                    ? new Place(usual.network, usual.prefix, usual.host)
                    : from.get(draw.below(from.size()));
            Agent agent = fresh;
            if (entry.device() == LegitimateEvent.DeviceKind.OWN) {
                agent = new Agent();
                agent.copy(usual.agent);
            }
            int failures = entry.failures().count(draw, 0);
            long tries = failures == 0 ? 0 : (long) (entry.failureMinutes().draw(draw) * MINUTE_MILLIS);
            for (int i = 0; i < failures; i++) {
                add(event, incident, time + (long) (draw.unit() * tries), account, false, place, agent);
            }
            if (failures == 0 || draw.unit() < entry.recovers()) {
                add(event, incident, time + tries + 2_000 + draw.below(20_000), account, true, place, agent);
            }
        }
    }

    private void add(
            LegitimateEvent event, int incident, long millis, int account, boolean success, Place place, Agent agent) {
        FailureReason reason = event.entry().failureReason();
        plan.add(new PlannedLogin(
                Math.min(Published.LAST_MILLIS, millis),
                event,
                incident,
                account,
                false,
                success,
                reason == null ? FailureReason.WRONG_PASSWORD : reason,
                place.network(),
                place.prefix(),
                place.host(),
                agent,
                draw.next()));
    }
}
