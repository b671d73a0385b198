package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecordFieldsTest {
    private static final long ONES = 0x0101010101010101L;

    @Test
    void eachOfEightBytesIsJudgedAloneWhateverLiesBesideIt() {
        SplittableRandom random = new SplittableRandom(1);
        for (char separator : new char[] {',', ';', '\t', '|', ' ', '!', '#', '~', 0x7f}) {
            for (int value = 0; value < 256; value++) {
                for (int place = 0; place < Long.BYTES; place++) {
                    long bytes = random.nextLong() & ~(0xffL << 8 * place) | (long) value << 8 * place;
                    long expected = 0;
                    for (int i = 0; i < Long.BYTES; i++) {
                        int each = (int) (bytes >>> 8 * i) & 0xff;
                        boolean ofInterest = each == separator || each == '"' || each < ' ' || each > 0x7f;
                        expected |= ofInterest ? 0x80L << 8 * i : 0;
                    }
                    assertEquals(
                            expected,
                            RecordFields.ofInterest(bytes, separator * ONES),
                            () -> "%016x, separator U+%04X".formatted(bytes, (int) separator));
                }
            }
        }
    }
}
