package dev.octet.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Measures simulated rows, read back from their bytes, the way the published numbers were measured, and sets the two side by
 * side. {@code main} prints the table of docs/simulator.md.
 */
final class Calibration implements RowSink {
    /** One published number and the simulated one. */
    record Figure(String name, double published, double simulated, long of) {}

    private static final String AUTUMN = "2020-09-01";
    private static final String WINTER = "2020-12-01";
    private static final String HALF = "2020-08-01";
    private static final String WARM = "2020-02-17";
    private static final long[] GAPS = {60, 600, 3_600, 86_400, 7 * 86_400, 30 * 86_400, Long.MAX_VALUE};

    private static final class User {
        long rows;
        int successes;
        double lastSuccess;
        final Set<String> countries = new HashSet<>(2);
        final Set<String> asns = new HashSet<>(2);
        final Set<String> ips = new HashSet<>(2);
        final Set<String> agents = new HashSet<>(2);
    }

    private final Map<String, User> users = new HashMap<>();
    private final Map<String, long[]> counts = new TreeMap<>();
    private final Map<String, Integer> successesOfAsn = new HashMap<>();
    private final Map<String, Set<String>> distinct = new TreeMap<>();
    private final Map<String, List<Double>> samples = new TreeMap<>();
    private final Map<String, Integer> usersOfAddress = new HashMap<>();
    private String[] previous;
    private long rows = -1;
    private long bytes;
    private long totalSuccesses;

    private void count(String name, boolean hit) {
        long[] count = counts.computeIfAbsent(name, key -> new long[2]);
        count[1]++;
        if (hit) {
            count[0]++;
        }
    }

    private void sample(String name, double value) {
        samples.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    private void distinct(String name, String value) {
        distinct.computeIfAbsent(name, key -> new HashSet<>()).add(value);
    }

    /** Splits a line at its commas outside quotes; removes the quotes. */
    static String[] split(String line) {
        String[] fields = new String[16];
        int field = 0;
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i <= line.length(); i++) {
            char c = i == line.length() ? ',' : line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields[field++] = line.substring(start, i).replace("\"", "");
                start = i + 1;
            }
        }
        return fields;
    }

    @Override
    public void line(byte[] line, int length) {
        if (rows++ < 0) {
            return;
        }
        bytes += length;
        String[] f = split(new String(line, 0, length - 1, UTF_8));
        String time = f[1];
        boolean bin = f[2].equals(Long.toString(Published.BIN_USER));
        boolean client = f[2].equals(Long.toString(Published.CLIENT_USER));
        boolean success = f[13].equals("True");
        boolean attack = f[14].equals("True");
        boolean takeover = f[15].equals("True");
        boolean firstHalf = time.compareTo(HALF) < 0;
        boolean ten = f[4].startsWith("10.");
        count("success", success);
        count("attack IP", attack);
        count("bin share", bin);
        count(firstHalf ? "bin share to July" : "bin share from August", bin);
        count("rows to July", firstHalf);
        count("bin attack IP".substring(bin ? 0 : 4), attack);
        if (!bin) {
            count("success outside bin", success);
            count("attack IP outside bin", attack);
            if (attack) {
                count("success outside bin given attack IP", success);
            }
        }
        for (String country : new String[] {"NO", "US", "RU", "BR", "DE", "PL"}) {
            count("country " + country, f[5].equals(country));
            if (success) {
                count("country of successes " + country, f[5].equals(country));
            }
        }
        for (String asn : new String[] {"29695", "393398", "41164", "262582", "15599", "29492", "15659"}) {
            count("ASN " + asn, f[8].equals(asn));
        }
        if (attack) {
            count("attack rows from US", f[5].equals("US"));
            count("attack rows from ASN 393398", f[8].equals("393398"));
        }
        count("artificial ASN", f[8].length() == 6 && f[8].charAt(0) == '5');
        count("10.x", ten);
        count(success ? "10.x of successes" : "10.x of failures", ten);
        count("region and city -", f[6].equals("-") && f[7].equals("-"));
        count("RTT of " + (success ? "successes" : "failures"), !f[3].isEmpty());
        if (!f[3].isEmpty()) {
            sample("RTT", Double.parseDouble(f[3]));
        }
        for (String device : new String[] {"mobile", "desktop", "tablet", "bot", "unknown"}) {
            count("device " + device, f[12].equals(device));
        }
        for (String os :
                new String[] {"iOS", "Android", "Mac OS X", "Other ", "Chrome OS", "Chromecast", "Windows Phone"}) {
            count("system " + os.strip(), f[11].startsWith(os));
        }
        count("system iOS 11.2.6", f[11].equals("iOS 11.2.6"));
        count("system Mac OS X 10.14.6", f[11].equals("Mac OS X 10.14.6"));
        String family = f[10].replaceAll(" [0-9].*", "");
        for (String browser : new String[] {
            "Chrome Mobile", "Chrome", "Android", "Firefox", "Chrome Mobile WebView", "ZipppBot", "Opera Mobile", "VLC"
        }) {
            count("browser " + browser, family.equals(browser));
        }
        distinct("ASNs", f[8]);
        distinct("countries", f[5]);
        distinct("addresses", f[4]);
        distinct("user agents", f[9]);
        distinct("browsers", f[10]);
        distinct("systems", f[11]);
        distinct("cities", f[7]);
        if (bin || client) {
            return;
        }
        User user = users.get(f[2]);
        if (user == null) {
            user = new User();
            users.put(f[2], user);
            count("first rows to July", firstHalf);
        }
        user.rows++;
        if (success) {
            success(f, user, takeover);
        }
        if (takeover) {
            count("takeover success", success);
            count("takeover attack IP", attack);
            count("takeover desktop", f[12].equals("desktop"));
            count("takeover RO", f[5].equals("RO"));
            count("takeover NO", f[5].equals("NO"));
            count("takeover 10.x", ten);
        }
    }

    private void success(String[] f, User user, boolean takeover) {
        double time = java.time.LocalDateTime.parse(f[1].replace(' ', 'T')).toEpochSecond(java.time.ZoneOffset.UTC);
        String who = takeover ? "takeover " : "";
        boolean cold = user.successes == 0;
        boolean autumn = f[1].compareTo(AUTUMN) >= 0 && f[1].compareTo(WINTER) < 0;
        boolean newCountry = !user.countries.contains(f[5]);
        boolean newAsn = !user.asns.contains(f[8]);
        boolean newAgent = !user.agents.contains(f[9]);
        boolean newIp = !user.ips.contains(f[4]);
        if (f[1].compareTo(WARM) >= 0) {
            count(who + "new country", newCountry);
            count(who + "new ASN", newAsn);
            if (!takeover) {
                count("new user agent", newAgent);
            }
            double share = (successesOfAsn.getOrDefault(f[8], 0) + 1.0) / (totalSuccesses + 1.0);
            sample(who + "rare_asn", -Math.log(share));
            if (f[1].compareTo(AUTUMN) >= 0) {
                sample(who + "late rare_asn", -Math.log(share));
            }
        }
        if (takeover) {
            count("takeover without history", cold);
            count("takeover 1 to 4", user.successes >= 1 && user.successes < 5);
        } else {
            if (autumn) {
                count("without history", cold);
                count("new country or ASN with history", !cold && (newCountry || newAsn));
                if (!cold) {
                    double gap = time - user.lastSuccess;
                    int bucket = 0;
                    while (gap >= GAPS[bucket]) {
                        bucket++;
                    }
                    for (int i = 0; i < GAPS.length; i++) {
                        count("gap " + i, i == bucket);
                    }
                    count("new IP at gap " + bucket, newIp);
                    count("new country with history", newCountry);
                    count("new user agent with history", newAgent);
                }
            }
            if (previous != null && !previous[2].equals(f[2])) {
                count("pair same country", previous[5].equals(f[5]));
                count("pair same ASN", previous[8].equals(f[8]));
                count("pair same user agent", previous[9].equals(f[9]));
                count("pair same device type", previous[12].equals(f[12]));
            }
            previous = f;
        }
        user.successes++;
        user.lastSuccess = time;
        user.countries.add(f[5]);
        user.asns.add(f[8]);
        user.agents.add(f[9]);
        if (newIp) {
            user.ips.add(f[4]);
            usersOfAddress.merge(f[4], 1, Integer::sum);
        }
        successesOfAsn.merge(f[8], 1, Integer::sum);
        totalSuccesses++;
    }

    double share(String name) {
        long[] count = counts.get(name);
        return count == null ? Double.NaN : count[0] / (double) count[1];
    }

    long of(String name) {
        long[] count = counts.get(name);
        return count == null ? 0 : count[1];
    }

    double quantile(String name, double q) {
        double[] sorted = samples.getOrDefault(name, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, q * sorted.length)];
    }

    double mean(String name) {
        return samples.getOrDefault(name, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }

    private long[] rowsPerUser() {
        return users.values().stream().mapToLong(user -> user.rows).sorted().toArray();
    }

    private Figure share(String name, double published) {
        return new Figure(name, published, share(name), of(name));
    }

    /** Published beside simulated, in the order of the table. */
    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        figures.add(share("success", 0.4011));
        figures.add(share("attack IP", 0.0990));
        figures.add(share("bin share", 0.4486));
        figures.add(share("bin share to July", 0.3814));
        figures.add(share("bin share from August", 0.496));
        figures.add(share("rows to July", 0.4144));
        figures.add(share("success outside bin", 0.7273));
        figures.add(share("bin attack IP", 0.118));
        figures.add(share("attack IP outside bin", 0.0839));
        figures.add(share("success outside bin given attack IP", 0.5562));
        double[] countries = {0.423, 0.278, 0.054, 0.038, 0.029, 0.0276};
        String[] codes = {"NO", "US", "RU", "BR", "DE", "PL"};
        for (int i = 0; i < codes.length; i++) {
            figures.add(share("country " + codes[i], countries[i]));
        }
        figures.add(share("country of successes NO", 0.672));
        figures.add(share("country of successes US", 0.149));
        String[] asns = {"29695", "393398", "41164", "262582", "15599", "29492", "15659"};
        double[] asnRows = {0.2600, 0.2184, 0.0474, 0.0459, 0.0440, 0.0288, 0.0280};
        for (int i = 0; i < asns.length; i++) {
            figures.add(share("ASN " + asns[i], asnRows[i]));
        }
        figures.add(share("attack rows from US", 0.71));
        figures.add(share("attack rows from ASN 393398", 0.62));
        figures.add(share("artificial ASN", 0.0466));
        figures.add(share("10.x", 0.2332));
        figures.add(share("10.x of successes", 0.1531));
        figures.add(share("region and city -", 0.4444));
        figures.add(share("RTT of successes", 0.0698));
        figures.add(share("RTT of failures", 0.0214));
        figures.add(new Figure("RTT q25", 474, quantile("RTT", 0.25), 0));
        figures.add(new Figure("RTT q50", 544, quantile("RTT", 0.5), 0));
        figures.add(new Figure("RTT q75", 697, quantile("RTT", 0.75), 0));
        figures.add(new Figure("RTT mean", 664, mean("RTT"), 0));
        String[] devices = {"mobile", "desktop", "tablet", "bot", "unknown"};
        double[] deviceRows = {0.628, 0.2537, 0.0256, 0.0649, 0.0277};
        for (int i = 0; i < devices.length; i++) {
            figures.add(share("device " + devices[i], deviceRows[i]));
        }
        String[] systems = {"iOS", "Android", "Mac OS X", "Other", "Chrome OS", "Chromecast", "Windows Phone"};
        double[] systemRows = {0.362, 0.266, 0.206, 0.0922, 0.0312, 0.0155, 0.0155};
        for (int i = 0; i < systems.length; i++) {
            figures.add(share("system " + systems[i], systemRows[i]));
        }
        figures.add(share("system iOS 11.2.6", 0.141));
        figures.add(share("system Mac OS X 10.14.6", 0.143));
        String[] browsers = {
            "Chrome Mobile", "Chrome", "Android", "Firefox", "Chrome Mobile WebView", "ZipppBot", "Opera Mobile", "VLC"
        };
        double[] browserRows = {0.313, 0.256, 0.102, 0.0835, 0.0588, 0.0532, 0.0429, 0.0227};
        for (int i = 0; i < browsers.length; i++) {
            figures.add(share("browser " + browsers[i], browserRows[i]));
        }
        long[] perUser = rowsPerUser();
        figures.add(new Figure(
                "rows a user, mean", 4.0056, Arrays.stream(perUser).average().orElse(0), perUser.length));
        figures.add(new Figure(
                "users with one row",
                0.397,
                Arrays.stream(perUser).filter(n -> n == 1).count() / (double) perUser.length,
                perUser.length));
        double[] quantiles = {0.5, 0.75, 0.9, 0.95, 0.99};
        double[] published = {2, 4, 9, 13, 28};
        for (int i = 0; i < quantiles.length; i++) {
            figures.add(new Figure(
                    "rows a user, q" + (int) (100 * quantiles[i]),
                    published[i],
                    perUser[(int) (quantiles[i] * perUser.length)],
                    0));
        }
        figures.add(share("first rows to July", 0.579));
        figures.add(share("without history", 0.18));
        figures.add(share("new country or ASN with history", 0.085));
        figures.add(share("new country", 0.16));
        figures.add(share("new ASN", 0.23));
        figures.add(share("new user agent", 0.52));
        figures.add(share("new country with history", Double.NaN));
        figures.add(share("new user agent with history", Double.NaN));
        double[] gaps = {0.04, 0.107, 0.051, 0.112, 0.172, 0.214, 0.303};
        double[] ips = {0.024, 0.054, 0.12, 0.223, 0.351, 0.539, 0.759};
        for (int i = 0; i < gaps.length; i++) {
            figures.add(share("gap " + i, gaps[i]));
        }
        for (int i = 0; i < gaps.length; i++) {
            figures.add(share("new IP at gap " + i, ips[i]));
        }
        figures.add(new Figure("rare_asn mean", 2.8, mean("rare_asn"), 0));
        figures.add(new Figure("rare_asn q50", 2.06, quantile("rare_asn", 0.5), 0));
        figures.add(new Figure("rare_asn q95", 7.91, quantile("rare_asn", 0.95), 0));
        figures.add(new Figure("rare_asn q99", 10.92, quantile("rare_asn", 0.99), 0));
        figures.add(share("pair same country", 0.531));
        figures.add(share("pair same ASN", 0.208));
        figures.add(share("pair same user agent", 0.014));
        figures.add(share("pair same device type", 0.51));
        figures.add(new Figure("takeover rare_asn mean", 11.3, mean("takeover rare_asn"), 0));
        figures.add(new Figure("takeover rare_asn q50", 12.0, quantile("takeover rare_asn", 0.5), 0));
        double limit = quantile("late rare_asn", 0.99);
        double tenth = quantile("late rare_asn", 0.999);
        List<Double> rarities = samples.getOrDefault("takeover late rare_asn", List.of());
        figures.add(new Figure(
                "takeovers above the legit rare_asn q99",
                0.658,
                rarities.stream().filter(r -> r > limit).count() / (double) rarities.size(),
                rarities.size()));
        figures.add(new Figure(
                "takeovers above the legit rare_asn q99.9",
                0.132,
                rarities.stream().filter(r -> r > tenth).count() / (double) rarities.size(),
                rarities.size()));
        figures.add(share("takeover new country", 0.88));
        figures.add(share("takeover new ASN", 0.91));
        figures.add(share("takeover success", 140 / 141.0));
        figures.add(share("takeover attack IP", 77 / 141.0));
        figures.add(share("takeover desktop", 120 / 141.0));
        figures.add(share("takeover RO", 79 / 141.0));
        figures.add(share("takeover NO", 10 / 141.0));
        figures.add(share("takeover 10.x", 39 / 141.0));
        figures.add(share("takeover without history", 54 / 140.0));
        figures.add(share("takeover 1 to 4", 86 / 140.0 * 50 / 84));
        figures.add(new Figure("bytes a row", 289.5, bytes / (double) rows, rows));
        for (Map.Entry<String, Set<String>> entry : distinct.entrySet()) {
            figures.add(new Figure(
                    "distinct " + entry.getKey(), Double.NaN, entry.getValue().size(), rows));
        }
        return figures;
    }

    public static void main(String[] arguments) throws IOException {
        long rows = Long.parseLong(arguments[0]);
        int takeovers = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        Calibration calibration = new Calibration();
        new Simulator(new SimulationSettings(
                        rows, takeovers, seed, List.of(PublishedAttacker.CAMPAIGN), List.of(), RowFormat.RBA))
                .generate(calibration, SimulationProgress.NONE);
        StringBuilder table = new StringBuilder("| figure | published | simulated |\n|---|---|---|\n");
        for (Figure figure : calibration.figures()) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.4g |%n",
                    figure.name,
                    Double.isNaN(figure.published) ? "" : String.format(Locale.ROOT, "%.4g", figure.published),
                    figure.simulated));
        }
        System.out.print(table);
    }
}
