package dev.octet.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAccessor;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;

/**
 * Turns the texts of one {@link TimeFormat} into microseconds since 1970. The common shape {@code uuuu-MM-dd HH:mm:ss}
 * is read by hand, since it is on the path of every row; everything else by java.time. Not thread-safe: it remembers
 * the zone's offset of the last minute.
 */
public final class TimeParser {
    private static final long MICROS = 1_000_000;
    private static final long MIN_SECONDS = LocalDateTime.of(1, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    private static final long MAX_SECONDS =
            LocalDateTime.of(9999, 12, 31, 23, 59, 59).toEpochSecond(ZoneOffset.UTC);
    private static final int DATE_AND_TIME = 19;
    private static final int DATE_AND_HOUR = 13;
    /** Of January to December, from 1 on. */
    private static final int[] DAYS = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private static final int[] DAYS_OF_LEAP_YEAR = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    private static final String FAST_DATE = "uuuu-MM-dd";
    private static final String FAST_TIME = "HH:mm:ss";

    private enum Kind {
        SPACE,
        LETTER_T,
        ISO,
        EPOCH_SECONDS,
        EPOCH_MILLIS,
        PATTERN
    }

    private final TimeFormat format;
    private final Kind kind;
    private final DateTimeFormatter formatter;
    private final ZoneRules rules;
    private final boolean fixedOffset;

    /** The first eight and the last eight of the {@link #DATE_AND_HOUR} characters that say the last time's hour. */
    private long lastHourStart;

    private long lastHourEnd;
    /** Microseconds to its beginning; most rows of a log share it with the row before. */
    private long lastHourMicros;

    private long cachedMinute = Long.MIN_VALUE;
    private long cachedOffsetSeconds;
    private long cachedRepeatMicros;
    private long repeatMicros;

    /** A parser of one way to write times. */
    public TimeParser(TimeFormat format) {
        this.format = format;
        kind = kindOf(format.pattern());
        formatter = formatterOf(kind, format.pattern());
        rules = format.zone().getRules();
        fixedOffset = rules.isFixedOffset();
        if (fixedOffset) {
            cachedOffsetSeconds = rules.getOffset(Instant.EPOCH).getTotalSeconds();
        }
    }

    static void check(String pattern) {
        formatterOf(kindOf(pattern), pattern);
    }

    private static Kind kindOf(String pattern) {
        switch (pattern) {
            case TimeFormat.ISO:
                return Kind.ISO;
            case TimeFormat.EPOCH_SECONDS:
                return Kind.EPOCH_SECONDS;
            case TimeFormat.EPOCH_MILLIS:
                return Kind.EPOCH_MILLIS;
            default:
                String shape = withYears(pattern);
                int fraction = shape.indexOf("[.S");
                if (fraction > 0 && shape.endsWith("S]")) {
                    shape = shape.substring(0, fraction);
                } else {
                    shape = shape.replaceFirst("\\.S{1,9}$", "");
                }
                if (shape.equals(FAST_DATE + " " + FAST_TIME)) {
                    return Kind.SPACE;
                }
                return shape.equals(FAST_DATE + "'T'" + FAST_TIME) ? Kind.LETTER_T : Kind.PATTERN;
        }
    }

    private static DateTimeFormatter formatterOf(Kind kind, String pattern) {
        return switch (kind) {
            case SPACE, LETTER_T, EPOCH_SECONDS, EPOCH_MILLIS -> null;
            case ISO -> DateTimeFormatter.ISO_DATE_TIME;
            case PATTERN -> patternFormatter(pattern);
        };
    }

    private static DateTimeFormatter patternFormatter(String pattern) {
        DateTimeFormatter formatter;
        try {
            // STRICT, since SMART turns 30 February into the 29th
            formatter = DateTimeFormatter.ofPattern(withYears(pattern), Locale.ENGLISH)
                    .withResolverStyle(ResolverStyle.STRICT);
            OffsetDateTime sample = OffsetDateTime.of(2020, 2, 3, 4, 5, 6, 0, ZoneOffset.UTC);
            LocalDateTime.from(formatter.parse(formatter.format(sample)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new InputException(
                    "time format \"" + pattern + "\" cannot be used: " + e.getMessage()
                            + ". Allowed: iso, epoch-seconds, epoch-millis, or a date and time pattern such as"
                            + " uuuu-MM-dd HH:mm:ss[.SSS]",
                    e);
        }
        return formatter;
    }

    /** Year-of-era letters, which STRICT accepts only beside an era, as years. */
    private static String withYears(String pattern) {
        StringBuilder years = new StringBuilder(pattern);
        boolean literal = false;
        for (int i = 0; i < years.length(); i++) {
            if (years.charAt(i) == '\'') {
                literal = !literal;
            } else if (!literal && years.charAt(i) == 'y') {
                years.setCharAt(i, 'u');
            }
        }
        return years.toString();
    }

    /**
     * Microseconds since 1970-01-01T00:00Z.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public long micros(CharSequence text) {
        repeatMicros = 0;
        return switch (kind) {
            case SPACE -> dateAndTime(text, ' ');
            case LETTER_T -> dateAndTime(text, 'T');
            case ISO -> iso(text);
            case EPOCH_SECONDS -> epoch(text, 6);
            case EPOCH_MILLIS -> epoch(text, 3);
            case PATTERN -> slow(text);
        };
    }

    /**
     * Microseconds since 1970-01-01T00:00Z of a local time in the format's zone, or of an instant.
     *
     * @throws IllegalArgumentException saying what is wrong with the time
     */
    long micros(Temporal time) {
        repeatMicros = 0;
        if (time instanceof LocalDateTime local) {
            return toUtc(checkedMicros(local.toString(), local.toEpochSecond(ZoneOffset.UTC), local.getNano()));
        }
        Instant instant = Instant.from(time);
        return checkedMicros(instant.toString(), instant.getEpochSecond(), instant.getNano());
    }

    /** By how much the last time may be later, because its local time occurs twice; else 0. */
    long repeatMicros() {
        return repeatMicros;
    }

    private long iso(CharSequence text) {
        int length = text.length();
        boolean utc = length > DATE_AND_TIME && text.charAt(length - 1) == 'Z';
        if (length >= DATE_AND_TIME && text.charAt(10) == 'T' && (utc || digitsFollow(text))) {
            long micros = localMicros(text, utc ? length - 1 : length, 'T');
            return utc ? micros : toUtc(micros);
        }
        return slow(text);
    }

    private static boolean digitsFollow(CharSequence text) {
        for (int i = DATE_AND_TIME; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c == '.' && i == DATE_AND_TIME)) {
                return false;
            }
        }
        return true;
    }

    private long dateAndTime(CharSequence text, char between) {
        return toUtc(localMicros(text, text.length(), between));
    }

    private long localMicros(CharSequence text, int length, char between) {
        if (length < DATE_AND_TIME || text.charAt(13) != ':' || text.charAt(16) != ':') {
            throw wrong(text, "expected " + format.pattern());
        }
        long hourMicros = hourMicros(text, between);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (minute > 59) {
            throw wrong(text, "minute " + minute + " is not in [0, 59]");
        }
        if (second > 59) {
            throw wrong(text, "second " + second + " is not in [0, 59]");
        }
        int fraction = 0;
        if (length > DATE_AND_TIME) {
            int decimals = length - DATE_AND_TIME - 1;
            if (text.charAt(DATE_AND_TIME) != '.' || decimals < 1 || decimals > 9) {
                throw wrong(text, "after the seconds only a point and 1 to 9 digits are allowed");
            }
            int used = Math.min(decimals, 6);
            fraction = number(text, DATE_AND_TIME + 1, DATE_AND_TIME + 1 + used);
            number(text, DATE_AND_TIME + 1 + used, length);
            for (int i = used; i < 6; i++) {
                fraction *= 10;
            }
        }
        return hourMicros + (minute * 60L + second) * MICROS + fraction;
    }

    /** Microseconds to the beginning of the hour; of a text whose date and hour are the last one's they are known. */
    private long hourMicros(CharSequence text, char between) {
        if (!(text instanceof TextSlice slice && slice.isBytes())) {
            return readHour(text, between);
        }
        long start = slice.eight(0);
        long end = slice.eight(DATE_AND_HOUR - Long.BYTES);
        if (start != lastHourStart || end != lastHourEnd) {
            lastHourMicros = readHour(text, between);
            lastHourStart = start;
            lastHourEnd = end;
        }
        return lastHourMicros;
    }

    private long readHour(CharSequence text, char between) {
        if (text.charAt(4) != '-' || text.charAt(7) != '-' || text.charAt(10) != between) {
            throw wrong(text, "expected " + format.pattern());
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        if (month < 1 || month > 12) {
            throw wrong(text, "month " + month + " is not in [1, 12]");
        }
        int lastDay = daysIn(year, month);
        if (day < 1 || day > lastDay) {
            throw wrong(text, "day " + day + " is not in [1, " + lastDay + "]");
        }
        if (hour > 23) {
            throw wrong(text, "hour " + hour + " is not in [0, 23]");
        }
        if (year == 0) {
            throw wrong(text, "year 0 does not exist");
        }
        return (epochDay(year, month, day) * 24 + hour) * 3600 * MICROS;
    }

    private int number(CharSequence text, int from, int to) {
        int value = 0;
        int outside = 0; // below 0 once there is a character that is no digit
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            outside |= digit | 9 - digit;
            value = 10 * value + digit;
        }
        if (outside < 0) {
            throw wrong(text, "expected " + format.pattern());
        }
        return value;
    }

    // With few branches: one that is first taken in a later month has the JIT compiler begin again.

    private static int daysIn(int year, int month) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return (leap ? DAYS_OF_LEAP_YEAR : DAYS)[month];
    }

    /** Days since 1970-01-01 in the Gregorian calendar, counted from March so that the leap day comes last. */
    private static long epochDay(int year, int month, int day) {
        int sinceMarch = (month + 9) / 12; // 0 in January and February
        long marchYear = year - 1L + sinceMarch;
        int marchMonth = month + 9 - 12 * sinceMarch;
        long days = marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400;
        return days + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468;
    }

    private long toUtc(long localMicros) {
        if (!fixedOffset) {
            long minute = Math.floorDiv(localMicros, 60 * MICROS);
            if (minute != cachedMinute) {
                rememberOffset(minute);
            }
            repeatMicros = cachedRepeatMicros;
        }
        return localMicros - cachedOffsetSeconds * MICROS;
    }

    private void rememberOffset(long minute) {
        LocalDateTime local = LocalDateTime.ofEpochSecond(minute * 60, 0, ZoneOffset.UTC);
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        if (offsets.isEmpty()) {
            throw wrong(local.toString(), "this local time does not exist in " + format.zone());
        }
        cachedOffsetSeconds = offsets.get(0).getTotalSeconds();
        cachedRepeatMicros =
                offsets.size() < 2 ? 0 : (cachedOffsetSeconds - offsets.get(1).getTotalSeconds()) * MICROS;
        cachedMinute = minute;
    }

    private long slow(CharSequence text) {
        TemporalAccessor parsed;
        try {
            parsed = formatter.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time: expected " + format.pattern(), e);
        }
        if (parsed instanceof OffsetDateTime time) {
            return checkedMicros(text, time.toEpochSecond(), time.getNano());
        }
        LocalDateTime time = LocalDateTime.from(parsed);
        return toUtc(checkedMicros(text, time.toEpochSecond(ZoneOffset.UTC), time.getNano()));
    }

    private long checkedMicros(CharSequence text, long seconds, int nanos) {
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
            throw wrong(text, "years 1 to 9999 are allowed");
        }
        return seconds * MICROS + nanos / 1000;
    }

    /** A decimal number of which the given count of decimals make a microsecond; further decimals are cut. */
    private long epoch(CharSequence text, int decimals) {
        int length = text.length();
        boolean negative = length > 0 && text.charAt(0) == '-';
        int i = negative ? 1 : 0;
        long value = 0;
        int digits = 0;
        for (; i < length && text.charAt(i) != '.'; i++, digits++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || digits > 17) {
                throw wrong(text, "expected " + format.pattern());
            }
            value = 10 * value + digit;
        }
        if (digits == 0 || i == length - 1) {
            throw wrong(text, "expected " + format.pattern());
        }
        long limit = decimals == 6 ? MAX_SECONDS : MAX_SECONDS * 1000;
        if (value > limit) {
            throw wrong(
                    text, decimals == 6 ? "year 9999 is the last; are these epoch-millis?" : "year 9999 is the last");
        }
        int left = decimals;
        for (i++; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw wrong(text, "expected " + format.pattern());
            }
            if (left > 0) {
                value = 10 * value + digit;
                left--;
            }
        }
        for (; left > 0; left--) {
            value *= 10;
        }
        return negative ? -value : value;
    }

    private static IllegalArgumentException wrong(CharSequence text, String why) {
        return new IllegalArgumentException("\"" + text + "\" is not a time: " + why);
    }
}
