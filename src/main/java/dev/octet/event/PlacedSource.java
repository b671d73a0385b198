package dev.octet.event;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A CSV file in the order of time that notes places when it is read to its end, and later reads only the parts between them
 * that may hold a row that a {@link RowFilter} looks at. Of each row it keeps three bytes of its user's hash, so that the
 * rows of a few users are found without reading the others. The file must stay as it is. Thread-safe.
 */
final class PlacedSource implements LoginSource {
    /** Rows from one place to the next: some tens of kibibytes. */
    private static final int ROWS = 1 << 7;
    /** From this many places on, only every {@link #THINNED}th is kept, and users no longer: a bound for the memory. */
    private static final int MOST_PLACES = 1 << 19;

    private static final int THINNED = 1 << 10;
    private static final int MARK_BITS = 24;
    /** Places between two parts that are read as one. */
    private static final int NEAR = 2;

    private final CsvSource source;
    private final int rowsApart;
    private final int mostPlaces;
    private volatile Noted noted = new Noted(List.of(), new IntArrayList(), new Marks(), false);

    /**
     * Between two records.
     *
     * @param offset unpacked bytes of the file before it
     * @param line 1-based number of the next line
     * @param rows rows before it, used or not
     * @param newestMicros time of the newest of them
     */
    record Place(long offset, long line, long rows, long newestMicros) {}

    /**
     * Rows that stand one behind the other.
     *
     * @param from where they begin; at the first row where empty
     * @param untilRow rows of the file before their end
     */
    record Part(Optional<Place> from, long untilRow) {
        /** All rows. */
        static final Part ALL = new Part(Optional.empty(), Long.MAX_VALUE);
    }

    /**
     * What a reading found. Not changed any more.
     *
     * @param places in the order of the file
     * @param marksBefore how many marks lie before each place
     * @param marks of the users of the rows that could be used, in their order
     * @param ofUsers whether there are marks
     */
    private record Noted(List<Place> places, IntArrayList marksBefore, Marks marks, boolean ofUsers) {}

    /** Numbers of three bytes each. */
    private static final class Marks {
        private static final int CHUNK = 1 << 16;
        private static final int BYTES = MARK_BITS / Byte.SIZE;

        private final List<byte[]> chunks = new ArrayList<>();
        private int size;

        void add(int mark) {
            if (size == chunks.size() * CHUNK) {
                chunks.add(new byte[BYTES * CHUNK]);
            }
            byte[] chunk = chunks.get(size / CHUNK);
            int at = BYTES * (size++ % CHUNK);
            chunk[at] = (byte) mark;
            chunk[at + 1] = (byte) (mark >>> 8);
            chunk[at + 2] = (byte) (mark >>> 16);
        }

        int get(int index) {
            byte[] chunk = chunks.get(index / CHUNK);
            int at = BYTES * (index % CHUNK);
            return chunk[at] & 0xff | (chunk[at + 1] & 0xff) << 8 | (chunk[at + 2] & 0xff) << 16;
        }

        boolean hasAny(int from, int until, BitSet wanted) {
            for (int i = from; i < until; i++) {
                if (wanted.get(get(i))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Another number for most users, in [0, 2^24). */
    private static int mark(String user) {
        return user.hashCode() * 0x9e3779b1 >>> Integer.SIZE - MARK_BITS;
    }

    PlacedSource(CsvSource source) {
        this(source, ROWS, MOST_PLACES);
    }

    PlacedSource(CsvSource source, int rowsApart, int mostPlaces) {
        this.source = Objects.requireNonNull(source, "source");
        this.rowsApart = rowsApart;
        this.mostPlaces = mostPlaces;
    }

    /** Notes places of one reading; they count once it has reached the end. Not thread-safe. */
    final class Notes {
        private final List<Place> places = new ArrayList<>();
        private final IntArrayList marksBefore = new IntArrayList();
        private Marks marks = new Marks();
        private boolean ofUsers;
        private long apart = rowsApart;
        private long next = rowsApart;

        /** @param ofUsers whether the reading knows users */
        private Notes(boolean ofUsers) {
            this.ofUsers = ofUsers;
        }

        boolean isDue(long rows) {
            return rows >= next;
        }

        void add(Place place) {
            if (places.size() >= mostPlaces) {
                thin();
            }
            places.add(place);
            marksBefore.add(marks.size);
            next = place.rows + apart;
        }

        private void thin() {
            ofUsers = false;
            marks = new Marks();
            marksBefore.clear();
            List<Place> kept = new ArrayList<>();
            for (int i = 0; i < places.size(); i += THINNED) {
                kept.add(places.get(i));
                marksBefore.add(0);
            }
            places.clear();
            places.addAll(kept);
            apart *= THINNED;
        }

        /** A row that can be used, between this place and the next. */
        void add(String user) {
            if (ofUsers) {
                marks.add(mark(user));
            }
        }

        void end() {
            noted = new Noted(List.copyOf(places), marksBefore, marks, ofUsers);
        }
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        Notes notes = new Notes(needed.contains(LoginField.USER));
        return source.open(new ReadRequest(rejected, needed, RowFilter.ALL, List.of(Part.ALL), Optional.of(notes)));
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed, RowFilter filter) throws IOException {
        return source.open(new ReadRequest(rejected, needed, filter, parts(filter), Optional.empty()));
    }

    /** The parts of the file that may have a row that the filter looks at, in order. */
    private List<Part> parts(RowFilter filter) {
        Noted all = noted;
        int first = 0; // the place before which no row is looked at; 0 stands for the beginning
        for (int i = 0; i < all.places.size() && all.places.get(i).newestMicros < filter.fromMicros(); i++) {
            first = i + 1;
        }
        if (filter.users() == null || !all.ofUsers) {
            return List.of(new Part(place(all, first), Long.MAX_VALUE));
        }
        BitSet wanted = new BitSet(1 << MARK_BITS);
        filter.users().forEach(user -> wanted.set(mark(user)));
        List<Part> parts = new ArrayList<>();
        int begun = -1;
        int last = -1;
        for (int i = first; i <= all.places.size(); i++) {
            if (!all.marks.hasAny(marksBefore(all, i), marksBefore(all, i + 1), wanted)) {
                continue;
            }
            if (begun < 0) {
                begun = i;
            } else if (i - last > NEAR) {
                parts.add(part(all, begun, last));
                begun = i;
            }
            last = i;
        }
        if (begun >= 0) {
            parts.add(part(all, begun, last));
        }
        return parts;
    }

    private static Part part(Noted all, int first, int last) {
        return new Part(place(all, first), last == all.places.size() ? Long.MAX_VALUE : all.places.get(last).rows);
    }

    private static Optional<Place> place(Noted all, int number) {
        return number == 0 ? Optional.empty() : Optional.of(all.places.get(number - 1));
    }

    private static int marksBefore(Noted all, int number) {
        return number == 0 ? 0 : number > all.places.size() ? all.marks.size : all.marksBefore.getInt(number - 1);
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
