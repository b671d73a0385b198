package dev.octet.feature.history;

import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The prior of a key's failures within a window: what was counted when users logged in by a key that was new to them.
 * Fitted to the share of logins without a failure and to the mean logarithm of the failures of the others, so that the few
 * logins of an attack hardly move it. Stands still once frozen. A log of few logins has a wide prior.
 */
final class PressurePrior {
    /** What is assumed before anything was counted: one login in ten has failures, three of them. */
    private static final long FIRST_LOGINS = 20;

    private static final long FIRST_WITHOUT = 18;
    private static final double FIRST_LOGARITHMS = 2 * 1.0986122886681098;
    /** Mean logarithm of a logarithmic series with parameter 1 - 10^(-i / {@link #STEPS}). */
    private static final int STEPS = 10;

    private static final double[] MEANS = means();

    private long logins = FIRST_LOGINS;
    private long without = FIRST_WITHOUT;
    private double logarithms = FIRST_LOGARITHMS;
    private long fittedAt;
    private double shape;
    private double rate;

    PressurePrior() {
        fit();
    }

    private static double[] means() {
        double[] means = new double[4 * STEPS + 1];
        for (int i = 1; i < means.length; i++) {
            double theta = 1 - Math.pow(10, -i / (double) STEPS);
            double power = theta;
            double sum = 0;
            double all = 0;
            for (int k = 1; power > 1e-12; k++, power *= theta) {
                all += power / k;
                sum += power / k * StrictMath.log(k);
            }
            means[i] = sum / all;
        }
        return means;
    }

    double shape() {
        return shape;
    }

    /** In windows. */
    double rate() {
        return rate;
    }

    /** The mean rate of a key with so many failures in so many windows before. */
    double mean(long before, double windows) {
        return Pressure.mean(shape, rate, before, windows);
    }

    /** Counts what a login by a new key met. */
    void add(int failures) {
        logins++;
        if (failures == 0) {
            without++;
        } else {
            logarithms += NaturalLog.of(failures);
        }
        if (logins >= nextFit()) {
            fit();
        }
    }

    /** Number of logins from which on the next one changes the prior; logins before the first count too. */
    long nextFit() {
        return fittedAt + Math.max(1, fittedAt / 16);
    }

    /** Number of logins so far, those that are assumed before the first too. */
    long logins() {
        return logins;
    }

    /** Takes what was fitted elsewhere. */
    void take(double fittedShape, double fittedRate) {
        shape = fittedShape;
        rate = fittedRate;
    }

    /** theta from the mean logarithm, as if the shape were small; then the shape from the share without failures. */
    private void fit() {
        fittedAt = logins;
        double mean = logarithms / (logins - without);
        int upper = 1;
        while (upper < MEANS.length - 1 && MEANS[upper] < mean) {
            upper++;
        }
        double place =
                upper - 1 + Math.min(1, Math.max(0, (mean - MEANS[upper - 1]) / (MEANS[upper] - MEANS[upper - 1])));
        double rest = Math.pow(10, -Math.max(0.1, place) / STEPS);
        shape = StrictMath.log(without / (double) logins) / StrictMath.log(rest);
        rate = rest / (1 - rest);
    }

    void save(DataOutputStream out) throws IOException {
        out.writeLong(logins);
        out.writeLong(without);
        out.writeLong(Double.doubleToLongBits(logarithms));
        out.writeLong(fittedAt);
        out.writeLong(Double.doubleToLongBits(shape));
        out.writeLong(Double.doubleToLongBits(rate));
    }

    void load(StateInput in) throws IOException {
        logins = in.readLong("logins by a new key", FIRST_LOGINS, Long.MAX_VALUE >> 8);
        without = in.readLong("logins by a new key without failures", FIRST_WITHOUT, logins - 1);
        logarithms = Double.longBitsToDouble(in.readLong());
        fittedAt = in.readLong("logins that a prior was fitted to", FIRST_LOGINS, logins);
        shape = Double.longBitsToDouble(in.readLong());
        rate = Double.longBitsToDouble(in.readLong());
        if (!(shape > 0 && rate > 0 && logarithms >= 0 && shape < 1e9 && rate < 1e9)) {
            throw new dev.octet.event.InputException("the saved login history has a prior of failures with shape "
                    + shape + " and rate " + rate + ": it is damaged");
        }
    }
}
