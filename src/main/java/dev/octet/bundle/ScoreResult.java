package dev.octet.bundle;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.evaluate.drift.DriftReport;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The result of scoring a log, which {@code octet score --json} prints.
 *
 * @param scores name of the file or folder of the scores
 * @param alertList the alerts with their reasons in words; empty where no such file was written
 * @param rows what a row is: logins, windows, users or addresses
 * @param read rows that could be read
 * @param rejected rows that could not be read
 * @param unreadableFields rows with fields that count as not known, since they could not be read
 * @param scored rows that the model is for
 * @param threshold score from which rows are flagged
 * @param flagged rows above it
 * @param alerts alerts that the bundle's alarm rule made of these
 * @param olderThanHistory rows that are older than what the bundle has seen
 * @param drift empty where the bundle has no reference
 * @param seconds that it took
 */
public record ScoreResult(
        String scores,
        Optional<Path> alertList,
        String rows,
        long read,
        long rejected,
        long unreadableFields,
        long scored,
        double threshold,
        long flagged,
        long alerts,
        long olderThanHistory,
        Optional<DriftReport> drift,
        double seconds) {

    /** As data. */
    public ObjectNode toJson() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("scores", scores);
        alertList.ifPresent(file -> tree.put("alert_list", file.toString()));
        tree.put("rows", rows);
        tree.put("read", read);
        tree.put("rejected", rejected);
        tree.put("unreadable_fields", unreadableFields);
        tree.put("scored", scored);
        tree.put("threshold", threshold);
        tree.put("flagged", flagged);
        tree.put("alerts", alerts);
        tree.put("older_than_history", olderThanHistory);
        drift.ifPresent(report -> tree.set("drift", report.toJson()));
        tree.put("seconds", seconds);
        return tree;
    }
}
