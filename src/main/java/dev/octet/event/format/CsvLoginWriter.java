package dev.octet.event.format;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Logins as CSV: a missing value is empty, an outcome 1 or 0. Texts are written as they are, for a program to read. */
final class CsvLoginWriter implements LoginWriter {
    private final Path target;
    private final Path temporary;
    private final CsvWriter out;
    private final LoginField[] fields = LoginField.values().toArray(new LoginField[0]);
    private final String[] row = new String[fields.length];
    private long second = Long.MIN_VALUE;
    private String secondText = "";
    private boolean complete;

    CsvLoginWriter(Path file) throws IOException {
        target = file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        temporary = TemporaryFile.beside(target);
        out = CsvWriter.builder().bufferSize(1 << 16).build(temporary, StandardCharsets.UTF_8);
        out.writeRecord(COLUMNS);
    }

    @Override
    public void write(LoginEvent login) throws IOException {
        for (int i = 0; i < fields.length; i++) {
            row[i] = text(login, fields[i]);
        }
        try {
            out.writeRecord(row);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private String text(LoginEvent login, LoginField field) {
        return switch (field.kind()) {
            case TIME -> time(login.timeMicros());
            case OUTCOME -> login.success() ? "1" : "0";
            case ADDRESS -> login.ip().toString();
            case NETWORK -> login.asn() < 0 ? "" : Long.toString(login.asn());
            case TEXT -> login.text(field);
            case NUMBER -> Double.isNaN(login.number(field)) ? "" : Double.toString(login.number(field));
        };
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
        complete = true;
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (complete) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(temporary);
        }
    }
}
