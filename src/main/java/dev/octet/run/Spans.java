package dev.octet.run;

import dev.octet.config.SplitConfig;
import dev.octet.event.InputException;
import dev.octet.event.Micros;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * The ends of the training and the validation span, in microseconds since 1970-01-01T00:00Z. A row belongs to the span
 * that its time lies in; each begins with its first moment and ends before its last.
 *
 * @param trainFrom rows before it neither train nor are scored; {@link Long#MIN_VALUE} where it is the start of the log
 * @param trainUntil also the first moment of the validation span
 * @param validationUntil also the first moment of the test span, where train and test are one log
 * @param testUntil end of the test span; {@link Long#MAX_VALUE} where it is the end of the log
 */
public record Spans(long trainFrom, long trainUntil, long validationUntil, long testUntil) {

    public Spans {
        if (!(trainFrom < trainUntil && trainUntil < validationUntil && validationUntil <= testUntil)) {
            throw new InputException("the spans are empty: training ends at " + Log.time(trainUntil)
                    + ", validation at " + Log.time(validationUntil) + "; give split other shares or moments");
        }
    }

    static Spans of(SplitConfig split, Log.Scan log, ZoneId zone) {
        if (split instanceof SplitConfig.Shares shares) {
            double validationEnd = shares.train() + shares.validation();
            double testEnd = validationEnd + shares.test().orElse(1);
            return new Spans(
                    Long.MIN_VALUE,
                    at(shares.train(), log),
                    at(validationEnd, log),
                    Math.max(at(validationEnd, log), at(testEnd, log)));
        }
        SplitConfig.Moments moments = (SplitConfig.Moments) split;
        Spans spans = new Spans(
                moments.trainFrom().map(from -> micros(from, log, zone)).orElse(Long.MIN_VALUE),
                micros(moments.trainUntil(), log, zone),
                micros(moments.validationUntil(), log, zone),
                moments.testUntil().map(until -> micros(until, log, zone)).orElse(Long.MAX_VALUE));
        if (spans.trainUntil > log.lastMicros()) {
            throw new InputException("the log ends at " + Log.second(log.lastMicros()) + ", before training does, at "
                    + Log.second(spans.trainUntil) + "; give split earlier moments, or more data");
        }
        return spans;
    }

    /** The moment at which a share of the log's time has passed; never where that is all of it. */
    private static long at(double share, Log.Scan log) {
        return share > 1 - 1e-9
                ? Long.MAX_VALUE
                : log.firstMicros() + Math.round(share * (log.lastMicros() - log.firstMicros()));
    }

    public static double days(long fromMicros, long toMicros) {
        return (toMicros - fromMicros) / (double) Micros.PER_DAY;
    }

    private static long micros(SplitConfig.Moment moment, Log.Scan log, ZoneId zone) {
        LocalDateTime local = moment instanceof SplitConfig.At at
                ? at.moment()
                : Log.time(log.firstMicros())
                        .atZone(zone)
                        .toLocalDate()
                        .atStartOfDay()
                        .plus(((SplitConfig.Elapsed) moment).time());
        return ChronoUnit.MICROS.between(Instant.EPOCH, local.atZone(zone).toInstant());
    }
}
