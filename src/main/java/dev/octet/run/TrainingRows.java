package dev.octet.run;

import dev.octet.detect.ValidationScores;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.Micros;
import dev.octet.event.SampleDraw;
import dev.octet.event.ViewRow;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.Scaling;
import dev.octet.feature.history.Memories;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * The raw feature values of the training and the validation span, for one list of features. Built in one pass, then
 * only read. Of rows that lie on a cluster only those values are here that training needs; what the features were fitted to is
 * known then.
 */
public final class TrainingRows {
    private static final int CHUNK = 4096;
    /** Days that are told apart; more than two hundred years, so that a time that is nonsense costs no memory. */
    private static final int MAX_DAYS = 1 << 16;
    /** A megabyte of encoded values. */
    private static final int CHUNK_CELLS = 1 << 18;

    private final RowCache cache;
    private final FeatureExtractor extractor;
    private final Part train;
    private final Part validation;
    private final Optional<MemorySnapshot> trained;
    /** Where what the extractor remembers is, if it is not there itself. */
    private final Optional<LoadingMemories> memories;

    private final Optional<SwappedLogins> swaps;
    private final Optional<FittedFeatures> fitted;

    /**
     * Rows that have been read.
     *
     * @param extractor knows the names whose numbers the rows hold, and remembers what came until the end of the validation
     *     span
     * @param trained what it remembered at the end of the training span; empty where it remembers nothing
     * @param swaps made-up takeovers for {@link #encodeSwapped}
     */
    TrainingRows(
            RowCache cache,
            FeatureExtractor extractor,
            Part train,
            Part validation,
            Optional<MemorySnapshot> trained,
            Optional<SwappedLogins> swaps) {
        this(cache, extractor, train, validation, trained, Optional.empty(), swaps, Optional.empty());
    }

    private TrainingRows(
            RowCache cache,
            FeatureExtractor extractor,
            Part train,
            Part validation,
            Optional<MemorySnapshot> trained,
            Optional<LoadingMemories> memories,
            Optional<SwappedLogins> swaps,
            Optional<FittedFeatures> fitted) {
        this.cache = cache;
        this.extractor = extractor;
        this.train = train;
        this.validation = validation;
        this.trained = trained;
        this.memories = memories;
        this.swaps = swaps;
        this.fitted = fitted;
    }

    /**
     * Rows that an earlier run kept.
     *
     * @param extractor knows the names whose numbers the rows hold, and remembers nothing
     * @param memories what it remembered at the end of the validation span; empty where it does not look back
     */
    static TrainingRows kept(
            RowCache cache,
            FeatureExtractor extractor,
            Part train,
            Part validation,
            Optional<MemorySnapshot> trained,
            Optional<LoadingMemories> memories) {
        return new TrainingRows(
                cache, extractor, train, validation, trained, memories, Optional.empty(), Optional.empty());
    }

    /**
     * Rows that lie elsewhere.
     *
     * @param extractor knows the names whose numbers the rows hold, and remembers what came until the end of the validation
     *     span
     * @param fitted to all training normals
     */
    static TrainingRows elsewhere(
            RowCache cache, FeatureExtractor extractor, Part train, Part validation, FittedFeatures fitted) {
        return new TrainingRows(
                cache,
                extractor,
                train,
                validation,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(fitted));
    }

    /** The rows of one span. */
    public static final class Part {
        private final FloatMatrix raw;
        private final BitSet attacks;
        private final BitSet scored;
        private final IntArrayList days;
        /** Which rows of the span {@code raw} holds; all where empty. */
        private final Optional<BitSet> held;
        /** Of each row in {@code raw} its {@link SampleDraw}; empty where no sample is drawn. */
        private final LongArrayList draws;

        private final int elsewhere;

        Part(FloatMatrix raw, BitSet attacks, BitSet scored, int[] days) {
            this(raw, attacks, scored, days, Optional.empty(), new long[0], 0);
        }

        private Part(
                FloatMatrix raw,
                BitSet attacks,
                BitSet scored,
                int[] days,
                Optional<BitSet> held,
                long[] draws,
                int elsewhere) {
            this.raw = raw;
            this.attacks = attacks;
            this.scored = scored;
            this.days = new IntArrayList(days);
            this.held = held;
            this.draws = new LongArrayList(draws);
            this.elsewhere = elsewhere;
        }

        /**
         * A span whose rows lie elsewhere.
         *
         * @param rows of the span
         * @param raw values of some of them, in order
         * @param held which these are
         * @param draws of these, for {@link #sampled}: those with the least draws must be among them
         */
        static Part elsewhere(
                int rows, BitSet attacks, BitSet scored, int[] days, FloatMatrix raw, BitSet held, long[] draws) {
            if (held.cardinality() != raw.rows() || draws.length != raw.rows() || held.length() > rows) {
                throw new IllegalArgumentException(raw.rows() + " rows with " + draws.length + " draws, "
                        + held.cardinality() + " of " + rows + " said to be held");
            }
            return new Part(raw, attacks, scored, days, Optional.of(held), draws, rows - raw.rows());
        }

        /**
         * Some of the chosen rows, at most so many: those with the least {@link SampleDraw}, the earlier of equal ones.
         *
         * @throws IllegalStateException if no draws were taken
         */
        BitSet sampled(BitSet chosen, int most) {
            int count = chosen.cardinality();
            if (count <= most) {
                return chosen;
            }
            BitSet places = places(chosen, false);
            long[] sorted = places.stream().mapToLong(draws::getLong).sorted().toArray();
            if (sorted.length < most) {
                throw new IllegalStateException("a sample of " + most + " rows of " + sorted.length);
            }
            long last = sorted[most - 1];
            int room = most;
            for (int i = 0; i < most && sorted[i] < last; i++) {
                room--;
            }
            BitSet sample = new BitSet();
            int place = -1;
            for (int row = nextHeld(0); row >= 0; row = nextHeld(row + 1)) {
                place++;
                if (places.get(place) && (draws.getLong(place) < last || draws.getLong(place) == last && room-- > 0)) {
                    sample.set(row);
                }
            }
            return sample;
        }

        private int nextHeld(int from) {
            return held.isPresent() ? held.get().nextSetBit(from) : from < raw.rows() ? from : -1;
        }

        /**
         * Where rows of the span stand in {@code raw}.
         *
         * @param all whether each of them must be there
         */
        private BitSet places(BitSet rows, boolean all) {
            if (held.isEmpty()) {
                return rows;
            }
            BitSet places = new BitSet();
            int place = 0;
            for (int row = held.get().nextSetBit(0); row >= 0; row = held.get().nextSetBit(row + 1)) {
                places.set(place++, rows.get(row));
            }
            if (all && places.cardinality() != rows.cardinality()) {
                throw new IllegalStateException((rows.cardinality() - places.cardinality()) + " rows lie elsewhere");
            }
            return places;
        }

        /** The first row of each day that rows have come in, from the span's beginning; a day without rows has that of the next. */
        int[] days() {
            return days.toIntArray();
        }

        /**
         * What a detector gave the scored rows.
         *
         * @param scores one a scored row; kept, and not to be changed
         * @param length of the span in days
         */
        public ValidationScores scores(double[] scores, double length) {
            int[] firstOfDay = placesAmong(days(), scored);
            return ValidationScores.of(scores, attacksAmong(scored), length)
                    .byDay(value -> above(firstOfDay, scores, value, (int) length));
        }

        private static int[] above(int[] firstOfDay, double[] scores, double value, int whole) {
            int[] counts = new int[whole];
            for (int day = 0; day < Math.min(whole, firstOfDay.length); day++) {
                int end = day + 1 < firstOfDay.length ? firstOfDay[day + 1] : scores.length;
                for (int row = firstOfDay[day]; row < end; row++) {
                    counts[day] += scores[row] > value ? 1 : 0;
                }
            }
            return counts;
        }

        /** The attacks by their place among the chosen rows. */
        public BitSet attacksAmong(BitSet chosen) {
            BitSet result = new BitSet();
            int place = 0;
            for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
                result.set(place++, attacks.get(row));
            }
            return result;
        }

        /** For each row, how many of the chosen rows lie before it. */
        private static int[] placesAmong(int[] rows, BitSet chosen) {
            int[] places = new int[rows.length];
            int from = 0;
            int before = 0;
            for (int i = 0; i < rows.length; i++) {
                before += chosen.get(from, rows[i]).cardinality();
                from = rows[i];
                places[i] = before;
            }
            return places;
        }

        FloatMatrix raw() {
            return raw;
        }

        public int rows() {
            return raw.rows() + elsewhere;
        }

        /**
         * Rows that lie among the {@code share} lowest or highest of any column; ties at the edge are not among them.
         *
         * @param encoded the chosen rows, as the detector sees them
         * @param chosen which rows of this span they are
         */
        BitSet tails(FloatMatrix encoded, BitSet chosen, double share) {
            int rows = encoded.rows();
            int edge = (int) (share * rows);
            float[] row = new float[encoded.columns()];
            float[] low = new float[encoded.columns()];
            float[] high = new float[encoded.columns()];
            float[] column = new float[rows];
            for (int c = 0; c < encoded.columns(); c++) {
                for (int r = 0; r < rows; r++) {
                    encoded.copyRow(r, row, 0);
                    column[r] = row[c];
                }
                Arrays.sort(column);
                low[c] = column[edge];
                high[c] = column[rows - 1 - edge];
            }
            BitSet tails = new BitSet();
            int place = 0;
            for (int r = chosen.nextSetBit(0); r >= 0; r = chosen.nextSetBit(r + 1)) {
                encoded.copyRow(place++, row, 0);
                for (int c = 0; c < row.length; c++) {
                    if (row[c] < low[c] || row[c] > high[c]) {
                        tails.set(r);
                    }
                }
            }
            return tails;
        }

        private void add(float[] values, boolean attack, boolean isScored, long day, OptionalLong draw) {
            draw.ifPresent(draws::add);
            while (days.size() <= Math.min(day, MAX_DAYS)) {
                days.add(raw.rows());
            }
            attacks.set(raw.rows(), attack);
            scored.set(raw.rows(), isScored);
            raw.append(values);
        }

        /** Rows labelled an attack, none where labels are for the evaluation only. */
        public BitSet attacks() {
            return attacks;
        }

        /** Rows that the experiment scores. */
        public BitSet scored() {
            return scored;
        }
    }

    /** Takes in the rows of a log in order; several may take in the rows of one pass. */
    static final class Builder {
        private final RowCache cache;
        private final FeatureExtractor extractor;
        private final ReadLog read;
        private final Optional<SwappedLogins> swaps;
        private final Part train;
        private final Part validation;
        private final float[] raw;

        /**
         * A builder of rows with the features of an extractor.
         *
         * @param extractor may share what it remembers with others that see the same rows
         * @param swaps makes takeovers up for {@link #encodeSwapped}
         */
        Builder(ReadLog read, FeatureExtractor extractor, Optional<SwappedLogins> swaps) {
            this.read = read;
            this.cache = read.cache();
            this.extractor = extractor;
            this.swaps = swaps;
            train = new Part(cache.matrix(extractor.width()), new BitSet(), new BitSet(), new int[0]);
            validation = new Part(cache.matrix(extractor.width()), new BitSet(), new BitSet(), new int[0]);
            raw = new float[extractor.width()];
        }

        /** Fields of a login that must be read. */
        Set<LoginField> neededFields() {
            Set<LoginField> needed = LoginField.setOf(LoginField.USER);
            needed.addAll(extractor.neededFields());
            boolean userCounts = read.config().split().testUsers().isPresent()
                    || read.sampleRows().isPresent();
            return swaps.isPresent() ? LoginField.all() : userCounts ? needed : extractor.neededFields();
        }

        FeatureExtractor extractor() {
            return extractor;
        }

        boolean remembers() {
            return !extractor.memories().isEmpty();
        }

        /** Takes in the next row, which is not later than the validation span; {@link #update} comes after it. */
        void add(Labelled<?> row) {
            Spans spans = read.spans();
            ViewRow current = row.row();
            boolean attack = isAttack(row);
            boolean scored = read.isScored(current);
            boolean counts = current.timeMicros() >= spans.trainFrom() && !read.isOfTestUser(current);
            if (swaps.isPresent() && scored && !attack && counts) {
                swaps.get().see(current, current.timeMicros() < spans.trainUntil());
            }
            if (scored || !read.scoredOnly()) {
                extractor.extract(current, raw);
                if (counts) {
                    Part part = current.timeMicros() < spans.trainUntil() ? train : validation;
                    long from = part == train ? spans.trainFrom() : spans.trainUntil();
                    part.add(raw, attack, scored, (current.timeMicros() - from) / Micros.PER_DAY, draw(current));
                }
            }
        }

        private OptionalLong draw(ViewRow row) {
            return read.sampleRows().isPresent() && row instanceof LoginEvent attempt
                    ? OptionalLong.of(SampleDraw.of(attempt.user(), attempt.timeMicros()))
                    : OptionalLong.empty();
        }

        /** Lets the row that was added update what the features remember; once for extractors that share it. */
        void update(Labelled<?> row) {
            extractor.observe(row.row());
            extractor.learn(row.row(), !isAttack(row));
            if (isAttack(row)) {
                extractor.judge(row.row(), false);
            }
            swaps.ifPresent(made -> made.pass(row.row(), !isAttack(row)));
        }

        private boolean isAttack(Labelled<?> row) {
            return read.labelsTrain() && row.label() == Label.ATTACK;
        }

        /**
         * The rows that were added.
         *
         * @param trained what the features remembered at the end of the training span
         * @throws InputException if a span has no row
         */
        TrainingRows build(Optional<MemorySnapshot> trained) {
            requireRows(read, train, validation);
            return new TrainingRows(cache, extractor, train, validation, trained.filter(any -> remembers()), swaps);
        }
    }

    /**
     * Checks that there is something to train with and to choose a threshold on.
     *
     * @throws InputException if a span has no row
     */
    static void requireRows(ReadLog read, Part train, Part validation) {
        if (train.rows() == 0 || validation.rows() == 0) {
            throw new InputException("the training span has " + train.rows() + " rows, the validation span "
                    + validation.rows() + "; both need some: give split other shares or moments, or more data"
                    + (read.scoredOnly() ? "; only rows that are scored train, see data.train-on" : ""));
        }
    }

    public FeatureExtractor extractor() {
        return extractor;
    }

    public Part train() {
        return train;
    }

    public Part validation() {
        return validation;
    }

    /** Begins to read {@link #memories}, if they are elsewhere. */
    void beginMemories() {
        memories.ifPresent(LoadingMemories::begin);
    }

    /** What the features remember at the end of the validation span; not to be changed. */
    List<RowFeatures> memories() throws IOException {
        return memories.isPresent() ? memories.get().get() : extractor.memories();
    }

    /** What they remember at the end of the training span; empty where they remember nothing. */
    Optional<MemorySnapshot> trained() {
        return trained;
    }

    /** A copy of {@link #memories}, which may go on. */
    public List<RowFeatures> copyOfMemories() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<RowFeatures> remembered = memories();
        for (RowFeatures memory : remembered) {
            memory.save(out);
        }
        return remembered.isEmpty()
                ? List.of()
                : Memories.load(extractor.view(), new ByteArrayInputStream(out.toByteArray()));
    }

    /** Whether there are so many rows that they went to files. */
    boolean inFiles() {
        return train.raw.inFile() || validation.raw.inFile();
    }

    /**
     * Vocabularies and scales of the training normals.
     *
     * @param leftOut rows that do not count
     */
    FittedFeatures fit(Scaling scaling, BitSet leftOut) {
        if (fitted.isPresent()) {
            if (fitted.get().scaling() != scaling || !leftOut.isEmpty()) {
                throw new IllegalStateException("the features were fitted elsewhere, to all rows and for "
                        + fitted.get().scaling());
            }
            return fitted.get();
        }
        FeatureFitter fitter = new FeatureFitter(extractor, scaling);
        BitSet chosen = new BitSet();
        chosen.set(0, train.rows());
        chosen.andNot(train.attacks);
        chosen.andNot(leftOut);
        forChunks(train, chosen, CHUNK, (raw, count) -> fitter.add(raw, train.raw.columns(), count));
        return fitter.fit();
    }

    /** The rows of a span whose bit is set, as the detector sees them. */
    public FloatMatrix encode(FittedFeatures features, Part part, BitSet chosen) {
        Encoder encoder = features.bind(extractor);
        FloatMatrix encoded = cache.matrix(features.columns());
        int most = Math.max(1, Math.min(CHUNK, CHUNK_CELLS / features.columns()));
        float[] columns = new float[most * features.columns()];
        forChunks(part, chosen, most, (raw, count) -> {
            encoder.encode(raw, part.raw.columns(), columns, count);
            encoded.append(columns, count);
        });
        return encoded;
    }

    /** Visits the chosen rows in order, some at a time; a file is better read than mapped from end to end. */
    private static void forChunks(Part part, BitSet ofSpan, int most, ObjIntConsumer<float[]> visitor) {
        FloatMatrix rows = part.raw;
        BitSet chosen = part.places(ofSpan, true);
        int width = rows.columns();
        float[] chunk = new float[most * width];
        for (int first = chosen.nextSetBit(0); first >= 0; first = chosen.nextSetBit(first + most)) {
            int count = Math.min(most, rows.rows() - first);
            rows.copyRows(first, count, chunk);
            int kept = 0;
            for (int i = chosen.nextSetBit(first); i >= 0 && i < first + count; i = chosen.nextSetBit(i + 1)) {
                System.arraycopy(chunk, (i - first) * width, chunk, kept++ * width, width);
            }
            visitor.accept(chunk, kept);
        }
    }

    /** The made-up takeovers, none where they were not asked for. */
    public FloatMatrix encodeSwapped(FittedFeatures features) {
        FloatMatrix encoded = new FloatMatrix(features.columns());
        swaps.ifPresent(made -> {
            Encoder encoder = features.bind(made.extractor());
            float[] columns = new float[features.columns()];
            for (float[] raw : made.rows()) {
                encoder.encode(raw, columns);
                encoded.append(columns);
            }
        });
        return encoded;
    }
}
