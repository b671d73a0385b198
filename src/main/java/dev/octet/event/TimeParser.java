package dev.octet.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAccessor;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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

    /** What a pattern may be, for messages. */
    static final String ALLOWED = "iso, epoch-seconds, epoch-millis, epoch-micros, epoch-nanos, or a date and time"
            + " pattern such as uuuu-MM-dd HH:mm:ss[.SSS]";

    /** Times of logs lie between these; a number that does in one unit only is in that unit. */
    private static final long EARLIEST_MICROS =
            LocalDateTime.of(1990, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC) * MICROS;

    private static final long LATEST_MICROS = LocalDateTime.of(2200, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC) * MICROS;

    private static final DateTimeFormatter ISO_DATE_TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[' '][XXXXX][XXXX][X]['['VV']']")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private enum Kind {
        SPACE,
        LETTER_T,
        ISO,
        EPOCH,
        PATTERN
    }

    /** A unit in which time is counted since 1970. */
    private enum Unit {
        SECONDS("epoch-seconds", 6),
        MILLIS("epoch-millis", 3),
        MICROS("epoch-micros", 0),
        NANOS("epoch-nanos", -3);

        private final String pattern;
        /** Its decimal places in a count of microseconds. */
        private final int places;

        Unit(String pattern, int places) {
            this.pattern = pattern;
            this.places = places;
        }

        static Optional<Unit> named(String pattern) {
            return Arrays.stream(values())
                    .filter(unit -> unit.pattern.equals(pattern))
                    .findFirst();
        }
    }

    private final String pattern;
    private final ZoneId zone;
    private final Kind kind;
    private final Unit unit;
    /** Reads what this one cannot; null where the format has no further pattern. */
    private final TimeParser next;

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

    /** A parser of the ways that a format names. */
    public TimeParser(TimeFormat format) {
        this(format.patterns(), format.zone());
    }

    private TimeParser(List<String> patterns, ZoneId zone) {
        this.pattern = patterns.get(0);
        this.zone = zone;
        next = patterns.size() == 1 ? null : new TimeParser(patterns.subList(1, patterns.size()), zone);
        kind = kindOf(pattern);
        unit = Unit.named(pattern).orElse(null);
        formatter = formatterOf(kind, pattern);
        rules = zone.getRules();
        fixedOffset = rules.isFixedOffset();
        if (fixedOffset) {
            cachedOffsetSeconds = rules.getOffset(Instant.EPOCH).getTotalSeconds();
        }
    }

    static void check(String pattern) {
        formatterOf(kindOf(pattern), pattern);
    }

    private static Kind kindOf(String pattern) {
        if (pattern.equals(TimeFormat.ISO)) {
            return Kind.ISO;
        }
        if (Unit.named(pattern).isPresent()) {
            return Kind.EPOCH;
        }
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

    private static DateTimeFormatter formatterOf(Kind kind, String pattern) {
        return switch (kind) {
            case SPACE, LETTER_T, EPOCH -> null;
            case ISO -> ISO_DATE_TIME;
            case PATTERN -> patternFormatter(pattern);
        };
    }

    private static DateTimeFormatter patternFormatter(String pattern) {
        DateTimeFormatter formatter;
        try {
            // STRICT, since SMART turns 30 February into the 29th
            formatter = DateTimeFormatter.ofPattern(withYears(pattern), Locale.ENGLISH)
                    .withResolverStyle(ResolverStyle.STRICT);
            ZonedDateTime sample = ZonedDateTime.of(2020, 2, 3, 4, 5, 6, 0, ZoneId.of("UTC"));
            LocalDateTime.from(formatter.parse(formatter.format(sample)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new InputException(
                    "time format \"" + pattern + "\" cannot be used: " + e.getMessage() + ". Allowed: " + ALLOWED, e);
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
        if (next == null) {
            return own(text);
        }
        try {
            return own(text);
        } catch (IllegalArgumentException mine) {
            try {
                long micros = next.micros(text);
                repeatMicros = next.repeatMicros;
                return micros;
            } catch (IllegalArgumentException others) {
                mine.addSuppressed(others);
                throw mine;
            }
        }
    }

    private long own(CharSequence text) {
        repeatMicros = 0;
        return switch (kind) {
            case SPACE -> dateAndTime(text, ' ');
            case LETTER_T -> dateAndTime(text, 'T');
            case ISO -> iso(text);
            case EPOCH -> epoch(text);
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

    /** Whether a log may hold such a time: it lies in the years 1990 to 2199. */
    static boolean isPlausible(long micros) {
        return micros >= EARLIEST_MICROS && micros < LATEST_MICROS;
    }

    /** By how much the last time may be later, because its local time occurs twice; else 0. */
    long repeatMicros() {
        return repeatMicros;
    }

    private long iso(CharSequence text) {
        int length = text.length();
        boolean utc = length > DATE_AND_TIME && text.charAt(length - 1) == 'Z';
        boolean plain = length >= DATE_AND_TIME && text.charAt(10) == 'T' && (utc || digitsFollow(text));
        if (plain && !(length > DATE_AND_TIME && text.charAt(DATE_AND_TIME) == ',')) {
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
            throw wrong(text, "expected " + pattern);
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
            throw wrong(text, "expected " + pattern);
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
            throw wrong(text, "expected " + pattern);
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
            throw wrong(local.toString(), "this local time does not exist in " + zone);
        }
        cachedOffsetSeconds = offsets.get(0).getTotalSeconds();
        cachedRepeatMicros =
                offsets.size() < 2 ? 0 : (cachedOffsetSeconds - offsets.get(1).getTotalSeconds()) * MICROS;
        cachedMinute = minute;
    }

    private long slow(CharSequence text) {
        // ISO 8601 has a comma or a point before the fraction
        String written = kind == Kind.ISO ? text.toString().replace(',', '.') : text.toString();
        TemporalAccessor parsed;
        try {
            parsed = formatter.parseBest(written, ZonedDateTime::from, LocalDateTime::from);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time: expected " + pattern, e);
        }
        if (parsed instanceof ZonedDateTime time) {
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

    /** A decimal number of this parser's unit; decimals beyond a microsecond are cut. */
    private long epoch(CharSequence text) {
        int length = text.length();
        boolean negative = length > 0 && text.charAt(0) == '-';
        int i = negative ? 1 : 0;
        long value = 0;
        int digits = 0;
        for (; i < length && text.charAt(i) != '.'; i++, digits++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || digits > 17 && value > (Long.MAX_VALUE - digit) / 10) {
                throw wrong(text, "expected " + pattern);
            }
            value = 10 * value + digit;
        }
        if (digits == 0 || i == length - 1) {
            throw wrong(text, "expected " + pattern);
        }
        for (int decimal = i + 1; decimal < length; decimal++) {
            if (text.charAt(decimal) < '0' || text.charAt(decimal) > '9') {
                throw wrong(text, "expected " + pattern);
            }
        }
        long micros = micros(value, unit);
        if (!negative && !isPlausible(micros)) {
            refuseAnotherUnit(text, value);
        }
        if (micros > MAX_SECONDS * MICROS) {
            throw wrong(text, "year 9999 is the last");
        }
        int places = unit.places;
        long fraction = 0;
        for (i++; i < length && places > 0; i++) {
            fraction = 10 * fraction + text.charAt(i) - '0';
            places--;
        }
        for (; places > 0; places--) {
            fraction *= 10;
        }
        return negative ? -micros - fraction : micros + fraction;
    }

    /** A whole number of a unit in microseconds, or the largest there is. */
    private static long micros(long value, Unit unit) {
        long micros = value;
        for (int i = 0; i > unit.places; i--) {
            micros /= 10;
        }
        for (int i = 0; i < unit.places; i++) {
            micros = micros > Long.MAX_VALUE / 10 ? Long.MAX_VALUE : 10 * micros;
        }
        return micros;
    }

    /** A number that is no time near today in this unit, but is in another, was written in that one. */
    private void refuseAnotherUnit(CharSequence text, long value) {
        for (Unit other : Unit.values()) {
            long micros = micros(value, other);
            if (other != unit && isPlausible(micros)) {
                throw wrong(
                        text,
                        "it is far from today in " + pattern + "; in " + other.pattern + " it is "
                                + Instant.EPOCH.plus(micros, ChronoUnit.MICROS).truncatedTo(ChronoUnit.SECONDS));
            }
        }
    }

    private static IllegalArgumentException wrong(CharSequence text, String why) {
        return new IllegalArgumentException("\"" + text + "\" is not a time: " + why);
    }
}
