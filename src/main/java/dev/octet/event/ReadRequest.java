package dev.octet.event;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller wants of a CSV file.
 *
 * @param rejected told what cannot be read
 * @param needed fields that the caller looks at
 * @param filter rows that the caller looks at
 * @param parts of the file that are read, in its order
 * @param notes told of places between records
 */
record ReadRequest(
        RejectedRows rejected,
        Set<LoginField> needed,
        RowFilter filter,
        List<PlacedSource.Part> parts,
        Optional<PlacedSource.Notes> notes) {

    /** Some fields of some rows, from the first one on. */
    ReadRequest(RejectedRows rejected, Set<LoginField> needed, RowFilter filter) {
        this(rejected, needed, filter, List.of(PlacedSource.Part.ALL), Optional.empty());
    }
}
