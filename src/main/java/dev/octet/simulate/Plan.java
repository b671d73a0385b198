package dev.octet.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The logins of attackers or of events in the making. Not thread-safe. */
final class Plan {
    private final List<PlannedLogin> logins = new ArrayList<>();
    private int incidents;

    /** A number for a new campaign or event. */
    int incident() {
        return incidents++;
    }

    void add(PlannedLogin login) {
        logins.add(login);
    }

    /**
     * All planned logins in time order; exactly {@code settings.takeovers()} of them are takeovers. Attackers share these
     * in equal parts. Campaigns are numbered from 1 in time order, and so are events.
     */
    static List<PlannedLogin> of(SimulationSettings settings, Population population, int accounts) {
        Plan attacks = new Plan();
        Attackers published = new Attackers(settings, population, accounts, attacks);
        Incidents techniques = new Incidents(settings.seed(), population, accounts, attacks);
        List<Attacker> kinds = settings.attackers();
        for (int i = 0; i < kinds.size(); i++) {
            int from = (int) ((long) settings.takeovers() * i / kinds.size());
            int to = (int) ((long) settings.takeovers() * (i + 1) / kinds.size());
            if (kinds.get(i) instanceof PublishedAttacker attacker) {
                published.plan(attacker, to - from);
            } else if (kinds.get(i) instanceof Technique technique) {
                techniques.plan(technique, to - from);
            }
        }
        List<PlannedLogin> all = new ArrayList<>(attacks.numbered());
        if (!settings.events().isEmpty()) {
            Plan legitimate = new Plan();
            Occasions occasions = new Occasions(settings.seed(), population, accounts, legitimate);
            settings.events().forEach(occasions::plan);
            all.addAll(legitimate.numbered());
            all.sort(Comparator.comparingLong(PlannedLogin::millis));
        }
        return all;
    }

    private List<PlannedLogin> numbered() {
        logins.sort(Comparator.comparingLong(PlannedLogin::millis));
        int[] number = new int[incidents];
        int next = 0;
        List<PlannedLogin> sorted = new ArrayList<>(logins.size());
        for (PlannedLogin login : logins) {
            if (number[login.incident()] == 0) {
                number[login.incident()] = ++next;
            }
            sorted.add(login.withIncident(number[login.incident()]));
        }
        return sorted;
    }
}
