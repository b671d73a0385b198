package dev.octet.event.format;

import dev.octet.event.CsvOutput;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Logins as CSV: a missing value is empty, an outcome 1 or 0. Texts are written as they are, for a program to read. */
final class CsvLoginWriter implements LoginWriter {
    private final CsvOutput out;
    private final LoginField[] fields;

    CsvLoginWriter(Path file, List<LoginField> fields) throws IOException {
        this.fields = fields.toArray(new LoginField[0]);
        out = new CsvOutput(file, fields.stream().map(LoginField::jsonName).toArray(String[]::new));
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
