package dev.octet.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFileTest {

    private static ConfigFile parse(String text, String... overrides) {
        return ConfigFile.parse("c.yaml", text, List.of(overrides), Map.of());
    }

    private static String refused(String text, String... overrides) {
        return assertThrows(InputException.class, () -> parse(text, overrides)).getMessage();
    }

    static List<Arguments> brokenTexts() {
        return List.of(
                Arguments.of(
                        "a: 1\nb: [1, 2\nc: 3\n",
                        "c.yaml:3:2: not valid YAML: expected ',' or ']', but got : while parsing a flow sequence"),
                Arguments.of(
                        "a: 1\n\tb: 2\n",
                        "c.yaml:2:1: not valid YAML: found character '\\t(TAB)' that cannot start any token. (Do not use"
                                + " \\t(TAB) for indentation) while scanning for the next token"),
                Arguments.of(
                        "a: \"open\n",
                        "c.yaml:2:1: not valid YAML: found unexpected end of stream while scanning a quoted scalar"),
                Arguments.of("a: 1\nb: 2\na: 3\n", "c.yaml:3:1: the key a was already given at c.yaml:1:1; remove one"),
                Arguments.of(
                        "a: 1\n---\nb: 2\n",
                        "c.yaml:3:1: a second YAML document begins here; a config is one document, remove the ---"),
                Arguments.of(
                        "a: &x [1]\nb: *x\n",
                        "c.yaml:1:4: the anchor &x is not allowed in a config; write the value out where it is used"),
                Arguments.of(
                        "a: &x [*x]\n",
                        "c.yaml:1:4: the anchor &x is not allowed in a config; write the value out where it is used"),
                Arguments.of(
                        "a: !!java.io.File [x]\n",
                        "c.yaml:1:4: the tag tag:yaml.org,2002:java.io.File is not allowed in a config; write the plain"
                                + " value"),
                Arguments.of(
                        "a: !x text\n", "c.yaml:1:4: the tag !x is not allowed in a config; write the plain value"),
                Arguments.of(
                        "a: !x {b: 1}\n", "c.yaml:1:4: the tag !x is not allowed in a config; write the plain value"),
                Arguments.of(
                        "a: " + "[".repeat(5000),
                        "c.yaml:1:103: lists and keys are nested more than 100 deep, which no config needs"),
                Arguments.of("? [a]\n: 1\n", "c.yaml:1:3: a key must be a plain text"));
    }

    @ParameterizedTest
    @MethodSource("brokenTexts")
    void brokenTextIsRefusedWithItsPlace(String text, String message) {
        assertEquals(message, refused(text));
    }

    @Test
    void controlCharactersAreRefused() {
        assertEquals(
                "c.yaml: not text: the character U+0000, the 4. of the file, is not allowed", refused("a: \u0000\n"));
    }

    @Test
    void aHugeFileIsRefused() {
        String message = refused("a: " + "x".repeat(2 << 20));
        assertTrue(message.startsWith("c.yaml: not valid YAML: The incoming YAML document exceeds the limit"), message);
    }

    @Test
    void scalarsFollowTheCoreSchema() {
        ConfigFile file = parse("[1, -2, .5, 1e-4, true, True, off, ~, '1', 2018-02-01, \"\", 0x1F, .nan]");
        List<String> found = file.root().items("a list").stream()
                .map(node -> node.value().describe())
                .toList();
        assertEquals(
                List.of(
                        "the whole number 1",
                        "the whole number -2",
                        "the number .5",
                        "the number 1e-4",
                        "the truth value true",
                        "the truth value True",
                        "the text off",
                        "nothing",
                        "the text 1",
                        "the text 2018-02-01",
                        "an empty text",
                        "the whole number 0x1F",
                        "the number .nan"),
                found);
    }

    @Test
    void anEmptyFileIsAnEmptyConfig() {
        assertEquals("an empty {}", parse("").root().value().describe());
        assertEquals("an empty {}", parse("# nothing\n").root().value().describe());
        assertEquals("c.yaml:1:1", parse("").root().value().place());
    }

    @Test
    void overridesChangeOneValueAndKeepTheRest() {
        ConfigFile file = parse(
                "a: {b: 1, c: 2}\nlist: [{x: 1}, {x: 2}]\n",
                "a.b=[3, 4]",
                "list.1.x=5",
                "list.2.y=text with = sign",
                "new.deep.key=6",
                "a.b.0=7");
        assertEquals("""
                a:
                  b: [7, 4]
                  c: 2
                list:
                - x: 1
                - x: 5
                - y: text with = sign
                new:
                  deep:
                    key: 6
                """, file.yaml());
    }

    @Test
    void yamlReadsBackAsTheSame() {
        String text =
                "a: '1'\nb: 1\nc: ''\nd: [true, 'true', ~, 1e-4, '# no comment', 'a: b', \"tab\\t\"]\ne: {}\nf: []\n";
        String written = parse(text, "a=\"x\\ny\"").yaml();
        assertEquals(written, parse(written).yaml());
        List<String> before = describe(parse(text, "a=\"x\\ny\"").root());
        assertEquals(before, describe(parse(written).root()));
    }

    private static List<String> describe(ConfigNode root) {
        List<String> keys = Arrays.asList("a b c d e f".split(" "));
        return root.entries(keys, List.of()).entries().values().stream()
                .map(entry -> entry.value() instanceof ConfigValue.Items list
                        ? list.items().stream()
                                .map(ConfigValue::describe)
                                .toList()
                                .toString()
                        : entry.value().describe())
                .toList();
    }

    static List<Arguments> brokenOverrides() {
        return List.of(
                Arguments.of("a", "--set a: expected KEY=VALUE, for example --set detector.autoencoder.epochs=5"),
                Arguments.of("=1", "--set =1: expected KEY=VALUE, for example --set detector.autoencoder.epochs=5"),
                Arguments.of("a..b=1", "--set a..b: the key has an empty part; write it as a.b.c"),
                Arguments.of(
                        "list.3=1", "--set list.3: list is a list; 3 is not an index in [0, 2] (the last appends)"),
                Arguments.of(
                        "list.x=1", "--set list.x: list is a list; x is not an index in [0, 2] (the last appends)"),
                Arguments.of(
                        "text.b=1",
                        "--set text.b: text is the text hello (c.yaml:1:22) and has no keys; set all of it: --set"
                                + " 'text={b: …}'"),
                Arguments.of(
                        "a=[1",
                        "--set a: not valid YAML: expected ',' or ']', but got <stream end> while parsing a flow"
                                + " sequence"));
    }

    @ParameterizedTest
    @MethodSource("brokenOverrides")
    void brokenOverridesAreRefused(String override, String message) {
        assertEquals(message, refused("{list: [1, 2], text: hello}", override));
    }

    @Test
    void errorsPointAtTheNearestPartThatExists() {
        ConfigFile file = parse("a:\n  - b: 1\n", "x.y=2");
        assertEquals("c.yaml:2:8: a.0.b: wrong", file.error("a.0.b", "wrong").getMessage());
        assertEquals("c.yaml:2:5: a.0.c: wrong", file.error("a.0.c", "wrong").getMessage());
        assertEquals("c.yaml:1:1: z: wrong", file.error("z", "wrong").getMessage());
        assertEquals("c.yaml:1:1: wrong", file.error("", "wrong").getMessage());
        assertEquals("--set x.y: x.y: wrong", file.error("x.y", "wrong").getMessage());
    }

    @Test
    void variablesAreReplacedInPathsOnly() {
        ConfigType<Path> path = ConfigTypes.path("a file");
        ConfigFile there = ConfigFile.parse(
                "c.yaml", "${OCTET_DATA}/x/${OCTET_DATA}.csv", List.of(), Map.of("OCTET_DATA", "/d$1"));
        assertEquals(Path.of("/d$1/x//d$1.csv"), path.read(there.root()));
        assertEquals(
                Path.of("data/x/data.csv"),
                path.read(parse("${OCTET_DATA}/x/${OCTET_DATA}.csv").root()));
        assertEquals(
                "${OCTET_DATA}",
                ConfigTypes.text("a text").read(there("${OCTET_DATA}").root()));
        InputException unknown = assertThrows(
                InputException.class, () -> path.read(parse("${HOME}/x").root()));
        assertEquals(
                "c.yaml:1:1: the variable ${HOME} is not known; a path may use ${OCTET_DATA} (the environment's"
                        + " OCTET_DATA, data where it is not set)",
                unknown.getMessage());
    }

    private static ConfigFile there(String text) {
        return ConfigFile.parse("c.yaml", text, List.of(), Map.of("OCTET_DATA", "/d"));
    }

    @Test
    void filesThatCannotBeReadAreRefused(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("no.yaml");
        InputException absent = assertThrows(InputException.class, () -> ConfigFile.read(missing, List.of(), Map.of()));
        assertEquals(
                "the config " + missing + " does not exist (in " + Path.of("").toAbsolutePath()
                        + "); the shipped ones are in configs/",
                absent.getMessage());
        Path latin = Files.write(folder.resolve("latin.yaml"), "name: Bjørn".getBytes(StandardCharsets.ISO_8859_1));
        InputException encoding = assertThrows(InputException.class, () -> ConfigFile.read(latin, List.of(), Map.of()));
        assertEquals(latin + ": the config is not UTF-8 text", encoding.getMessage());
        InputException directory =
                assertThrows(InputException.class, () -> ConfigFile.read(folder, List.of(), Map.of()));
        assertTrue(directory.getMessage().startsWith(folder + ": the config cannot be read: "), directory.getMessage());
    }
}
