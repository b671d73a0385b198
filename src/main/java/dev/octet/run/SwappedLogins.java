package dev.octet.run;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.Micros;
import dev.octet.event.ViewRow;
import dev.octet.feature.FeatureExtractor;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * Made-up takeovers for judging a detector without labels: logins of the validation span whose client (address, network,
 * place, user agent, device, round-trip time) is that of another user's login of the training span. User, time and outcome
 * stay. The attackers come in three equal parts: with a client drawn evenly from all logins, one in a network like
 * everybody's; with one drawn evenly from the networks that occur, one from anywhere (Freeman et al., "Who Are You? A
 * Statistical Approach to Measuring User Authenticity", NDSS 2016, and Wiefling et al., 2022, make up attackers in that way
 * to test with); and such a one with an address in a network that the log has not seen, that goes through several users
 * within hours: the takeovers published with the RBA data set come in bursts and from networks that hardly anyone uses.
 *
 * <p>Only rows of the training and validation span are seen. Which are drawn follows from the rows and the seed alone, not
 * from the features. A made-up login never updates a history, and only a history of its own, not that of the real rows, observes
 * those that go through several users. Memory is bounded beside that history. Not thread-safe.
 */
public final class SwappedLogins {
    /** How many are made, about: a recall of one half has a standard error of 1.1 % then. */
    private static final int ABOUT = 2000;

    /** Users that one attacker goes through at most, and the longest time between two. */
    private static final int USERS = 8;

    private static final long LONGEST_GAP_MICROS = 2 * Micros.PER_HOUR;

    /** AS numbers from here on are for private use (RFC 6996). */
    private static final long FIRST_PRIVATE_NETWORK = 4_200_000_000L;

    private static final int DONORS = 4096;
    private static final int NETWORKS = 1 << 15;
    private static final int TRIES = 16;

    private final SplittableRandom random;
    private final FeatureExtractor extractor;
    private final double share;
    private final List<LoginEvent> donors = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();
    private final Long2ObjectOpenHashMap<Network> networkOf = new Long2ObjectOpenHashMap<>();
    private final List<Campaign> campaigns = new ArrayList<>();
    private final List<float[]> rows = new ArrayList<>();
    private long logins;
    private int started;

    /** One login of a network, drawn evenly from all of its. */
    private static final class Network {
        private long logins;
        private LoginEvent login;
    }

    /** One client that goes through several users. */
    private static final class Campaign {
        private final LoginEvent client;
        private final Set<String> users = new HashSet<>();
        private long nextMicros;

        Campaign(LoginEvent client) {
            this.client = client;
            users.add(client.user());
        }
    }

    /**
     * @param extractor for the made-up logins, with a history of its own
     * @param logins about how many there are to make them of
     */
    public SwappedLogins(long seed, FeatureExtractor extractor, double logins) {
        random = new SplittableRandom(seed);
        this.extractor = extractor;
        share = Math.min(1, ABOUT / Math.max(1, logins));
    }

    /** What extracts the made-up logins. */
    FeatureExtractor extractor() {
        return extractor;
    }

    /**
     * Takes in a scored row that is not labelled an attack, in order, before {@link #pass}.
     *
     * @param training whether it is one of the training span, else one of the validation span
     */
    public void see(ViewRow row, boolean training) {
        LoginEvent event = (LoginEvent) row;
        if (training) {
            addDonor(event);
        } else if (!attackedByCampaign(event)) {
            double drawn = random.nextDouble() / share;
            if (drawn < 2.0 / 3) {
                attack(event, drawn < 1.0 / 3);
            } else if (drawn < 2.0 / 3 + 1.0 / 3 / USERS && !networks.isEmpty()) {
                campaigns.add(new Campaign(elsewhere(networks.get(random.nextInt(networks.size())).login)));
                attackedByCampaign(event);
            }
        }
    }

    /** Lets the history go on; for every row, in order. */
    public void pass(ViewRow row, boolean updates) {
        extractor.observe(row);
        extractor.learn(row, updates);
    }

    private void addDonor(LoginEvent event) {
        // reservoir sampling (Vitter, "Random Sampling with a Reservoir", 1985), here and for a network
        logins++;
        if (donors.size() < DONORS) {
            donors.add(event);
        } else {
            long place = random.nextLong(logins);
            if (place < DONORS) {
                donors.set((int) place, event);
            }
        }
        long key = network(event);
        Network network = networkOf.get(key);
        if (network == null) {
            if (networks.size() == NETWORKS) {
                return;
            }
            network = new Network();
            networkOf.put(key, network);
            networks.add(network);
        }
        network.logins++;
        if (random.nextLong(network.logins) == 0) {
            network.login = event;
        }
    }

    /** The autonomous system; where the log has none, the address's first two bytes. */
    private static long network(LoginEvent event) {
        if (event.asn() >= 0) {
            return event.asn();
        }
        IpAddress ip = event.ip();
        return ip.version() == 0 ? -1 : -2L - (ip.octet(0) << 8 | ip.octet(1)) - (ip.version() == 4 ? 0 : 1L << 16);
    }

    private boolean attackedByCampaign(LoginEvent event) {
        for (Campaign campaign : campaigns) {
            if (campaign.nextMicros <= event.timeMicros() && campaign.users.add(event.user())) {
                campaign.nextMicros = event.timeMicros() + random.nextLong(LONGEST_GAP_MICROS);
                if (campaign.users.size() > USERS) {
                    campaigns.remove(campaign);
                }
                LoginEvent made = extract(event, campaign.client);
                extractor.observe(made);
                extractor.learn(made, false);
                return true;
            }
        }
        return false;
    }

    /** The login from an address in a network that the log has not seen; without a network where it names none. */
    private LoginEvent elsewhere(LoginEvent login) {
        StringJoiner address = new StringJoiner(".");
        address.add(Integer.toString(random.nextInt(1, 224)));
        for (int i = 0; i < 3; i++) {
            address.add(Integer.toString(random.nextInt(256)));
        }
        long network = login.asn() < 0 ? login.asn() : FIRST_PRIVATE_NETWORK + started++;
        return client(login, login, IpAddress.parse(address.toString()), network);
    }

    private void attack(LoginEvent victim, boolean fromLogins) {
        LoginEvent client = donor(victim.user(), fromLogins);
        if (client != null) {
            extract(victim, client);
        }
    }

    private LoginEvent extract(LoginEvent victim, LoginEvent client) {
        LoginEvent made = client(victim, client, client.ip(), client.asn());
        float[] raw = new float[extractor.width()];
        extractor.extract(made, raw);
        rows.add(raw);
        return made;
    }

    /** A login of someone else; null where none was drawn. */
    private LoginEvent donor(String user, boolean fromLogins) {
        for (int i = 0; i < TRIES && !donors.isEmpty(); i++) {
            LoginEvent drawn = fromLogins
                    ? donors.get(random.nextInt(donors.size()))
                    : networks.get(random.nextInt(networks.size())).login;
            if (!drawn.user().equals(user)) {
                return drawn;
            }
        }
        return null;
    }

    /** One login with the client of another, at this address of this network. */
    private static LoginEvent client(LoginEvent login, LoginEvent client, IpAddress address, long network) {
        LoginEvent.Builder made = login.toBuilder();
        LoginField.values().stream().filter(LoginField::isOfClient).forEach(field -> made.from(client, field));
        login.extraFields().forEach(field -> made.from(client, field));
        client.extraFields().forEach(field -> made.from(client, field));
        return made.ip(address).asn(network).build();
    }

    /** Raw feature values of those made. */
    public List<float[]> rows() {
        return rows;
    }
}
