package dev.octet.event.format;

import blue.strategic.parquet.ParquetWriter;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Logins as Parquet: the time as microseconds in UTC, a missing value null. */
final class ParquetLoginWriter implements LoginWriter {
    private final Path target;
    private final Path temporary;
    private final ParquetWriter<LoginEvent> out;
    private boolean complete;

    ParquetLoginWriter(Path file, List<LoginField> fields) throws IOException {
        target = file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        temporary = TemporaryFile.beside(target);
        MessageType schema = new MessageType(
                "login", fields.stream().map(ParquetLoginWriter::column).toList());
        out = ParquetWriter.writeFile(schema, temporary.toFile(), (login, values) -> {
            for (LoginField field : fields) {
                if (!login.isMissing(field)) {
                    values.write(field.jsonName(), value(login, field));
                }
            }
        });
    }

    private static Type column(LoginField field) {
        String name = field.jsonName();
        return switch (field.kind()) {
            case TIME ->
                Types.required(PrimitiveTypeName.INT64)
                        .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
                        .named(name);
            case OUTCOME -> Types.required(PrimitiveTypeName.BOOLEAN).named(name);
            case NETWORK -> Types.optional(PrimitiveTypeName.INT64).named(name);
            case NUMBER -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
            case TEXT ->
                field.isBoolean() ? Types.optional(PrimitiveTypeName.BOOLEAN).named(name) : text(name);
            case ADDRESS -> text(name);
        };
    }

    private static Type text(String name) {
        return Types.optional(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named(name);
    }

    private static Object value(LoginEvent login, LoginField field) {
        return field.kind() == LoginField.Kind.ADDRESS
                ? login.ip().toString()
                : field.isBoolean() ? (Object) Boolean.valueOf(login.text(field)) : login.value(field);
    }

    @Override
    public void write(LoginEvent login) throws IOException {
        out.write(login);
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
