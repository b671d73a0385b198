package dev.octet.feature;

import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.ViewRow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;

/**
 * The features as DataVec sees them: a schema of what a row holds, and the process that makes the columns of the matrix
 * from it. DataVec's own execution is the reference that the fast path is held to; it is some twenty times slower.
 *
 * <p>A missing text is {@code ""}, a missing number NaN. Times are whole milliseconds since 1970-01-01T00:00Z.
 */
public final class DataVecFeatures {
    private static final String TIME = "row.time";
    private static final String ATTEMPT = "attempt.";
    private static final List<String> ENTITY = Stream.of(
                    Feature.TOTAL_COUNT,
                    Feature.MEDIAN_DAILY_COUNT,
                    Feature.WEEKDAY_WEEKEND_RATIO,
                    Feature.MEAN_GAP,
                    Feature.MAX_GAP)
            .map(Feature::key)
            .toList();

    private DataVecFeatures() {}

    /**
     * What a row of the view holds.
     *
     * @param extras fields beyond the table that the features are about
     * @param others features from elsewhere, whose values are made before DataVec sees the row
     */
    public static Schema schema(View view, List<String> others, List<LoginField> extras) {
        Schema.Builder schema = new Schema.Builder().addColumnTime(TIME, DateTimeZone.UTC);
        if (view instanceof View.Attempt) {
            LoginField.values().stream().filter(LoginField::isModelInput).forEach(field -> add(schema, field));
            extras.forEach(field -> add(schema, field));
            schema.addColumnInteger(ATTEMPT + Feature.UNREADABLE_FIELDS.key());
        } else if (view instanceof View.Entity) {
            for (String column : ENTITY) {
                schema.addColumnDouble("entity." + column, 0.0, null, true, false);
            }
        } else {
            schema.addColumnInteger("window.attempts")
                    .addColumnInteger("window.failures")
                    .addColumnInteger("window.users-with-failures")
                    .addColumnInteger("window.distinct-users")
                    .addColumnInteger("window.distinct-ips")
                    .addColumnInteger("window.wrong-username-failures")
                    .addColumnInteger("window.wrong-password-failures");
        }
        for (String other : others) {
            schema.addColumnFloat("other." + other);
        }
        return schema.build();
    }

    private static void add(Schema.Builder schema, LoginField field) {
        String column = ATTEMPT + field.key();
        switch (field.kind()) {
            case TIME -> throw new IllegalArgumentException("the time is a column of every row");
            case OUTCOME -> schema.addColumnInteger(column);
            case ADDRESS, NETWORK, TEXT -> schema.addColumnString(column);
            case NUMBER -> schema.addColumnDouble(column, field.isExtra() ? null : 0.0, null, true, false);
        }
    }

    private static Writable value(LoginEvent event, LoginField field) {
        return switch (field.kind()) {
            case TIME -> throw new IllegalArgumentException("the time is a column of every row");
            case OUTCOME -> new IntWritable(event.success() ? 1 : 0);
            case ADDRESS -> new Text(AddressTransform.write(event.ip()));
            case NETWORK -> new Text(FeatureExtractor.network(event.asn()));
            case TEXT -> new Text(event.text(field));
            case NUMBER ->
                field.isExtra()
                        ? new DoubleWritable((float) event.number(field)) // a float's precision, as the matrix
                        : new DoubleWritable(event.number(field) >= 0 ? event.number(field) : Double.NaN);
        };
    }

    /**
     * A row as {@link #schema} describes it.
     *
     * @param extractor the features from elsewhere are asked of it
     */
    public static List<Writable> record(ViewRow row, FeatureExtractor extractor) {
        List<Writable> record = new ArrayList<>();
        record.add(new LongWritable(Math.floorDiv(row.timeMicros(), 1000L)));
        if (row instanceof LoginEvent attempt) {
            LoginField.values().stream()
                    .filter(LoginField::isModelInput)
                    .forEach(field -> record.add(value(attempt, field)));
            FeatureRequest.extrasOf(extractor.requests()).forEach(field -> record.add(value(attempt, field)));
            record.add(new IntWritable(attempt.unreadableCount()));
        } else if (row instanceof EntityRow entity) {
            // a float's precision, which is what the columns of the matrix have
            record.add(new DoubleWritable((float) entity.attempts()));
            record.add(new DoubleWritable((float) entity.medianDailyCount()));
            record.add(new DoubleWritable((float) entity.weekdayWeekendRatio()));
            record.add(new DoubleWritable((float) entity.meanGapMinutes()));
            record.add(new DoubleWritable((float) entity.maxGapMinutes()));
        } else {
            WindowRow window = (WindowRow) row;
            record.add(new IntWritable(window.attempts()));
            record.add(new IntWritable(window.failures()));
            record.add(new IntWritable(window.usersWithFailures()));
            record.add(new IntWritable(window.distinctUsers()));
            record.add(new IntWritable(window.distinctIps()));
            record.add(new IntWritable(window.wrongUsernameFailures()));
            record.add(new IntWritable(window.wrongPasswordFailures()));
        }
        float[] raw = new float[extractor.width()];
        extractor.extract(row, raw);
        for (FeatureExtractor.RawValues values : extractor.values()) {
            if (values.feature() == null) {
                record.add(new FloatWritable(raw[values.first()]));
            }
        }
        return record;
    }

    /** @param namesInJson whether the JSON of the process repeats the vocabularies, as it did until bundle format 2 */
    static TransformProcess process(FittedFeatures fitted, boolean namesInJson) {
        List<String> others = fitted.requests().stream()
                .filter(FeatureRequest::isFromElsewhere)
                .map(FeatureRequest::name)
                .toList();
        TransformProcess.Builder process =
                new TransformProcess.Builder(schema(fitted.view(), others, FeatureRequest.extrasOf(fitted.requests())));
        List<String> columns = new ArrayList<>();
        List<Scale> scales = new ArrayList<>();
        for (FittedFeature feature : fitted.features()) {
            columns.addAll(add(process, feature, namesInJson));
            scales.addAll(feature.scales());
        }
        return process.removeAllColumnsExceptFor(columns)
                .reorderColumns(columns.toArray(String[]::new))
                .transform(new ScaleTransform(columns, scales))
                .build();
    }

    /** Adds the steps of one feature and returns the columns that they leave. */
    private static List<String> add(TransformProcess.Builder process, FittedFeature fitted, boolean namesInJson) {
        String name = fitted.request().name();
        Feature feature = fitted.request().feature().orElse(null);
        if (feature == null) {
            process.duplicateColumn("other." + name, name);
            return List.of(name);
        }
        switch (feature) {
            case IP_OCTETS -> process.transform(new AddressTransform(ATTEMPT + LoginField.IP, name));
            case IP_VERSION ->
                process.duplicateColumn(ATTEMPT + LoginField.IP, name).transform(new AddressVersionTransform(name));
            case HOUR -> derive(process, name, DateTimeFieldType.hourOfDay());
            case MINUTE_OF_DAY -> derive(process, name, DateTimeFieldType.minuteOfDay());
            case WEEKDAY -> {
                derive(process, name, DateTimeFieldType.dayOfWeek());
                process.integerMathOp(name, MathOp.Subtract, 1);
            }
            case BROWSER_FAMILY ->
                process.duplicateColumn(ATTEMPT + LoginField.BROWSER, name).transform(new FamilyTransform(name));
            case OS_FAMILY ->
                process.duplicateColumn(ATTEMPT + LoginField.OS, name).transform(new FamilyTransform(name));
            default ->
                process.duplicateColumn(ATTEMPT + fitted.request().field().orElseThrow(), name);
            case ROUND_TRIP_TIME ->
                process.duplicateColumn(ATTEMPT + LoginField.ROUND_TRIP_MILLIS, name)
                        .doubleMathOp(name, MathOp.Add, 1)
                        .doubleMathFunction(name, MathFunction.LOG);
            case UNREADABLE_FIELDS -> process.duplicateColumn(ATTEMPT + name, name);
            case ATTEMPTS,
                    FAILURES,
                    USERS_WITH_FAILURES,
                    DISTINCT_USERS,
                    DISTINCT_IPS,
                    WRONG_USERNAME_FAILURES,
                    WRONG_PASSWORD_FAILURES -> process.duplicateColumn("window." + name, name);
            case TOTAL_COUNT, MEDIAN_DAILY_COUNT, WEEKDAY_WEEKEND_RATIO, MEAN_GAP, MAX_GAP ->
                process.duplicateColumn("entity." + name, name);
        }
        if (fitted instanceof FittedFeature.Numbers numbers) {
            if (numbers.fill().isPresent()) {
                process.transform(new MissingTransform(name, numbers.fill().get()));
                return List.of(name, MissingTransform.indicator(name));
            }
            return Feature.numberNames(name, numbers.numbers());
        }
        if (fitted instanceof FittedFeature.Code code) {
            process.transform(places(name, code.vocabulary(), -1, namesInJson));
            return List.of(name);
        }
        if (fitted instanceof FittedFeature.OneHot oneHot) {
            process.transform(
                    places(name, oneHot.vocabulary(), oneHot.vocabulary().size() + 1, namesInJson));
        }
        process.integerToOneHot(name, 0, fitted.width() - 1);
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < fitted.width(); i++) {
            columns.add(name + "[" + i + "]");
        }
        return columns;
    }

    private static Transform places(String name, List<String> vocabulary, int missing, boolean namesInJson) {
        return namesInJson
                ? new VocabularyTransform(name, vocabulary, missing)
                : new PlaceTransform(name, vocabulary, missing);
    }

    private static void derive(TransformProcess.Builder process, String name, DateTimeFieldType part) {
        process.transform(new DeriveColumnsFromTimeTransform.Builder(TIME)
                .addIntegerDerivedColumn(name, part)
                .build());
    }
}
