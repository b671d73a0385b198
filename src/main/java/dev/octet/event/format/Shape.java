package dev.octet.event.format;

import dev.octet.event.record.CsvRecords.Dialect;
import java.util.List;
import java.util.regex.Pattern;

/** One way in which the files of a format hold records. Immutable and thread-safe. */
sealed interface Shape {

    /** Patterns that take texts out of a text of the record; their groups are further places. */
    List<Extract> extract();

    /**
     * A step that takes a text apart.
     *
     * @param of the text
     * @param patterns tried in order; a record that none of them fits is no login
     * @param optional whether the record may still be a login then
     */
    record Extract(Getter of, List<Pattern> patterns, boolean optional) {
        public Extract {
            patterns = List.copyOf(patterns);
        }
    }

    /**
     * Each line is a record.
     *
     * @param containing a line that holds none of these texts is no login; empty where that cannot be said
     */
    record Lines(List<String> containing, List<Extract> extract) implements Shape {
        public Lines {
            containing = List.copyOf(containing);
            extract = List.copyOf(extract);
        }
    }

    /**
     * JSON objects, one after the other or in arrays.
     *
     * @param containing a line of JSON that holds none of these texts is no login; empty where that cannot be said
     * @param arrays JSON pointers to the arrays; {@code /} is the document itself
     */
    record Json(List<String> containing, List<String> arrays, List<Extract> extract) implements Shape {
        public Json {
            containing = List.copyOf(containing);
            arrays = List.copyOf(arrays);
            extract = List.copyOf(extract);
        }
    }

    /**
     * Rows with columns.
     *
     * @param dialect how they are written
     * @param requires columns that the header must have, any one of each inner list
     */
    record Csv(Dialect dialect, List<List<String>> requires, List<Extract> extract) implements Shape {
        public Csv {
            requires = requires.stream().map(List::copyOf).toList();
            extract = List.copyOf(extract);
        }
    }

    /** The rows of a Parquet file. */
    record Parquet(List<Extract> extract) implements Shape {
        public Parquet {
            extract = List.copyOf(extract);
        }
    }
}
