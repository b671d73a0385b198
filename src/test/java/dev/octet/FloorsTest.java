package dev.octet;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The floors of the design: a package uses only those below it. */
class FloorsTest {
    private static final List<String> FLOORS = List.of(
            "event",
            "onnx",
            "feature",
            "detect",
            "evaluate",
            "bundle",
            "simulate",
            "config",
            "run",
            "lab",
            "serve",
            "cli");

    private static final String PROTOBUF = "org.nd4j.shade.protobuf..";
    private static final String TEXT = "dev.octet.event.text";
    private static final String ARBITER = "org.deeplearning4j.arbiter..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.octet");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event",
                "onnx",
                "feature",
                "detect",
                "evaluate",
                "bundle",
                "simulate",
                "config",
                "run",
                "lab",
                "serve"
            })
    void usesOnlyTheFloorsBelow(String floor) {
        String[] above = FLOORS.subList(FLOORS.indexOf(floor) + 1, FLOORS.size()).stream()
                .map(name -> "dev.octet." + name + "..")
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage("dev.octet." + floor + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .allowEmptyShould(true));
    }

    @Test
    void onlyTheAutoencoderSeesDl4j() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.detect.autoencoder..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.deeplearning4j..", "org.nd4j..")
                        .and(not(resideInAnyPackage(PROTOBUF, ARBITER)))));
    }

    @Test
    void onlyTheSearchSeesArbiter() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.lab.search..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ARBITER));
    }

    /** ND4J's copy of protobuf and the ONNX messages that come with it. */
    @Test
    void onlyTheGraphWriterSeesProtobuf() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTOBUF, "onnx.."));
    }

    @Test
    void onlyTheCheckOfBundlesSeesOnnxRuntime() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.bundle..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime.."));
    }

    @Test
    void onlyFeaturesSeeDataVec() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.feature..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.datavec.."));
    }

    @Test
    void onlyTheServiceSeesHttp() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.serve..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.javalin..",
                        "org.eclipse.jetty..",
                        "jakarta..",
                        "kotlin..",
                        "io.micrometer..",
                        "io.prometheus.."));
    }

    /** Its classes are loaded where a topic is named, and never in octet-scorer. */
    @Test
    void onlyTopicsSeeKafka() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.serve.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.."));
    }

    @Test
    void onlyTheCommandLinePrints() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.octet.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    /** Texts of logs leave through one type for each kind of output, {@code dev.octet.event.text}. */
    @Test
    void onlyOneTypeWritesCsv() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(TEXT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("de.siegmar.fastcsv.writer.."));
    }

    @Test
    void onlyOneTypeWritesJson() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(TEXT)
                .should()
                .callMethodWhere(
                        target(owner(assignableTo(JsonFactory.class))).and(target(nameMatching("createGenerator.*"))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(ObjectMapper.class))).and(target(nameMatching("write.*"))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(JsonNode.class))).and(target(name("toPrettyString")))));
    }

    @Test
    void onlyOneTypeEscapesHtml() {
        check(noClasses()
                .that()
                .doNotHaveSimpleName("Markup")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.octet.event.text.HtmlText"));
    }

    @Test
    void onlyOnePackageTellsWhichCharactersAreHidden() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(TEXT)
                .should()
                .callMethodWhere(target(owner(type(Character.class))).and(target(name("getType")))));
    }

    /** A command prints through {@code Output}, whose streams let no hidden character pass. */
    @Test
    void onlyOutputReachesTheStreams() {
        check(noClasses()
                .that()
                .doNotHaveSimpleName("Output")
                .and()
                .doNotHaveSimpleName("Octet")
                .should()
                .callMethodWhere(target(owner(type(CommandLine.class))).and(target(nameMatching("get(Out|Err)")))));
    }

    @Test
    void nothingIsDeserialisedIntoClassesThatAFileNames() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("ModelSerializer")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("NormalizerSerializer"));
    }

    @Test
    void packagesHaveNoCycles() {
        check(SlicesRuleDefinition.slices().matching("dev.octet.(**)").should().beFreeOfCycles());
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
