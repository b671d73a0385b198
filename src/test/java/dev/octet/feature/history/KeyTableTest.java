package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {
    /** Few keys in small tables, so that runs of cells are long and go around the end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void countsAsAMapDoes(int words) {
        SplittableRandom random = new SplittableRandom(words);
        for (int keys : new int[] {6, 40, 700}) {
            KeyTable table = new KeyTable(words);
            Map<Long, Long> map = new TreeMap<>();
            for (int i = 0; i < 20_000; i++) {
                long key = key(random.nextInt(keys));
                long amount = map.containsKey(key) && random.nextInt(3) > 0 ? -map.get(key) : 1 + random.nextInt(3);
                table.add(key, amount);
                map.merge(key, amount, (one, other) -> one + other == 0 ? null : one + other);
                if (words > 1 && table.get(key) != 0) {
                    table.words[table.find(key) + 2] = -key;
                }
                assertEquals(map.size(), table.size());
            }
            for (int k = 0; k < keys; k++) {
                long key = key(k);
                assertEquals(map.getOrDefault(key, 0L), table.get(key));
                if (words > 1) {
                    assertEquals(map.containsKey(key) ? -key : 0, table.words[table.find(key) + 2]);
                }
            }
            assertArrayEquals(map.keySet().stream().mapToLong(Long::longValue).toArray(), table.sortedKeys());
        }
    }

    /** 0 is a key, too. */
    private static long key(int k) {
        return k % 2 == 0 ? k / 2 - 3 : (-1L - k % 7) << 32 | k;
    }

    /** Keys from a saved history are in ascending order, those of another table in the order of its cells. */
    @Test
    void keysInAnOrderDoNotCrowd() {
        SplittableRandom random = new SplittableRandom(1);
        KeyTable sorted = new KeyTable(1);
        int[] longest = {0};
        random.longs(50_000).sorted().forEach(key -> {
            sorted.put(key, 1);
            longest[0] = Math.max(longest[0], sorted.size() % 1000 == 0 ? longestRun(sorted) : 0);
        });
        KeyTable copied = new KeyTable(1);
        sorted.forEach((key, place) -> {
            copied.put(key, 1);
            longest[0] = Math.max(longest[0], copied.size() % 1000 == 0 ? longestRun(copied) : 0);
        });
        assertEquals(sorted.size(), copied.size());
        assertTrue(longest[0] < 500, "cells taken side by side: " + longest[0]);
    }

    private static int longestRun(KeyTable table) {
        int longest = 0;
        int run = 0;
        for (int at = 0; at < table.words.length; at += 2) {
            run = table.words[at + 1] == 0 ? 0 : run + 1;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void keepsWordsWhenItGrows(int words) {
        KeyTable table = new KeyTable(words);
        for (int i = 1; i <= 1000; i++) {
            table.put(i, -i);
        }
        for (int i = 1; i <= 1000; i++) {
            assertEquals(-i, table.get(i));
        }
        assertEquals(1000, table.size());
        assertEquals(0, table.get(1001));
    }
}
