package dev.octet.feature;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.ViewRow;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Rows of a view to raw values: a number, or the number of a name in this extractor's dictionaries, before any scaling.
 * The same code runs for training, {@code score} and the HTTP service.
 *
 * <p>Not thread-safe. Makes no garbage a row once the names have been seen; dictionaries are bounded.
 */
public final class FeatureExtractor {
    /** Versions of browsers, and networks, whose dictionary number is remembered. */
    private static final int REMEMBERED = 1 << 16;

    /**
     * The raw values of one feature.
     *
     * @param first index of the first
     * @param count how many
     * @param feature null where the values come from {@link RowFeatures}
     * @param dictionary null where the values are numbers
     */
    record RawValues(FeatureRequest request, int first, int count, Feature feature, Dictionary dictionary) {}

    private interface Step {
        void extract(ViewRow row, float[] raw);
    }

    /**
     * Features from elsewhere; only those asked for become raw values.
     *
     * @param all receives all that the source computes
     * @param chosen which of them are asked for
     * @param first raw value of the first of those
     */
    private record Source(RowFeatures features, float[] all, int[] chosen, int first) {}

    private final View view;
    private final List<FeatureRequest> requests;
    private final List<RawValues> values = new ArrayList<>();
    private final Step[] steps;
    private final List<Source> sources = new ArrayList<>();
    private final int width;
    private UnaryOperator<ViewRow> named = row -> row;

    /**
     * An extractor whose dictionaries take in every name that they see.
     *
     * @throws InputException as {@link FeatureRequest#resolve}
     */
    public FeatureExtractor(View view, List<FeatureRequest> requests) {
        this(view, requests, List.of());
    }

    /** As above, with features from elsewhere, which are asked for by their names. */
    public FeatureExtractor(View view, List<FeatureRequest> requests, List<RowFeatures> others) {
        this(view, requests, others, Map.of());
    }

    /** As above, with dictionaries that know the given vocabularies and nothing else. */
    FeatureExtractor(
            View view, List<FeatureRequest> asked, List<RowFeatures> others, Map<String, List<String>> vocabularies) {
        Map<String, Integer> otherValues = new HashMap<>();
        List<String> otherNames = new ArrayList<>();
        for (RowFeatures other : others) {
            for (String name : other.names()) {
                if (Feature.named(name).isPresent() || otherNames.contains(name)) {
                    throw new IllegalArgumentException("two features are called " + name);
                }
                otherNames.add(name);
            }
        }
        this.view = view;
        this.requests = FeatureRequest.resolve(view, asked, otherNames, FeatureRequest.extrasOf(asked));
        for (FeatureRequest request : requests) {
            if (request.isFromElsewhere() && !otherNames.contains(request.name())) {
                throw new InputException("features: nothing here computes \"" + request.name()
                        + "\": the history was made without the field "
                        + request.extra().orElseThrow());
            }
        }
        Set<String> wanted = new HashSet<>();
        int next = 0;
        for (FeatureRequest request : requests) {
            wanted.add(request.name());
            next += otherNames.contains(request.name())
                    ? 0
                    : request.feature().orElseThrow().rawValues();
        }
        for (RowFeatures other : others) {
            List<String> names = other.names();
            int[] chosen = IntStream.range(0, names.size())
                    .filter(i -> wanted.contains(names.get(i)))
                    .toArray();
            other.ask(IntStream.of(chosen).mapToObj(names::get).toList());
            if (chosen.length > 0) {
                sources.add(new Source(other, new float[names.size()], chosen, next));
                for (int i : chosen) {
                    otherValues.put(names.get(i), next++);
                }
            }
        }
        this.width = next;

        List<Step> made = new ArrayList<>();
        int first = 0;
        for (FeatureRequest request : requests) {
            Integer otherValue = otherValues.get(request.name());
            if (otherValue != null) {
                values.add(new RawValues(request, otherValue, 1, null, null));
                continue;
            }
            Feature feature = request.feature().orElseThrow();
            Dictionary dictionary = null;
            if (feature.kind() == Feature.Kind.CATEGORY) {
                List<String> known = vocabularies.get(request.name());
                dictionary = known == null ? new Dictionary() : new Dictionary(known);
            }
            values.add(new RawValues(request, first, feature.rawValues(), feature, dictionary));
            made.add(step(request, feature, first, dictionary));
            first += feature.rawValues();
        }
        steps = made.toArray(Step[]::new);
    }

    /** An extractor whose dictionaries know these names by their numbers, as {@link #dictionaries} gave them, and no others. */
    public static FeatureExtractor withDictionaries(
            View view, List<FeatureRequest> asked, List<RowFeatures> others, Map<String, List<String>> dictionaries) {
        return new FeatureExtractor(view, asked, others, dictionaries);
    }

    /** The names of each feature that has names, in the order of their numbers. */
    public Map<String, List<String>> dictionaries() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (RawValues each : values) {
            if (each.dictionary() != null) {
                names.put(each.request().name(), each.dictionary().names());
            }
        }
        return names;
    }

    public View view() {
        return view;
    }

    /** The features, presets expanded and defaults filled in. */
    public List<FeatureRequest> requests() {
        return requests;
    }

    /**
     * The fields of a login that must be read for these features: all where a feature looks back; where none does, not
     * the user, whom no feature of a row alone sees.
     */
    public Set<LoginField> neededFields() {
        if (!sources.isEmpty() || !(view instanceof View.Attempt)) {
            return LoginField.all();
        }
        Set<LoginField> needed = LoginField.setOf();
        values.forEach(each -> each.request().field().ifPresent(needed::add));
        return needed;
    }

    /** Raw values of a row. */
    public int width() {
        return width;
    }

    List<RawValues> values() {
        return values;
    }

    /**
     * Computes the raw values of a row of this extractor's view.
     *
     * @param raw receives {@link #width()} values; NaN or -1 where something is missing
     */
    public void extract(ViewRow row, float[] raw) {
        for (Step step : steps) {
            step.extract(row, raw);
        }
        for (Source source : sources) {
            source.features.extract(row, source.all, 0);
            for (int i = 0; i < source.chosen.length; i++) {
                float value = source.all[source.chosen[i]];
                if (!(Math.abs(value) <= Float.MAX_VALUE)) {
                    throw new IllegalStateException("feature "
                            + source.features.names().get(source.chosen[i]) + " of row " + row.row() + " is " + value);
                }
                raw[source.first + i] = value;
            }
        }
    }

    /**
     * Lets words quote the texts and the address of another row than the one that was extracted: of the same login under
     * pseudonyms. Values stay those of the row itself. What {@link RowFeatures} say is their own.
     */
    public void nameTextsOf(UnaryOperator<ViewRow> other) {
        named = other;
    }

    /** The words for the row that was extracted last; to be asked before it is observed, to be kept as long as needed. */
    public RowWords words(ViewRow row) {
        RowWords[] others = new RowWords[sources.size()];
        for (int i = 0; i < others.length; i++) {
            others[i] = sources.get(i).features.words(row);
        }
        return name -> {
            for (int i = 0; i < others.length; i++) {
                if (sources.get(i).features.names().contains(name)) {
                    return others[i].of(name);
                }
            }
            return FeatureWords.of(
                    requests.stream()
                            .filter(request -> request.name().equals(name))
                            .findFirst()
                            .orElseGet(() -> FeatureRequest.of(name)),
                    row,
                    named.apply(row));
        };
    }

    /** Counts a row as seen; to be called after {@link #extract}, see {@link RowFeatures}. */
    public void observe(ViewRow row) {
        for (Source source : sources) {
            source.features.observe(row);
        }
    }

    /** Lets a row update the history, or says that it may not; after {@link #observe}, in order. */
    public void learn(ViewRow row, boolean updates) {
        for (Source source : sources) {
            source.features.learn(row, updates);
        }
    }

    /** Takes what somebody said of a row that was learnt without updating the history: {@link RowFeatures#judge}. */
    public void judge(ViewRow row, boolean benign) {
        for (Source source : sources) {
            source.features.judge(row, benign);
        }
    }

    /** The features that remember earlier rows and are asked for, in the order in which they were given. */
    public List<RowFeatures> memories() {
        return sources.stream().map(Source::features).toList();
    }

    private static Step step(FeatureRequest request, Feature feature, int at, Dictionary dictionary) {
        Optional<LoginField> text = request.plainText();
        if (text.isPresent()) {
            LoginField field = text.get();
            return category(at, event -> dictionary.code(event.text(field)));
        }
        return switch (feature) {
            case IP_OCTETS ->
                (row, raw) -> {
                    IpAddress ip = event(row).ip();
                    for (int i = 0; i < 4; i++) {
                        raw[at + i] = octet(ip, i);
                    }
                };
            case IP_VERSION -> category(at, event -> dictionary.code(ipVersion(event.ip())));
            case HOUR -> (row, raw) -> raw[at] = TimeParts.hour(row.timeMicros());
            case MINUTE_OF_DAY -> (row, raw) -> raw[at] = TimeParts.minuteOfDay(row.timeMicros());
            case WEEKDAY -> (row, raw) -> raw[at] = TimeParts.weekday(row.timeMicros());
            case ASN -> category(at, new Networks(dictionary)::code);
            case BROWSER_FAMILY -> {
                Families families = new Families(dictionary);
                yield category(at, event -> families.code(event.browser()));
            }
            case OS_FAMILY -> {
                Families families = new Families(dictionary);
                yield category(at, event -> families.code(event.os()));
            }
            case SUCCESS -> (row, raw) -> raw[at] = event(row).success() ? 1 : 0;
            case ROUND_TRIP_TIME -> (row, raw) -> raw[at] = logMillis(event(row).roundTripMillis());
            case EXTRA_NUMBER -> {
                LoginField field = request.extra().orElseThrow();
                yield (row, raw) -> raw[at] = (float) event(row).number(field);
            }
            case UNREADABLE_FIELDS -> (row, raw) -> raw[at] = event(row).unreadableCount();
            case ATTEMPTS -> count(at, WindowRow::attempts);
            case FAILURES -> count(at, WindowRow::failures);
            case USERS_WITH_FAILURES -> count(at, WindowRow::usersWithFailures);
            case DISTINCT_USERS -> count(at, WindowRow::distinctUsers);
            case DISTINCT_IPS -> count(at, WindowRow::distinctIps);
            case WRONG_USERNAME_FAILURES -> count(at, WindowRow::wrongUsernameFailures);
            case WRONG_PASSWORD_FAILURES -> count(at, WindowRow::wrongPasswordFailures);
            case TOTAL_COUNT -> entity(at, EntityRow::attempts);
            case MEDIAN_DAILY_COUNT -> entity(at, EntityRow::medianDailyCount);
            case WEEKDAY_WEEKEND_RATIO -> entity(at, EntityRow::weekdayWeekendRatio);
            case MEAN_GAP -> entity(at, EntityRow::meanGapMinutes);
            case MAX_GAP -> entity(at, EntityRow::maxGapMinutes);
            default -> throw new IllegalStateException("nothing computes the feature " + feature.key());
        };
    }

    private static Step category(int at, ToIntFunction<LoginEvent> code) {
        return (row, raw) -> raw[at] = code.applyAsInt(event(row));
    }

    private static Step count(int at, ToIntFunction<WindowRow> count) {
        return (row, raw) -> raw[at] = count.applyAsInt((WindowRow) row);
    }

    private static Step entity(int at, ToDoubleFunction<EntityRow> number) {
        return (row, raw) -> raw[at] = (float) number.applyAsDouble((EntityRow) row);
    }

    private static LoginEvent event(ViewRow row) {
        return (LoginEvent) row;
    }

    /** One of the first four bytes of an address; 0 where it is missing. */
    static int octet(IpAddress ip, int i) {
        return ip.version() == 0 ? 0 : ip.octet(i);
    }

    static String ipVersion(IpAddress ip) {
        return switch (ip.version()) {
            case 4 -> "4";
            case 6 -> "6";
            default -> "";
        };
    }

    /** The name of a network; {@code ""} where it is missing. */
    static String network(long asn) {
        return asn < 0 ? "" : Long.toString(asn);
    }

    /** ln(1 + milliseconds), NaN where they are missing or below 0. */
    static float logMillis(float millis) {
        return millis >= 0 ? (float) StrictMath.log1p(millis) : Float.NaN;
    }

    /** Dictionary numbers of families by the name with its version, so that a name is taken apart once. */
    private static final class Families {
        private final Dictionary dictionary;
        private final LatestTexts latest = new LatestTexts(this::lookUp);
        private final Map<String, Integer> codes = new HashMap<>();

        Families(Dictionary dictionary) {
            this.dictionary = dictionary;
        }

        int code(String nameAndVersion) {
            return latest.of(nameAndVersion);
        }

        private int lookUp(String nameAndVersion) {
            Integer known = codes.get(nameAndVersion);
            if (known != null) {
                return known;
            }
            int code = dictionary.code(ClientFamily.of(nameAndVersion));
            if (codes.size() < REMEMBERED) {
                codes.put(nameAndVersion, code);
            }
            return code;
        }
    }

    /** Dictionary numbers of networks by their AS number, so that it is printed once. */
    private static final class Networks {
        private final Dictionary dictionary;
        private final Long2IntOpenHashMap codes = new Long2IntOpenHashMap();

        Networks(Dictionary dictionary) {
            this.dictionary = dictionary;
            codes.defaultReturnValue(Integer.MIN_VALUE);
        }

        int code(LoginEvent event) {
            int known = codes.get(event.asn());
            if (known != Integer.MIN_VALUE) {
                return known;
            }
            int code = dictionary.code(network(event.asn()));
            if (codes.size() < REMEMBERED) {
                codes.put(event.asn(), code);
            }
            return code;
        }
    }
}
