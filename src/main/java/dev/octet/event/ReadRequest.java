package dev.octet.event;

import java.util.Optional;
import java.util.Set;

/**
 * What a caller wants of a CSV file.
 *
 * @param rejected told what cannot be read
 * @param needed fields that the caller looks at
 * @param filter rows that the caller looks at
 * @param from where to begin; at the first row where empty
 * @param until where to end; at the last row where empty
 * @param notes told of places between records
 */
record ReadRequest(
        RejectedRows rejected,
        Set<LoginField> needed,
        RowFilter filter,
        Optional<PlacedSource.Place> from,
        Optional<PlacedSource.Place> until,
        Optional<PlacedSource.Notes> notes) {

    /** Some fields of some rows, from the first one on. */
    ReadRequest(RejectedRows rejected, Set<LoginField> needed, RowFilter filter) {
        this(rejected, needed, filter, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
