package dev.octet.feature.history;

/**
 * The risk score of Freeman, Jain, Dürmuth, Biggio and Giacinto, "Who Are You? A Statistical Approach to Measuring User
 * Authenticity" (NDSS 2016), equation 7 without attack data, in the form that the authors of the RBA data set use it
 * (Wiefling et al., "Pump Up Password Security!", ACM TOPS 2022, and das-group/rba-algorithm).
 *
 * <p>With n successful logins of the user, N of all U users, and two features, address (address, network, country) and
 * user agent (user agent, browser version, OS version, device type), whose levels s have weights w:
 *
 * <pre>
 * score  = Π p(x) / p(x|u) · (1 / U) / (n / N)
 * p(x|u) = Σ w_s n_s(x) / n                                 unsmoothed; p(x) / 4 where that is 0
 * p(x)   = w_0 c_0/(N + V) · c_0/(c_0 + v) + Σ_{s>0} w_s c_s(x) / N,    c_0 at least 1
 * </pre>
 *
 * V, one more than the distinct values of all levels above the first, is the mass of the unseen in the population. Within
 * one value of the first level v is the number of levels: each value has one value of every level above it, and one is
 * unseen; a value never seen itself has only the unseen one, v = 0 here. The authors count the levels within a value over
 * the whole log, the future included; we do not look ahead.
 */
final class FreemanScore {
    private static final Field[][] LEVELS = {
        {Field.IP, Field.ASN, Field.COUNTRY},
        {Field.USER_AGENT, Field.BROWSER_VERSION, Field.OS_VERSION, Field.DEVICE_TYPE}
    };
    /** Fields above the first level, of which the number of different values counts. */
    static final Field[] UPPER = {Field.ASN, Field.COUNTRY, Field.BROWSER_VERSION, Field.OS_VERSION, Field.DEVICE_TYPE};
    /** The authors' weights for the RBA data set. */
    private static final double[][] WEIGHTS = {
        {0.6, 0.3, 0.1}, {0.5386653840551359, 0.2680451498625666, 0.18818295100109536, 0.0051065150812021525}
    };

    private FreemanScore() {}

    /**
     * Natural logarithm of the score; higher means more anomalous. 0 for a user without history, whom the model does not
     * score.
     *
     * @param n the user's successful logins
     */
    static double log(Moment moment, int n) {
        if (n == 0) {
            return 0;
        }
        double total = Math.max(moment.total, 1);
        double score = total / ((double) Math.max(moment.users, 1) * n);
        for (int k = 0; k < LEVELS.length; k++) {
            Field[] levels = LEVELS[k];
            double[] weights = WEIGHTS[k];
            if (!moment.keys.has(levels[0])) {
                continue;
            }
            int seen = moment.seen[levels[0].ordinal()];
            int unseen = 1;
            double own = weights[0] * moment.counts[levels[0].ordinal()] / n;
            double upper = 0;
            for (int s = 1; s < levels.length; s++) {
                unseen += moment.distinct[levels[s].ordinal()];
                own += weights[s] * moment.counts[levels[s].ordinal()] / n;
                upper += weights[s] * moment.seen[levels[s].ordinal()] / total;
            }
            double within = seen == 0 ? 1 : (double) seen / (seen + levels.length);
            double all = weights[0] * within * Math.max(seen, 1) / (total + unseen) + upper;
            score *= own > 0 ? all / own : 4;
        }
        return NaturalLog.of(score);
    }
}
