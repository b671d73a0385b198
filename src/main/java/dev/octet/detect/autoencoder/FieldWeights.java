package dev.octet.detect.autoencoder;

import java.util.Arrays;

/**
 * What the evidence of each field counts, by who may have come instead of the user; one value a head in each array.
 *
 * @param backOffs as how many earlier logins everybody's habits count beside a user's own; the more, the sooner users show
 *     something new: large for a field that is new at every login, which so says next to nothing
 * @param anywhere factors of a field's nats where the attacker is one from anywhere; the same for all fields of the network
 * @param population the same for an attacker who looks like the population
 * @param anywhereOdds nats that the first hypothesis has before any field
 * @param populationOdds the same for the second
 * @param travelOdds nats that are added to a login's travel evidence: the rarer such evidence is on the log, the more; 0 where
 *     as many logins have any as {@link Contrast#TRAVELLERS}
 */
record FieldWeights(
        double[] backOffs,
        double[] anywhere,
        double[] population,
        double anywhereOdds,
        double populationOdds,
        double travelOdds) {

    /** One for everything, of detectors up to state version 7, and before anything is learnt. */
    static FieldWeights even(int heads) {
        double[] ones = new double[heads];
        Arrays.fill(ones, 1);
        return new FieldWeights(ones, ones, ones, 0, 0, 0);
    }

    FieldWeights withBackOffs(double[] learnt) {
        return new FieldWeights(learnt, anywhere, population, anywhereOdds, populationOdds, travelOdds);
    }

    /** Whether there is a sound value for each of so many heads. */
    boolean fits(int heads) {
        return sound(backOffs, heads)
                && Arrays.stream(backOffs).allMatch(each -> each > 0)
                && sound(anywhere, heads)
                && sound(population, heads)
                && Double.isFinite(anywhereOdds)
                && Double.isFinite(populationOdds)
                && Double.isFinite(travelOdds);
    }

    private static boolean sound(double[] values, int heads) {
        return values.length == heads && Arrays.stream(values).allMatch(each -> each >= 0 && Double.isFinite(each));
    }
}
