package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CsvLineTest {
    private final CsvLine line = new CsvLine();

    private String text() {
        String text = new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
        line.clear();
        return text;
    }

    @Test
    void timesAreThoseOfInstant() {
        SplittableRandom random = new SplittableRandom(1);
        long year9999 = 253_402_300_799_999_999L;
        for (int i = 0; i < 20_000; i++) {
            long micros = random.nextLong(-62_135_596_800_000_000L, year9999);
            micros -= micros % List.of(1, 1000, 1_000_000, 60_000_000).get(i % 4);
            line.timestamp(micros);
            assertEquals(CsvOutput.timestamp(micros), text());
        }
    }

    @Test
    void numbersComeBackToTheBit() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 20_000; i++) {
            double value = i % 2 == 0 ? random.nextDouble() : Double.longBitsToDouble(random.nextLong());
            line.number(value);
            assertEquals(value, Double.parseDouble(text()));
            long whole = random.nextLong() >> random.nextInt(64);
            line.number(whole);
            assertEquals(Long.toString(whole), text());
        }
        line.number(Long.MIN_VALUE);
        assertEquals("-9223372036854775808", text());
        line.number(0.25);
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
            line.text("first");
            line.text(text);
            line.end();
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
            line.text(text);
        }
        line.field().plain("a=".getBytes(StandardCharsets.US_ASCII));
        line.hundredths(7);
        line.field();
        line.hundredths(100);
        line.end();
        assertEquals(text + ',' + text + ',' + text + ",a=0.07,1.00\r\n", text());
    }
}
