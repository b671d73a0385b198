package dev.octet.feature;

import java.util.function.ToIntFunction;

/**
 * Remembers numbers of the texts that came last. A reader hands out the same String for the same text as long as it remembers it,
 * so one look at its identity is enough. Bounded. Not thread-safe.
 */
final class LatestTexts {
    private static final int SLOTS = 1 << 10;

    private final ToIntFunction<String> number;
    private final String[] texts = new String[SLOTS];
    private final int[] numbers = new int[SLOTS];

    /** @param number of a text, always the same */
    LatestTexts(ToIntFunction<String> number) {
        this.number = number;
    }

    int of(String text) {
        int slot = text.hashCode() & SLOTS - 1;
        if (texts[slot] != text) {
            numbers[slot] = number.applyAsInt(text);
            texts[slot] = text;
        }
        return numbers[slot];
    }
}
