package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.DetectorState;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.UnseenMark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LikelihoodDetectorTest {
    private static final List<String> NAMES =
            LoginColumns.REQUESTS.stream().map(FeatureRequest::name).toList();
    private static final LikelihoodTrainer TRAINER = new LikelihoodTrainer(
            AutoencoderTrainer.withDefaults()
                    .withHidden(List.of(new Layer(16, Activation.RELU, true), new Layer(8, Activation.RELU, false)))
                    .withEpochs(3),
            0.6,
            0.5,
            0.1);
    /** The last version without weights of fields. */
    private static final int EVEN = 6;

    private static FloatMatrix rows;
    private static LikelihoodDetector detector;

    @BeforeAll
    static void train() {
        rows = logins(3000, 1);
        detector = (LikelihoodDetector) TRAINER.train(data(rows, logins(600, 2)), TrainingProgress.SILENT);
    }

    private static TrainingData data(FloatMatrix train, FloatMatrix validation) {
        List<FeatureColumns> columns = new ArrayList<>();
        for (String name : NAMES) {
            columns.add(new FeatureColumns(name, FeatureColumns.Kind.CODE, columns.size(), 1));
        }
        return new TrainingData(columns, train, new BitSet(), validation, new BitSet());
    }

    private static int at(String name) {
        return NAMES.indexOf(name);
    }

    /** Logins of users with 0 to 9 earlier ones; each value is one of many, the first ones common. */
    private static FloatMatrix logins(int count, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        FloatMatrix made = new FloatMatrix(NAMES.size());
        for (int i = 0; i < count; i++) {
            float[] row = new float[NAMES.size()];
            int asn = Math.min(200, (int) Math.exp(6 * random.nextDouble()) - 1);
            row[at("asn")] = asn;
            row[at("country")] = asn % 20;
            for (String code : List.of("device", "os-family", "browser-family", "user-agent")) {
                row[at(code)] = Math.min(30, (int) Math.exp(3.5 * random.nextDouble()) - 1);
            }
            int earlier = random.nextInt(10);
            row[at("no-history")] = earlier == 0 ? 1 : 0;
            row[at("earlier-successes")] = (float) Math.log1p(earlier);
            row[at("days-since-success")] = random.nextFloat();
            for (Head head : Head.all()) {
                double rarity = 0.5 + Math.log1p(row[at(head.codes.get(0))]);
                int seen = random.nextInt(earlier + 1);
                row[at(head.rarity)] = (float) rarity;
                row[at(head.surprise)] = (float) -Math.log((seen + Math.exp(-rarity)) / (earlier + 1));
            }
            row[at("foreign-contacts-week")] = random.nextInt(20) == 0 ? 8 * random.nextFloat() : 0;
            row[at("travel")] = random.nextInt(30) == 0 ? 6 * random.nextFloat() : 0;
            for (int column : LoginColumns.PRESSURES) {
                row[column] = random.nextInt(30) == 0 ? 20 * random.nextFloat() : 0;
            }
            made.append(row);
        }
        return made;
    }

    private static float[] row(int index) {
        float[] row = new float[NAMES.size()];
        rows.copyRow(index, row, 0);
        return row;
    }

    private static double score(LikelihoodDetector of, float[] row) {
        double[] score = new double[1];
        of.score(row, 1, score);
        return score[0];
    }

    /** The same detector, the network left out and only counts in, all weights one. */
    private static LikelihoodDetector counted(double populationShare) {
        return counted(populationShare, EVEN);
    }

    private static LikelihoodDetector counted(double populationShare, int version) {
        DetectorState state = detector.state();
        Map<String, Object> settings = new HashMap<>(state.settings());
        settings.put("counted-share", 1.0);
        settings.put("population-share", populationShare);
        return LikelihoodDetector.restore(new DetectorState(state.kind(), version, settings, state.arrays()));
    }

    @Test
    void withoutTheNetworkItIsUserSurpriseAgainstTwoAttackers() {
        List<HeadCells> heads = LikelihoodTrainer.cells(Head.all(), rows, List.of());
        double places = Math.log(heads.get(Head.ASN.ordinal()).values())
                + Math.log(heads.get(Head.COUNTRY.ordinal()).values());
        for (int i = 0; i < 50; i++) {
            float[] row = row(i);
            double device = row[at("surprise-device")] - row[at("rarity-device")];
            double agent = row[at("surprise-user-agent")] - row[at("rarity-user-agent")];
            double network = row[at("surprise-asn")] + row[at("surprise-country")];
            double shares = row[at("rarity-asn")] + row[at("rarity-country")];
            double week = row[at("foreign-contacts-week")];
            double day = row[at("foreign-contacts-day")];
            double campaign = (Math.min(6, week) + Math.min(6, day)) * 2 / 3;
            double fields = 0.9 * Math.exp(network + device + agent - places)
                    + 0.1 * Math.exp(network + device + agent - shares);
            double pressure = IntStream.of(LoginColumns.PRESSURES)
                    .mapToDouble(column -> Math.exp(row[column]))
                    .average()
                    .orElseThrow();
            double alone = fields * Math.exp(campaign);
            double failed = (1 + fields) * (pressure - 1);
            double travel = (1 + Math.exp(device + agent)) * (Math.exp(row[at("travel")]) - 1);
            assertEquals(Math.log(0.45 * alone + 0.25 * failed + 0.3 * travel), score(counted(0.1), row), 1e-6);
            // a detector of an earlier release keeps its scores
            assertEquals(Math.log(0.5 * alone + 0.25 * failed + 0.25 * travel), score(counted(0.1, 4), row), 1e-6);
        }
    }

    /** Back-offs, weights and odds, put together again from the columns; also as the release before had them. */
    @Test
    void weighsTheFieldsByHypothesis() {
        double[] backOffs = {0.5, 0.125, 0.25, 4};
        double[] anywhere = {0.75, 0.75, 1.25, 0.5};
        double[] population = {1.125, 1.125, 1.5, 0.25};
        DetectorState state = detector.state();
        Map<String, Object> settings = new HashMap<>(state.settings());
        settings.put("counted-share", 1.0);
        Map<String, Object> arrays = new HashMap<>(state.arrays());
        arrays.put("back-offs", backOffs);
        arrays.put("anywhere", anywhere);
        arrays.put("population", population);
        arrays.put("odds", new double[] {0.3, -0.2, 0.6});
        LikelihoodDetector weighted =
                LikelihoodDetector.restore(new DetectorState(state.kind(), state.version(), settings, arrays));
        arrays.put("odds", new double[] {0.3, -0.2});
        LikelihoodDetector before = LikelihoodDetector.restore(new DetectorState(state.kind(), 8, settings, arrays));
        assertEquals(8, before.state().version());
        assertArrayEquals(
                new double[] {0.3, -0.2}, (double[]) before.state().arrays().get("odds"));
        List<HeadCells> heads = LikelihoodTrainer.cells(Head.all(), rows, List.of());
        int told = 0;
        int travelled = 0;
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            float[] row = row(i);
            double n = Math.rint(Math.expm1(row[at("earlier-successes")]));
            double first = Math.log(0.9) + 0.3;
            double second = Math.log(0.1) - 0.2;
            double devices = 0;
            for (Head head : Head.all()) {
                int h = head.ordinal();
                double share = Math.exp(-row[at(head.rarity)]);
                double seen = Math.rint(Math.exp(-row[at(head.surprise)]) * (n + 1) - share);
                double surprise = Math.log((n + backOffs[h]) / (seen + backOffs[h] * share));
                double flat = head.network ? -Math.log(heads.get(h).values()) : Math.log(share);
                first += anywhere[h] * (surprise + flat);
                second += population[h] * (surprise + Math.log(share));
                devices += head.network ? 0 : population[h] * (surprise + Math.log(share));
            }
            double fields = Math.exp(first) + Math.exp(second);
            double alone = fields
                    * Math.exp((Math.min(6, row[at("foreign-contacts-week")])
                                    + Math.min(6, row[at("foreign-contacts-day")]))
                            * 2
                            / 3);
            double pressure = IntStream.of(LoginColumns.PRESSURES)
                            .mapToDouble(column -> Math.exp(row[column]))
                            .average()
                            .orElseThrow()
                    - 1;
            double travel = (1 + Math.exp(devices)) * Math.expm1(row[at("travel")]);
            double score = score(weighted, row);
            assertEquals(
                    Math.log(0.45 * alone + 0.25 * (0.25 + fields) * pressure + 0.3 * Math.exp(0.6) * travel),
                    score,
                    1e-5);
            assertEquals(
                    Math.log(0.45 * alone + 0.25 * (1 + fields) * pressure + 0.3 * travel), score(before, row), 1e-5);
            told += Math.abs(score - score(counted(0.1), row)) > 0.1 ? 1 : 0;
            travelled += travel > 0 ? 1 : 0;
            failed += pressure > 0 ? 1 : 0;
        }
        assertTrue(told > 100, told + " scores differ from those without weights");
        assertTrue(travelled > 3 && failed > 10, travelled + " and " + failed + " logins of the other kinds");
    }

    /** A vocabulary that keeps the most frequent names changes nothing for them; the others go by their rarity. */
    @Test
    void namesOutsideOfAVocabularyHaveNoCellOfTheirOwn() {
        int agent = at("user-agent");
        int kept = 12;
        FloatMatrix cut = new FloatMatrix(NAMES.size());
        for (int i = 0; i < rows.rows(); i++) {
            float[] row = row(i);
            row[agent] = Math.min(kept, row[agent]);
            cut.append(row);
        }
        List<HeadCells> all = LikelihoodTrainer.cells(Head.all(), rows, List.of());
        List<HeadCells> some =
                LikelihoodTrainer.cells(Head.all(), cut, List.of(new UnseenMark("user-agent", agent, (float) kept)));
        int h = Head.USER_AGENT.ordinal();
        assertArrayEquals(LongStream.rangeClosed(1, kept).toArray(), some.get(h).keys());
        assertEquals(31, all.get(h).keys().length);
        assertEquals(kept, some.get(h).values());
        float rare = 7.5f;
        assertEquals(kept + 7, some.get(h).cell(kept + 1, rare));
        float[] shares = some.get(h).shares();
        double sum = 0;
        for (float share : shares) {
            sum += share;
        }
        assertEquals(1, sum, 1e-5);
        for (int place = 0; place < kept; place++) {
            assertEquals(all.get(h).shares()[place], shares[place], 0.01 * shares[place]);
        }
        for (Head other : List.of(Head.ASN, Head.COUNTRY, Head.DEVICE)) {
            assertArrayEquals(
                    all.get(other.ordinal()).keys(), some.get(other.ordinal()).keys());
        }
    }

    @Test
    void aHistoryCountsAsTenLoginsAtMost() {
        float[] row = row(0);
        double[] scores = new double[3];
        int[] logins = {10, 100, 10_000};
        for (int i = 0; i < logins.length; i++) {
            row[at("no-history")] = 0;
            row[at("earlier-successes")] = (float) Math.log1p(logins[i]);
            for (Head head : Head.all()) {
                // half of the logins had the device and the user agent, none the network and the country
                double seen = head.network ? 0 : logins[i] / 2.0;
                row[at(head.surprise)] = (float) -Math.log((seen + Math.exp(-row[at(head.rarity)])) / (logins[i] + 1));
            }
            scores[i] = score(counted(0.1), row);
        }
        assertEquals(scores[0], scores[1], 1e-4);
        assertEquals(scores[0], scores[2], 1e-2, "a float holds the counts to a thousandth");
    }

    @Test
    void anOddCountryOfANetworkSpeaksNeitherForNorAgainstAnAttacker() {
        DetectorState state = detector.state();
        Map<String, Object> settings = new HashMap<>(state.settings());
        settings.put("counted-share", 0.0);
        Map<String, Object> arrays = new HashMap<>(state.arrays());
        arrays.put("network-shares", new double[Head.all().size()]);
        LikelihoodDetector pairsOnly =
                LikelihoodDetector.restore(new DetectorState(state.kind(), state.version(), settings, arrays));
        int found = 0;
        for (int i = 0; i < 200; i++) {
            float[] row = withoutTechniques(row(i));
            if (row[at("no-history")] == 1) {
                found++;
                float[] odd = row.clone();
                odd[at("country")] = 19 - row[at("country")]; // never that of this network
                odd[at("rarity-country")] = 9;
                odd[at("surprise-country")] = 9;
                assertEquals(score(pairsOnly, row), score(pairsOnly, odd), 1e-6);
                odd[at("rarity-asn")] += 1;
                odd[at("surprise-asn")] += 1;
                assertTrue(score(pairsOnly, odd) > score(pairsOnly, row) + 0.1, "a rarer network does speak");
            }
        }
        assertTrue(found > 5, found + " rows without history");
    }

    @Test
    void aFieldNeverReachesItsOwnHeadNorOneBefore() {
        Head[] heads = Head.all().toArray(Head[]::new);
        LikelihoodDetector.Prediction prediction = detector.prediction(1);
        for (int changed = 0; changed < heads.length; changed++) {
            // The commonest value has a cell of its own, the rarest one falls into one by rarity.
            float[] row = row(7);
            float[] other = row.clone();
            for (String code : heads[changed].codes) {
                row[at(code)] = 0;
                other[at(code)] = 1000;
            }
            other[at(heads[changed].rarity)] = 9;
            prediction.predict(row, 0, 1);
            double[] before = prediction.alphas();
            prediction.predict(other, 0, 1);
            double[] after = prediction.alphas();
            assertArrayEquals(
                    Arrays.copyOf(before, changed + 1), Arrays.copyOf(after, changed + 1), "to " + heads[changed]);
            if (changed < heads.length - 1) {
                assertNotEquals(before[changed + 1], after[changed + 1], "from " + heads[changed]);
            }
        }
    }

    @Test
    void theNetworkAddsNoMoreThanItsShareAllows() {
        LikelihoodDetector.Prediction prediction = detector.prediction(1);
        for (int i = 0; i < 500; i++) {
            prediction.predict(row(i), 0, 1);
            for (Head head : Head.all()) {
                double lift = prediction.lift(head.ordinal(), 0.6) / prediction.lift(head.ordinal(), 0);
                assertTrue(lift >= 0.4, head + " " + lift);
            }
        }
    }

    @Test
    void aRowsScoreDependsOnThatRowAlone() {
        int count = 700;
        float[] all = new float[count * NAMES.size()];
        rows.copyRows(0, count, all);
        double[] scores = new double[count];
        detector.score(all, count, scores);
        double[] alone = IntStream.range(0, count)
                .parallel()
                .mapToDouble(i -> score(detector, row(i)))
                .toArray();
        assertArrayEquals(scores, alone);
    }

    @Test
    void comesBackFromItsStateBitForBit() {
        LikelihoodDetector restored = LikelihoodDetector.restore(detector.state());
        double[] one = new double[NAMES.size()];
        double[] other = new double[NAMES.size()];
        for (int i = 0; i < 200; i++) {
            assertEquals(score(detector, row(i)), score(restored, row(i)));
            detector.contributions(row(i), one);
            restored.contributions(row(i), other);
            assertArrayEquals(one, other);
        }
    }

    /** The score is the mixture of its components, with whatever offsets. */
    @Test
    void offsetsMakeKindsOfAttackersMoreOrLessFrequent() {
        double[] offsets = {-0.4, 0.7, 0.2, -0.9};
        LikelihoodDetector moved = detector.withOffsets(offsets);
        LikelihoodDetector restored = LikelihoodDetector.restore(moved.state());
        LikelihoodDetector back = restored.withOffsets(new double[4]);
        double[] nats = new double[4];
        double[] explained = new double[1];
        int differ = 0;
        for (int i = 0; i < 200; i++) {
            float[] row = row(i);
            detector.components(row, nats);
            double sum = 0;
            double shipped = 0;
            for (int j = 0; j < 4; j++) {
                shipped += Math.exp(nats[j]);
                sum += Math.exp(nats[j] + offsets[j]);
            }
            assertEquals(Math.log(shipped), score(detector, row), 1e-9);
            assertEquals(Math.log(sum), score(moved, row), 1e-9);
            assertEquals(score(moved, row), score(restored, row));
            assertEquals(score(detector, row), score(back, row));
            moved.explain(row, 1, explained, new double[NAMES.size()]);
            assertEquals(score(moved, row), explained[0]);
            differ += Math.abs(score(moved, row) - score(detector, row)) > 0.1 ? 1 : 0;
        }
        assertTrue(differ > 50, () -> "most logins are scored as before");
        assertArrayEquals(offsets, restored.offsets());
        assertEquals(detector.state().version(), back.state().version());
        assertThrows(IllegalArgumentException.class, () -> detector.withOffsets(new double[3]));
        DetectorState state = moved.state();
        for (double[] damaged : new double[][] {{1, 2}, {0, 0, Double.NaN, 1}}) {
            Map<String, Object> arrays = new HashMap<>(state.arrays());
            arrays.put("offsets", damaged);
            assertThrows(
                    InputException.class,
                    () -> LikelihoodDetector.restore(
                            new DetectorState(state.kind(), state.version(), state.settings(), arrays)));
        }
    }

    @Test
    void equalTrainingsGiveEqualDetectors() {
        LikelihoodDetector again =
                (LikelihoodDetector) TRAINER.train(data(rows, logins(600, 2)), TrainingProgress.SILENT);
        assertEquals(score(detector, row(3)), score(again, row(3)));
    }

    @Test
    void anotherSeedKeepsTheFieldsOfTheLog() {
        LikelihoodTrainer withChannel =
                TRAINER.withExtraFields(List.of(LoginField.extra("channel", LoginField.Extra.CATEGORY)));
        assertTrue(withChannel.ownRequests().orElseThrow().size()
                > TRAINER.ownRequests().orElseThrow().size());
        assertEquals(
                withChannel.ownRequests(), withChannel.reseeded(1).orElseThrow().ownRequests());
        assertNotEquals(withChannel, withChannel.reseeded(1).orElseThrow());
    }

    @Test
    void trainingLowersTheValidationLoss() {
        List<Double> losses = new ArrayList<>();
        TRAINER.train(data(rows, logins(600, 2)), new TrainingProgress() {
            @Override
            public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
                losses.add(validationLoss);
            }
        });
        assertTrue(losses.get(losses.size() - 1) < losses.get(0), losses.toString());
    }

    @Test
    void contributionsAreNotNegativeAndNameTheFields() {
        double[] contributions = new double[NAMES.size()];
        for (int i = 0; i < 200; i++) {
            detector.contributions(row(i), contributions);
            for (int c = 0; c < contributions.length; c++) {
                assertTrue(contributions[c] >= 0);
                boolean named = NAMES.get(c).matches("(surprise-|foreign-contacts-|pressure-).*|travel");
                assertTrue(named || contributions[c] == 0, NAMES.get(c));
            }
        }
    }

    private static float[] withoutTechniques(float[] row) {
        for (String name : NAMES) {
            if (name.matches("(foreign-contacts-|pressure-).*|travel")) {
                row[at(name)] = 0;
            }
        }
        return row;
    }

    /** Each technique alone is named by its own part, and two of them are not added. */
    @Test
    void attackersAreAlternatives() {
        float[] usual = withoutTechniques(row(0));
        float[] both = usual.clone();
        double[] contributions = new double[NAMES.size()];
        double greatest = 0;
        for (String technique : List.of("pressure-address", "travel")) {
            float[] row = usual.clone();
            row[at(technique)] = 20;
            both[at(technique)] = 20;
            detector.contributions(row, contributions);
            int strongest = IntStream.range(0, contributions.length)
                    .reduce((one, other) -> contributions[one] >= contributions[other] ? one : other)
                    .orElseThrow();
            assertEquals(technique, NAMES.get(strongest));
            assertTrue(score(detector, row) > score(detector, usual) + 5);
            greatest = Math.max(greatest, score(detector, row));
        }
        assertTrue(score(detector, both) <= greatest + Math.log(2) + 1e-9);
    }

    @Test
    void refusesNaN() {
        float[] row = row(0);
        row[at("rarity-asn")] = Float.NaN;
        String message = assertThrows(IllegalArgumentException.class, () -> score(detector, row))
                .getMessage();
        assertTrue(message.contains("NaN"), message);
    }

    @Test
    void refusesADamagedState() {
        DetectorState good = detector.state();
        for (String missing : List.of(
                "pairs", "keys-ASN", "shares-COUNTRY", "values", "network-shares", "widths", "back-offs", "odds")) {
            Map<String, Object> arrays = new HashMap<>(good.arrays());
            arrays.remove(missing);
            assertThrows(
                    InputException.class,
                    () -> LikelihoodDetector.restore(
                            new DetectorState(good.kind(), good.version(), good.settings(), arrays)),
                    missing);
        }
        for (double wrong : new double[] {-1, Double.NaN, 0}) {
            double[] backOffs = {1, wrong, 1, 1};
            Map<String, Object> arrays = new HashMap<>(good.arrays());
            arrays.put("back-offs", backOffs);
            assertThrows(
                    InputException.class,
                    () -> LikelihoodDetector.restore(
                            new DetectorState(good.kind(), good.version(), good.settings(), arrays)));
        }
        for (String share : List.of("counted-share", "population-share")) {
            Map<String, Object> settings = new HashMap<>(good.settings());
            settings.put(share, Double.NaN);
            String message = assertThrows(
                            InputException.class,
                            () -> LikelihoodDetector.restore(
                                    new DetectorState(good.kind(), good.version(), settings, good.arrays())))
                    .getMessage();
            assertTrue(message.contains(share), message);
        }
    }

    @Test
    void refusesSharesOutOfRange() {
        AutoencoderTrainer network = AutoencoderTrainer.withDefaults();
        for (double wrong : new double[] {0, 1, Double.NaN}) {
            assertThrows(InputException.class, () -> new LikelihoodTrainer(network, wrong, 0.5, 0.1));
            assertThrows(InputException.class, () -> new LikelihoodTrainer(network, 0.5, 0.5, wrong));
        }
        assertThrows(InputException.class, () -> new LikelihoodTrainer(network, 0.5, Double.NaN, 0.1));
        assertThrows(InputException.class, () -> new Corruption(Corruption.How.SWAP, 1));
    }
}
