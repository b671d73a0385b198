package dev.octet.feature;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.ViewRow;
import dev.octet.onnx.OnnxGraph.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Rows both as an exported model takes them, which is what another service would send, and encoded by our own code: for
 * holding a graph against what it was made of. Not thread-safe, as its extractor is not.
 */
public final class GraphRows {
    /** The year 2199, whole weeks after 1970: no earlier login is within any window. */
    public static final long LATER_MICROS = 12_000L * 7 * 24 * 3600 * 1_000_000;

    private static final String UNKNOWN = "never seen before";

    private final List<GraphInput> inputs;
    private final FittedFeatures features;
    private final FeatureExtractor extractor;
    private final Encoder encoder;
    private final Map<String, LoginInput> fields = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Set<String> elsewhere = new HashSet<>();
    private final float[] raw;
    private final List<Object[]> rows = new ArrayList<>();
    private final List<float[]> encoded = new ArrayList<>();

    /** @param extractor one for these features, which knows what earlier rows were */
    public GraphRows(List<GraphInput> inputs, FittedFeatures features, FeatureExtractor extractor) {
        this.inputs = List.copyOf(inputs);
        this.features = features;
        this.extractor = extractor;
        encoder = features.bind(extractor);
        raw = new float[extractor.width()];
        for (LoginInput field : LoginInput.values()) {
            fields.put(field.input().name(), field);
        }
        for (FeatureExtractor.RawValues values : extractor.values()) {
            if (values.request().extra().isPresent() && values.feature() != null) {
                LoginInput input = LoginInput.of(values.request().extra().get());
                fields.put(input.input().name(), input);
            }
            numbers.put(GraphInput.nameOf(values.request().name()), values.first());
            if (values.feature() == null) {
                elsewhere.add(GraphInput.nameOf(values.request().name()));
            }
        }
    }

    /** Takes a row. */
    public void add(ViewRow row) {
        extractor.extract(row, raw);
        add(row, true);
    }

    /** Takes a row whose caller knows nothing that does not stand in it: features from elsewhere are NaN for the graph. */
    public void addAlone(ViewRow row) {
        extractor.extract(row, raw);
        add(row, false);
    }

    private void add(ViewRow row, boolean known) {
        Object[] values = new Object[inputs.size()];
        for (int i = 0; i < values.length; i++) {
            String name = inputs.get(i).name();
            LoginInput field = fields.get(name);
            if (field != null && inputs.get(i).type() == field.input().type()) {
                values[i] = field.of().apply(row);
            } else {
                values[i] = known || !elsewhere.contains(name) ? raw[numbers.get(name)] : Float.NaN;
            }
        }
        float[] columns = new float[encoder.columns()];
        encoder.encode(raw, columns);
        rows.add(values);
        encoded.add(columns);
    }

    /** Takes rows of known, unknown and missing values; where features come from elsewhere, half of the rows has any. */
    public void addRandom(int count, Random random) {
        for (int i = 0; i < count; i++) {
            ViewRow row = random(random);
            extractor.extract(row, raw);
            if (random.nextBoolean()) {
                for (FeatureExtractor.RawValues values : extractor.values()) {
                    if (values.feature() == null) {
                        raw[values.first()] = random.nextInt(4) == 0 ? random.nextInt(2) : 8 * random.nextFloat();
                    }
                }
            }
            add(row, true);
        }
    }

    /** A row of known, unknown and missing values, of a user whom nobody knows, long after any log. */
    public ViewRow random(Random random) {
        View view = features.view();
        long time = LATER_MICROS + random.nextInt(7 * 24 * 60) * 60_000_000L;
        if (view instanceof View.Window) {
            int attempts = random.nextInt(100);
            return new WindowRow(
                    0,
                    time,
                    time + 60_000_000L,
                    attempts,
                    random.nextInt(attempts + 1),
                    random.nextInt(attempts + 1),
                    random.nextInt(attempts + 1),
                    random.nextInt(attempts + 1),
                    random.nextInt(attempts + 1),
                    random.nextInt(attempts + 1));
        }
        if (view instanceof View.Entity) {
            int attempts = 1 + random.nextInt(50);
            long length = attempts == 1 ? 0 : 60_000_000L * random.nextInt(100_000);
            return new EntityRow(
                    0,
                    "entity",
                    time,
                    time + length,
                    attempts,
                    1 + random.nextInt(attempts),
                    random.nextInt(attempts + 1),
                    length / 2);
        }
        LoginEvent.Builder login = LoginEvent.at(time, "\u0001nobody", random.nextBoolean());
        LoginField.values().stream().filter(LoginField::isModelInput).forEach(field -> fill(login, field, random));
        FeatureRequest.extrasOf(features.requests()).forEach(field -> fill(login, field, random));
        return login.build();
    }

    private void fill(LoginEvent.Builder login, LoginField field, Random random) {
        switch (field.kind()) {
            case TIME, OUTCOME -> {}
            case ADDRESS -> login.ip(address(random));
            case NETWORK -> {
                String asn = name(Feature.ASN, random);
                login.asn(asn.isEmpty() ? -1 : asn.equals(UNKNOWN) ? Long.MAX_VALUE : Long.parseLong(asn));
            }
            case TEXT -> login.with(field, text(field, random));
            case NUMBER -> login.with(field, random.nextInt(3) == 0 ? Double.NaN : random.nextInt(5000) / 4.0);
        }
    }

    private String text(LoginField field, Random random) {
        if (field.isExtra()) {
            return name(field.key(), random);
        }
        Feature plain = Feature.ofText(field);
        return Feature.familyOf(field)
                .map(family -> client(plain, family, random))
                .orElseGet(() -> name(plain, random));
    }

    private static IpAddress address(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> IpAddress.MISSING;
            case 1, 2 -> new IpAddress(6, random.nextLong(), random.nextLong());
            default -> new IpAddress(4, 0, random.nextInt() & 0xffffffffL);
        };
    }

    private String name(Feature category, Random random) {
        return name(category.key(), random);
    }

    private String name(String category, Random random) {
        List<String> known = features.vocabulary(category).orElse(List.of());
        int kind = random.nextInt(8);
        if (kind == 0) {
            return "";
        }
        return kind == 1 || known.isEmpty() ? UNKNOWN : known.get(random.nextInt(known.size()));
    }

    private String client(Feature whole, Feature family, Random random) {
        if (features.vocabulary(whole.key()).isPresent() && random.nextBoolean()) {
            return name(whole, random);
        }
        String name = name(family, random);
        return switch (random.nextInt(4)) {
            case 0 -> name;
            case 1 -> " " + name + " ";
            case 2 -> name + " " + random.nextInt(100) + "." + random.nextInt(10) + " (64 bit)";
            default -> name + " Lite";
        };
    }

    /** Rows taken. */
    public int size() {
        return rows.size();
    }

    /** The rows as a detector takes them, row-major. */
    public float[] encoded() {
        float[] all = new float[rows.size() * encoder.columns()];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(encoded.get(i), 0, all, i * encoder.columns(), encoder.columns());
        }
        return all;
    }

    /** The tensors by their names: {@code String[]}, {@code long[]} or {@code float[]}, a value a row. */
    public Map<String, Object> tensors() {
        Map<String, Object> tensors = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            int at = i;
            Type type = inputs.get(i).type();
            Object values;
            if (type == Type.STRING) {
                values = rows.stream().map(row -> (String) row[at]).toArray(String[]::new);
            } else if (type == Type.INT64) {
                values = rows.stream().mapToLong(row -> (Long) row[at]).toArray();
            } else {
                float[] floats = new float[rows.size()];
                for (int row = 0; row < floats.length; row++) {
                    floats[row] = (Float) rows.get(row)[at];
                }
                values = floats;
            }
            tensors.put(inputs.get(i).name(), values);
        }
        return tensors;
    }
}
