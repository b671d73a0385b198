package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** What a command of Octet's command line answered, run in this process. */
record Said(int code, String out, String err) {

    static Said octet(Object... arguments) {
        return of(Octet.commandLine(), arguments);
    }

    static Said octet(Terminal terminal, Object... arguments) {
        return of(Octet.commandLine(terminal), arguments);
    }

    /** What a command prints that must succeed. */
    static String printed(Object... arguments) {
        Said said = octet(Terminal.NONE, arguments);
        assertEquals(0, said.code, said.err);
        return said.out;
    }

    private static Said of(CommandLine commands, Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code =
                commands.execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
        commands.getOut().flush();
        commands.getErr().flush();
        return new Said(code, out.toString(), err.toString());
    }

    /** The output of a command that must succeed and print JSON. */
    JsonNode json() throws IOException {
        assertEquals(0, code, err);
        return new ObjectMapper().readTree(out);
    }
}
