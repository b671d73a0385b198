package dev.octet.detect;

import java.util.List;

/**
 * A detector whose score mixes kinds of attackers, its components:
 *
 * <pre>
 * score(x) = ln sum over j of e^(nats[j](x) + offset[j])
 * </pre>
 *
 * <p>nats[j] is the logarithm of the component's prior and of its likelihood ratio. Offsets are learned from verdicts: how
 * much more or less frequent the component is, in nats. They are 0 in a label-free detector.
 */
public interface MixtureDetector extends Detector {
    /** The names of the components; empty for a detector of an earlier release that does not mix. */
    List<String> components();

    /**
     * What each component says of a row, without the offsets.
     *
     * @param row {@link #columns()} values
     * @param nats receives one value a component; minus infinity where it cannot explain the row
     */
    void components(float[] row, double[] nats);

    /** One value a component. */
    double[] offsets();

    /**
     * The same detector with other offsets; with zeros the label-free one.
     *
     * @param offsets one finite value a component, in place of the present ones
     */
    MixtureDetector withOffsets(double[] offsets);
}
