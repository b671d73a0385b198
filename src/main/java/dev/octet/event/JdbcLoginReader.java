package dev.octet.event;

import java.io.IOException;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;

/** Reads the rows of a {@link JdbcSource}. Not thread-safe. */
final class JdbcLoginReader implements LoginReader {
    private final JdbcQuery query;
    private final RowValues row;
    private final LoginRows rows;
    private final List<Integer> wanted = new ArrayList<>();
    private final int timeColumn;

    JdbcLoginReader(JdbcQuery query, CsvFormat format, RejectedRows rejected) {
        this.query = query;
        List<String> header = new ArrayList<>(query.columns());
        for (String column : format.columns().values()) {
            want(column, header);
        }
        if (format.labelColumn() != null) {
            want(format.labelColumn(), header);
            DetectorOutput.refuseAsLabel(query.columns(), format.labelColumn(), query.name());
        }
        timeColumn = header.indexOf(format.columns().get(LoginField.TIME));
        row = new RowValues(format, header, LoginField.all());
        rows = new LoginRows(row, rejected, "row", RowOrder.LIVE, "give the query an ORDER BY time", true);
    }

    private void want(String column, List<String> header) {
        int index = query.indexOf(column);
        header.set(index, column);
        wanted.add(index);
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (query.next(rows.count())) {
            row.begin();
            for (int column : wanted) {
                read(column);
            }
            Labelled<LoginEvent> login = rows.take(rows.count() + 1);
            if (login != null) {
                return login;
            }
        }
        rows.end();
        return null;
    }

    private void read(int column) {
        Temporal time = column == timeColumn ? query.time(column) : null;
        if (time != null) {
            row.time(column, time);
            return;
        }
        char[] text = query.text(column).toCharArray();
        row.field(column, text, 0, text.length, true);
    }

    @Override
    public void close() throws IOException {
        query.close();
    }
}
