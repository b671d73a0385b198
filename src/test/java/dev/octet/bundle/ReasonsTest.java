package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.text.CsvLines;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.RowWords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReasonsTest {
    /** Features of 1, 2, 3, 4 and 5 columns. */
    private static final List<FeatureColumns> LAYOUT = IntStream.range(0, 5)
            .mapToObj(i -> new FeatureColumns("f" + i, FeatureColumns.Kind.NUMERIC, i * (i + 1) / 2, i + 1))
            .toList();

    private final Reasons reasons = new Reasons(LAYOUT);

    @Test
    void theLargestSharesComeFirstAndOfEqualOnesTheEarlierFeature() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 2000; round++) {
            double[] contributions = new double[15];
            for (int column = 0; column < contributions.length; column++) {
                contributions[column] = random.nextInt(3) / 4.0; // sums are exact, many are equal, some are 0
            }
            double total =
                    IntStream.range(0, 15).mapToDouble(i -> contributions[i]).sum();
            record Sum(String feature, double value) {}
            List<Sum> sums = new ArrayList<>();
            for (FeatureColumns part : LAYOUT) {
                double sum = 0;
                for (int column = part.first(); column < part.first() + part.width(); column++) {
                    sum += contributions[column];
                }
                sums.add(new Sum(part.feature(), sum));
            }
            List<Sum> expected = sums.stream()
                    .filter(sum -> sum.value > 0)
                    .sorted(Comparator.comparingDouble(Sum::value).reversed())
                    .limit(3)
                    .toList();
            assertEquals(
                    expected.stream()
                            .map(sum -> sum.feature + "=" + hundredths(Math.round(100 * sum.value / total)))
                            .collect(Collectors.joining(";")),
                    reasons.of(contributions));
            assertEquals(
                    expected.stream().map(sum -> "why " + sum.feature).collect(Collectors.joining("; ")),
                    reasons.inWords(contributions, feature -> "why " + feature));
            assertEquals(
                    expected.stream()
                            .map(sum -> new Reasons.Reason(sum.feature, sum.value / total, "why"))
                            .toList(),
                    reasons.list(contributions, feature -> "why"));
        }
    }

    /** Against the plain way: words for every feature, and then the three topics with the largest sums. */
    @Test
    void topicsAreToldByTheirLargestFeatureThatHasWords() {
        List<String> names = List.of(
                "campaign-week",
                "campaign-day",
                "foreign-contacts-week",
                "pressure-address",
                "pressure-user",
                "travel",
                "x",
                "y");
        Reasons topical = new Reasons(IntStream.range(0, names.size())
                .mapToObj(i -> new FeatureColumns(names.get(i), FeatureColumns.Kind.NUMERIC, i, 1))
                .toList());
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 5000; round++) {
            double[] contributions = new double[names.size()];
            for (int i = 0; i < contributions.length; i++) {
                contributions[i] = random.nextInt(5) / 4.0;
            }
            List<String> wordless =
                    names.stream().filter(name -> random.nextInt(4) == 0).toList();
            RowWords words = name -> wordless.contains(name) ? "" : "why " + name;
            double total = DoubleStream.of(contributions).sum();
            Map<String, Reasons.Reason> byTopic = new LinkedHashMap<>();
            IntStream.range(0, names.size())
                    .boxed()
                    .filter(i -> contributions[i] > 0)
                    .sorted(Comparator.comparingDouble(i -> -contributions[i]))
                    .map(i -> new Reasons.Reason(names.get(i), contributions[i] / total, words.of(names.get(i))))
                    .forEach(each -> byTopic.merge(
                            each.feature()
                                    .replaceAll("campaign.*|foreign.*", "contacts")
                                    .replaceAll("pressure.*", "failures"),
                            each,
                            (first, next) -> first.text().isEmpty()
                                    ? next
                                    : new Reasons.Reason(first.feature(), first.share() + next.share(), first.text())));
            assertEquals(List.of(), topical.list(contributions, name -> ""));
            List<Reasons.Reason> expected = byTopic.values().stream()
                    .filter(reason -> !reason.text().isEmpty())
                    .toList();
            assertEquals(
                    expected.stream()
                            .map(Reasons.Reason::share)
                            .sorted(Comparator.reverseOrder())
                            .limit(3)
                            .toList(),
                    topical.list(contributions, words).stream()
                            .map(Reasons.Reason::share)
                            .toList());
            assertTrue(expected.containsAll(topical.list(contributions, words)));
        }
    }

    private static String hundredths(long share) {
        return share / 100 + "." + share / 10 % 10 + share % 10;
    }

    @Test
    void aReasonIsSaidOnce() {
        double[] contributions = new double[15];
        contributions[0] = 3;
        contributions[1] = 2;
        contributions[14] = 1;
        assertEquals("f0=0.50;f1=0.33;f4=0.17", reasons.of(contributions));
        assertEquals("same; last", reasons.inWords(contributions, name -> name.equals("f4") ? "last" : "same"));
    }

    /** What is kept as numbers is written as if it had been written at once. */
    @Test
    void reasonsAsNumbersAreWrittenAsTheSame() {
        double[] contributions = new double[15];
        contributions[0] = 3;
        contributions[1] = 2;
        contributions[14] = 1;
        int[] chosen = new int[Reasons.MAX_REASONS];
        int[] hundredths = new int[Reasons.MAX_REASONS];
        int found = reasons.largest(contributions, chosen, hundredths);
        CsvLines lines = new CsvLines();
        reasons.write(found, chosen, hundredths, lines);
        assertEquals("f0=0.50;f1=0.33;f4=0.17", new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8));
        assertEquals(0, reasons.largest(new double[15], chosen, hundredths));
    }

    @Test
    void nothingIsSaidWhereNothingAdds() {
        assertEquals("", reasons.of(new double[15]));
        assertEquals("", reasons.inWords(new double[15], name -> name));
        assertEquals(List.of(), reasons.list(new double[15], name -> name));
    }
}
