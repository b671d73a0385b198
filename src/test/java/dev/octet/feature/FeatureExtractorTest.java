package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureExtractorTest {
    private static float[] extract(FeatureExtractor extractor, ViewRow row) {
        float[] raw = new float[extractor.width()];
        extractor.extract(row, raw);
        return raw;
    }

    private static FeatureExtractor of(String... names) {
        return new FeatureExtractor(
                new View.Attempt(), Stream.of(names).map(FeatureRequest::of).toList());
    }

    private static LoginEvent attempt(LoginEvent.Builder event) {
        return event.build();
    }

    /** After rba-sample-format.md: split at the first word that starts with a digit, but keep a leading one. */
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            delimiter = '|',
            value = {
                "Chrome Mobile WebView 85.0.4183|Chrome Mobile WebView",
                "Chrome 69.0.3497.17.28|Chrome",
                "Android 2.3.3.2672|Android",
                "ZipppBot 0.11|ZipppBot",
                "VLC 3.0.0-git|VLC",
                "134 Browser|134 Browser",
                "134 Browser 2|134 Browser",
                "1Password|1Password",
                "1Password 7.0|1Password",
                "Unknown Mac OS X 11_6_3 Browser|Unknown Mac OS X",
                "Other |Other",
                "Mac OS X 10.14.6|Mac OS X",
                "Chrome OS 13020.67.3|Chrome OS",
                "KaiOS|KaiOS",
                "  spaced   out   9 |spaced   out",
                "7|7",
                "''|''",
                "'  '|''"
            })
    void takesTheVersionOff(String nameAndVersion, String family) {
        assertEquals(family, ClientFamily.of(nameAndVersion));
    }

    @Test
    void timePartsAreThoseOfJavaTime() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            long micros = i < 4
                    ? new long[] {0, -1, -86_400_000_000L, Logs.micros("2020-02-29T23:59:59.999999Z")}[i]
                    : random.nextLong(-60_000_000_000_000_000L, 60_000_000_000_000_000L);
            OffsetDateTime time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
            assertEquals(time.getHour(), TimeParts.hour(micros));
            assertEquals(time.get(ChronoField.MINUTE_OF_DAY), TimeParts.minuteOfDay(micros));
            assertEquals(time.getDayOfWeek().getValue() - 1, TimeParts.weekday(micros));
        }
    }

    @Test
    void extractsAnAttempt() {
        FeatureExtractor extractor = of("success", "ip-octets", "hour", "country", "round-trip-time", "weekday");
        LoginEvent row = attempt(LoginEvent.at(Logs.micros("2020-02-03T12:43:30.772Z"), "u", true)
                .ip(IpAddress.parse("10.0.65.171"))
                .country("NO")
                .roundTripMillis(1123f));
        assertArrayEquals(
                new float[] {1, 10, 0, 65, 171, 12, 0, (float) Math.log(1124), 0}, extract(extractor, row), 1e-6f);
        LoginEvent missing = attempt(LoginEvent.at(0, "u", false));
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, -1, Float.NaN, 3}, extract(extractor, missing));
        LoginEvent v6 = attempt(LoginEvent.at(0, "u", false)
                .ip(IpAddress.parse("2001:db8:ffff::1"))
                .country("AU")
                .roundTripMillis(-1));
        assertArrayEquals(new float[] {0, 0x20, 0x01, 0x0d, 0xb8, 0, 1, Float.NaN, 3}, extract(extractor, v6));
    }

    @Test
    void familiesShareTheNumberOfTheirVersions() {
        FeatureExtractor extractor = of("browser-family", "browser", "os-family");
        String[][] rows = {
            {"Chrome 1.0", "Other "},
            {"Chrome 2.0", "Other"},
            {"Firefox 2.0", "iOS 13.4"},
            {" ", ""},
            {"Chrome", "iOS 1"}
        };
        float[][] expected = {{0, 0, 0}, {0, 1, 0}, {1, 2, 1}, {-1, 3, -1}, {0, 4, 1}};
        for (int i = 0; i < rows.length; i++) {
            assertArrayEquals(
                    expected[i],
                    extract(
                            extractor,
                            attempt(LoginEvent.at(0, "u", true)
                                    .browser(rows[i][0])
                                    .os(rows[i][1]))));
        }
    }

    @Test
    void networksAreNames() {
        FeatureExtractor extractor = of("asn", "ip-version");
        assertArrayEquals(
                new float[] {0, 0},
                extract(
                        extractor,
                        attempt(LoginEvent.at(0, "u", true).asn(29695).ip(IpAddress.parse("1.2.3.4")))));
        assertArrayEquals(new float[] {-1, -1}, extract(extractor, attempt(LoginEvent.at(0, "u", true))));
        assertArrayEquals(
                new float[] {1, 1},
                extract(extractor, attempt(LoginEvent.at(0, "u", true).asn(0).ip(IpAddress.parse("::")))));
        assertArrayEquals(
                new float[] {0, 0},
                extract(
                        extractor,
                        attempt(LoginEvent.at(0, "u", true).asn(29695).ip(IpAddress.parse("0.0.0.0")))));
    }

    @Test
    void extractsAWindow() {
        FeatureExtractor extractor = new FeatureExtractor(
                new View.Window(java.time.Duration.ofMinutes(1)),
                List.of(FeatureRequest.of("counts"), FeatureRequest.of("minute-of-day")));
        long start = Logs.micros("2018-01-01T01:02:00Z");
        assertArrayEquals(
                new float[] {1, 2, 3, 4, 5, 6, 7, 62},
                extract(extractor, new WindowRow(9, start, start + 60_000_000, 1, 2, 3, 4, 5, 6, 7)));
    }

    @Test
    void aDictionaryIsBounded() {
        Dictionary dictionary = new Dictionary();
        for (int i = 0; i < Dictionary.LIMIT; i++) {
            assertEquals(i, dictionary.code("name" + i));
        }
        assertEquals(Dictionary.OVERFLOW, dictionary.code("one too many"));
        assertEquals(7, dictionary.code("name7"));
        assertEquals(Dictionary.MISSING, dictionary.code(""));
        assertEquals((int) (float) Dictionary.OVERFLOW, Dictionary.OVERFLOW, "a float holds every number exactly");
    }

    @Test
    void featuresFromElsewhereStandWhereTheyAreAskedFor() {
        Counter counter = new Counter(List.of("seen-before", "unused"));
        FeatureExtractor extractor = new FeatureExtractor(
                new View.Attempt(),
                List.of(FeatureRequest.of("seen-before"), FeatureRequest.of("hour")),
                List.of(counter));
        FeatureFitter fitter = new FeatureFitter(extractor, Scaling.NONE);
        float[] raw = new float[extractor.width()];
        for (int i = 0; i < 3; i++) {
            LoginEvent row = attempt(LoginEvent.at(i * 3_600_000_000L, "u", true));
            extractor.extract(row, raw);
            fitter.add(raw);
            extractor.observe(row);
            extractor.learn(row, i < 2);
        }
        FittedFeatures fitted = fitter.fit();
        assertEquals(List.of("seen-before", "hour"), fitted.columnNames());
        float[] columns = new float[2];
        fitted.bind(extractor).encode(raw, columns);
        assertArrayEquals(new float[] {2, 2}, columns);
        assertEquals(2, counter.updated);
    }

    @Test
    void aFeatureFromElsewhereMustBeFinite() {
        Counter counter = new Counter(List.of("seen-before"));
        counter.seen = Float.NaN;
        FeatureExtractor extractor =
                new FeatureExtractor(new View.Attempt(), List.of(FeatureRequest.of("seen-before")), List.of(counter));
        LoginEvent row = attempt(LoginEvent.at(0, "u", true).row(5));
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> extractor.extract(row, new float[1]));
        assertEquals("feature seen-before of row 5 is NaN", refused.getMessage());
    }

    @Test
    void asksForTheFeaturesThatItTakesOnly() {
        Counter counter = new Counter(List.of("seen-before", "seen-again", "seen-later"));
        new FeatureExtractor(
                new View.Attempt(),
                List.of(FeatureRequest.of("seen-later"), FeatureRequest.of("hour"), FeatureRequest.of("seen-before")),
                List.of(counter));
        assertEquals(Set.of("seen-before", "seen-later"), counter.asked);
    }

    @Test
    void twoFeaturesCannotShareAName() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new FeatureExtractor(
                        new View.Attempt(), List.of(FeatureRequest.of("hour")), List.of(new Counter(List.of("hour")))));
    }

    /** Counts rows, in each of its features. */
    private static final class Counter extends Remembering {
        private final List<String> names;
        private final Set<String> asked = new HashSet<>();
        private float seen;
        private int updated;

        Counter(List<String> names) {
            this.names = names;
        }

        @Override
        public List<String> names() {
            return names;
        }

        @Override
        public void ask(Collection<String> features) {
            asked.addAll(features);
        }

        @Override
        public void extract(ViewRow row, float[] raw, int offset) {
            for (int i = 0; i < names.size(); i++) {
                raw[offset + i] = seen;
            }
        }

        @Override
        public void observe(ViewRow row) {
            seen++;
        }

        @Override
        public void learn(ViewRow row, boolean updates) {
            updated += updates ? 1 : 0;
        }
    }
}
