package dev.octet.spark;

import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.TableRows;
import dev.octet.event.text.PlainText;
import java.sql.Timestamp;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    private TableReading() {}

    /**
     * {@link LoginRecord}s of a table.
     *
     * @throws InputException if a column is missing
     */
    static JavaRDD<byte[]> records(
            Dataset<Row> table, CsvFormat format, Broadcast<LoginRecipe> recipe, ScoreOptions options) {
        List<String> header = Arrays.asList(table.columns());
        TableRows.requireColumns(format, header);
        List<String> wanted = new ArrayList<>(format.columns().values());
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
        boolean strict = options.strict();
        return table.select(columns.toArray(new Column[0]))
                .javaRDD()
                .mapPartitions(rows -> new Expanding<Row, byte[]>(rows) {
                    private final TableRows reader =
                            new TableRows(((CsvFormat) recipe.value().format()), wanted, LoginField.all());
                    private final int time = wanted.indexOf(reader.timeColumn());
                    private final UnaryOperator<LoginEvent> completing =
                            recipe.value().completion().completing(LoginField.all());
                    private final LoginRecord.Writer writer = new LoginRecord.Writer(recipe.value());

                    @Override
                    void expand(Row row, Consumer<byte[]> sink) {
                        reader.begin();
                        for (int i = 0; i < wanted.size(); i++) {
                            take(reader, i, row.get(i), i == time);
                        }
                        if (row.isNullAt(wanted.size()) || row.getLong(wanted.size()) < 0) {
                            throw new InputException(
                                    "a row of the table has no number in the row column, or one below 0;"
                                            + " name a column with a different number from 0 on for each row");
                        }
                        LoginEvent login = reader.login(row.getLong(wanted.size()));
                        if (login != null) {
                            sink.accept(writer.write(completing.apply(login), Label.UNKNOWN));
                            return;
                        }
                        TableRows.Problem problem = reader.problem();
                        if (strict) {
                            throw new InputException("row " + row.getLong(wanted.size()) + " cannot be read: "
                                    + PlainText.of(problem.column() + ": " + problem.reason())
                                    + ". Repair the row, or leave out --strict");
                        }
                        sink.accept(
                                UnreadableList.ofTable(row.getLong(wanted.size()), problem.column(), problem.reason()));
                    }
                });
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
