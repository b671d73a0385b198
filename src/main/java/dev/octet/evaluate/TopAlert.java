package dev.octet.evaluate;

import dev.octet.event.Label;
import java.util.Optional;

/**
 * One alert, for a reader.
 *
 * @param detector that raised it
 * @param row number of the row that raised it, as in the score file
 * @param time when, ISO 8601
 * @param until of a window, the end of the alert's last one; else {@code ""}
 * @param who the user or entity, {@code ""} for a window
 * @param network where from, in words; {@code ""} where the row is no login
 * @param score of the row that raised it
 * @param label what the labels say of that row
 * @param reasons in words
 * @param shares the same features as {@code name=share} joined by {@code ;}
 * @param background what the log says around it, where somebody looked
 */
public record TopAlert(
        String detector,
        long row,
        String time,
        String until,
        String who,
        String network,
        double score,
        Label label,
        String reasons,
        String shares,
        Optional<AlertBackground> background) {

    /** The same with the end of its last window. */
    public TopAlert until(String end) {
        return new TopAlert(detector, row, time, end, who, network, score, label, reasons, shares, background);
    }

    /** The same as it is shown, with where it came from and what the log says around it. */
    public TopAlert with(String shownWho, String from, Optional<AlertBackground> around) {
        return new TopAlert(detector, row, time, until, shownWho, from, score, label, reasons, shares, around);
    }
}
