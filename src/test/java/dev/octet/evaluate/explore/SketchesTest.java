package dev.octet.evaluate.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is exact is exact, and what is bounded keeps the bounds that it states. */
class SketchesTest {
    /** Values whose frequencies fall as 1/rank, as those of real columns do. */
    private static String value(SplittableRandom random, int different) {
        return "v" + (int) Math.pow(different, random.nextDouble());
    }

    @Test
    void belowTheCapacityEverythingIsExact() {
        FrequentValues<String> values = new FrequentValues<>(1000, Hashes::of);
        Map<String, Long> truth = new HashMap<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 50_000; i++) {
            String value = value(random, 900);
            values.add(value);
            truth.merge(value, 1L, Long::sum);
        }
        assertEquals(truth.size(), values.distinct());
        assertFalse(values.estimated());
        assertEquals(0, values.undercount());
        values.top(2000).forEach(each -> assertEquals(truth.get(each.value()), each.count()));
        assertEquals(truth.size(), values.top(2000).size());
    }

    @Test
    void beyondTheCapacityFrequentValuesAreFoundWithinTheStatedError() {
        int rows = 400_000;
        FrequentValues<String> values = new FrequentValues<>(2000, Hashes::of);
        Map<String, Long> truth = new HashMap<>();
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < rows; i++) {
            String value = value(random, 200_000);
            values.add(value);
            truth.merge(value, 1L, Long::sum);
        }
        assertTrue(values.estimated());
        // four standard errors of UltraLogLog at this precision
        assertEquals(truth.size(), values.distinct(), 0.025 * truth.size());
        assertTrue(
                values.undercount() > 0 && values.undercount() < 4 * rows / 2000, "undercount " + values.undercount());
        List<FrequentValues.Counted<String>> top = values.top(20);
        for (FrequentValues.Counted<String> each : top) {
            long exact = truth.get(each.value());
            assertTrue(each.count() <= exact && exact <= each.count() + values.undercount(), each.toString());
        }
        long twentieth = top.get(19).count();
        truth.forEach((value, count) -> assertTrue(
                count <= twentieth + values.undercount()
                        || top.stream().anyMatch(each -> each.value().equals(value)),
                value + " was missed"));
    }

    @Test
    void partnersAreExactAndThenThoseOfASampleAre() {
        Map<String, Set<String>> truth = new HashMap<>();
        PartnerCounts<String> all = new PartnerCounts<>(1 << 20, Hashes::of);
        PartnerCounts<String> sampled = new PartnerCounts<>(5000, Hashes::of);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200_000; i++) {
            String address = value(random, 20_000);
            String user = "u" + random.nextInt(5000);
            truth.computeIfAbsent(address, any -> new HashSet<>()).add(user);
            all.add(address, Hashes.of(user));
            sampled.add(address, Hashes.of(user));
        }
        assertEquals(1, all.share());
        all.top(100_000).forEach(each -> assertEquals(truth.get(each.value()).size(), each.count()));
        assertEquals(truth.size(), all.keysWith(1, Integer.MAX_VALUE));
        assertTrue(sampled.share() < 1);
        sampled.top(100_000)
                .forEach(each -> assertEquals(truth.get(each.value()).size(), each.count()));
        long kept = sampled.keysWith(1, Integer.MAX_VALUE);
        double expected = truth.size() * sampled.share();
        assertEquals(expected, kept, 5 * Math.sqrt(expected));
    }

    @Test
    void aSeriesIsCoarsenedAndLosesNothing() {
        TimeSeries series = new TimeSeries();
        long minute = 60_000_000;
        long start = 1_500_000_000_000_000L;
        SplittableRandom random = new SplittableRandom(4);
        long failures = 0;
        int minutes = 10_000;
        for (int i = 0; i < minutes; i++) {
            boolean attack = i == 7777;
            for (int k = 0; k < (attack ? 50 : 1); k++) {
                boolean success = !attack && random.nextBoolean();
                failures += success ? 0 : 1;
                series.add(start + i * minute, success);
            }
        }
        List<LogProfile.Bucket> buckets = series.buckets();
        assertEquals(8, series.minutesEach());
        assertEquals(minutes / 8, buckets.size());
        assertEquals(
                minutes + 49,
                buckets.stream().mapToLong(LogProfile.Bucket::attempts).sum());
        assertEquals(
                failures,
                buckets.stream().mapToLong(LogProfile.Bucket::failures).sum());
        assertEquals(50, buckets.get(7777 / 8).worstMinute());
        LogProfile.Minute worst = series.busiest().get(0);
        assertEquals(50, worst.failures());
        assertEquals(Math.floorDiv(start + 7777 * minute, minute) * minute, worst.startMicros());
        assertEquals(10, series.busiest().size());
    }
}
