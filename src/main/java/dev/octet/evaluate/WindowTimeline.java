package dev.octet.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Usernames with failures per window over the test span, thinned to the highest of each bin.
 *
 * @param from first moment of the first bin, ISO 8601
 * @param binSeconds length of a bin
 * @param windowSeconds length of a window
 * @param highest of each bin
 */
public record WindowTimeline(
        String from,
        long binSeconds,
        long windowSeconds,
        @JsonProperty("highest_usernames_with_failures") List<Integer> highest) {
    public WindowTimeline {
        highest = List.copyOf(highest);
    }
}
