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
    private long second = Long.MIN_VALUE;
    private String secondText = "";

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
                case TIME -> lines.exact(time(login.timeMicros()));
                case OUTCOME -> lines.number(login.success() ? 1 : 0);
                case ADDRESS -> lines.exact(login.ip().toString());
                case NETWORK -> lines.number(login.asn());
                case TEXT -> lines.exact(login.text(field));
                case NUMBER -> lines.exact(Double.toString(login.number(field)));
            }
        }
        out.end();
    }

    /** Most logins share their second with the one before. */
    private String time(long micros) {
        long at = Math.floorDiv(micros, 1_000_000L);
        if (at != second) {
            String text = LoginWriter.time(at * 1_000_000L);
            secondText = text.substring(0, text.length() - 4);
            second = at;
        }
        int fraction = (int) Math.floorMod(micros, 1_000_000L);
        boolean millis = fraction % 1000 == 0;
        String digits = Integer.toString(millis ? 1000 + fraction / 1000 : 1_000_000 + fraction);
        return secondText + digits.substring(1) + "Z";
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
