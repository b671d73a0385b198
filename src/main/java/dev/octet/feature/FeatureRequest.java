package dev.octet.feature;

import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A feature that an experiment asks for.
 *
 * @param name name of a {@link Feature}, of a preset, or of a feature from elsewhere ({@link RowFeatures})
 * @param encoding how it becomes columns
 * @param maxCategories categories that keep a place of their own, the most frequent ones of the training normals; 0 for
 *     the default, {@value #DEFAULT_ONE_HOT} as one-hot and {@value Dictionary#LIMIT} as code
 * @param extra the field beyond the table of {@link LoginField} that the feature is about; then it has the field's name and
 *     is what the row holds, or is what a memory says of it ({@link #ofExtra})
 */
public record FeatureRequest(String name, Encoding encoding, int maxCategories, Optional<LoginField> extra) {
    /** Begins the name of the feature that says whether a value is new to the user. */
    public static final String NEW = "new-";
    /** Begins the name of -ln p(value | user). */
    public static final String SURPRISE = "surprise-";
    /** Begins the name of -ln of the share of a value. */
    public static final String RARITY = "rarity-";

    /** Enough for every country there is. */
    static final int DEFAULT_ONE_HOT = 256;

    private static final int MAX_ONE_HOT = 1 << 16;

    private static final String TIME_ITSELF = "it is time itself: takeovers stop 69.5 % into the RBA log, so a detector"
            + " learns when the log was labelled, not what an attack is";
    private static final String SUB_SECOND = "what lies below the second is made by the attacking or logging software;"
            + " on the Molin logs it is the label (one attempt every whole second from the start)";
    private static final String BLOCKLIST = "it is a blocklist, constant for an address: a second label, which 54.6 %"
            + " of the takeovers carry and a live system does not have";
    private static final String IDENTITY =
            "a detector would memorise who is attacked; ask for what the user's earlier logins were like instead";
    private static final String LABEL = "it is the label";

    /** Names that people do ask for, and why they do not get them. */
    private static final Map<String, String> REFUSED = Stream.of(
                    Map.entry(
                            TIME_ITSELF,
                            "index row row-number number timestamp login-timestamp time datetime date"
                                    + " day day-of-year day-of-month month year week epoch"),
                    Map.entry(
                            SUB_SECOND,
                            "sub-second subsecond subseconds second-fraction millisecond milliseconds"
                                    + " millis microsecond microseconds micros nanosecond nanoseconds nanos"),
                    Map.entry(BLOCKLIST, "is-attack-ip attack-ip blocklist blacklist"),
                    Map.entry(IDENTITY, "user user-id userid username user-name account account-id login"),
                    Map.entry(
                            LABEL,
                            "label is-account-takeover account-takeover takeover is-attack attack"
                                    + " attack-index is-takeover target"))
            .flatMap(group -> Stream.of(group.getValue().split(" ")).map(name -> Map.entry(name, group.getKey())))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Map<String, List<FeatureRequest>> ATTEMPT_PRESETS = Map.of(
            "ml-siem",
            List.of(
                    coded(Feature.COUNTRY),
                    coded(Feature.DEVICE),
                    of(Feature.SUCCESS.key()),
                    of(Feature.HOUR.key()),
                    of(Feature.WEEKDAY.key()),
                    coded(Feature.BROWSER_FAMILY),
                    coded(Feature.OS_FAMILY),
                    of(Feature.IP_OCTETS.key())));

    private static final Map<String, List<FeatureRequest>> WINDOW_PRESETS = Map.of(
            "book",
            List.of(
                    of(Feature.USERS_WITH_FAILURES.key()),
                    new FeatureRequest(Feature.WEEKDAY.key(), Encoding.ONE_HOT, 0),
                    new FeatureRequest(Feature.HOUR.key(), Encoding.ONE_HOT, 0)),
            "counts",
            List.of(
                    of(Feature.ATTEMPTS.key()),
                    of(Feature.FAILURES.key()),
                    of(Feature.USERS_WITH_FAILURES.key()),
                    of(Feature.DISTINCT_USERS.key()),
                    of(Feature.DISTINCT_IPS.key()),
                    of(Feature.WRONG_USERNAME_FAILURES.key()),
                    of(Feature.WRONG_PASSWORD_FAILURES.key())));

    private static final Map<String, List<FeatureRequest>> ENTITY_PRESETS = Map.of(
            "entity",
            List.of(
                    of(Feature.TOTAL_COUNT.key()),
                    of(Feature.MEDIAN_DAILY_COUNT.key()),
                    of(Feature.WEEKDAY_WEEKEND_RATIO.key()),
                    of(Feature.MEAN_GAP.key()),
                    of(Feature.MAX_GAP.key())));

    /** @throws InputException if the name is none of a feature about {@code extra} */
    public FeatureRequest {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(encoding, "encoding");
        if (extra.isPresent() && !ofExtra(extra.get()).contains(name)) {
            throw new InputException("features: \"" + name + "\" is no feature of the extra field " + extra.get()
                    + "; its features are " + String.join(", ", ofExtra(extra.get())));
        }
    }

    /** A feature that is not about a field beyond the table. */
    public FeatureRequest(String name, Encoding encoding, int maxCategories) {
        this(name, encoding, maxCategories, Optional.empty());
    }

    /**
     * The features about a field beyond the table: the field itself and, but for a number, whether its value is new to the
     * user, -ln p(value | user), and -ln of the value's share among all successful logins.
     */
    public static List<String> ofExtra(LoginField field) {
        String key = field.key();
        return field.kind() == LoginField.Kind.NUMBER
                ? List.of(key)
                : List.of(key, NEW + key, SURPRISE + key, RARITY + key);
    }

    /**
     * Checks the names of fields beyond the table.
     *
     * @param others names of features that do not come from {@link Feature}
     * @throws InputException if one is refused as a feature, or one of its features has another's name
     */
    public static void requireNames(List<LoginField> extras, Collection<String> others) {
        Set<String> names = new HashSet<>(others);
        for (View view : List.of(new View.Attempt(), View.Window.book(), new View.Entity(View.Entity.By.IP))) {
            names.addAll(presets(view).keySet());
        }
        for (LoginField field : extras) {
            if (REFUSED.containsKey(field.key())) {
                throw new InputException("the extra field \"" + field + "\" is refused: " + REFUSED.get(field.key()));
            }
            for (String name : ofExtra(field)) {
                if (Feature.named(name).isPresent() || !names.add(name)) {
                    throw new InputException("the extra field \"" + field + "\" gives the feature " + name
                            + ", which is there already; give the field another name");
                }
            }
        }
    }

    /** The fields beyond the table that some features are about, in the order of their names. */
    public static List<LoginField> extrasOf(Collection<FeatureRequest> requests) {
        return requests.stream()
                .flatMap(request -> request.extra.stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** How it is computed from a row alone; empty where it comes from elsewhere. */
    Optional<Feature> feature() {
        return extra.isEmpty()
                ? Feature.named(name)
                : extra.filter(field -> field.key().equals(name)).map(Feature::ofExtra);
    }

    /** The field of a login that it is made of, where it comes from the row alone and is made of one. */
    public Optional<LoginField> field() {
        return feature().flatMap(feature -> extra.or(feature::field));
    }

    /** The field whose text is the category as it stands. */
    Optional<LoginField> plainText() {
        return feature().flatMap(feature -> feature == Feature.EXTRA_CATEGORY ? extra : feature.plainText());
    }

    /** Whether it is computed from earlier rows, or otherwise from elsewhere than from the row alone. */
    public boolean isFromElsewhere() {
        return feature().isEmpty();
    }

    /** A feature in its default encoding. */
    public static FeatureRequest of(String name) {
        return new FeatureRequest(name, Encoding.DEFAULT, 0);
    }

    private static FeatureRequest coded(Feature feature) {
        return new FeatureRequest(feature.key(), Encoding.CODE, 0);
    }

    /** The presets of a view: names that stand for several features. */
    public static Map<String, List<FeatureRequest>> presets(View view) {
        if (view instanceof View.Entity) {
            return ENTITY_PRESETS;
        }
        return view instanceof View.Attempt ? ATTEMPT_PRESETS : WINDOW_PRESETS;
    }

    /**
     * Expands presets, fills in defaults and checks the rest.
     *
     * @param extras fields beyond the table that the log has
     * @param others names of features that do not come from {@link Feature}
     * @throws InputException if a feature is unknown, refused, asked for twice, or does not take what is asked of it
     */
    public static List<FeatureRequest> resolve(
            View view, List<FeatureRequest> asked, Collection<String> others, List<LoginField> extras) {
        Map<String, LoginField> extraNames = new LinkedHashMap<>();
        if (view instanceof View.Attempt) {
            extras.forEach(field -> ofExtra(field).forEach(name -> extraNames.put(name, field)));
        }
        Map<String, FeatureRequest> resolved = new LinkedHashMap<>();
        for (FeatureRequest request : asked) {
            List<FeatureRequest> preset = presets(view).get(request.name);
            if (preset != null && (request.encoding != Encoding.DEFAULT || request.maxCategories != 0)) {
                throw new InputException("features: the preset \"" + request.name
                        + "\" takes no encoding and no max; list the features that it stands for instead: "
                        + preset.stream().map(FeatureRequest::name).collect(Collectors.joining(", ")));
            }
            for (FeatureRequest one : preset == null ? List.of(request) : preset) {
                if (resolved.put(one.name, one.resolve(view, others, extraNames)) != null) {
                    throw new InputException("features: \"" + one.name + "\" is asked for twice; list it once");
                }
            }
        }
        if (resolved.isEmpty()) {
            throw new InputException("features: none is listed; allowed for the " + view.key() + " view: "
                    + String.join(", ", allowed(view, others, extraNames.keySet())));
        }
        return List.copyOf(resolved.values());
    }

    /** As above, of a log without fields beyond the table; those that a request is about already stay. */
    public static List<FeatureRequest> resolve(View view, List<FeatureRequest> asked, Collection<String> others) {
        return resolve(view, asked, others, List.of());
    }

    private FeatureRequest resolve(View view, Collection<String> others, Map<String, LoginField> extras) {
        LoginField field = extra.orElse(extras.get(name));
        if (field != null && view instanceof View.Attempt) {
            FeatureRequest about = new FeatureRequest(name, encoding, maxCategories, Optional.of(field));
            return about.resolve(about.feature().map(Feature::encodings).orElse(List.of(Encoding.NUMBER)));
        }
        if (others.contains(name)) {
            return resolve(List.of(Encoding.NUMBER));
        }
        Optional<Feature> feature = Feature.named(name).filter(f -> f.isOf(view));
        if (feature.isEmpty()) {
            throw refusal(view, others, extras.keySet());
        }
        return resolve(feature.get().encodings());
    }

    private FeatureRequest resolve(List<Encoding> allowed) {
        Encoding chosen = encoding == Encoding.DEFAULT ? allowed.get(0) : encoding;
        if (!allowed.contains(chosen)) {
            throw new InputException("features: \"" + name + "\" cannot be encoded as " + chosen.key() + "; allowed: "
                    + allowed.stream().map(Encoding::key).collect(Collectors.joining(", ")));
        }
        if (!allowed.contains(Encoding.CODE)) {
            if (maxCategories != 0) {
                throw new InputException("features: \"" + name + "\" is a number and takes no max; leave it out");
            }
            return new FeatureRequest(name, chosen, 0, extra);
        }
        int most = chosen == Encoding.ONE_HOT ? MAX_ONE_HOT : Dictionary.LIMIT;
        if (maxCategories < 0 || maxCategories > most) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "features: \"%s\" cannot keep %d categories; allowed as %s: 1 to %d",
                    name,
                    maxCategories,
                    chosen.key(),
                    most));
        }
        int kept = maxCategories != 0 ? maxCategories : chosen == Encoding.ONE_HOT ? DEFAULT_ONE_HOT : Dictionary.LIMIT;
        return new FeatureRequest(name, chosen, kept, extra);
    }

    private InputException refusal(View view, Collection<String> others, Collection<String> extras) {
        String plain = name.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s_.]+", "-");
        List<String> allowed = allowed(view, others, extras);
        String list = "; allowed for the " + view.key() + " view: " + String.join(", ", allowed);
        if (REFUSED.containsKey(plain)) {
            return new InputException("features: \"" + name + "\" is refused: " + REFUSED.get(plain) + list);
        }
        if (Feature.named(plain).filter(f -> !f.isOf(view)).isPresent()) {
            return new InputException(
                    "features: \"" + name + "\" is not a feature of the " + view.key() + " view" + list);
        }
        String hint = Spelling.nearest(plain, allowed)
                .map(nearest -> "; did you mean \"" + nearest + "\"?")
                .orElse("");
        return new InputException("features: there is no \"" + name + "\"" + hint + list);
    }

    /** Every name that {@link #resolve} takes, presets last. */
    private static List<String> allowed(View view, Collection<String> others, Collection<String> extras) {
        List<String> names = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            if (feature.isOf(view)) {
                names.add(feature.key());
            }
        }
        names.addAll(extras);
        names.addAll(others);
        presets(view).keySet().stream().sorted().forEach(names::add);
        return names;
    }
}
