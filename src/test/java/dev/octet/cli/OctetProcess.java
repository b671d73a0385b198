package dev.octet.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Octet's command line in a process of its own, with the class path of the tests. */
public final class OctetProcess {
    private OctetProcess() {}

    /**
     * The command for a {@link ProcessBuilder}; any directory will do.
     *
     * @param jvm options of the JVM
     */
    public static List<String> command(List<String> jvm, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp"));
        command.add(classpath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add(Octet.class.getName());
        Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
        return command;
    }

    /** The class path of the tests. */
    static List<Path> classpath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
    }
}
