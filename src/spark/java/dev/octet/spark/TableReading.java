package dev.octet.spark;

import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.LoginBytes;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.TableRows;
import dev.octet.event.text.PlainText;
import java.sql.Timestamp;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Reads the rows of a table as logins. */
final class TableReading {
    /** Column that numbers rows: one that the user names, else a hash of what the row holds. */
    private static final String ROW = "octet_row";

    private final JavaRDD<Row> rows;
    private final List<String> wanted;
    private final Broadcast<LoginRecipe> recipe;
    private final boolean strict;

    /**
     * A table.
     *
     * @throws InputException if a column is missing
     */
    TableReading(Dataset<Row> table, CsvFormat format, Broadcast<LoginRecipe> recipe, ScoreOptions options) {
        List<String> header = Arrays.asList(table.columns());
        TableRows.requireColumns(format, header);
        wanted = new ArrayList<>(format.columns().values());
        this.recipe = recipe;
        strict = options.strict();
        Column number;
        if (options.rowColumn().isEmpty()) {
            Column[] hashed = wanted.stream()
                    .map(name -> quoted(table, name).cast(DataTypes.StringType))
                    .toArray(Column[]::new);
            number = functions.shiftrightunsigned(functions.xxhash64(hashed), 1);
        } else {
            if (!header.contains(options.rowColumn())) {
                throw new InputException(
                        "the table has no column " + options.rowColumn() + " to number its rows; it has " + header);
            }
            number = quoted(table, options.rowColumn()).cast(DataTypes.LongType);
        }
        List<Column> columns = new ArrayList<>();
        wanted.forEach(name -> columns.add(quoted(table, name)));
        columns.add(number.as(ROW));
        rows = table.select(columns.toArray(new Column[0])).javaRDD();
    }

    /** {@link LoginRecord}s of all rows. */
    JavaRDD<byte[]> records() {
        Broadcast<LoginRecipe> read = recipe;
        List<String> columns = wanted;
        boolean stops = strict;
        return rows.mapPartitions(ofPartition -> records(ofPartition, read.value(), columns, stops));
    }

    private static Iterator<byte[]> records(
            Iterator<Row> rows, LoginRecipe recipe, List<String> columns, boolean stops) {
        return new Expanding<Row, byte[]>(rows) {
            private final Logins reader = new Logins(recipe, columns);
            private final LoginRecord.Writer writer = new LoginRecord.Writer(recipe);

            @Override
            void expand(Row row, Consumer<byte[]> sink) {
                LoginEvent login = reader.read(row);
                if (login != null) {
                    sink.accept(writer.write(login, Label.UNKNOWN));
                    return;
                }
                TableRows.Problem problem = reader.problem();
                if (stops) {
                    throw new InputException("row " + reader.number(row) + " cannot be read: "
                            + PlainText.of(problem.column() + ": " + problem.reason())
                            + ". Repair the row, or leave out --strict");
                }
                sink.accept(UnreadableList.ofTable(reader.number(row), problem.column(), problem.reason()));
            }
        };
    }

    /**
     * Some logins, as {@link LoginBytes} writes them.
     *
     * @param numbers those of their rows
     */
    JavaRDD<byte[]> logins(Broadcast<Set<Long>> numbers) {
        Broadcast<LoginRecipe> read = recipe;
        List<String> columns = wanted;
        return rows.mapPartitions(ofPartition -> {
            Logins reader = new Logins(read.value(), columns);
            List<byte[]> found = new ArrayList<>();
            while (ofPartition.hasNext()) {
                Row row = ofPartition.next();
                LoginEvent login = numbers.value().contains(reader.number(row)) ? reader.read(row) : null;
                if (login != null) {
                    found.add(LoginBytes.write(login));
                }
            }
            return found.iterator();
        });
    }

    /** Reads rows, which have the columns wanted and their number. Not thread-safe. */
    private static final class Logins {
        private final TableRows reader;
        private final int columns;
        private final int time;
        private final UnaryOperator<LoginEvent> completing;

        Logins(LoginRecipe recipe, List<String> wanted) {
            reader = new TableRows((CsvFormat) recipe.format(), wanted, LoginField.all());
            columns = wanted.size();
            time = wanted.indexOf(reader.timeColumn());
            completing = recipe.completion().completing(LoginField.all());
        }

        long number(Row row) {
            if (row.isNullAt(columns) || row.getLong(columns) < 0) {
                throw new InputException("a row of the table has no number in the row column, or one below 0;"
                        + " name a column with a different number from 0 on for each row");
            }
            return row.getLong(columns);
        }

        /** @return {@code null} where it cannot be read; {@link #problem} says why */
        LoginEvent read(Row row) {
            reader.begin();
            for (int i = 0; i < columns; i++) {
                take(reader, i, row.get(i), i == time);
            }
            LoginEvent login = reader.login(number(row));
            return login == null ? null : completing.apply(login);
        }

        TableRows.Problem problem() {
            return reader.problem();
        }
    }

    private static Column quoted(Dataset<Row> table, String name) {
        return table.col("`" + name.replace("`", "``") + "`");
    }

    private static void take(TableRows reader, int column, Object value, boolean isTime) {
        if (isTime && value instanceof Timestamp timestamp) {
            reader.time(column, timestamp.toInstant());
        } else if (isTime && value instanceof Temporal temporal) {
            reader.time(column, temporal);
        } else {
            reader.text(column, value == null ? "" : value.toString());
        }
    }
}
