package dev.octet.detect.autoencoder;

import dev.octet.feature.history.NaturalLog;
import java.util.List;

/**
 * How an attacker got in, as alternatives: their likelihood ratios are mixed with priors, not added. All in nats.
 *
 * <pre>
 * alone     f + 2 (min(week, 6) + min(day, 6)) / 3       what all fields say, and first contacts of others that look foreign
 * pressure  ln(i + e^f) + ln(mean over k of e^p(k) - 1)  failed logins before it; p(k) by what they are counted by; i = .25
 * travel    ln(1 + e^d) + ln(e^t - 1) + o                another country sooner than this user changes; d = what the
 *                                                        devices say; o = {@link FieldWeights#travelOdds}
 * score     ln(.45 e^alone + .25 e^pressure + .3 e^travel)
 * </pre>
 *
 * <p>Alone is itself a mixture of an attacker by himself and of one in a campaign: e^f + e^f (e^c - 1), c what first contacts add.
 * So there are four components whose priors verdicts can move.
 *
 * <p>An attacker who comes too far too soon may look like the user otherwise: 1 + e^d. So may one whose failures are seen, but
 * users mistype, too: i + e^f. One who left no failures, or came from the user's country, is none of these: e^0 - 1 = 0. Travel takes the place of what network
 * and country say, since both are new whenever a user travels. Immutable.
 *
 * @param alone with the logarithm of its prior; so for the others
 */
record Hypotheses(double alone, double pressure, double travel) {
    /** Weight of each of the two windows, which look at the same logins: between their mean and their sum. */
    static final double CAMPAIGN = 2.0 / 3;

    /** The most that one window says: an attacker's burst is sure by then, and a new office has larger ones. */
    static final double CAMPAIGN_CAP = 6;

    /**
     * Logarithms of how likely each kind of attacker is before the login is seen: nothing is known of how many there are, and
     * about half leave neither trace.
     *
     * @param campaign how much more frequent an attacker alone is among first contacts of others than by himself; 0 before any verdict
     * @param imitators i, how frequent attackers who look like the user are among those whose failures are seen; no logarithm
     */
    record Priors(double alone, double pressure, double travel, double campaign, double imitators) {
        /** Names of what offsets are of. */
        static final List<String> COMPONENTS = List.of("single", "campaign", "failed-logins", "travel");

        static final Priors SHIPPED = of(0.25, 0.3, 0.25);
        /** Of detectors of state versions 6 to 8. */
        static final Priors WITH_MORE_IMITATORS = of(0.25, 0.3, 1);
        /** Of detectors up to state version 5. */
        static final Priors EARLIER = of(0.25, 0.25, 1);

        private static Priors of(double pressure, double travel, double imitators) {
            return new Priors(
                    NaturalLog.of(1 - pressure - travel), NaturalLog.of(pressure), NaturalLog.of(travel), 0, imitators);
        }

        /** @param odds nats that travel has beside its prior */
        Priors withTravel(double odds) {
            return new Priors(alone, pressure, travel + odds, campaign, imitators);
        }

        /** @param offsets one of each of {@link #COMPONENTS}, in nats */
        Priors plus(double[] offsets) {
            return new Priors(
                    alone + offsets[0],
                    pressure + offsets[2],
                    travel + offsets[3],
                    campaign + offsets[1] - offsets[0],
                    imitators);
        }
    }

    /**
     * @param fields f
     * @param devices d
     */
    static Hypotheses of(Priors priors, double fields, double devices, float[] rows, int start) {
        return new Hypotheses(
                priors.alone
                        + fields
                        + campaign(rows[start + LoginColumns.CAMPAIGN_WEEK])
                        + campaign(rows[start + LoginColumns.CAMPAIGN_DAY])
                        + moreByCampaign(priors, rows, start),
                priors.pressure
                        + orTheUser(priors.imitators, fields)
                        + moreThanNone(pressures(rows, start) - NaturalLog.of(LoginColumns.PRESSURES.length)),
                priors.travel + orTheUser(1, devices) + moreThanNone(rows[start + LoginColumns.TRAVEL]));
    }

    /** What the first contacts of one window add. */
    static double campaign(float nats) {
        return CAMPAIGN * Math.min(CAMPAIGN_CAP, nats);
    }

    /** What the campaign's own offset adds; nothing before any verdict, which saves three functions a login. */
    private static double moreByCampaign(Priors priors, float[] rows, int start) {
        return priors.campaign == 0 ? 0 : StrictMath.log1p(StrictMath.expm1(priors.campaign) * byCampaign(rows, start));
    }

    /** How much of what speaks for an attacker alone is due to first contacts of others, in [0, 1). */
    private static double byCampaign(float[] rows, int start) {
        double nats =
                campaign(rows[start + LoginColumns.CAMPAIGN_WEEK]) + campaign(rows[start + LoginColumns.CAMPAIGN_DAY]);
        return -StrictMath.expm1(-Math.max(0, nats));
    }

    /** What each of {@link Priors#COMPONENTS} says of the login. */
    void components(float[] rows, int start, double[] nats) {
        double campaign = byCampaign(rows, start);
        nats[0] = alone + StrictMath.log1p(-campaign);
        nats[1] = alone + NaturalLog.of(campaign);
        nats[2] = pressure;
        nats[3] = travel;
    }

    private static double orTheUser(double imitators, double nats) {
        return NaturalLog.of(imitators + StrictMath.exp(nats));
    }

    private static double moreThanNone(double nats) {
        return NaturalLog.of(Math.max(0, StrictMath.expm1(nats)));
    }

    /** ln of the sum of e^p(k). */
    static double pressures(float[] rows, int start) {
        double most = 0;
        for (int column : LoginColumns.PRESSURES) {
            most = Math.max(most, rows[start + column]);
        }
        double sum = 0;
        for (int column : LoginColumns.PRESSURES) {
            sum += StrictMath.exp(rows[start + column] - most);
        }
        return most + NaturalLog.of(sum);
    }

    /** The score. */
    double mixed() {
        double most = Math.max(alone, Math.max(pressure, travel));
        return most
                + NaturalLog.of(
                        StrictMath.exp(alone - most) + StrictMath.exp(pressure - most) + StrictMath.exp(travel - most));
    }
}
