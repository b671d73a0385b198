package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StringPoolTest {
    @Test
    void aPoolHandsOutTheSameTextForTheSameBytesAndNothingForUnknownOnes() {
        StringPool pool = new StringPool(64, Set.of("-", "unknown"));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder made = new StringBuilder();
            int length = random.nextInt(30);
            for (int j = 0; j < length; j++) {
                made.append((char) ('a' + random.nextInt(2)));
            }
            byte[] bytes = ("<" + made + ">").getBytes(StandardCharsets.UTF_8);
            String got = pool.get(bytes, 1, length);
            assertEquals(made.toString(), got);
            assertSame(got, pool.get(bytes.clone(), 1, length));
        }
        for (String unknown : new String[] {"", "-", "unknown"}) {
            byte[] bytes = unknown.getBytes(StandardCharsets.UTF_8);
            assertEquals("", pool.get(bytes, 0, bytes.length));
            assertEquals("", pool.get(bytes, 0, bytes.length));
        }
        String longest = "x".repeat(1000); // is not remembered
        byte[] bytes = longest.getBytes(StandardCharsets.UTF_8);
        assertEquals(longest, pool.get(bytes, 0, bytes.length));
        assertNotSame(pool.get(bytes, 0, bytes.length), pool.get(bytes, 0, bytes.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 8, 13})
    void textsOfOneHashAreToldApart(int length) {
        StringPool pool = new StringPool(64, Set.of());
        Map<Integer, String> seen = new HashMap<>();
        int collisions = 0;
        SplittableRandom random = new SplittableRandom(length);
        for (int i = 0; i < 60_000; i++) {
            byte[] bytes = new byte[length];
            for (int j = 0; j < length; j++) {
                bytes[j] = (byte) ('a' + random.nextInt(26));
            }
            String text = new String(bytes, StandardCharsets.US_ASCII);
            String other = seen.put(StringPool.hash(bytes, 0, length), text);
            if (other != null && !other.equals(text)) {
                collisions++;
                assertEquals(other, pool.get(other.getBytes(StandardCharsets.US_ASCII), 0, length));
                assertEquals(text, pool.get(bytes, 0, length));
            }
        }
        assertTrue(collisions > 0, "there is nothing to tell apart");
    }
}
