package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What octet hands to octet-spark.jar; that it runs, SparkStreamIT shows. */
class StreamCommandTest {
    private static final String[] REQUIRED = {"stream", "--model", "b", "--from", "kafka://h:9092/t", "--state", "s"};

    @Test
    void handsItsOptionsOnAsTheyWereWritten() {
        StreamCommand command = new StreamCommand();
        new CommandLine(command)
                .parseArgs(
                        "--on=local[2]",
                        "--conf",
                        "a=b",
                        "-q",
                        "--follow",
                        "--model",
                        "hdfs://x/y",
                        "--from",
                        "kafka://h:9092/t",
                        "--state=file:/s",
                        "--alerts-to",
                        "a.ndjson",
                        "--alerts-to",
                        "https://siem.example.com/a",
                        "--header",
                        "time,user name");
        List<String> arguments = command.arguments();
        assertEquals("stream", arguments.get(0));
        assertEquals(
                List.of(
                        "--alerts-to a.ndjson",
                        "--alerts-to https://siem.example.com/a",
                        "--follow",
                        "--from kafka://h:9092/t",
                        "--header time,user name",
                        "--model hdfs://x/y",
                        "--state file:/s"),
                List.of(String.join(" ", arguments.subList(1, arguments.size())).split(" (?=--)")).stream()
                        .sorted()
                        .toList());
    }

    @Test
    void saysWhereItRuns() {
        StringWriter err = new StringWriter();
        CommandLine commands = Octet.commandLine().setErr(new PrintWriter(err, true));
        assertEquals(2, commands.execute(REQUIRED));
        assertTrue(err.toString().contains("--on MASTER") && err.toString().contains("octet watch"), err.toString());
    }
}
