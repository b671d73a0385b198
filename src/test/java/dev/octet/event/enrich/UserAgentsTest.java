package dev.octet.event.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserAgentsTest {
    private static final UserAgents AGENTS = new UserAgents();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // rows of the RBA data set, with its own columns
                "Mozilla/5.0  (Linux; Android 4.1; Galaxy Nexus Build/JRN84D) AppleWebKit/537.36 (KHTML, like Gecko"
                        + " Chrome/46.0.2490.76 Mobile Safari/537.36 Browser| Chrome Mobile 46.0.2490| Android 4.1|"
                        + " mobile",
                "Mozilla/5.0  (Linux; U; Android 2.2) Build/NMA26.42-169; wv AppleWebKit/537.36 (KHTML, like Gecko"
                        + " Version/4.0 Chrome/85.0.4183.120 Mobile Safari/537.36| Chrome Mobile WebView 85.0.4183|"
                        + " Android 2.2| mobile",
                "Mozilla/5.0 (Linux; U; Android 7.1.2; en-gb; Redmi 4A Build/N2G47H) AppleWebKit/537.36 (KHTML, like Gecko)"
                        + " Version/4.0 Chrome/71.0.3578.141 Mobile Safari/537.36 XiaoMi/MiuiBrowser/12.6.5-go|"
                        + " MiuiBrowser 12.6.5| Android 7.1.2| mobile",
                "Mozilla/5.066704189 Mozilla/5.0  (X11; CrOS x86_64 13020.67.3) AppleWebKit/537.36 (KHTML, like Gecko"
                        + " Chrome/69.0.3497.17.19.81 Safari/537.36| Chrome 69.0.3497| Chrome OS 13020.67.3| desktop",
                "Mozilla/5.0 (compatible; ZipppBot/0.11; +https://github.com/das-group/rba-dataset)|"
                        + " ZipppBot 0.11| Other| bot",
                // what people send today
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0"
                        + " Safari/537.36| Chrome 123.0.0| Windows 10| desktop",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4"
                        + " Safari/605.1.15| Safari 17.4| Mac OS X 10.15.7| desktop",
                "Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0| Firefox 124.0| Linux| desktop",
                "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6"
                        + " Mobile/15E148 Safari/604.1| Mobile Safari 16.6| iOS 16.6| tablet",
                "curl/8.5.0| curl 8.5.0| Other| unknown",
                "no browser at all| Other| Other| unknown",
            })
    void tellsBrowserSystemAndDevice(String text, String browser, String os, String device) {
        assertEquals(new Client(browser, os, device), AGENTS.of(text));
    }

    @Test
    void withoutATextNothingIsKnown() {
        assertSame(Client.NONE, AGENTS.of(""));
        assertSame(Client.NONE, AGENTS.of("  "));
    }

    @Test
    void theCacheGivesTheSameAnswers() {
        UserAgents cached = new UserAgents();
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            String text = "Mozilla/5.0 (X11; Linux x86_64) Chrome/" + random.nextInt(20) + ".0.0.0 Safari/537.36";
            assertEquals(AGENTS.parse(text), cached.of(text));
        }
    }

    /** Only the beginning of a text is read, so that no text takes long. */
    @Test
    void hostileTextsTakeNoTime() {
        String[] parts = {
            "Mozilla/5.0 (", "Android ", "; ", " Build/", "a", "(((((", "iPhone OS 1_", "\u202e", "\ud800", "%n"
        };
        Random random = new Random(11);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String part : parts) {
                assertNotNull(AGENTS.of(part.repeat(70_000 / part.length())));
            }
            for (int i = 0; i < 60; i++) {
                StringBuilder text = new StringBuilder();
                while (text.length() < 5000) {
                    text.append(parts[random.nextInt(parts.length)]);
                }
                assertNotNull(AGENTS.of(text.toString()));
            }
        });
    }

    @Test
    void versionOfTheParserIsKnown() {
        assertTrue(UserAgents.version().matches("uap-java \\d+\\.\\d+.*"), UserAgents.version());
    }
}
