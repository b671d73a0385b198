package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.DetectorState;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FloatMatrix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Back-offs and weights are those that the log was made with. */
class ContrastTest {
    private static final List<String> NAMES =
            LoginColumns.REQUESTS.stream().map(FeatureRequest::name).toList();
    /** Values of a field and their shares: 1 / (value + 1), of a sum of one. */
    private static final int VALUES = 400;

    private static final double[] SHARES = shares();

    private static double[] shares() {
        double sum = IntStream.range(0, VALUES).mapToDouble(i -> 1 / (i + 1.0)).sum();
        return IntStream.range(0, VALUES).mapToDouble(i -> 1 / (i + 1.0) / sum).toArray();
    }

    private static int draw(SplittableRandom random, double[] shares) {
        double place = random.nextDouble();
        int value = 0;
        while (value < shares.length - 1 && place > shares[value]) {
            place -= shares[value++];
        }
        return value;
    }

    private static int at(String name) {
        return NAMES.indexOf(name);
    }

    /**
     * Logins of users whose earlier ones, 0 to 9, and this one follow Polya's urn.
     *
     * @param concentrations of network, country, device and user agent
     * @param copies whether the user agent is the device once more
     */
    private static FloatMatrix logins(int count, double[] concentrations, boolean copies) {
        SplittableRandom random = new SplittableRandom(5);
        FloatMatrix made = new FloatMatrix(NAMES.size());
        for (int i = 0; i < count; i++) {
            float[] row = new float[NAMES.size()];
            int earlier = random.nextInt(10);
            row[at("no-history")] = earlier == 0 ? 1 : 0;
            row[at("earlier-successes")] = (float) Math.log1p(earlier);
            for (Head head : Head.all()) {
                if (copies && head == Head.USER_AGENT) {
                    row[at("user-agent")] = row[at("device")];
                    row[at("rarity-user-agent")] = row[at("rarity-device")];
                    row[at("surprise-user-agent")] = row[at("surprise-device")];
                    continue;
                }
                double concentration = concentrations[head.ordinal()];
                int[] drawn = new int[earlier + 1];
                for (int n = 0; n <= earlier; n++) {
                    drawn[n] = random.nextDouble() * (n + concentration) < n
                            ? drawn[random.nextInt(n)]
                            : draw(random, SHARES);
                }
                int value = drawn[earlier];
                long seen = Arrays.stream(drawn, 0, earlier)
                        .filter(each -> each == value)
                        .count();
                row[at(head.codes.get(0))] = value;
                row[at(head.rarity)] = (float) -Math.log(SHARES[value]);
                row[at(head.surprise)] = (float) -Math.log((seen + SHARES[value]) / (earlier + 1));
            }
            made.append(row);
        }
        return made;
    }

    /** Counts alone: no network of neurons, so that its nats are those of the counts. */
    private static LikelihoodDetector counts(FloatMatrix rows) {
        List<HeadCells> heads = LikelihoodTrainer.cells(Head.all(), rows, List.of());
        int width = heads.stream().mapToInt(HeadCells::width).sum() + LoginColumns.CONTEXT_COLUMNS;
        NetworkShape shape = new NetworkShape(
                width, List.of(new Layer(2, Activation.RELU, false)), Activation.IDENTITY, InitialWeights.HE);
        LikelihoodDetector made = new LikelihoodDetector(
                heads,
                CountryOfNetwork.of(rows, List.of()),
                ForwardPass.fold(shape, new float[shape.parameters()]),
                new double[heads.size()],
                1,
                0.1,
                FieldWeights.even(heads.size()));
        return made;
    }

    private static Contrast contrast(FloatMatrix rows, LikelihoodDetector detector) {
        return new Contrast(detector, rows, IntStream.range(0, rows.rows()).toArray(), List.of());
    }

    private static LikelihoodDetector with(LikelihoodDetector detector, double[] backOffs) {
        DetectorState state = detector.state();
        Map<String, Object> arrays = new HashMap<>(state.arrays());
        arrays.put("back-offs", backOffs);
        return LikelihoodDetector.restore(new DetectorState(state.kind(), state.version(), state.settings(), arrays));
    }

    @Test
    void findsTheBackOffsThatTheUsersHave() {
        double[] concentrations = {0.25, 0.125, 1, 4};
        FloatMatrix rows = logins(12_000, concentrations, false);
        double[] found = contrast(rows, counts(rows)).backOffs();
        for (int h = 0; h < found.length; h++) {
            double steps = Math.abs(Math.log(found[h] / concentrations[h])) / Math.log(Math.sqrt(2));
            assertTrue(steps < 1.5, "field " + h + ": " + found[h] + ", drawn with " + concentrations[h]);
        }
    }

    /** Where the probabilities are right and the fields independent, nats are worth what they say. */
    @Test
    void rightProbabilitiesHaveWeightsOfOne() {
        double[] concentrations = {0.25, 0.25, 0.25, 0.25};
        FloatMatrix rows = logins(12_000, concentrations, false);
        FieldWeights weights =
                contrast(rows, with(counts(rows), concentrations)).weights(concentrations);
        for (int h = 0; h < concentrations.length; h++) {
            assertEquals(Contrast.NATS, weights.population()[h], 0.2 * Contrast.NATS, "field " + h);
        }
        assertEquals(0, weights.populationOdds(), 0.3);
    }

    /** What two fields say together is counted once. */
    @Test
    void aCopyOfAFieldSharesItsWeight() {
        double[] concentrations = {0.25, 0.25, 0.25, 0.25};
        FloatMatrix rows = logins(12_000, concentrations, true);
        FieldWeights weights =
                contrast(rows, with(counts(rows), concentrations)).weights(concentrations);
        double both = weights.population()[Head.DEVICE.ordinal()] + weights.population()[Head.USER_AGENT.ordinal()];
        assertEquals(Contrast.NATS, both, 0.25 * Contrast.NATS);
    }

    @Test
    void theSameRowsGiveTheSameWeights() {
        FloatMatrix rows = logins(2_000, new double[] {0.25, 0.5, 1, 2}, false);
        LikelihoodDetector detector = counts(rows);
        FieldWeights one = contrast(rows, detector).weights(new double[] {1, 1, 1, 1});
        FieldWeights other = contrast(rows, detector).weights(new double[] {1, 1, 1, 1});
        assertArrayEquals(one.anywhere(), other.anywhere());
        assertArrayEquals(one.population(), other.population());
        assertEquals(one.anywhereOdds(), other.anywhereOdds());
    }

    @Test
    void withoutRowsNothingIsWeighed() {
        FloatMatrix rows = logins(500, new double[] {0.25, 0.5, 1, 2}, false);
        Contrast none = new Contrast(counts(rows), rows, new int[0], List.of());
        assertArrayEquals(new double[] {1, 1, 1, 1}, none.backOffs());
        assertTrue(none.weights(none.backOffs()).fits(4));
        assertArrayEquals(
                FieldWeights.even(4).anywhere(), none.weights(none.backOffs()).anywhere());
    }

    /** Travel says more where it is rare: as many nats as the share of travellers lies below the usual one, which counts as a thousand logins. */
    @Test
    void travelSaysMoreWhereFewTravel() {
        double[] concentrations = {0.25, 0.125, 1, 4};
        double[] ones = {1, 1, 1, 1};
        for (int every : new int[] {10, 250, 100_000}) {
            FloatMatrix made = logins(12_000, concentrations, false);
            FloatMatrix rows = new FloatMatrix(NAMES.size());
            for (int i = 0; i < made.rows(); i++) {
                float[] row = new float[NAMES.size()];
                made.copyRow(i, row, 0);
                row[at("travel")] = i % every == 1 ? 0.1f + i % 7 : 0;
                rows.append(row);
            }
            double share = (12_000 / every + (every > 12_000 ? 1 : 0) + 3) / 13_000.0;
            assertEquals(
                    Math.log(0.003 / share),
                    contrast(rows, counts(rows)).weights(ones).travelOdds(),
                    1e-12,
                    "one of " + every);
        }
        FloatMatrix none = new FloatMatrix(NAMES.size());
        assertEquals(
                0,
                contrast(none, counts(logins(100, concentrations, false)))
                        .weights(ones)
                        .travelOdds());
    }
}
