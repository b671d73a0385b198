package dev.octet.evaluate.explore;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** A {@link LogProfile} as a JSON tree. */
final class ProfileJson {
    private ProfileJson() {}

    static ObjectNode of(LogProfile profile) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format", 1);
        root.put("source", profile.reading().source());
        root.put("rows", profile.reading().rows());
        root.put("usable", profile.usable());
        ObjectNode rejected = root.putObject("rejected");
        profile.reading().rejected().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> rejected.put(entry.getKey().text(), entry.getValue()));
        root.put("first_rejected", profile.reading().firstRejected());
        profile.reading().warnings().forEach(root.putArray("warnings")::add);
        root.put("first", time(profile.activity().firstMicros()));
        root.put("last", time(profile.activity().lastMicros()));
        root.put("zone", profile.activity().zone().getId());
        root.put("successes", profile.successes());
        ArrayNode columns = root.putArray("columns");
        for (LogProfile.Column column : profile.columns()) {
            ObjectNode node = columns.addObject();
            node.put("name", column.name());
            node.put("missing", column.missing());
            node.put("distinct", column.distinct());
            node.put("distinct_is_estimate", column.distinctEstimated());
            node.put("counts_too_low_by_at_most", column.undercount());
            values(node.putArray("top"), column.top());
            column.numbers().ifPresent(numbers -> {
                node.put("least", numbers.least());
                node.put("mean", numbers.mean());
                node.put("most", numbers.most());
            });
        }
        hours(root.putArray("attempts_by_weekday_and_hour"), profile.activity().attemptsByHour());
        hours(root.putArray("failures_by_weekday_and_hour"), profile.activity().failuresByHour());
        root.put("bucket_minutes", profile.activity().bucketMinutes());
        ArrayNode buckets = root.putArray("over_time");
        for (LogProfile.Bucket bucket : profile.activity().buckets()) {
            ObjectNode node = buckets.addObject();
            node.put("start", time(bucket.startMicros()));
            node.put("attempts", bucket.attempts());
            node.put("failures", bucket.failures());
            node.put("failures_in_worst_minute", bucket.worstMinute());
        }
        ArrayNode minutes = root.putArray("worst_minutes");
        for (LogProfile.Minute minute : profile.activity().worstMinutes()) {
            ObjectNode node = minutes.addObject();
            node.put("start", time(minute.startMicros()));
            node.put("attempts", minute.attempts());
            node.put("failures", minute.failures());
        }
        profile.usersPerAddress().ifPresent(spread -> {
            ObjectNode node = root.putObject("users_per_address");
            node.put("share_of_addresses_counted", spread.share());
            ArrayNode groups = node.putArray("groups");
            for (LogProfile.Group group : spread.groups()) {
                ObjectNode each = groups.addObject();
                each.put("from", group.from());
                each.put("to", group.to());
                each.put("addresses", group.addresses());
            }
            values(node.putArray("top"), spread.top());
        });
        profile.labels().ifPresent(labels -> {
            ObjectNode node = root.putObject("labels");
            node.put("attacks", labels.attacks());
            node.put("normals", labels.normals());
            node.put("unlabelled", labels.unlabelled());
            ArrayNode features = node.putArray("features");
            for (LogProfile.Separation separation : labels.features()) {
                ObjectNode each = features.addObject();
                each.put("feature", separation.feature());
                each.put("column", separation.column());
                each.put("anomalous", separation.higher() ? "high" : "low");
                each.put("roc_auc", separation.rocAuc());
            }
            labels.suspicious().forEach(node.putArray("suspicious")::add);
        });
        return root;
    }

    private static void values(ArrayNode array, List<LogProfile.Value> values) {
        for (LogProfile.Value value : values) {
            ObjectNode node = array.addObject();
            node.put("value", value.text());
            node.put("count", value.rows());
        }
    }

    private static void hours(ArrayNode array, long[][] counts) {
        for (long[] day : counts) {
            ArrayNode hours = array.addArray();
            for (long count : day) {
                hours.add(count);
            }
        }
    }

    private static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
