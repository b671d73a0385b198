package dev.octet.event;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A CSV file in the order of time that notes places when it is read to its end, and later begins near the first row that a
 * {@link RowFilter} looks at. The file must stay as it is. Thread-safe.
 */
final class PlacedSource implements LoginSource {
    /** Rows from one place to the next: an eighth of a second of reading. */
    private static final int ROWS = 1 << 17;

    private final CsvSource source;
    private final int rowsApart;
    private volatile List<Place> places = List.of();

    /**
     * Between two records.
     *
     * @param offset unpacked bytes of the file before it
     * @param line 1-based number of the next line
     * @param rows rows before it, used or not
     * @param newestMicros time of the newest of them
     */
    record Place(long offset, long line, long rows, long newestMicros) {}

    PlacedSource(CsvSource source) {
        this(source, ROWS);
    }

    PlacedSource(CsvSource source, int rowsApart) {
        this.source = Objects.requireNonNull(source, "source");
        this.rowsApart = rowsApart;
    }

    /** Notes places of one reading; they count once it has reached the end. Not thread-safe. */
    final class Notes {
        private final List<Place> found = new ArrayList<>();
        private long next = rowsApart;

        boolean isDue(long rows) {
            return rows >= next;
        }

        void add(Place place) {
            found.add(place);
            next = place.rows + rowsApart;
        }

        void end() {
            places = List.copyOf(found);
        }
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        return source.open(new ReadRequest(
                rejected, needed, RowFilter.ALL, Optional.empty(), Optional.empty(), Optional.of(new Notes())));
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed, RowFilter filter) throws IOException {
        return open(rejected, needed, filter, before(filter.fromMicros()), Optional.empty());
    }

    private LoginReader open(
            RejectedRows rejected,
            Set<LoginField> needed,
            RowFilter filter,
            Optional<Place> from,
            Optional<Place> until)
            throws IOException {
        return source.open(new ReadRequest(rejected, needed, filter, from, until, Optional.empty()));
    }

    /** Reads both halves at once. */
    @Override
    public LoginReader openAhead(Set<LoginField> needed, RowFilter filter) throws IOException {
        Optional<Place> from = before(filter.fromMicros());
        List<Place> within = places.stream()
                .filter(place -> from.isEmpty() || place.rows > from.get().rows)
                .toList();
        if (within.isEmpty()) {
            return ReadAhead.of(open(RejectedRows.ignoring(), needed, filter));
        }
        Optional<Place> middle = Optional.of(within.get(within.size() / 2));
        LoginReader first = ReadAhead.of(open(RejectedRows.ignoring(), needed, filter, from, middle));
        try {
            return first.then(ReadAhead.of(open(RejectedRows.ignoring(), needed, filter, middle, Optional.empty())));
        } catch (IOException | RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /** The last place of which all rows before are older. */
    private Optional<Place> before(long micros) {
        Place last = null;
        for (Place place : places) {
            if (place.newestMicros < micros) {
                last = place;
            }
        }
        return Optional.ofNullable(last);
    }

    @Override
    public LoginSource inAnyOrder(TimeSpan within) {
        return source.inAnyOrder(within);
    }

    @Override
    public String labelColumn() {
        return source.labelColumn();
    }

    @Override
    public String name() {
        return source.name();
    }
}
