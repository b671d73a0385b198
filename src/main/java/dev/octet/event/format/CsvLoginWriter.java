package dev.octet.event.format;

import dev.octet.event.CsvOutput;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.nio.file.Path;

/** Logins as CSV: a missing value is empty, an outcome 1 or 0. Texts are written as they are, for a program to read. */
final class CsvLoginWriter implements LoginWriter {
    private final CsvOutput out;
    private final LoginField[] fields = LoginField.values().toArray(new LoginField[0]);

    CsvLoginWriter(Path file) throws IOException {
        out = new CsvOutput(file, COLUMNS.toArray(new String[0]));
    }

    @Override
    public void write(LoginEvent login) throws IOException {
        CsvLines lines = out.lines();
        for (LoginField field : fields) {
            if (login.isMissing(field)) {
                lines.exact("");
                continue;
            }
            switch (field.kind()) {
                case TIME -> lines.timestampOfMillis(login.timeMicros());
                case OUTCOME -> lines.number(login.success() ? 1 : 0);
                case ADDRESS -> lines.exact(login.ip().toString());
                case NETWORK -> lines.number(login.asn());
                case TEXT -> lines.exact(login.text(field));
                case NUMBER -> lines.exact(Double.toString(login.number(field)));
            }
        }
        out.end();
    }

    @Override
    public void complete() {
        out.complete();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
