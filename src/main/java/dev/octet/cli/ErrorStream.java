package dev.octet.cli;

import java.io.FileDescriptor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;

/**
 * The user's error stream. The launcher gives the JVM a filter in place of it, which takes out a warning of Java, and tells
 * the stream's own descriptor by a system property.
 */
final class ErrorStream {
    private static final String NUMBER = "octet.stderr";

    private ErrorStream() {}

    /**
     * The descriptor to write to. It is the launcher's copy and not a new opening of {@code /dev/fd/N}, which would have a
     * position of its own in a file, and which the kernel refuses for a socket. Where this Java does not allow that, it is
     * the filter: then all that is written arrives too, but maybe after the end of the process.
     */
    static FileDescriptor ofProcess() {
        Integer number = Integer.getInteger(NUMBER);
        if (number == null) {
            return FileDescriptor.err;
        }
        try {
            FileDescriptor stream = new FileDescriptor();
            Field field = FileDescriptor.class.getDeclaredField("fd");
            field.setAccessible(true); // by --add-opens of the launcher
            field.setInt(stream, number);
            return stream;
        } catch (NoSuchFieldException | IllegalAccessException | InaccessibleObjectException e) {
            return FileDescriptor.err;
        }
    }
}
