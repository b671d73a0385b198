package dev.octet.event.enrich;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.event.InputFile;
import dev.octet.feature.ClientFamily;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import nl.basjes.parse.useragent.UserAgent;
import nl.basjes.parse.useragent.UserAgentAnalyzer;

/**
 * {@code CSV uap|yauaa} compares a user agent parser with the parsed columns of a log in the RBA format: start time, heap,
 * texts a second without a cache, logins a second with Octet's, and for each column the share of logins that agree:
 * {@code same} where the family is spelled alike, {@code apart} where every family that the parser tells is read as the
 * column's family that it mostly goes with, which does not depend on spelling. One parser a process, so that heap and
 * start time are its own.
 */
public final class UserAgentParsers {
    private static final List<String> COLUMNS = List.of("browser", "os", "device");

    private UserAgentParsers() {}

    private record Login(String agent, List<String> columns) {}

    public static void main(String[] arguments) throws IOException {
        List<Login> logins = read(Path.of(arguments[0]));
        Map<String, Long> agents = new LinkedHashMap<>();
        logins.forEach(login -> agents.merge(login.agent, 1L, Long::sum));
        System.out.printf(Locale.ROOT, "logins=%d agents=%d%n", logins.size(), agents.size());
        long before = heap();
        long start = System.nanoTime();
        Function<String, List<String>> parser = arguments[1].equals("uap") ? uap() : yauaa();
        parser.apply(logins.get(0).agent);
        double started = (System.nanoTime() - start) / 1e9;
        long used = heap() - before;
        System.out.printf(Locale.ROOT, "%s start_s=%.2f heap_mb=%.1f%n", arguments[1], started, used / 1e6);
        Map<String, List<String>> told = new HashMap<>();
        for (int round = 0; round < 2; round++) {
            start = System.nanoTime();
            agents.keySet().forEach(agent -> told.put(agent, parser.apply(agent)));
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(Locale.ROOT, "agents_per_s=%.0f (round %d)%n", agents.size() / seconds, round + 1);
        }
        if (arguments[1].equals("uap")) {
            UserAgents cached = new UserAgents();
            start = System.nanoTime();
            long sum = 0;
            for (Login login : logins) {
                sum += cached.of(login.agent).browser().length();
            }
            System.out.printf(
                    Locale.ROOT,
                    "cached_logins_per_s=%.0f (%d)%n",
                    logins.size() / ((System.nanoTime() - start) / 1e9),
                    sum);
        }
        for (int column = 0; column < COLUMNS.size(); column++) {
            agreement(logins, told, column);
        }
    }

    private static void agreement(List<Login> logins, Map<String, List<String>> told, int column) {
        long same = 0;
        Map<String, Map<String, Long>> pairs = new HashMap<>();
        for (Login login : logins) {
            String mine = told.get(login.agent).get(column);
            String theirs = login.columns.get(column);
            same += mine.equals(theirs) ? 1 : 0;
            pairs.computeIfAbsent(mine, key -> new HashMap<>()).merge(theirs, 1L, Long::sum);
        }
        long apart = pairs.values().stream()
                .mapToLong(counts -> counts.values().stream().max(Long::compare).orElse(0L))
                .sum();
        System.out.printf(
                Locale.ROOT,
                "%s same=%.4f apart=%.4f%n",
                COLUMNS.get(column),
                (double) same / logins.size(),
                (double) apart / logins.size());
        pairs.forEach((mine, counts) -> counts.forEach((theirs, count) -> {
            if (!mine.equals(theirs) && count > logins.size() / 200) {
                System.out.printf(Locale.ROOT, "  %s is read as %s: %d%n", theirs, mine, count);
            }
        }));
    }

    private static Function<String, List<String>> uap() {
        UserAgents agents = new UserAgents();
        return text -> {
            Client client = agents.parse(text);
            return Arrays.asList(ClientFamily.of(client.browser()), ClientFamily.of(client.os()), client.device());
        };
    }

    private static Function<String, List<String>> yauaa() {
        UserAgentAnalyzer analyzer = UserAgentAnalyzer.newBuilder()
                .hideMatcherLoadStats()
                .withoutCache()
                .withField(UserAgent.AGENT_NAME)
                .withField(UserAgent.OPERATING_SYSTEM_NAME)
                .withField(UserAgent.DEVICE_CLASS)
                .build();
        Supplier<Map<String, String>> names = () ->
                Map.of("Phone", "mobile", "Mobile", "mobile", "Tablet", "tablet", "Desktop", "desktop", "Robot", "bot");
        Map<String, String> classes = names.get();
        return text -> {
            UserAgent agent = analyzer.parse(text);
            String device = agent.getValue(UserAgent.DEVICE_CLASS);
            return Arrays.asList(
                    agent.getValue(UserAgent.AGENT_NAME),
                    agent.getValue(UserAgent.OPERATING_SYSTEM_NAME),
                    classes.getOrDefault(device, device));
        };
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static List<Login> read(Path csv) throws IOException {
        List<Login> logins = new ArrayList<>();
        Map<String, String> once = new HashMap<>();
        try (CsvReader<NamedCsvRecord> lines = CsvReader.builder()
                .ofNamedCsvRecord(
                        new BufferedReader(new InputStreamReader(InputFile.open(csv), StandardCharsets.UTF_8)))) {
            for (NamedCsvRecord line : lines) {
                logins.add(new Login(
                        once.computeIfAbsent(line.getField("User Agent String"), text -> text),
                        List.of(
                                once.computeIfAbsent(
                                        ClientFamily.of(line.getField("Browser Name and Version")), text -> text),
                                once.computeIfAbsent(
                                        ClientFamily.of(line.getField("OS Name and Version")), text -> text),
                                once.computeIfAbsent(line.getField("Device Type"), text -> text))));
            }
        }
        return logins;
    }
}
