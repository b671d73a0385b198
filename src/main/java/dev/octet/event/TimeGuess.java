package dev.octet.event;

import java.util.List;
import java.util.Optional;

/** Finds the time format that a text fits, for messages about times that the stated format does not read. */
final class TimeGuess {
    /** In this order; where several fit, as of 03/02/2020, the first is as good as the others. */
    private static final List<String> PATTERNS = List.of(
            TimeFormat.ISO,
            "epoch-seconds",
            "epoch-millis",
            "epoch-micros",
            "epoch-nanos",
            "uuuu-MM-dd HH:mm:ss[.SSS]",
            "uuuu-MM-dd HH:mm",
            "uuuu-MM-dd HH:mm:ss 'UTC'",
            "uuuu-MM-dd HH:mm:ss z",
            "uuuu/MM/dd HH:mm:ss",
            "uuuu/MM/dd HH:mm:ss.SSS",
            "uuuu/MM/dd HH:mm",
            "uuuuMMddHHmmss",
            "uuuuMMdd HH:mm:ss",
            "uuuuMMdd'T'HHmmss[X]",
            "dd/MMM/uuuu:HH:mm:ss Z",
            "dd.MM.uuuu HH:mm:ss",
            "dd.MM.uuuu HH:mm",
            "d.M.uuuu H:mm:ss",
            "d.M.uuuu H:mm",
            "dd/MM/uuuu HH:mm:ss",
            "dd/MM/uuuu HH:mm",
            "MM/dd/uuuu HH:mm:ss",
            "MM/dd/uuuu HH:mm",
            "M/d/uuuu H:mm:ss",
            "M/d/uuuu H:mm",
            "M/d/uuuu h:mm:ss a",
            "M/d/uuuu h:mm a",
            "dd-MM-uuuu HH:mm:ss",
            "dd-MMM-uuuu HH:mm:ss",
            "d MMM uuuu HH:mm:ss",
            "MMM d, uuuu HH:mm:ss",
            "MMM d, uuuu h:mm:ss a",
            "EEE, d MMM uuuu HH:mm:ss Z",
            "EEE, d MMM uuuu HH:mm:ss z",
            "EEE MMM d HH:mm:ss uuuu",
            "EEE MMM d HH:mm:ss z uuuu");

    private TimeGuess() {}

    /** A format that reads the text. */
    static Optional<String> fitting(String text) {
        return PATTERNS.stream().filter(pattern -> reads(pattern, text)).findFirst();
    }

    private static boolean reads(String pattern, String text) {
        try {
            long micros = new TimeParser(TimeFormat.utc(pattern)).micros(text);
            return TimeParser.isPlausible(micros);
        } catch (IllegalArgumentException e) {
            return false; // the answer to the question
        }
    }
}
