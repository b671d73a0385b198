package dev.octet.event.record;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.ParquetReader;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;

/**
 * The rows of a Parquet file as records, by the names of their columns; a column within another has a name with dots.
 * Times become ISO 8601 text. Not thread-safe.
 */
public final class ParquetRecords implements RecordReader {
    /** A column, and where its values go. */
    private record Column(int[] slots, LogicalTypeAnnotation type) {}

    private final ParquetReader<Values, Values, Column> reader;
    private final Values row;
    private long rows;

    /**
     * @param places what to take of each row; complete
     * @throws InputException if the file is damaged
     */
    public ParquetRecords(Path file, Places places) throws IOException {
        row = new Values(places.size());
        try {
            MessageType schema =
                    ParquetReader.readMetadata(file.toFile()).getFileMetaData().getSchema();
            reader = ParquetReader.spliterator(file.toFile(), new Filler(), path -> column(path, schema, places.all()));
        } catch (RuntimeException e) {
            throw new InputException(file + " is a Parquet file that cannot be read: " + e.getMessage(), e);
        }
    }

    private static Column column(String[] path, MessageType schema, List<Place> places) {
        String name = String.join(".", path);
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < places.size(); slot++) {
            Place place = places.get(slot);
            if (place.name().equals(name) || place.isPointer() && place.path().equals(List.of(path))) {
                slots.add(slot);
            }
        }
        ColumnDescriptor column = schema.getColumnDescription(path);
        return new Column(
                slots.stream().mapToInt(Integer::intValue).toArray(),
                column.getPrimitiveType().getLogicalTypeAnnotation());
    }

    private final class Filler implements Hydrator<Values, Values, Column> {
        @Override
        public Values start() {
            row.clear();
            return row;
        }

        @Override
        public Values add(Values target, Column column, Object value) {
            if (value != null) {
                for (int slot : column.slots) {
                    target.add(slot, text(value, column.type));
                }
            }
            return target;
        }

        @Override
        public Values finish(Values target) {
            return target;
        }
    }

    private static String text(Object value, LogicalTypeAnnotation type) {
        if (type instanceof TimestampLogicalTypeAnnotation timestamp && value instanceof Long time) {
            return switch (timestamp.getUnit()) {
                case MILLIS -> Instant.ofEpochMilli(time).toString();
                case MICROS -> Instant.EPOCH.plus(time, ChronoUnit.MICROS).toString();
                case NANOS -> Instant.EPOCH.plusNanos(time).toString();
            };
        }
        if (type instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation && value instanceof Integer days) {
            return LocalDate.ofEpochDay(days).toString();
        }
        return value.toString();
    }

    @Override
    public Next next(Values values) {
        if (!reader.tryAdvance(read -> values.take(read))) {
            return Next.END;
        }
        rows++;
        return Next.RECORD;
    }

    @Override
    public long line() {
        return rows;
    }

    @Override
    public String problem() {
        return "";
    }

    @Override
    public String excerpt() {
        return "";
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
