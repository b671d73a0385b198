package dev.octet.feature;

import dev.octet.event.InputException;
import dev.octet.event.Label;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The 32-column matrix of Molin, Hands-On Data Analysis with Pandas, 2nd edition, chapter 11, as text: what {@link
 * View.Window#book()} and the feature preset {@code book} make of a period, so that a checksum can tell whether it is
 * the book's.
 */
public final class BookMatrix {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);

    private BookMatrix() {}

    /**
     * A row as {@code minute,usernames_with_failures,day_of_week,hour,label}, without an end of line.
     *
     * @throws InputException if the row is no window, or has no label
     */
    public static String line(LabelledRow labelled) {
        if (!(labelled.row() instanceof WindowRow row) || labelled.label() == Label.UNKNOWN) {
            throw new InputException("the book's matrix is made of labelled minutes; found " + labelled);
        }
        LocalDateTime minute =
                LocalDateTime.ofEpochSecond(Math.floorDiv(row.startMicros(), 1_000_000L), 0, ZoneOffset.UTC);
        return MINUTE.format(minute) + "," + row.usersWithFailures() + "," + TimeParts.weekday(row.startMicros()) + ","
                + TimeParts.hour(row.startMicros()) + "," + (labelled.label() == Label.ATTACK ? 1 : 0);
    }
}
