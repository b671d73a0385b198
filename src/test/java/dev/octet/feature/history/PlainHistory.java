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
    private static final String[] MISSING = values(LoginEvent.at(0, "", true).build());

    private record Contact(long time, String asn, String user) {}

    private static final class User {
        final List<Map<String, Integer>> values = new ArrayList<>();
        final int[] hours = new int[24];
        int n;
        LoginEvent last;

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

    PlainHistory(int valuesPerUser) {
        this.valuesPerUser = valuesPerUser;
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

    void learn(LoginEvent login, boolean teach) {
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
            Contact contact = new Contact(login.timeMicros(), values[1], login.user());
            long since = login.timeMicros() - 7 * 86_400_000_000L;
            week.removeIf(c -> c.time <= since);
            if (week.stream().noneMatch(c -> c.asn.equals(contact.asn) && c.user.equals(contact.user))) {
                week.addLast(contact);
                contactsEver.merge(contact.asn, 1, Integer::sum);
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
        if (!teach) {
            return;
        }
        user = users.computeIfAbsent(login.user(), name -> new User());
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
        user.n++;
        user.hours[hour]++;
        user.last = login;
    }
}
