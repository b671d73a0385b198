package dev.octet.experiment;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.feature.AttemptRow;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.ViewRow;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Made-up takeovers for judging a detector without labels: logins of the validation span whose client (address, network,
 * place, user agent, device, round-trip time) is that of another user's login of the training span. User, time and outcome
 * stay. Every other one takes its client from logins drawn evenly, an attacker in a network like everybody's; the rest
 * evenly from the networks that occur, an attacker from anywhere (Freeman et al., "Who Are You? A Statistical Approach to
 * Measuring User Authenticity", NDSS 2016, and Wiefling et al., 2021, make up attackers in that way to test with).
 *
 * <p>Only rows of the training and validation span are seen. Which are drawn follows from the rows and the seed alone, not
 * from the features. A made-up login neither is observed nor teaches. Memory is bounded. Not thread-safe.
 */
final class SwappedLogins {
    /** How many are made: the recall of half of them has a standard error of 1.1 %. */
    static final int MOST = 2000;

    private static final int DONORS = 4096;
    private static final int NETWORKS = 1 << 15;
    private static final int TRIES = 16;

    private final SplittableRandom random;
    private final List<LoginEvent> donors = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();
    private final Long2ObjectOpenHashMap<Network> networkOf = new Long2ObjectOpenHashMap<>();
    private final List<float[]> rows = new ArrayList<>();
    private long logins;
    private long victims;

    /** One login of a network, drawn evenly from all of its. */
    private static final class Network {
        private long logins;
        private LoginEvent login;
    }

    SwappedLogins(long seed) {
        random = new SplittableRandom(seed);
    }

    /**
     * Takes in a scored row that is not labelled an attack; to be called before it is extracted, in order.
     *
     * @param training whether it is one of the training span, else one of the validation span
     */
    void see(ViewRow row, boolean training, FeatureExtractor extractor) {
        LoginEvent event = ((AttemptRow) row).event();
        if (training) {
            addDonor(event);
        } else {
            addVictim(event, extractor);
        }
    }

    private void addDonor(LoginEvent event) {
        // reservoir sampling (Vitter, "Random Sampling with a Reservoir", 1985), here and below
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

    private void addVictim(LoginEvent event, FeatureExtractor extractor) {
        victims++;
        int place = rows.size();
        if (place == MOST) {
            long drawn = random.nextLong(victims);
            if (drawn >= MOST) {
                return;
            }
            place = (int) drawn;
        }
        LoginEvent donor = donor(event.user(), place % 2 == 0);
        if (donor == null) {
            return;
        }
        float[] raw = new float[extractor.width()];
        extractor.extract(new AttemptRow(swapped(event, donor)), raw);
        if (place == rows.size()) {
            rows.add(raw);
        } else {
            rows.set(place, raw);
        }
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

    private static LoginEvent swapped(LoginEvent victim, LoginEvent client) {
        return new LoginEvent(
                victim.row(),
                victim.timeMicros(),
                victim.user(),
                client.ip(),
                victim.success(),
                victim.failureReason(),
                client.country(),
                client.region(),
                client.city(),
                client.asn(),
                client.userAgent(),
                client.browser(),
                client.os(),
                client.device(),
                client.roundTripMillis(),
                client.latitude(),
                client.longitude());
    }

    /** Raw feature values of those made. */
    List<float[]> rows() {
        return rows;
    }
}
