package dev.octet.event.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.TemporaryFile;
import dev.octet.event.text.JsonText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Logins as JSON lines: a missing value has no key. */
final class JsonLoginWriter implements LoginWriter {
    private final Path target;
    private final Path temporary;
    private final JsonGenerator out;
    private final List<LoginField> fields;
    private boolean complete;

    JsonLoginWriter(Path file, List<LoginField> fields) throws IOException {
        this.fields = fields;
        target = file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        temporary = TemporaryFile.beside(target);
        out = JsonText.generator(new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16));
        out.setRootValueSeparator(new SerializedString(""));
    }

    @Override
    public void write(LoginEvent login) throws IOException {
        out.writeStartObject();
        for (LoginField field : fields) {
            if (login.isMissing(field)) {
                continue;
            }
            out.writeFieldName(field.jsonName());
            switch (field.kind()) {
                case TIME -> out.writeString(LoginWriter.time(login.timeMicros()));
                case OUTCOME -> out.writeBoolean(login.success());
                case ADDRESS -> out.writeString(login.ip().toString());
                case NETWORK -> out.writeNumber(login.asn());
                case TEXT -> {
                    if (field.isBoolean()) {
                        out.writeBoolean(Boolean.parseBoolean(login.text(field)));
                    } else {
                        out.writeString(login.text(field));
                    }
                }
                case NUMBER -> out.writeNumber(login.number(field));
            }
        }
        out.writeEndObject();
        out.writeRaw('\n');
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
