package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.AbsentValue;
import dev.octet.feature.Feature;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.GraphRows;
import dev.octet.feature.RowFeatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of the history features for a login without a history, in an exported model: those of an unknown user,
 * outside of any campaign, with the shares of values as they are in the memory now. Asks the memory once for
 * each and leaves it as it is; not thread-safe.
 */
public final class NoHistory implements AbsentValue.Source {
    /** Three fields that make up one value are tabled together up to so many combinations. */
    private static final int MAX_COMBINATIONS = 1 << 18;

    private static final String NOBODY = "\u0001nobody";
    /** Shares do not depend on the time, and a window costs least before all that it holds. */
    private static final long LONG_AGO = 0;

    private final FittedFeatures features;
    private final RowFeatures memory;
    private final float[] values;
    private final Map<String, AbsentValue> found = new HashMap<>();

    /** @param memory what the features are computed by */
    public NoHistory(FittedFeatures features, RowFeatures memory) {
        this.features = features;
        this.memory = memory;
        values = new float[memory.names().size()];
    }

    @Override
    public AbsentValue of(String feature) {
        AbsentValue known = found.get(feature);
        if (known == null) {
            known = find(feature);
            found.put(feature, known);
        }
        return known;
    }

    private AbsentValue find(String feature) {
        int at = memory.names().indexOf(feature);
        if (at < 0) {
            throw new IllegalArgumentException("there is no feature " + feature + " in this memory");
        }
        if (!(memory instanceof AttemptHistory)) {
            return new AbsentValue.Constant(0, "0", false); // the window before may have had any
        }
        if (at >= HistoryFeature.COUNT) {
            return ofExtra(feature, at);
        }
        HistoryFeature history = HistoryFeature.values()[at];
        String name = history.name();
        String rarity = feature.replaceFirst("^surprise-", "rarity-");
        if (!rarity.equals(feature)
                && features.requests().stream()
                        .anyMatch(request -> request.name().equals(rarity))) {
            return new AbsentValue.Same(rarity, "that of " + rarity, of(rarity).exact());
        }
        if (name.startsWith("RARITY_") || name.startsWith("SURPRISE_") && history != HistoryFeature.SURPRISE_HOUR) {
            return ofField(history.field(), at);
        }
        ask(nobody(GraphRows.LATER_MICROS));
        return switch (history) {
            case SURPRISE_HOUR ->
                new AbsentValue.Constant((float) StrictMath.log(24), "ln 24, as if every hour were as likely", false);
            case USER_SURPRISE ->
                new AbsentValue.Constant(values[at], values[at] + ", network and country never seen", false);
            default -> new AbsentValue.Constant(values[at], text(values[at]), true);
        };
    }

    /** As the fields of the table: nothing is new, and the surprise of a value is its rarity. */
    private AbsentValue ofExtra(String feature, int at) {
        LoginField field = features.requests().stream()
                .filter(request -> request.name().equals(feature))
                .flatMap(request -> request.extra().stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no fitted feature is called " + feature));
        if (feature.equals(FeatureRequest.NEW + field)) {
            return new AbsentValue.Constant(0, "0", true);
        }
        List<String> vocabulary = features.vocabulary(field.key()).orElse(List.of());
        if (vocabulary.isEmpty()) {
            ask(nobody(GraphRows.LATER_MICROS).with(field, NOBODY));
            return new AbsentValue.Constant(values[at], values[at] + ", that of a " + field + " never seen", false);
        }
        float[] table = new float[vocabulary.size() + 2];
        for (int i = 0; i < table.length; i++) {
            String value = i == 0 ? "" : i <= vocabulary.size() ? vocabulary.get(i - 1) : NOBODY;
            ask(nobody(LONG_AGO).with(field, value));
            table[i] = values[at];
        }
        return new AbsentValue.Table(
                List.of(field.key()), table, "-ln share of the " + field + " when the bundle was made");
    }

    private static String text(float value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Float.toString(value);
    }

    /** Without a history the surprise of a value is its rarity. */
    private AbsentValue ofField(Field field, int at) {
        if (field == Field.ASN && ((AttemptHistory) memory).history().networksAreBlocks()) {
            return new AbsentValue.Constant(0, "0, which says nothing: the network is a block of addresses", false);
        }
        List<Feature> categories = switch (field) {
            case COUNTRY -> List.of(Feature.COUNTRY);
            case ASN -> List.of(Feature.ASN);
            case DEVICE -> List.of(Feature.DEVICE, Feature.OS_FAMILY, Feature.BROWSER_FAMILY);
            case DEVICE_TYPE -> List.of(Feature.DEVICE);
            case BROWSER -> List.of(Feature.BROWSER_FAMILY);
            case OS -> List.of(Feature.OS_FAMILY);
            case USER_AGENT -> List.of(Feature.USER_AGENT);
            default -> List.of();
        };
        long combinations = 1;
        for (Feature category : categories) {
            combinations *= features.vocabulary(category.key()).map(List::size).orElse(0) + 2L;
        }
        boolean known = !categories.isEmpty()
                && categories.stream()
                        .allMatch(each -> features.vocabulary(each.key()).isPresent())
                && (categories.size() == 1 || combinations <= MAX_COMBINATIONS);
        if (!known) {
            ask(nobody(GraphRows.LATER_MICROS));
            return new AbsentValue.Constant(
                    values[at], values[at] + ", that of a " + field.noun() + " never seen", false);
        }
        List<Float> table = new ArrayList<>();
        fill(nobody(LONG_AGO), categories, at, table);
        float[] array = new float[table.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = table.get(i);
        }
        return new AbsentValue.Table(
                categories.stream().map(Feature::key).toList(),
                array,
                "-ln share of the " + field.noun() + " when the bundle was made");
    }

    private void fill(LoginEvent.Builder login, List<Feature> categories, int at, List<Float> table) {
        if (categories.isEmpty()) {
            ask(login);
            table.add(values[at]);
            return;
        }
        Feature category = categories.get(0);
        List<Feature> others = categories.subList(1, categories.size());
        fill(set(login, category, ""), others, at, table);
        for (String name : features.vocabulary(category.key()).orElseThrow()) {
            fill(set(login, category, name), others, at, table);
        }
        fill(set(login, category, NOBODY), others, at, table);
    }

    private static LoginEvent.Builder set(LoginEvent.Builder login, Feature category, String name) {
        LoginField field = category.field().orElseThrow();
        return switch (field.kind()) {
            case TEXT -> login.with(field, name);
            case NETWORK ->
                login.asn(name.isEmpty() ? -1 : name.equals(NOBODY) ? Long.MAX_VALUE : Long.parseLong(name));
            case TIME, OUTCOME, ADDRESS, NUMBER ->
                throw new IllegalArgumentException(category + " is no field with a history");
        };
    }

    private static LoginEvent.Builder nobody(long time) {
        return LoginEvent.at(time, NOBODY, true)
                .country(NOBODY)
                .asn(Long.MAX_VALUE)
                .device(NOBODY)
                .os(NOBODY)
                .browser(NOBODY)
                .userAgent(NOBODY);
    }

    private void ask(LoginEvent.Builder login) {
        memory.extract(login.build(), values, 0);
    }
}
