package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The formulas of docs/history-features.md once more, slowly, over texts in hash maps: what the tests compare with. */
final class PlainHistory {
    private static final int FIELDS = 11;
    /** Ends of the spans between two logins, in minutes. */
    private static final long[] SPANS = {10, 30, 60, 120, 240, 480, 960, 1920, 4320, 10080, Long.MAX_VALUE / 60_000_000L
    };

    private static final String[] MISSING = values(LoginEvent.at(0, "", true).build());

    private record Contact(long time, String asn, String user, double weight) {}

    /** Failures by one key. */
    private static final class Failures {
        final Deque<Long> day = new ArrayDeque<>();
        int all;
        long since;
    }

    private static final class User {
        final List<Map<String, Integer>> values = new ArrayList<>();
        final int[] hours = new int[24];
        int n;
        int changes;
        LoginEvent last;
        /** The change into the country of the last login, where that was new. */
        Change arrival;
        /** Of the login before it, to the second. */
        long departure;

        User() {
            for (int f = 0; f < FIELDS; f++) {
                values.add(new LinkedHashMap<>());
            }
        }
    }

    private final int valuesPerUser;
    private final Map<String, User> users = new HashMap<>();
    private final Set<String> successfulUsers = new HashSet<>();
    private final List<Map<String, Integer>> all = new ArrayList<>();
    private final int[] hours = new int[24];
    private int total;
    private final int[] totals = new int[FIELDS];
    private final Deque<LoginEvent> day = new ArrayDeque<>();
    private final Deque<Contact> week = new ArrayDeque<>();
    private final Map<String, Integer> contactsEver = new HashMap<>();
    private int contacts;
    private final Map<String, Double> weightsEver = new HashMap<>();
    private double weights;
    private final List<Map<String, Failures>> failures = List.of(new HashMap<>(), new HashMap<>(), new HashMap<>());
    /** By address, and by network with user agent: users with the time of their last failure. */
    private final List<Map<String, Map<String, Long>>> failing = List.of(new HashMap<>(), new HashMap<>());

    private final Deque<Long> allFailures = new ArrayDeque<>();
    private long failuresEver;
    private long firstAttempt = Long.MIN_VALUE;
    private final PressurePrior[] priors = new PressurePrior[8];
    private final List<Integer> stays = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    PlainHistory(int valuesPerUser) {
        this.valuesPerUser = valuesPerUser;
        for (int i = 0; i < priors.length; i++) {
            priors[i] = new PressurePrior();
        }
        for (int f = 0; f < FIELDS; f++) {
            all.add(new HashMap<>());
        }
    }

    private static String family(String nameAndVersion) {
        return nameAndVersion.replaceFirst("\\s+\\d.*$", "").strip();
    }

    private static String[] values(LoginEvent login) {
        String ip = login.ip().toString();
        String block = switch (login.ip().version()) {
            case 4 -> ip.substring(0, ip.lastIndexOf('.'));
            case 6 -> login.ip().prefix(48).toString();
            default -> "";
        };
        String os = family(login.os());
        String browser = family(login.browser());
        return new String[] {
            login.country(),
            Long.toString(login.asn()),
            block,
            ip,
            login.device() + "|" + os + "|" + browser,
            login.device(),
            browser,
            os,
            login.userAgent(),
            login.browser(),
            login.os()
        };
    }

    Map<String, Double> features(LoginEvent login) {
        Map<String, Double> out = new LinkedHashMap<>();
        String[] values = values(login);
        String[] names = {"country", "asn", "prefix", "ip", "device", "device-type", "browser", "os", "user-agent"};
        User user = users.get(login.user());
        int n = user == null ? 0 : user.n;
        int[] own = new int[FIELDS];
        int[] known = new int[FIELDS];
        double[] share = new double[FIELDS];
        for (int f = 0; f < FIELDS; f++) {
            own[f] = user == null ? 0 : user.values.get(f).getOrDefault(values[f], 0);
            known[f] = user == null ? 0 : n - user.values.get(f).getOrDefault(MISSING[f], 0);
            share[f] = (all.get(f).getOrDefault(values[f], 0) + 0.5) / (totals[f] + 1);
        }
        for (int f = 0; f < names.length; f++) {
            boolean missing = values[f].equals(MISSING[f]);
            double p = known[f] == 0 ? share[f] : (own[f] + share[f]) / (known[f] + 1);
            out.put("new-" + names[f], !missing && known[f] > 0 && own[f] == 0 ? 1.0 : 0);
            out.put("surprise-" + names[f], missing ? 0 : -Math.log(p));
            out.put("rarity-" + names[f], missing ? 0 : -Math.log(share[f]));
        }
        double device = out.get("surprise-device") - out.get("rarity-device");
        double agent = out.get("surprise-user-agent") - out.get("rarity-user-agent");
        out.put("ratio-device", device);
        out.put("ratio-user-agent", agent);
        out.put("no-history", n == 0 ? 1.0 : 0);
        out.put("earlier-successes", Math.log(1 + n));
        long now = login.timeMicros();
        out.put("days-since-success", n == 0 ? 0 : Math.log(1 + (now - user.last.timeMicros()) / 86_400e6));
        hourFeatures(login, user, out);
        boolean countries =
                n > 0 && !user.last.country().isEmpty() && !login.country().isEmpty();
        out.put("country-change", countries && !user.last.country().equals(login.country()) ? 1.0 : 0);
        speedFeatures(login, user, out);
        windowFeatures(login, out);
        boolean contact = own[1] == 0 && login.asn() >= 0 && (n == 0 || known[1] > 0);
        double week = contact ? campaign(now, login.user(), values[1], 7 * 86_400_000_000L) : 0;
        double today = contact ? campaign(now, login.user(), values[1], 86_400_000_000L) : 0;
        out.put("campaign-week", week);
        out.put("campaign-day", today);
        out.put("foreign-contacts-week", contact ? foreign(now, login.user(), values[1], 7 * 86_400_000_000L) : 0);
        out.put("foreign-contacts-day", contact ? foreign(now, login.user(), values[1], 86_400_000_000L) : 0);
        String[] keys = keys(login, values);
        String[] kinds = {"address", "network-agent", "user"};
        for (int k = 0; k < 3; k++) {
            boolean speaks = speaks(k, login, user, values);
            double nats = 0;
            if (speaks) {
                double itsOwn = pressure(k, keys[k], now, 0, login);
                double tenDays = pressure(k, keys[k], now, 10, login);
                Failures failed = failures.get(k).get(keys[k]);
                nats = switch (k) {
                    case 0 -> Math.max(itsOwn, Math.min(tenDays, 2 * ofUsers(0, login, user, values)));
                    case 1 ->
                        Math.max(
                                Math.min(tenDays, 2 * ofUsers(1, login, user, values)),
                                0.4 * ofPair(keys[k], values, share, login));
                    default -> failed != null && failed.all > 7 ? tenDays : itsOwn;
                };
            }
            out.put("pressure-" + kinds[k], nats);
        }
        out.put("pressure-users", ofUsers(0, login, user, values));
        out.put("travel", travel(login, user));
        out.put(
                "user-surprise",
                out.get("surprise-asn") + out.get("surprise-country") + device + agent + (week + today) / 4);
        out.put("freeman", n == 0 ? 0 : freeman(values, own, n));
        return out;
    }

    private void hourFeatures(LoginEvent login, User user, Map<String, Double> out) {
        int hour = (int) (login.timeMicros() / 3_600_000_000L % 24);
        double near = 0;
        double share = 0;
        int distance = user == null ? 0 : 12;
        for (int h = 0; h < 24; h++) {
            int apart = Math.min(Math.floorMod(h - hour, 24), Math.floorMod(hour - h, 24));
            double weight = apart == 0 ? 0.5 : apart == 1 ? 0.25 : 0;
            share += weight * hours[h];
            if (user != null) {
                near += weight * user.hours[h];
                distance = user.hours[h] > 0 ? Math.min(distance, apart) : distance;
            }
        }
        out.put("hour-distance", (double) distance);
        int n = user == null ? 0 : user.n;
        out.put("surprise-hour", -Math.log((near + (share + 0.5) / (total + 12)) / (n + 1)));
    }

    private static void speedFeatures(LoginEvent login, User user, Map<String, Double> out) {
        boolean known = user != null && !Double.isNaN(user.last.latitude()) && !Double.isNaN(login.latitude());
        double speed = 0;
        boolean sameAddress =
                known && user.last.ip().equals(login.ip()) && login.ip().version() > 0;
        if (known && !sameAddress) {
            double a = Math.toRadians(user.last.latitude());
            double b = Math.toRadians(login.latitude());
            double east = Math.toRadians(login.longitude() - user.last.longitude());
            double cosine = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(east);
            double km = 6371.0088 * Math.acos(Math.max(-1, Math.min(1, cosine)));
            double seconds = Math.max(1, (login.timeMicros() - user.last.timeMicros()) / 1e6);
            speed = km < 50 ? 0 : km / seconds * 3600;
        }
        out.put("speed-known", known ? 1.0 : 0);
        out.put("speed-kmh", speed);
    }

    private void windowFeatures(LoginEvent login, Map<String, Double> out) {
        long now = login.timeMicros();
        int asn = 0;
        int ip = 0;
        int failuresDay = 0;
        int failuresHour = 0;
        Set<String> usersOfIp = new HashSet<>();
        for (LoginEvent other : day) {
            if (other.timeMicros() <= now - 86_400_000_000L) {
                continue;
            }
            boolean hour = other.timeMicros() > now - 3_600_000_000L;
            boolean failure = !other.success() && other.user().equals(login.user());
            asn += other.asn() == login.asn() && login.asn() >= 0 ? 1 : 0;
            failuresDay += failure ? 1 : 0;
            failuresHour += failure && hour ? 1 : 0;
            if (other.ip().equals(login.ip()) && login.ip().version() > 0) {
                ip++;
                if (hour) {
                    usersOfIp.add(other.user());
                }
            }
        }
        out.put("asn-activity-day", Math.log(1 + asn));
        out.put("ip-activity-day", Math.log(1 + ip));
        out.put("user-failures-day", Math.log(1 + failuresDay));
        out.put("user-failures-hour", Math.log(1 + failuresHour));
        out.put("ip-users-hour", Math.log(1 + usersOfIp.size()));
    }

    private static String[] keys(LoginEvent login, String[] values) {
        return new String[] {values[3], values[1] + "|" + values[8], login.user()};
    }

    /** Whether the login has the key, and its user never used it. */
    private static boolean speaks(int kind, LoginEvent login, User user, String[] values) {
        boolean has = kind == 2 || (kind == 0 ? login.ip().version() > 0 : login.asn() >= 0);
        return has
                && java.util.stream.IntStream.of(kind == 0 ? new int[] {3} : new int[] {1, 4})
                        .filter(field -> !values[field].equals(MISSING[field]))
                        .anyMatch(
                                field -> user == null || !user.values.get(field).containsKey(values[field]));
    }

    private double ofUsers(int kind, LoginEvent login, User user, String[] values) {
        int failed = failingUsers(kind, keys(login, values)[kind], login);
        PressurePrior prior = priors[6 + kind];
        int successes = kind == 0 ? successes(login) : 0;
        return speaks(kind, login, user, values) && failed > 0
                ? tail(failed, prior.shape() / prior.rate() + successes, prior.shape() + successes)
                : 0;
    }

    /** Failures by a network with a user agent, given their shares among the logins; so of the users who failed by it. */
    private double ofPair(String key, String[] values, double[] share, LoginEvent login) {
        long now = login.timeMicros();
        long today = allFailures.stream()
                .filter(time -> time > now - 86_400_000_000L)
                .count();
        double chance = today * share[1] * (values[8].equals(MISSING[8]) ? 1 : share[8]);
        double hour = ofPair(key, now, 3_600_000_000L, chance / 24);
        double day = ofPair(key, now, 86_400_000_000L, chance);
        int users = failingUsers(1, key, login);
        return users == 0 ? 0 : Math.min(tail(users, 2 * chance, 2), Math.log((Math.exp(hour) + Math.exp(day)) / 2));
    }

    private double ofPair(String key, long now, long window, double chance) {
        int count = count(1, key, now - window);
        if (count == 0) {
            return 0;
        }
        Failures of = failures.get(1).get(key);
        double age = Math.max(10 * 86_400_000_000L, now - of.since - window) / (double) window;
        return tail(count, (2 + of.all - count) / (1 / chance + age), 2);
    }

    private int count(int kind, String key, long after) {
        Failures of = failures.get(kind).get(key);
        return of == null
                ? 0
                : (int) of.day.stream().filter(time -> time > after).count();
    }

    /** Either window, the mean of both; the key's habit is over so many days at least. */
    private double pressure(int kind, String key, long now, int days, LoginEvent login) {
        double hour = pressure(kind, key, now, 3_600_000_000L, days, login);
        double ofDay = pressure(kind, key, now, 86_400_000_000L, days, login);
        return Math.log((Math.exp(hour) + Math.exp(ofDay)) / 2);
    }

    private double pressure(int kind, String key, long now, long window, int days, LoginEvent login) {
        Failures of = failures.get(kind).get(key);
        int count = count(kind, key, now - window);
        if (count == 0) {
            return 0;
        }
        long recent = allFailures.stream().filter(time -> time > now - window).count();
        double windows = Math.max(0, now - firstAttempt - window) / (double) window;
        double usually = (failuresEver - recent) / Math.max(1, windows);
        double outage = kind == 1 ? 1 : Math.max(1, (recent - count) / (usually + 1));
        PressurePrior prior = priors[2 * kind + (window > 3_600_000_000L ? 1 : 0)];
        double before = of.all - count;
        double age = Math.max(days * 86_400_000_000L, now - of.since - window) / (double) window;
        double mean = (prior.shape() + before) / (prior.rate() + age);
        if (kind == 2) {
            double known = Math.max(0, now - of.since - window) / (double) window;
            double itsOwn = (prior.shape() + before) / (prior.rate() + known);
            mean = Math.max(mean, Math.min(itsOwn, prior.shape() / prior.rate()));
        }
        int successes = kind == 0 ? successes(login) : 0;
        return tail(count, mean * outage + successes, prior.shape() + before + successes);
    }

    /** -ln P(X >= count), term by term. */
    private static double tail(int count, double expected, double most) {
        if (count <= expected) {
            return 0;
        }
        double shape = Math.min(2, most);
        double q = expected / (expected + shape);
        double log = shape * Math.log(1 - q);
        double sum = 0;
        for (int i = 1; i <= count || Math.exp(log) > 1e-12 * sum; i++) {
            log += Math.log((i - 1 + shape) / i) + Math.log(q);
            sum += i >= count ? Math.exp(log) : 0;
        }
        return Math.min(25, -Math.log(sum));
    }

    private int successes(LoginEvent login) {
        return (int) day.stream()
                .filter(other -> other.timeMicros() > login.timeMicros() - 86_400_000_000L)
                .filter(other -> other.success() && other.ip().equals(login.ip()))
                .count();
    }

    private int failingUsers(int kind, String key, LoginEvent login) {
        return (int) failing.get(kind).getOrDefault(key, Map.of()).entrySet().stream()
                .filter(entry -> !entry.getKey().equals(login.user()))
                .filter(entry -> entry.getValue() > login.timeMicros() - 86_400_000_000L)
                .count();
    }

    private static int span(long micros) {
        int span = 0;
        while (micros / 60_000_000L >= SPANS[span]) {
            span++;
        }
        return span;
    }

    private static boolean bothKnown(LoginEvent login, User user) {
        return user != null
                && !user.last.country().isEmpty()
                && !login.country().isEmpty();
    }

    private double travel(LoginEvent login, User user) {
        if (!bothKnown(login, user)) {
            return 0;
        }
        boolean stays = user.last.country().equals(login.country());
        long since = Math.max(0, login.timeMicros() - (stays ? user.departure : user.last.timeMicros()));
        if (stays) {
            return user.arrival == null || since >= 7 * 86_400_000_000L
                    ? 0
                    : travel(user.arrival, Math.min(since, SPANS[user.arrival.span] * 60_000_000L));
        }
        return travel(new Change(kind(login, user), habit(user), span(since)), since);
    }

    private double travel(Change now, long since) {
        String kind = now.kind;
        int habit = now.habit;
        List<Change> ofKind =
                changes.stream().filter(change -> change.kind.equals(kind)).toList();
        double pairs = stays.size() + changes.size();
        double share = (ofKind.size() + 0.5) / (pairs + 1);
        double pairsOfHabit = stays.stream().filter(stay -> stay == habit).count()
                + changes.stream().filter(change -> change.habit == habit).count();
        double ofHabit =
                (ofKind.stream().filter(change -> change.habit == habit).count() + share) / (pairsOfHabit + 1);
        double soon = ofKind.stream().filter(change -> change.span <= now.span).count();
        return Math.max(0, -Math.log(ofHabit * (soon + 0.5) / (ofKind.size() + 1)) - since / 43_200e6);
    }

    private static void arrive(LoginEvent login, User user) {
        boolean both = user.n > 0 && bothKnown(login, user);
        if (both && user.last.country().equals(login.country())) {
            return;
        }
        boolean arrives = both && kind(login, user).equals("new");
        user.arrival =
                arrives ? new Change("new", habit(user), span(login.timeMicros() - user.last.timeMicros())) : null;
        user.departure = user.n == 0 ? 0 : user.last.timeMicros() / 1_000_000L * 1_000_000L;
    }

    private record Change(String kind, int habit, int span) {}

    private static String kind(LoginEvent login, User user) {
        return user.values.get(0).containsKey(login.country()) ? "back" : "new";
    }

    private static int habit(User user) {
        double share = user.changes / (user.n - 1.0);
        return user.changes == 0 ? user.n - 1 < 4 ? 0 : 1 : share <= 0.05 ? 2 : share <= 0.2 ? 3 : share <= 0.5 ? 4 : 5;
    }

    private double weight(LoginEvent login, User user, String[] values) {
        double weight = 1;
        for (int f : new int[] {4, 0}) {
            int known = user == null ? 0 : user.n - user.values.get(f).getOrDefault(MISSING[f], 0);
            if (known > 0 && !values[f].equals(MISSING[f])) {
                double share = (all.get(f).getOrDefault(values[f], 0) + 0.5) / (totals[f] + 1);
                weight *= Math.min(1, share * (known + 1) / (user.values.get(f).getOrDefault(values[f], 0) + share));
            }
        }
        return Math.round(weight * 1024) / 1024.0;
    }

    private double foreign(long now, String user, String asn, long span) {
        double others = 0;
        double here = 0;
        double inside = 0;
        for (Contact contact : week) {
            if (contact.time > now - span) {
                boolean same = contact.asn.equals(asn);
                inside += contact.weight;
                here += same ? contact.weight : 0;
                others += same && !contact.user.equals(user) ? contact.weight : 0;
            }
        }
        double before = weights - inside;
        double mean = inside * (weightsEver.getOrDefault(asn, 0.0) - here + 0.5) / (before + 1);
        if (others <= mean || inside > before) {
            return 0;
        }
        // The series of the lower incomplete gamma function.
        double term =
                Math.exp(others * Math.log(mean) - mean - org.apache.commons.numbers.gamma.LogGamma.value(others + 1));
        double tail = 0;
        for (int i = 1; term > tail * 1e-17; i++) {
            tail += term;
            term *= mean / (others + i);
        }
        return Math.min(12, -Math.log(tail));
    }

    private void learnFailures(LoginEvent login, User user, String[] values) {
        long now = login.timeMicros();
        String[] keys = keys(login, values);
        if (login.success()) {
            for (int k = 0; k < 3; k++) {
                if (speaks(k, login, user, values)) {
                    priors[2 * k].add(count(k, keys[k], now - 3_600_000_000L));
                    priors[2 * k + 1].add(count(k, keys[k], now - 86_400_000_000L));
                }
            }
            for (int k = 0; k < 2; k++) {
                if (speaks(k, login, user, values)) {
                    priors[6 + k].add(failingUsers(k, keys[k], login));
                }
            }
            if (bothKnown(login, user)) {
                if (user.last.country().equals(login.country())) {
                    stays.add(habit(user));
                } else {
                    changes.add(new Change(kind(login, user), habit(user), span(now - user.last.timeMicros())));
                }
            }
        }
        firstAttempt = firstAttempt == Long.MIN_VALUE ? now : firstAttempt;
        while (!allFailures.isEmpty() && allFailures.peekFirst() <= now - 86_400_000_000L) {
            allFailures.removeFirst();
        }
        for (int k = 0; k < 2; k++) {
            Map<String, Long> users = failing.get(k).computeIfAbsent(keys[k], key -> new HashMap<>());
            if (login.success()) {
                users.remove(login.user());
            } else {
                users.put(login.user(), now);
            }
        }
        if (login.success()) {
            return;
        }
        allFailures.addLast(now);
        failuresEver++;
        for (int k = 0; k < 3; k++) {
            boolean has = k == 0 ? login.ip().version() > 0 : k == 2 || login.asn() >= 0;
            if (has) {
                Failures of = failures.get(k).computeIfAbsent(keys[k], key -> new Failures());
                of.day.removeIf(time -> time <= now - 86_400_000_000L);
                // A key with few failures is forgotten a day after the last.
                of.all = of.day.isEmpty() && of.all < 8 ? 0 : of.all;
                of.since = of.all == 0 ? now - (now - firstAttempt) % 1_000_000 : of.since;
                of.day.addLast(now);
                of.all++;
            }
        }
    }

    private double campaign(long now, String user, String asn, long span) {
        int others = 0;
        int here = 0;
        int inside = 0;
        for (Contact contact : week) {
            if (contact.time > now - span) {
                boolean same = contact.asn.equals(asn);
                inside++;
                here += same ? 1 : 0;
                others += same && !contact.user.equals(user) ? 1 : 0;
            }
        }
        int before = contacts - inside;
        int hereBefore = contactsEver.getOrDefault(asn, 0) - here;
        double mean = inside * (hereBefore + 0.5) / (before + 1);
        if (others <= mean || inside > before) {
            return 0;
        }
        double term = Math.exp(-mean);
        for (int i = 1; i <= others; i++) {
            term *= mean / i;
        }
        double tail = 0;
        for (int i = others + 1; term > tail * 1e-17; i++) {
            tail += term;
            term *= mean / i;
        }
        return Math.min(12, -Math.log(tail));
    }

    private double freeman(String[] values, int[] own, int n) {
        double score = ((double) total / n) / successfulUsers.size();
        int[][] levels = {{3, 1, 0}, {8, 9, 10, 5}};
        double[][] weights = {
            {0.6, 0.3, 0.1}, {0.5386653840551359, 0.2680451498625666, 0.18818295100109536, 0.0051065150812021525}
        };
        for (int k = 0; k < 2; k++) {
            double user = 0;
            double world = 0;
            double unseen = 1;
            for (int s = 0; s < levels[k].length; s++) {
                int f = levels[k][s];
                user += weights[k][s] * own[f] / n;
                if (s > 0) {
                    unseen += all.get(f).size();
                    world += weights[k][s] * all.get(f).getOrDefault(values[f], 0) / total;
                }
            }
            if (values[levels[k][0]].equals(MISSING[levels[k][0]])) {
                continue;
            }
            double seen = all.get(levels[k][0]).getOrDefault(values[levels[k][0]], 0);
            double within = seen == 0 ? 1 : seen / (seen + levels[k].length);
            world += weights[k][0] * within * Math.max(1, seen) / (total + unseen);
            score *= user == 0 ? 4 : world / user;
        }
        return Math.log(score);
    }

    void learn(LoginEvent login, boolean updates) {
        learnFailures(login, users.get(login.user()), values(login));
        while (!day.isEmpty() && day.peekFirst().timeMicros() <= login.timeMicros() - 86_400_000_000L) {
            day.removeFirst();
        }
        day.addLast(login);
        if (!login.success()) {
            return;
        }
        String[] values = values(login);
        successfulUsers.add(login.user());
        User user = users.get(login.user());
        boolean knowsNetworks = user != null && user.n > user.values.get(1).getOrDefault(MISSING[1], 0);
        if (login.asn() >= 0
                && (user == null || knowsNetworks && !user.values.get(1).containsKey(values[1]))) {
            double weight = weight(login, user, values);
            Contact contact = new Contact(login.timeMicros(), values[1], login.user(), weight);
            long since = login.timeMicros() - 7 * 86_400_000_000L;
            week.removeIf(c -> c.time <= since);
            if (week.stream().noneMatch(c -> c.asn.equals(contact.asn) && c.user.equals(contact.user))) {
                week.addLast(contact);
                contactsEver.merge(contact.asn, 1, Integer::sum);
                weightsEver.merge(contact.asn, weight, Double::sum);
                weights += weight;
                contacts++;
            }
        }
        int hour = (int) (login.timeMicros() / 3_600_000_000L % 24);
        for (int f = 0; f < FIELDS; f++) {
            all.get(f).merge(values[f], 1, Integer::sum);
            totals[f] += values[f].equals(MISSING[f]) ? 0 : 1;
        }
        total++;
        hours[hour]++;
        if (!updates) {
            return;
        }
        user = users.computeIfAbsent(login.user(), name -> new User());
        arrive(login, user);
        for (int f = 0; f < FIELDS; f++) {
            Map<String, Integer> known = user.values.get(f);
            Integer count = known.remove(values[f]);
            if (count == null && known.size() == valuesPerUser) {
                String rarest = null;
                for (Map.Entry<String, Integer> entry : known.entrySet()) {
                    if (rarest == null || entry.getValue() < known.get(rarest)) {
                        rarest = entry.getKey();
                    }
                }
                known.remove(rarest);
            }
            known.put(values[f], count == null ? 1 : count + 1);
        }
        user.changes += bothKnown(login, user.n == 0 ? null : user)
                        && !user.last.country().equals(login.country())
                ? 1
                : 0;
        user.n++;
        user.hours[hour]++;
        user.last = login;
    }
}
