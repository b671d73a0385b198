package dev.octet.simulate;

import java.util.ArrayList;
import java.util.List;

/** Draws the networks and addresses that an incident's logins come from. Not thread-safe. */
final class Places {
    private static final int MAX_TRIES = 200;

    private final World world = World.INSTANCE;
    private final Population population;
    private final Accounts accounts;
    private final Draw draw;

    /** An address: network, prefix of the network, host in the prefix. */
    record Place(int network, int prefix, int host) {}

    Places(Population population, Accounts accounts, Draw draw) {
        this.population = population;
        this.accounts = accounts;
        this.draw = draw;
    }

    /**
     * Draws the places of an incident, or of one person where the kind of network is personal.
     *
     * @param origin networks and addresses
     * @param usual a login of the person, or of somebody of the country where the incident is
     * @param foreign how another country is drawn
     */
    List<Place> draw(Origin origin, LoginRow usual, Weighted foreign) {
        if (origin.network() == Origin.Kind.OWN) {
            return List.of(new Place(usual.network, usual.prefix, usual.host));
        }
        int home = world.countryOf(usual.network);
        int abroad = home;
        for (int tries = 0; tries < MAX_TRIES && abroad == home; tries++) {
            abroad = foreign.pick(draw.next());
        }
        int networks = origin.networks().count(draw, 1);
        int addresses = origin.addresses().count(draw, networks);
        int[] network = new int[networks];
        for (int i = 0; i < networks; i++) {
            network[i] = network(origin.network(), home, abroad, usual.network);
        }
        List<Place> places = new ArrayList<>(addresses);
        for (int i = 0; i < addresses; i++) {
            int of = network[i % networks];
            places.add(new Place(of, world.prefix(of, draw.next(), false), draw.below(256)));
        }
        return places;
    }

    private int network(Origin.Kind kind, int home, int abroad, int usual) {
        return switch (kind) {
            case OWN -> usual;
            case SAME_COUNTRY -> accounts.otherNetwork(usual, -1);
            case OTHER_COUNTRY -> world.realNetwork(abroad, draw.next());
            case HOSTING -> world.binNetwork(world.binCountry.pick(draw.next()), draw.next());
            case RESIDENTIAL -> world.realNetwork(world.binCountry.pick(draw.next()), draw.next());
            case OFFICE -> population.company(home, draw.next());
            case VPN -> population.hosting(draw.unit() < 0.6 ? home : abroad, draw.next());
        };
    }
}
