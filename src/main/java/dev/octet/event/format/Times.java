package dev.octet.event.format;

import dev.octet.event.TimeFormat;
import dev.octet.event.TimeParser;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Reads times that a log writes in one of several ways; the one that fitted last is tried first. A time without a year
 * gets it from {@link Years}. Not thread-safe.
 */
final class Times {
    /** {@code Mar 30 18:36:47}, as RFC 3164 has it; a fraction and a year may be there. */
    static final String SYSLOG = "syslog";

    /** Of {@code Mar 30 18:36:47}, and of its date. */
    private static final int SYSLOG_LENGTH = 15;

    private static final int SYSLOG_DATE = 6;

    static final String ISO = "iso";
    private static final String EPOCH = "epoch";
    private static final String EPOCH_MICROS = "epoch-micros";
    private static final String EPOCH_NANOS = "epoch-nanos";
    private static final Map<String, Integer> MONTHS = Map.ofEntries(
            Map.entry("jan", 1),
            Map.entry("feb", 2),
            Map.entry("mar", 3),
            Map.entry("apr", 4),
            Map.entry("may", 5),
            Map.entry("jun", 6),
            Map.entry("jul", 7),
            Map.entry("aug", 8),
            Map.entry("sep", 9),
            Map.entry("oct", 10),
            Map.entry("nov", 11),
            Map.entry("dec", 12));

    private final List<ToLongFunction<String>> ways = new ArrayList<>();
    private final String allowed;
    private final Years years;
    private int last;
    private long line;
    private String syslogDate = "";
    private int syslogMonth;
    private int syslogDay;
    private int syslogYear;
    private String syslogIso = "";

    /**
     * @param formats at least one
     * @param years tells the year of a time that has none
     */
    Times(List<String> formats, ZoneId zone, Years years) {
        this.years = years;
        allowed = String.join(" or ", formats);
        for (String format : formats) {
            ways.add(way(format, zone));
        }
    }

    /** @throws dev.octet.event.InputException if there is no such format */
    static void check(String format) {
        way(format, new Times(List.of(), ZoneId.of("UTC"), Years.NONE), ZoneId.of("UTC"));
    }

    private ToLongFunction<String> way(String format, ZoneId zone) {
        return way(format, this, zone);
    }

    private static ToLongFunction<String> way(String format, Times times, ZoneId zone) {
        switch (format) {
            case SYSLOG -> {
                TimeParser local = new TimeParser(new TimeFormat(ISO, zone));
                return text -> times.syslog(text, local);
            }
            case ISO -> {
                TimeParser local = new TimeParser(new TimeFormat(ISO, zone));
                TimeParser utc = new TimeParser(TimeFormat.utc(ISO));
                return text -> iso(text, local, utc);
            }
            case EPOCH_MICROS -> {
                return text -> epoch(text, 0);
            }
            case EPOCH_NANOS -> {
                return text -> epoch(text, -3);
            }
            case EPOCH -> {
                return Times::epochBySize;
            }
            case "epoch-seconds" -> {
                return text -> epoch(text, 6);
            }
            case "epoch-millis" -> {
                return text -> epoch(text, 3);
            }
            default -> {
                TimeParser pattern = new TimeParser(new TimeFormat(format, zone));
                return pattern::micros;
            }
        }
    }

    /**
     * Microseconds since 1970-01-01T00:00Z.
     *
     * @param atLine the line of the log where the text stands
     * @throws IllegalArgumentException if the text is written in none of the ways
     */
    long micros(String text, long atLine) {
        line = atLine;
        try {
            return ways.get(last).applyAsLong(text);
        } catch (IllegalArgumentException e) {
            for (int i = 0; i < ways.size(); i++) {
                try {
                    long micros = i == last
                            ? ways.get(last).applyAsLong(text)
                            : ways.get(i).applyAsLong(text);
                    last = i;
                    return micros;
                } catch (IllegalArgumentException other) {
                    if (ways.size() == 1) {
                        throw other;
                    }
                }
            }
            throw new IllegalArgumentException("\"" + text + "\" is not a time: expected " + allowed, e);
        }
    }

    /** ISO 8601 as programs write it: a blank for the T, a comma for the point, an offset without its colon. */
    private static long iso(String text, TimeParser local, TimeParser utc) {
        int length = text.length();
        if (length < 19) {
            return local.micros(text);
        }
        String time = text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        if (time.endsWith(" UTC") || time.endsWith(" GMT")) {
            time = time.substring(0, length - 4) + 'Z';
        }
        int zone = time.length();
        while (zone > 19 && (Character.isDigit(time.charAt(zone - 1)) || time.charAt(zone - 1) == ':')) {
            zone--;
        }
        char sign = time.charAt(zone - 1);
        if (zone > 19 && (sign == '+' || sign == '-')) {
            long offset = offsetSeconds(time.substring(zone));
            long micros = utc.micros(decimalPoint(time.substring(0, zone - 1).stripTrailing()));
            return sign == '+' ? micros - offset * 1_000_000 : micros + offset * 1_000_000;
        }
        return local.micros(decimalPoint(time));
    }

    private static String decimalPoint(String time) {
        return time.length() > 19 && time.charAt(19) == ',' ? time.substring(0, 19) + '.' + time.substring(20) : time;
    }

    private static long offsetSeconds(String text) {
        String digits = text.replace(":", "");
        if (digits.length() != 2 && digits.length() != 4) {
            throw new IllegalArgumentException("\"" + text + "\" is not an offset such as +02:00");
        }
        int number = Integer.parseInt(digits);
        int hours = digits.length() == 2 ? number : number / 100;
        int minutes = digits.length() == 2 ? 0 : number % 100;
        if (hours > 18 || minutes > 59) {
            throw new IllegalArgumentException("\"" + text + "\" is not an offset such as +02:00");
        }
        return hours * 3600L + minutes * 60L;
    }

    /**
     * A decimal number of units since 1970, of which 10 to the power of {@code exponent} microseconds are one; what is
     * less than a microsecond is cut.
     */
    private static long epoch(String text, int exponent) {
        long value = 0;
        int digits = 0;
        int point = -1;
        int i = text.startsWith("-") ? 1 : 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9' && digits < 19) {
                value = 10 * value + c - '0';
                digits++;
            } else if (c == '.' && point < 0) {
                point = digits;
            } else if ((c == 'e' || c == 'E') && digits > 0) {
                return withExponent(text, exponent);
            } else {
                throw new IllegalArgumentException("\"" + text + "\" is not a number of seconds or parts of them");
            }
        }
        if (digits == 0 || value < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not a number of seconds or parts of them");
        }
        int power = exponent - (point < 0 ? 0 : digits - point);
        for (; power > 0; power--) {
            value = Math.multiplyExact(value, 10L);
        }
        for (; power < 0; power++) {
            value /= 10;
        }
        return checked(text, text.startsWith("-") ? -value : value);
    }

    /**
     * A number of seconds, milliseconds, microseconds or nanoseconds, by its digits before the point: up to 11, 14, 17 or
     * more. Seconds reach the year 5138 so; milliseconds begin in 1973.
     */
    private static long epochBySize(String text) {
        int digits = 0;
        for (int i = text.startsWith("-") ? 1 : 0; i < text.length() && Character.isDigit(text.charAt(i)); i++) {
            digits++;
        }
        return epoch(text, digits <= 11 ? 6 : digits <= 14 ? 3 : digits <= 17 ? 0 : -3);
    }

    /** 1.711823807368E9, as some writers of JSON have it. */
    private static long withExponent(String text, int exponent) {
        java.math.BigDecimal number = new java.math.BigDecimal(text);
        if (Math.abs((long) number.scale()) > 40 || number.precision() > 40) {
            throw new IllegalArgumentException("\"" + text + "\" is not a number of seconds or parts of them");
        }
        return checked(text, number.movePointRight(exponent).longValue());
    }

    private static long checked(String text, long micros) {
        long limit = 253_402_300_800L * 1_000_000;
        if (micros >= limit || micros <= -62_135_596_800L * 1_000_000) {
            throw new IllegalArgumentException("\"" + text + "\" lies outside of the years 1 to 9999");
        }
        return micros;
    }

    private long syslog(String text, TimeParser local) {
        return text.length() == SYSLOG_LENGTH && text.charAt(SYSLOG_DATE) == ' '
                ? local.micros(date(text.substring(0, SYSLOG_DATE)) + text.substring(SYSLOG_DATE + 1))
                : anySyslog(text, local);
    }

    /** {@code 2024-03-30T} for {@code Mar 30}; most lines have the date of the line before. */
    private String date(String monthAndDay) {
        if (!monthAndDay.equals(syslogDate)) {
            Integer month = MONTHS.get(monthAndDay.substring(0, 3).toLowerCase(Locale.ROOT));
            String day = monthAndDay.substring(3).strip();
            if (month == null || monthAndDay.charAt(3) != ' ' || !day.matches("\\d{1,2}")) {
                throw new IllegalArgumentException("\"" + monthAndDay + "\" is not a date such as Mar 30");
            }
            syslogDate = monthAndDay;
            syslogIso = "";
            syslogMonth = month;
            syslogDay = Integer.parseInt(day);
        }
        int year = years.of(line, syslogMonth, syslogDay);
        if (year != syslogYear || syslogIso.isEmpty()) {
            syslogYear = year;
            syslogIso = String.format(Locale.ROOT, "%04d-%02d-%02dT", year, syslogMonth, syslogDay);
        }
        return syslogIso;
    }

    private long anySyslog(String text, TimeParser local) {
        String[] parts = text.trim().split("\\s+");
        Integer month = parts.length < 3
                ? null
                : MONTHS.get(parts[0].toLowerCase(Locale.ROOT).substring(0, Math.min(3, parts[0].length())));
        if (month == null || !parts[1].matches("\\d{1,2}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time such as Mar 30 18:36:47");
        }
        int day = Integer.parseInt(parts[1]);
        String clock;
        int ofYear;
        if (parts.length == 4 && parts[2].matches("\\d{4}")) {
            ofYear = Integer.parseInt(parts[2]);
            clock = parts[3];
        } else if (parts.length == 4 && parts[3].matches("\\d{4}")) {
            ofYear = Integer.parseInt(parts[3]);
            clock = parts[2];
        } else if (parts.length == 3) {
            ofYear = years.of(line, month, day);
            clock = parts[2];
        } else {
            throw new IllegalArgumentException("\"" + text + "\" is not a time such as Mar 30 18:36:47");
        }
        return local.micros(String.format(Locale.ROOT, "%04d-%02d-%02dT%s", ofYear, month, day, clock));
    }
}
