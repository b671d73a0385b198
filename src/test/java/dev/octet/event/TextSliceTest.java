package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextSliceTest {
    /** Each character in each place, between other digits that do not belong to the text. */
    @Test
    void digitsAreToldFromAllElse() {
        TextSlice slice = new TextSlice();
        for (int length = 0; length <= 20; length++) {
            String digits = "90817263549081726354".substring(0, length);
            for (int place = -1; place < length; place++) {
                for (char c = 0; c < 0x80; c++) {
                    String text = place < 0 ? digits : digits.substring(0, place) + c + digits.substring(place + 1);
                    byte[] ascii = ("12x" + text + "x34567890").getBytes(StandardCharsets.US_ASCII);
                    for (int start = 0; start <= Math.min(2, length); start++) {
                        boolean expected = text.substring(start).matches("[0-9]*");
                        slice.set(ascii, 3, length);
                        assertEquals(expected, slice.areDigits(start), text);
                        slice.set(text.toCharArray(), 0, length);
                        assertEquals(expected, slice.areDigits(start), text);
                    }
                }
            }
        }
    }

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
}
