package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class BytesAheadTest {
    private static final String[] PARTS = {",", "\"", "\"\"", "\n", "\r\n", "\r", "a", "µ", "\t", "€uro", "\u0001", "0.5"};

    /** Hands out a few bytes at a time, and fails where the bytes end, if it shall. */
    private static final class Slow extends FilterInputStream {
        private final Random random = new Random(7);
        private final int most;
        private final boolean fails;

        Slow(byte[] bytes, int most, boolean fails) {
            super(new ByteArrayInputStream(bytes));
            this.most = most;
            this.fails = fails;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
            if (count < 0 && fails) {
                throw new IOException("torn off");
            }
            return count;
        }
    }

    private static byte[] text(long seed, int parts) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "\ufeff" : "");
        for (int i = 0; i < parts; i++) {
            boolean plain = random.nextInt(4) > 0;
            text.append(plain ? (i % 3 == 2 ? "x\n" : "abc,") : PARTS[random.nextInt(PARTS.length)]);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What is split plainly, as places in the text; what is not is skipped a line. */
    private static List<String> records(RecordText text) {
        RecordFields fields = new RecordFields(text, ',', 3);
        List<String> records = new ArrayList<>();
        try {
            while (true) {
                switch (fields.next()) {
                    case PLAIN -> records.add(text.recordLine() + ": " + text.recordHead(200));
                    case OTHER -> {
                        records.add(text.recordLine() + " is odd: " + text.recordHead(200));
                        text.skipLine();
                    }
                    case END -> {
                        return records;
                    }
                }
            }
        } catch (IOException e) {
            records.add(e.getMessage());
            return records;
        }
    }

    @Test
    void recordsAreThoseOfReadingOnOneThread() throws IOException {
        for (int seed = 0; seed < 60; seed++) {
            byte[] bytes = text(seed, seed < 50 ? 1 << seed % 12 : 200_000);
            int most = seed % 2 == 0 ? 7 : 100_000;
            boolean fails = seed % 5 == 4;
            List<String> expected;
            try (RecordText plain = new RecordText(new Slow(bytes, most, fails))) {
                expected = records(plain);
            }
            try (BytesAhead bytesAhead = new BytesAhead(new Slow(bytes, most, fails), ',');
                    RecordText ahead = new RecordText(bytesAhead)) {
                assertEquals(expected, records(ahead), "seed " + seed);
            }
        }
    }

    @Test
    void failureAndEndAreSaidAgainToWhoAsksAgain() throws IOException {
        byte[] target = new byte[BytesAhead.CHUNK];
        try (BytesAhead torn = new BytesAhead(new Slow(new byte[3], 9, true), ',')) {
            assertEquals(3, torn.read(target, 0) + Math.max(0, readUpTo(torn, target)));
            assertEquals("torn off", assertThrows(IOException.class, () -> torn.read(target, 0)).getMessage());
            assertThrows(IOException.class, () -> torn.read(target, 0));
        }
        try (BytesAhead empty = new BytesAhead(InputStream.nullInputStream(), ',')) {
            assertEquals(-1, empty.read(target, 0));
            assertEquals(-1, empty.read(target, 0));
        }
    }

    /** Reads to the failure or the end; how many bytes. */
    private static int readUpTo(BytesAhead ahead, byte[] target) {
        int sum = 0;
        try {
            for (int count = ahead.read(target, 0); count > 0; count = ahead.read(target, 0)) {
                sum += count;
            }
        } catch (IOException e) {
            assertEquals("torn off", e.getMessage());
        }
        return sum;
    }

    @Test
    void closingInTheMiddleEnds() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            BytesAhead ahead = new BytesAhead(new Slow(text(1, 2_000_000), 1 << 16, false), ',');
            ahead.read(new byte[BytesAhead.CHUNK], 0);
            ahead.close();
        });
    }
}
