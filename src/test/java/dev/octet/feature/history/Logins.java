package dev.octet.feature.history;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded logins for the tests: users with homes and devices who travel, mistype and get attacked. */
final class Logins {
    static final long HOUR = 3_600_000_000L;
    static final long DAY = 24 * HOUR;
    /** 2020-02-03T00:00Z. */
    static final long START = 1_580_688_000_000_000L;

    private static final String[] COUNTRIES = {"NO", "NO", "NO", "SE", "US", "RO", "BR", ""};
    private static final String[] TYPES = {"mobile", "desktop", "tablet", ""};
    private static final String[] SYSTEMS = {"iOS 13.4", "Android 10", "Mac OS X 10.14.6", "Other ", "Chrome OS 1.2"};
    private static final String[] BROWSERS = {"Chrome 84.0", "Chrome Mobile 81.0", "Firefox 20.0", "1Password", ""};

    private Logins() {}

    /** The defaults but for bounds that nobody else changes. */
    static HistoryOptions options(int maxRecentAttempts, double campaignCap) {
        HistoryOptions usual = HistoryOptions.defaults();
        return new HistoryOptions(
                usual.maxUsers(),
                usual.maxUserBytes(),
                usual.valuesPerUser(),
                usual.maxValues(),
                maxRecentAttempts,
                usual.ipv4PrefixBits(),
                campaignCap,
                usual.hashSeed(),
                usual.familiarDays());
    }

    /** {@code count} logins of about {@code users} users over {@code days} days, in order of time. */
    static List<LoginEvent> of(long seed, int count, int users, int days) {
        SplittableRandom random = new SplittableRandom(seed);
        List<LoginEvent> logins = new ArrayList<>(count);
        long time = START;
        long step = days * DAY / count;
        for (int row = 0; row < count; row++) {
            // Every eighth login shares its time with the one before.
            time += random.nextInt(8) == 0 ? 0 : random.nextLong(2 * step + 1);
            int user = (int) (users * Math.pow(random.nextDouble(), 2));
            boolean nobody = random.nextInt(5) == 0;
            boolean travels = random.nextInt(12) == 0;
            int place = travels || nobody ? random.nextInt(200) : user % 60;
            int block = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
            int device = (user + (random.nextInt(6) == 0 ? random.nextInt(12) : 0)) % 40;
            LoginEvent.Builder login = LoginEvent.at(
                            time, nobody ? "nobody" : "user" + user, !nobody && random.nextInt(5) > 0)
                    .row(row)
                    .ip(ip(place, block, random.nextInt(random.nextInt(3) == 0 ? 50 : 2)))
                    .country(COUNTRIES[place % COUNTRIES.length])
                    .asn(place % 17 == 16 ? -1 : 1000 + place % 90)
                    .device(TYPES[device % TYPES.length])
                    .os(SYSTEMS[device % SYSTEMS.length])
                    .browser(BROWSERS[device % BROWSERS.length])
                    .userAgent("Mozilla/5.0 (" + device + ") Gecko/" + random.nextInt(2));
            if (random.nextInt(10) > 0) {
                login.coordinates(place % 90 - 45.25, place * 1.7 - 170);
            }
            logins.add(login.build());
        }
        return logins;
    }

    private static IpAddress ip(int place, int block, int host) {
        return switch (place % 23) {
            case 21 -> new IpAddress(6, 0x2001_0db8_0000_0000L | (long) place << 16 | block, host);
            case 22 -> IpAddress.MISSING;
            default -> new IpAddress(4, 0, 10L << 24 | place << 12 | block << 8 | host);
        };
    }

    /** A successful login of which only the user, the network and the time matter. */
    static LoginEvent success(long time, String user, long asn) {
        return LoginEvent.at(time, user, true).asn(asn).country("NO").build();
    }

    static float[] features(LoginHistory history, LoginEvent login) {
        float[] features = new float[HistoryFeature.COUNT];
        history.features(login, features, 0);
        return features;
    }

    static float feature(LoginHistory history, LoginEvent login, HistoryFeature feature) {
        return features(history, login)[feature.ordinal()];
    }
}
