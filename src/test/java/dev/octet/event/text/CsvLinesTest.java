package dev.octet.event.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CsvLinesTest {
    private final CsvLines lines = new CsvLines();

    private String text() {
        String text = new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
        lines.clear();
        return text;
    }

    @Test
    void timesAreThoseOfInstant() {
        SplittableRandom random = new SplittableRandom(1);
        long year9999 = 253_402_300_799_999_999L;
        for (int i = 0; i < 20_000; i++) {
            long micros = random.nextLong(-62_135_596_800_000_000L, year9999);
            micros -= micros % List.of(1, 1000, 1_000_000, 60_000_000).get(i % 4);
            lines.timestamp(micros);
            assertEquals(Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString(), text());
        }
    }

    @Test
    void numbersComeBackToTheBit() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 20_000; i++) {
            double value = i % 2 == 0 ? random.nextDouble() : Double.longBitsToDouble(random.nextLong());
            lines.number(value);
            assertEquals(value, Double.parseDouble(text()));
            long whole = random.nextLong() >> random.nextInt(64);
            lines.number(whole);
            assertEquals(Long.toString(whole), text());
        }
        lines.number(Long.MIN_VALUE);
        assertEquals("-9223372036854775808", text());
        lines.number(0.25);
        assertEquals("0.25", text());
    }

    @Test
    void textsAreQuotedAsFastCsvQuotesThem() throws IOException {
        List<String> texts = List.of(
                "",
                "plain",
                "a,b",
                "\"",
                "say \"so\"",
                "two\nlines",
                "cr\r",
                " blank ",
                "Ålesund",
                "東京,\ud83d\ude00",
                ";");
        for (String text : texts) {
            lines.exact("first");
            lines.exact(text);
            lines.end();
            StringWriter expected = new StringWriter();
            try (CsvWriter csv = CsvWriter.builder().build(expected)) {
                csv.writeRecord("first", text);
            }
            assertEquals(expected.toString(), text());
        }
    }

    @Test
    void longLinesGrow() {
        String text = "x".repeat(5000);
        for (int i = 0; i < 3; i++) {
            lines.exact(text);
        }
        lines.field().plain("a=".getBytes(StandardCharsets.US_ASCII));
        lines.hundredths(7);
        lines.field();
        lines.hundredths(100);
        lines.end();
        assertEquals(text + ',' + text + ',' + text + ",a=0.07,1.00\r\n", text());
    }
}
