package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.text.Hostile;
import org.junit.jupiter.api.Test;

class UserAgentWordsTest {
    private static final String PHONE =
            "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko)"
                    + " Chrome/%s.0.0.0 Mobile Safari/537.36";

    @Test
    void showsWhatDiffers() {
        assertEquals("(Linux; Android 13; Pixel 7) Chrome/123.0.0.0 Mobile", UserAgentWords.of(PHONE.formatted(123)));
        assertNotEquals(UserAgentWords.of(PHONE.formatted(123)), UserAgentWords.of(PHONE.formatted(124)));
        assertEquals("curl/8.5.0", UserAgentWords.of("curl/8.5.0"));
        assertEquals("Mozilla/5.0", UserAgentWords.of("Mozilla/5.0"));
        assertEquals("", UserAgentWords.of(""));
    }

    /** Trailing marks are how some programs tell their copies apart. */
    @Test
    void bothEndsOfALongTextStay() {
        String own = UserAgentWords.of("Agent/1.0 (" + "x; ".repeat(60) + "y) variation/277457");
        assertTrue(own.startsWith("Agent/1.0 (x;"), own);
        assertTrue(own.endsWith("variation/277457"), own);
        assertEquals(100, own.length());
    }

    @Test
    void anyTextIsShort() {
        for (String text : Hostile.TEXTS) {
            assertTrue(
                    UserAgentWords.of(text)
                                    .codePointCount(0, UserAgentWords.of(text).length())
                            <= 100,
                    text);
        }
    }
}
