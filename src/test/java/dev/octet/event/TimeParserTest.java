package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeParserTest {
    private static final String COMMON = "uuuu-MM-dd HH:mm:ss[.SSS]";

    private static long micros(String pattern, String text) {
        return new TimeParser(TimeFormat.utc(pattern)).micros(text);
    }

    private static String messageOf(String pattern, String text) {
        return assertThrows(IllegalArgumentException.class, () -> micros(pattern, text))
                .getMessage();
    }

    // Python 3.11: (datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f") - datetime(1970, 1, 1)) //
    // timedelta(microseconds=1)
    @ParameterizedTest
    @CsvSource({
        "1969-12-31 23:59:59.999999, -1",
        "1970-01-01 00:00:00, 0",
        "2000-02-29 12:00:00, 951825600000000",
        "1900-02-28 23:59:59, -2203891201000000",
        "0001-01-01 00:00:00, -62135596800000000",
        "9999-12-31 23:59:59.999999, 253402300799999999",
        "2020-02-03 12:43:30.772, 1580733810772000",
        "2024-02-29 00:00:00.5, 1709164800500000",
        "2024-02-29 00:00:00.500000999, 1709164800500000",
    })
    void readsTheCommonShapeWithAnyFraction(String text, long expected) {
        assertEquals(expected, micros(COMMON, text));
        assertEquals(expected, micros("yyyy-MM-dd HH:mm:ss.SSSSSS", text));
        assertEquals(expected, micros("uuuu-MM-dd'T'HH:mm:ss", text.replace(' ', 'T')));
        assertEquals(expected, micros("iso", text.replace(' ', 'T')));
        assertEquals(expected, micros("iso", text.replace(' ', 'T') + "Z"));
        assertEquals(expected, micros("iso", text.replace(' ', 'T') + "+00:00"));
    }

    /** The parser knows the hour of the bytes before again; it must not take another one for it, nor one that is wrong. */
    @Test
    void bytesAreReadAsTextIsWhateverCameBefore() {
        TimeParser remembering = new TimeParser(TimeFormat.utc(COMMON));
        TextSlice slice = new TextSlice();
        SplittableRandom random = new SplittableRandom(1);
        String text = "2020-01-31 10:59:59.123";
        for (int i = 0; i < 20_000; i++) {
            char[] changed = text.toCharArray();
            int at = random.nextInt(changed.length);
            changed[at] = "0123456789-: .x".charAt(random.nextInt(15));
            String next = new String(changed);
            byte[] ascii = ("," + next + ",").getBytes(StandardCharsets.US_ASCII);
            slice.set(ascii, 1, next.length());
            try {
                long expected = micros(COMMON, next);
                assertEquals(expected, remembering.micros(slice), next);
                assertEquals(expected, remembering.micros(slice), next);
                text = next;
            } catch (IllegalArgumentException wrong) {
                assertEquals(
                        wrong.getMessage(),
                        assertThrows(IllegalArgumentException.class, () -> remembering.micros(slice))
                                .getMessage());
            }
        }
    }

    @Test
    void everyDayOfFourCenturiesIsTheDayOfJavaTime() {
        TimeParser parser = new TimeParser(TimeFormat.utc(COMMON));
        LocalDate last = LocalDate.of(2101, 1, 1);
        for (LocalDate day = LocalDate.of(1699, 12, 31); day.isBefore(last); day = day.plusDays(1)) {
            assertEquals(day.toEpochDay() * 86_400_000_000L, parser.micros(day + " 00:00:00"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2021-02-29 00:00:00 | \"2021-02-29 00:00:00\" is not a time: day 29 is not in [1, 28]",
                "1900-02-29 00:00:00 | \"1900-02-29 00:00:00\" is not a time: day 29 is not in [1, 28]",
                "2021-04-31 00:00:00 | \"2021-04-31 00:00:00\" is not a time: day 31 is not in [1, 30]",
                "2021-00-01 00:00:00 | \"2021-00-01 00:00:00\" is not a time: month 0 is not in [1, 12]",
                "2021-13-01 00:00:00 | \"2021-13-01 00:00:00\" is not a time: month 13 is not in [1, 12]",
                "2021-01-00 00:00:00 | \"2021-01-00 00:00:00\" is not a time: day 0 is not in [1, 31]",
                "2021-01-01 24:00:00 | \"2021-01-01 24:00:00\" is not a time: hour 24 is not in [0, 23]",
                "2021-01-01 00:60:00 | \"2021-01-01 00:60:00\" is not a time: minute 60 is not in [0, 59]",
                "2016-12-31 23:59:60 | \"2016-12-31 23:59:60\" is not a time: second 60 is not in [0, 59]",
                "0000-01-01 00:00:00 | \"0000-01-01 00:00:00\" is not a time: year 0 does not exist",
                "2021-01-01 00:00:00. | \"2021-01-01 00:00:00.\" is not a time: after the seconds only a point and 1 to 9"
                        + " digits are allowed",
                "2021-01-01 00:00:00.1234567890 | \"2021-01-01 00:00:00.1234567890\" is not a time: after the seconds only"
                        + " a point and 1 to 9 digits are allowed",
                "2021-01-01 00:00:00Z | \"2021-01-01 00:00:00Z\" is not a time: after the seconds only a point and 1 to 9"
                        + " digits are allowed",
                "2021-01-01T00:00:00 | \"2021-01-01T00:00:00\" is not a time: expected uuuu-MM-dd HH:mm:ss[.SSS]",
                "2021-01-01 | \"2021-01-01\" is not a time: expected uuuu-MM-dd HH:mm:ss[.SSS]",
                "2021-01-0a 00:00:00 | \"2021-01-0a 00:00:00\" is not a time: expected uuuu-MM-dd HH:mm:ss[.SSS]",
                "2021-01-01 00:00:00.1234567x | \"2021-01-01 00:00:00.1234567x\" is not a time: expected uuuu-MM-dd"
                        + " HH:mm:ss[.SSS]",
                "'' | \"\" is not a time: expected uuuu-MM-dd HH:mm:ss[.SSS]",
            })
    void saysWhatIsWrong(String text, String message) {
        assertEquals(message, messageOf(COMMON, text));
    }

    @Test
    void readsIsoWithOffsets() {
        assertEquals(1580733810772000L, micros("iso", "2020-02-03T13:43:30.772+01:00"));
        assertEquals(1580733810000000L, micros("iso", "2020-02-03T07:43:30-05:00"));
        assertEquals(1580733780000000L, micros("iso", "2020-02-03T12:43Z"));
        assertEquals("\"yesterday\" is not a time: expected iso", messageOf("iso", "yesterday"));
        assertEquals(
                "\"2021-02-30T00:00:00Z\" is not a time: day 30 is not in [1, 28]",
                messageOf("iso", "2021-02-30T00:00:00Z"));
    }

    @Test
    void readsEpochNumbers() {
        assertEquals(1580733810000000L, micros("epoch-seconds", "1580733810"));
        assertEquals(1580733810772123L, micros("epoch-seconds", "1580733810.7721239"));
        assertEquals(-1500000L, micros("epoch-seconds", "-1.5"));
        assertEquals(1580733810772000L, micros("epoch-millis", "1580733810772"));
        assertEquals(1580733810772500L, micros("epoch-millis", "1580733810772.5"));
        assertEquals(1580733810772123L, micros("epoch-micros", "1580733810772123.9"));
        assertEquals(1580733810772123L, micros("epoch-nanos", "1580733810772123456"));
        for (String wrong : new String[] {"", "-", ".5", "1.", "1e9", " 1", "99999999999999999999", "1.2.3"}) {
            assertEquals("\"" + wrong + "\" is not a time: expected epoch-millis", messageOf("epoch-millis", wrong));
        }
    }

    /** Python 3.11: datetime.fromtimestamp(1580733810, timezone.utc) is 2020-02-03 12:43:30. */
    @Test
    void aTimeInAnotherUnitIsRefusedAndTheUnitNamed() {
        Map<String, String> units = Map.of(
                "epoch-seconds", "1580733810",
                "epoch-millis", "1580733810772",
                "epoch-micros", "1580733810772123",
                "epoch-nanos", "1580733810772123456");
        units.forEach((stated, own) -> units.forEach((meant, text) -> {
            if (meant.equals(stated)) {
                assertEquals(1580733810L, micros(stated, text) / 1_000_000);
            } else {
                String message = messageOf(stated, text);
                assertTrue(message.contains("in " + meant + " it is 2020-02-03T12:43:30Z"), message);
            }
        }));
        // near 1970 in every unit, or before it: nothing else is meant
        assertEquals(0, micros("epoch-millis", "0"));
        assertEquals(86_400_000_000L, micros("epoch-seconds", "86400"));
    }

    @Test
    void severalFormatsAreTriedInTheirOrder() {
        TimeParser times =
                new TimeParser(new TimeFormat(List.of("iso", "epoch-seconds", "epoch-millis"), ZoneOffset.UTC));
        for (String text : List.of("2020-02-03T12:43:30Z", "1580733810", "1580733810000", "2020-02-03 13:43:30+0100")) {
            assertEquals(1580733810000000L, times.micros(text), text);
        }
        assertThrows(IllegalArgumentException.class, () -> times.micros("03.02.2020"));
    }

    @ParameterizedTest
    @CsvSource({
        "2020-02-03T13:43:30+0100",
        "2020-02-03T13:43:30+01",
        "2020-02-03 12:43:30Z",
        "2020-02-03 12:43:30",
        "2020-02-03T13:43:30.000+01:00[Europe/Oslo]",
        "'2020-02-03T12:43:30,000Z'",
    })
    void whatIsNearlyIsoIsIsoEnough(String text) {
        assertEquals(1580733810000000L, micros("iso", text));
    }

    @Test
    void aZoneByNameCounts() {
        assertEquals(1580733810000000L, micros("uuuu-MM-dd HH:mm:ss VV", "2020-02-03 13:43:30 Europe/Oslo"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "03/Feb/2020:13:43:30 +0100 | dd/MMM/uuuu:HH:mm:ss Z",
                "03.02.2020 12:43 | dd.MM.uuuu HH:mm",
                "2020/02/03 12:43:30 | uuuu/MM/dd HH:mm:ss",
                "1580733810 | epoch-seconds",
                "2/3/2020 1:43:30 PM | M/d/uuuu h:mm:ss a",
                "Mon, 3 Feb 2020 12:43:30 +0000 | EEE, d MMM uuuu HH:mm:ss Z",
                "2020-02-03T12:43:30+0000 | iso",
            })
    void aFormatThatFitsIsFound(String text, String pattern) {
        assertEquals(Optional.of(pattern), TimeGuess.fitting(text));
        assertEquals(Optional.empty(), TimeGuess.fitting("yesterday"));
    }

    @Test
    void readsAnyOtherPatternWithJavaTime() {
        assertEquals(1580733810000000L, micros("dd/MMM/yyyy:HH:mm:ss Z", "03/Feb/2020:13:43:30 +0100"));
        assertEquals(1580733810000000L, micros("dd.MM.yyyy HH:mm:ss", "03.02.2020 12:43:30"));
        assertEquals(
                "\"30.02.2020 12:43:30\" is not a time: expected dd.MM.yyyy HH:mm:ss",
                messageOf("dd.MM.yyyy HH:mm:ss", "30.02.2020 12:43:30"));
    }

    @Test
    void refusesPatternsThatGiveNoTime() {
        for (String pattern : new String[] {"uuuu-MM-dd", "nonsense", "HH:mm"}) {
            String message = assertThrows(InputException.class, () -> TimeFormat.utc(pattern))
                    .getMessage();
            assertTrue(message.startsWith("time format \"" + pattern + "\" cannot be used: "), message);
            assertTrue(message.endsWith("such as uuuu-MM-dd HH:mm:ss[.SSS]"), message);
        }
    }

    @Test
    void readsLocalTimesInTheirZone() {
        TimeParser berlin = new TimeParser(new TimeFormat(COMMON, ZoneId.of("Europe/Berlin")));
        assertEquals(micros(COMMON, "2020-02-03 11:43:30.772"), berlin.micros("2020-02-03 12:43:30.772"));
        assertEquals(micros(COMMON, "2020-07-03 10:43:30"), berlin.micros("2020-07-03 12:43:30"));
        assertEquals(0, berlin.repeatMicros());
        TimeParser fixed = new TimeParser(new TimeFormat(COMMON, ZoneOffset.ofHours(2)));
        assertEquals(micros(COMMON, "2020-02-03 10:43:30"), fixed.micros("2020-02-03 12:43:30"));
    }

    @Test
    void knowsTheHoursThatClocksSkipAndRepeat() {
        TimeParser berlin = new TimeParser(new TimeFormat(COMMON, ZoneId.of("Europe/Berlin")));
        assertEquals(micros(COMMON, "2020-10-25 00:30:00"), berlin.micros("2020-10-25 02:30:00"));
        assertEquals(3_600_000_000L, berlin.repeatMicros());
        String message = assertThrows(IllegalArgumentException.class, () -> berlin.micros("2020-03-29 02:30:00"))
                .getMessage();
        assertEquals("\"2020-03-29T02:30\" is not a time: this local time does not exist in Europe/Berlin", message);
        assertEquals(micros(COMMON, "2020-03-29 01:00:00"), berlin.micros("2020-03-29 03:00:00"));
    }
}
