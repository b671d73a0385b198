package dev.octet.evaluate.report;

import dev.octet.detect.SignificantDigits;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * One direction of a plot.
 *
 * @param label the quantity with its unit
 * @param low value at the beginning
 * @param high value at the end, above it
 * @param scale what equal lengths are; of a logarithmic axis both ends are above 0
 * @param ticks to mark, ascending
 */
record Axis(String label, double low, double high, Scale scale, List<Tick> ticks) {
    private static final int MAX_TICKS = 6;
    private static final int MAX_DATES = 14;
    private static final int DAYS_FOR_MONTHS = 70;

    /** What equal lengths of an axis are: equal differences, equal ratios, equal numbers of days since 1970-01-01. */
    enum Scale {
        LINEAR,
        LOGARITHMIC,
        DAYS
    }

    /** A marked value. */
    record Tick(double value, String text) {}

    Axis {
        ticks = List.copyOf(ticks);
        if (!(high > low) || scale == Scale.LOGARITHMIC && !(low > 0)) {
            throw new IllegalArgumentException(
                    label + ": an axis from " + low + " to " + high + ", " + scale + ", cannot be drawn");
        }
    }

    /** A linear axis with about five round ticks. */
    static Axis linear(String label, double low, double high, DoubleFunction<String> text) {
        double top = high > low ? high : low + 1;
        double raw = (top - low) / (MAX_TICKS - 1);
        double power = StrictMath.pow(10, Math.floor(StrictMath.log10(raw)));
        double step = power;
        for (double factor : new double[] {1, 2, 5, 10}) {
            step = factor * power;
            if (step >= raw * (1 - 1e-9)) {
                break;
            }
        }
        List<Tick> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= top + 1e-9 * step; i++) {
            ticks.add(new Tick(i * step, text.apply(i * step)));
        }
        return new Axis(label, low, top, Scale.LINEAR, ticks);
    }

    /** A linear axis of plain numbers. */
    static Axis linear(String label, double low, double high) {
        return linear(label, low, high, value -> plain(value));
    }

    /** A linear axis of counts, from 0. */
    static Axis counts(String label, double highest) {
        double top = Math.max(1, highest);
        Axis axis = linear(label, 0, top * 1.05, value -> plain(value));
        return new Axis(
                label,
                0,
                axis.high,
                Scale.LINEAR,
                axis.ticks.stream()
                        .filter(tick -> tick.value == Math.rint(tick.value))
                        .toList());
    }

    /** A logarithmic axis with a tick at each power of ten. */
    static Axis logarithmic(String label, double low, double high, DoubleFunction<String> text) {
        if (!(low > 0)) {
            throw new IllegalArgumentException(label + ": a logarithmic axis cannot begin at " + low);
        }
        double bottom = low;
        double top = high > low ? high : low * 10;
        List<Tick> ticks = new ArrayList<>();
        int first = (int) Math.ceil(StrictMath.log10(bottom) - 1e-9);
        int last = (int) Math.floor(StrictMath.log10(top) + 1e-9);
        int step = Math.max(1, (last - first) / MAX_TICKS + ((last - first) % MAX_TICKS == 0 ? 0 : 1));
        for (int power = first; power <= last; power += step) {
            double value = StrictMath.pow(10, power);
            ticks.add(new Tick(value, text.apply(value)));
        }
        if (ticks.size() < 2) {
            ticks.clear();
            for (double value : new double[] {bottom, Math.sqrt(bottom * top), top}) {
                double rounded = Double.parseDouble(SignificantDigits.of(value, 3));
                ticks.add(new Tick(rounded, text.apply(rounded)));
            }
        }
        return new Axis(label, bottom, top, Scale.LOGARITHMIC, ticks);
    }

    /** A logarithmic axis of minutes, with ticks at times that people know. */
    static Axis durations(String label, double low, double high) {
        List<Tick> ticks = List.of(
                new Tick(1 / 60.0, "1 s"),
                new Tick(1 / 6.0, "10 s"),
                new Tick(1, "1 min"),
                new Tick(10, "10 min"),
                new Tick(60, "1 h"),
                new Tick(600, "10 h"),
                new Tick(1440, "1 day"),
                new Tick(14_400, "10 days"),
                new Tick(144_000, "100 days"));
        return new Axis(
                label,
                low,
                high,
                Scale.LOGARITHMIC,
                ticks.stream()
                        .filter(tick -> tick.value >= low && tick.value <= high)
                        .toList());
    }

    /** Days, counted from 1970-01-01, with ticks on days or on months. */
    static Axis days(String label, LocalDate first, LocalDate last) {
        List<Tick> ticks = new ArrayList<>();
        long days = last.toEpochDay() - first.toEpochDay() + 1;
        if (days <= DAYS_FOR_MONTHS) {
            long step = days <= MAX_DATES ? Math.max(1, days / 7) : 7;
            for (long day = first.toEpochDay(); day <= last.toEpochDay(); day += step) {
                LocalDate date = LocalDate.ofEpochDay(day);
                ticks.add(new Tick(day, date.getDayOfMonth() + " " + month(YearMonth.from(date))));
            }
        } else {
            YearMonth month = YearMonth.from(first.minusDays(1)).plusMonths(1);
            long months = days / 30;
            long step = 1;
            for (long each : new long[] {1, 2, 3, 6, 12, 24, 60, 120}) {
                step = each;
                if (months / each <= MAX_DATES) {
                    break;
                }
            }
            while (!month.atDay(1).isAfter(last)) {
                if ((month.getMonthValue() - 1) % Math.min(step, 12) == 0
                        && (step <= 12 || month.getYear() % (step / 12) == 0)) {
                    String text = month.getMonthValue() == 1 || ticks.isEmpty()
                            ? month(month) + " " + month.getYear()
                            : month(month);
                    ticks.add(new Tick(month.atDay(1).toEpochDay(), text));
                }
                month = month.plusMonths(1);
            }
        }
        return new Axis(label, first.toEpochDay(), last.toEpochDay() + 1, Scale.DAYS, ticks);
    }

    private static String month(YearMonth month) {
        return month.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }

    /** Where a value lies, 0 at the beginning and 1 at the end; values outside lie at the nearer end. */
    double place(double value) {
        double clamped = Math.max(low, Math.min(high, value));
        if (scale == Scale.LOGARITHMIC) {
            return StrictMath.log(clamped / low) / StrictMath.log(high / low);
        }
        return (clamped - low) / (high - low);
    }

    /** A number for a tick. */
    static String plain(double value) {
        return Math.abs(value) >= 1000 && Math.abs(value) < 1e7 && value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : SignificantDigits.of(value, 6);
    }
}
