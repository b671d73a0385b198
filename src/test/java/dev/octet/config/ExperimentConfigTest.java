package dev.octet.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.Threshold;
import dev.octet.detect.Trainer;
import dev.octet.detect.autoencoder.Activation;
import dev.octet.detect.autoencoder.AutoencoderTrainer;
import dev.octet.detect.autoencoder.Layer;
import dev.octet.detect.baseline.GaussianNaiveBayesTrainer;
import dev.octet.detect.baseline.IsolationForestTrainer;
import dev.octet.detect.baseline.KMeansTrainer;
import dev.octet.detect.baseline.LinearOneClassSvmTrainer;
import dev.octet.detect.baseline.LocalOutlierFactorTrainer;
import dev.octet.detect.baseline.LogisticRegressionTrainer;
import dev.octet.detect.baseline.MahalanobisTrainer;
import dev.octet.detect.baseline.OneClassSvmTrainer;
import dev.octet.detect.baseline.PassiveAggressiveTrainer;
import dev.octet.detect.baseline.PcaTrainer;
import dev.octet.detect.baseline.PoissonTailTrainer;
import dev.octet.detect.baseline.RandomCutForestTrainer;
import dev.octet.detect.baseline.RandomForestTrainer;
import dev.octet.detect.baseline.SgdTrainer;
import dev.octet.detect.baseline.StackingTrainer;
import dev.octet.detect.baseline.StratifiedDummyTrainer;
import dev.octet.event.CsvFormat;
import dev.octet.event.CsvFormats;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.format.ColumnFormats;
import dev.octet.feature.FailureReasons;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.View;
import dev.octet.simulate.PublishedAttacker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentConfigTest {
    // the example of the design and of docs/config.md
    private static final String EXAMPLE = """
            name: rba-octets
            data: {format: rba, train: data/rba-sample.csv, labels: {column: Is Account Takeover}}
            view: {attempt: {}}
            features: [ip-octets, hour, weekday, country, device, browser-family, os-family, success]
            split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
            detector: {autoencoder: {preset: ml-siem, epochs: 20, seed: 1}}
            threshold: {percentile: 99.5}
            evaluate: {on: successful}
            output: models/rba-octets
            """;

    private static ExperimentConfig read(String text, String... overrides) {
        return ExperimentConfig.of(ConfigFile.parse("c.yaml", text, List.of(overrides), Map.of()));
    }

    @Test
    void formerNamesOfKeysAreRead() {
        assertFalse(read(EXAMPLE).detection().history().flaggedUpdate());
        assertTrue(read(EXAMPLE, "history={flagged-teach: true}")
                .detection()
                .history()
                .flaggedUpdate());
        assertTrue(read(EXAMPLE, "history={flagged-update-history: true}")
                .detection()
                .history()
                .flaggedUpdate());
        String both = refused("history={flagged-teach: true, flagged-update-history: true}");
        assertTrue(both.contains("flagged-teach is the former name of flagged-update-history"), both);
        String unknown = refused("history={flagged-learn: true}");
        assertTrue(unknown.contains("Allowed keys: flagged-update-history, "), unknown);
        assertFalse(unknown.contains("flagged-teach"), unknown);
    }

    private static String refused(String... overrides) {
        return assertThrows(InputException.class, () -> read(EXAMPLE, overrides))
                .getMessage();
    }

    private static String names(Section<?> section) {
        return section.keys().stream().map(Key::name).collect(Collectors.joining(", "));
    }

    private static String kinds() {
        return DetectorKinds.ALL.stream().map(DetectorKind::name).collect(Collectors.joining(", "));
    }

    @Test
    void theExampleOfTheDesign() {
        ExperimentConfig config = read(EXAMPLE);
        assertEquals("rba-octets", config.name());
        assertEquals(
                ColumnFormats.RBA.withLabelColumn("Is Account Takeover"),
                config.data().reading().format());
        assertEquals(
                List.of(Path.of("data/rba-sample.csv")), config.data().reading().train());
        assertEquals(List.of(), config.data().reading().test());
        assertEquals(
                new LabelsConfig(new LabelsConfig.Column("Is Account Takeover"), LabelsConfig.InTraining.EXCLUDE),
                config.data().labels().orElseThrow());
        assertEquals(0.001, config.data().reading().rejection().maxShare());
        assertEquals(new View.Attempt(), config.view());
        assertEquals(
                List.of("ip-octets", "hour", "weekday", "country", "device", "browser-family", "os-family", "success"),
                config.detection().features().stream().map(FeatureRequest::name).toList());
        assertEquals(
                new SplitConfig.Shares(0.5, 0.1, OptionalDouble.of(0.4), OptionalDouble.empty(), 1), config.split());
        DetectorConfig detector = config.detection().detectors().get(0);
        assertEquals(1, config.detection().detectors().size());
        assertEquals("autoencoder", detector.name());
        assertEquals("detector", detector.path());
        AutoencoderTrainer trainer = (AutoencoderTrainer) detector.trainer();
        assertEquals(AutoencoderTrainer.preset("ml-siem"), trainer.hidden());
        assertEquals(20, trainer.schedule().epochs());
        assertEquals(new Threshold.Percentile(99.5), config.detection().threshold());
        assertEquals(
                new EvaluateConfig(
                        EvaluateConfig.Rows.SUCCESSFUL, List.of(0.1, 0.5, 1.0, 5.0), List.of(), 1, List.of()),
                config.evaluate());
        assertEquals(Path.of("models/rba-octets"), config.output());
    }

    @Test
    void defaults() {
        ExperimentConfig config = read("""
                name: small
                data: {format: molin, train: log.csv}
                features: hour
                detector: autoencoder
                """);
        assertEquals(new View.Attempt(), config.view());
        assertEquals(Optional.empty(), config.data().labels());
        assertEquals(
                new SplitConfig.Shares(0.5, 0.1, OptionalDouble.of(0.4), OptionalDouble.empty(), 1), config.split());
        assertEquals(
                AutoencoderTrainer.withDefaults(),
                config.detection().detectors().get(0).trainer());
        assertEquals(
                new Threshold.Percentile(99.5, Threshold.Percentile.IfTooFew.LOWER),
                config.detection().threshold());
        assertEquals(EvaluateConfig.Rows.ALL, config.evaluate().on());
        assertEquals(Path.of("models/small"), config.output());
    }

    @Test
    void everyKindOfDetectorIsNamedAsItsTrainerNamesItself() {
        for (DetectorKind kind : DetectorKinds.ALL) {
            String needed = List.of("poisson-tail", "count").contains(kind.name()) ? "feature: hour" : "";
            ConfigNode node =
                    ConfigFile.parse("c.yaml", needed, List.of(), Map.of()).root();
            assertEquals(kind.name(), kind.settings().read(node).kind());
        }
    }

    @Test
    void aMappingReadsAnyCsv() {
        ExperimentConfig config = read(EXAMPLE, "data.labels=null", """
                data.format={
                  columns: {time: ts, user: account, success: outcome, ip: source},
                  time-format: 'dd.MM.uuuu HH:mm:ss', zone: Europe/Oslo,
                  success-values: [OK], failure-values: [DENIED, 0], unknown-values: [n/a], separator: ";"}
                """);
        CsvFormat format = (CsvFormat) config.data().reading().format();
        assertEquals(
                Map.of(
                        LoginField.TIME, "ts",
                        LoginField.USER, "account",
                        LoginField.SUCCESS, "outcome",
                        LoginField.IP, "source"),
                format.columns());
        assertEquals("dd.MM.uuuu HH:mm:ss", format.time().pattern());
        assertEquals(ZoneId.of("Europe/Oslo"), format.time().zone());
        assertEquals(Set.of("OK"), format.succeeded());
        assertEquals(Set.of("DENIED", "0"), format.failed());
        assertEquals(Set.of("n/a"), format.unknown());
        assertEquals(';', format.separator());
        CsvFormat tabs =
                (CsvFormat) read(EXAMPLE, "data.format={columns: {time: a, user: b, success: c}, separator: \"\\t\"}")
                        .data()
                        .reading()
                        .format();
        assertEquals('\t', tabs.separator());
        assertEquals(
                CsvFormats.separatedBy('\t', CsvFormats.of(tabs.columns()).withLabelColumn("Is Account Takeover")),
                tabs);
    }

    @Test
    void viewsAndFeatures() {
        ExperimentConfig config = read(
                EXAMPLE,
                "view={window: {span: 5m, failures-only: true, wrong-password: [bad pw]}}",
                "evaluate=null",
                "features=[{hour: one-hot}, attempts]");
        assertEquals(
                new View.Window(
                        Duration.ofMinutes(5),
                        true,
                        new FailureReasons(Set.of("error_wrong_username"), Set.of("bad pw"))),
                config.view());
        assertEquals(
                "[one-hot, number]",
                config.detection().features().stream()
                        .map(feature -> feature.encoding().key())
                        .toList()
                        .toString());
        FeatureRequest capped = read(EXAMPLE, "features=[{country: {as: one-hot, max: 7}}]")
                .detection()
                .features()
                .get(0);
        assertEquals(7, capped.maxCategories());
        assertTrue(read(EXAMPLE, "features=ml-siem").detection().features().size() > 5, "a preset stands for several");
    }

    @Test
    void splits() {
        assertEquals(
                new SplitConfig.Moments(
                        Optional.empty(),
                        new SplitConfig.At(LocalDateTime.of(2018, 1, 22, 0, 0)),
                        new SplitConfig.At(LocalDateTime.of(2018, 2, 1, 12, 30)),
                        Optional.of(new SplitConfig.At(LocalDateTime.of(2019, 1, 1, 0, 0))),
                        OptionalDouble.empty()),
                read(
                                EXAMPLE,
                                "split={by: date, train-until: 2018-01-22, validation-until: 2018-02-01T12:30:00,"
                                        + " test-until: 2019-01-01}")
                        .split());
        assertEquals(
                new SplitConfig.Moments(
                        Optional.of(new SplitConfig.Elapsed(Duration.ofDays(7))),
                        new SplitConfig.Elapsed(Duration.ofHours(340)),
                        new SplitConfig.At(LocalDateTime.of(2018, 2, 1, 0, 0)),
                        Optional.empty(),
                        OptionalDouble.empty()),
                read(EXAMPLE, "split={by: date, train-from: 7d, train-until: 340h, validation-until: 2018-02-01}")
                        .split());
        assertEquals(
                new SplitConfig.Shares(0.9, 0.1, OptionalDouble.empty(), OptionalDouble.empty(), 1),
                read(EXAMPLE, "data.test=[a.csv, b.csv]", "split=null").split());
        assertEquals(
                new SplitConfig.Shares(0.7, 0.2, OptionalDouble.of(0.1), OptionalDouble.empty(), 1),
                read(EXAMPLE, "split={train: 0.7, validation: 0.2}").split());
        assertEquals(
                new SplitConfig.Shares(0.2, 0.1, OptionalDouble.of(0.3), OptionalDouble.empty(), 1),
                read(EXAMPLE, "split={train: 0.2, validation: 0.1, test: 0.3}").split());
    }

    @Test
    void thresholds() {
        assertEquals(
                new Threshold.AlertsPerDay(2.5),
                read(EXAMPLE, "threshold={alerts-per-day: 2.5}").detection().threshold());
        assertEquals(
                new Threshold.Evt(1e-4),
                read(EXAMPLE, "threshold=evt").detection().threshold());
        assertEquals(
                new Threshold.Fixed(-4.5),
                read(EXAMPLE, "threshold={score: -4.5}").detection().threshold());
        assertEquals(
                new Threshold.Evt(1e-5),
                read(EXAMPLE, "threshold={evt: {risk: 1e-5}}").detection().threshold());
        assertEquals(
                new Threshold.TargetPrecisionRecall(OptionalDouble.of(.85), OptionalDouble.of(.7)),
                read(EXAMPLE, "threshold={min-precision: .85, min-recall: .7}")
                        .detection()
                        .threshold());
        assertEquals(
                new Threshold.TargetRates(OptionalDouble.of(0), OptionalDouble.empty()),
                read(EXAMPLE, "threshold={max-fpr: 0}").detection().threshold());
    }

    @Test
    void detectors() {
        ExperimentConfig config = read(
                EXAMPLE,
                "detector=null",
                "detectors=[{autoencoder: {layers: [32 batch-norm, 8 tanh, 32], output: identity}}, {name: octets,"
                        + " features: [ip-octets], autoencoder: {}}]");
        assertEquals(
                List.of("autoencoder", "octets"),
                config.detection().detectors().stream()
                        .map(DetectorConfig::name)
                        .toList());
        AutoencoderTrainer first =
                (AutoencoderTrainer) config.detection().detectors().get(0).trainer();
        assertEquals(
                List.of(
                        new Layer(32, Activation.RELU, true),
                        new Layer(8, Activation.TANH, false),
                        new Layer(32, Activation.RELU, false)),
                first.hidden());
        assertEquals(Activation.IDENTITY, first.output());
        assertEquals(Optional.empty(), config.detection().detectors().get(0).features());
        assertEquals(
                "ip-octets",
                config.detection()
                        .detectors()
                        .get(1)
                        .features()
                        .orElseThrow()
                        .get(0)
                        .name());
        assertEquals("detectors.1", config.detection().detectors().get(1).path());
    }

    @Test
    void simulation() {
        SimulateConfig simulate = read(EXAMPLE, "data.simulate={rows: 5000, takeovers: 9, attackers: [naive, vpn]}")
                .data()
                .simulate()
                .orElseThrow();
        assertEquals(
                new SimulateConfig(5000, 9, 1, List.of(PublishedAttacker.NAIVE, PublishedAttacker.VPN), List.of()),
                simulate);
    }

    @Test
    void attackWindows() {
        LabelsConfig labels = read(
                        EXAMPLE,
                        "data.labels={windows: '${OCTET_DATA}/h.csv', end: until, last-minute: floor, in-training: ignore}")
                .data()
                .labels()
                .orElseThrow();
        assertEquals(
                new LabelsConfig(
                        new LabelsConfig.Windows(
                                Path.of("data/h.csv"), "start", "until", LabelsConfig.LastMinute.FLOOR),
                        LabelsConfig.InTraining.IGNORE),
                labels);
    }

    @Test
    void errorsNameFileLineAndColumn() {
        String text = EXAMPLE.replace("epochs: 20", "epochs: 0").replace("seed: 1", "sede: 1");
        assertEquals(
                "c.yaml:6:54: detector.autoencoder: unknown key sede; did you mean seed? Allowed keys: "
                        + names(AutoencoderKeys.KIND.settings()),
                assertThrows(InputException.class, () -> read(text)).getMessage());
        assertEquals(
                "c.yaml:6:51: detector.autoencoder.epochs: 0 is not in [1, 1000000]",
                assertThrows(InputException.class, () -> read(EXAMPLE.replace("epochs: 20", "epochs: 0")))
                        .getMessage());
        assertEquals(
                "c.yaml:1:1: the key data is missing; it must be " + DataConfig.SECTION.describe(),
                assertThrows(InputException.class, () -> read("")).getMessage());
        assertEquals(
                "c.yaml:1:1: expected keys and values (" + names(ExperimentConfig.KEYS) + "), found the text hello",
                assertThrows(InputException.class, () -> read("hello")).getMessage());
        assertEquals(
                "c.yaml:2:7: data: the key train is missing; it must be a file, or a list of them",
                assertThrows(InputException.class, () -> read(EXAMPLE.replace("train: data/rba-sample.csv, ", "")))
                        .getMessage());
        assertEquals(
                "c.yaml:5:8: split: train 0.7, validation 0.1, test 0.4 add up to 1.2; at most 1 can be shared",
                assertThrows(InputException.class, () -> read(EXAMPLE.replace("train: 0.5", "train: 0.7")))
                        .getMessage());
        assertEquals(
                "c.yaml:4:23: features.1: there is no \"hours\"; did you mean \"hour\"?",
                assertThrows(InputException.class, () -> read(EXAMPLE.replace("hour,", "hours,")))
                        .getMessage()
                        .replaceFirst("; allowed for .*", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name=a b                             | name: a b is not a name of letters, digits, ., _ and -, beginning with a letter or digit, at most 100 long
            name=../up                           | name: ../up is not a name of letters, digits, ., _ and -, beginning with a letter or digit, at most 100 long
            name=[a]                             | name: expected a name of letters, digits, ., _ and -, found a list of 1
            data.format=rbb                      | data.format: there is no format rbb; did you mean rba? Shipped are access-log, auth0, cert, cloudflare-access, cloudtrail, dovecot, duo, ecs, entra, google-workspace, keycloak, lanl, molin, ocsf, octet, okta, postgresql, rba, splunk, sshd, table, windows-security, zeek-ssh, nginx, apache; a file of your own is given by its path, e.g. ./ours.yaml
            data.format=xlsx                     | data.format: there is no format xlsx. Shipped are access-log, auth0, cert, cloudflare-access, cloudtrail, dovecot, duo, ecs, entra, google-workspace, keycloak, lanl, molin, ocsf, octet, okta, postgresql, rba, splunk, sshd, table, windows-security, zeek-ssh, nginx, apache; a file of your own is given by its path, e.g. ./ours.yaml
            data.format=[rba]                    | data.format: expected a format's name (`okta`, `sshd`, …), the path of a format file, {name: …} with options, a mapping {columns: …}, or a database {jdbc: …}, found a list of 1
            data.format={}                       | data.format: the key columns is missing; it must be {time, user, success, ip, failure-reason, country, region, city, asn, user-agent, browser, os, device, round-trip-millis, latitude, longitude, extra}
            data.format={columns: {time: t}}     | data.format.columns: every log must have time, user and success; no column is named for user, success
            data.format={columns: {time: t, user: t, success: s}} | data.format: column "t" is named for both time and user
            data.format={columns: {time: t, user: u, success: s}, separator: ab} | data.format.separator: expected one character, found the text ab
            data.format={columns: {time: t, user: u, success: s}, zone: Oslo} | data.format.zone: Oslo is not a time zone like UTC, +02:00 or Europe/Oslo
            data.train=[]                        | data.train: expected a list, each a file, of at least one, found an empty list
            data.train={}                        | data.train: expected a file, found an empty {}
            data.train=${HOME}/x                 | data.train: the variable ${HOME} is not known; a path may use ${OCTET_DATA} (the environment's OCTET_DATA, data where it is not set)
            data.max-rejected=1.5                | data.max-rejected: 1.5 is not in [0, 1]
            data.max-rejected=.nan               | data.max-rejected: .nan is not in [0, 1]
            data.max-rejected=0.1%               | data.max-rejected: expected a number in [0, 1], found the text 0.1%
            data.labels={}                       | data.labels: give exactly one of column, windows, windows-query, verdicts; found none
            data.labels={column: a, windows: b}  | data.labels: give exactly one of column, windows, windows-query, verdicts; found column, windows
            data.labels={column: a, end: b}      | data.labels.end: belongs to windows, but the labels come from a column; remove it
            data.labels={column: Login Successful} | data.labels: the column Login Successful is read as a field; a label must be a column of its own
            data.labels={column: a, in-training: use} | data.labels.in-training: use is not one of exclude, ignore
            data.simulate={rows: 5000, takeovers: 501} | data.simulate.takeovers: 501 takeovers are more than a tenth of 5000 rows; give fewer takeovers or more rows
            data.simulate={rows: 5_000, takeovers: 1} | data.simulate.rows: expected a whole number in [1000, 1000000000], found the text 5_000
            view=windows                         | view: expected keys and values (attempt, window, entity), found the text windows
            view={}                              | view: give exactly one of attempt, window, entity; found none
            view={window: {span: 90}}            | view.window.span: 90 is not a duration like 500ms, 30s, 1m, 1h or 7d (a whole number above 0 and ms, s, m, h or d)
            view={window: {span: 0m}}            | view.window.span: 0m is not a duration like 500ms, 30s, 1m, 1h or 7d (a whole number above 0 and ms, s, m, h or d)
            view={window: {span: 500ms}}         | view.window.span: a window's span must be whole seconds, from 1s to 366d
            view={window: {failures-only: 1}}    | view.window.failures-only: expected true or false, found the whole number 1
            features=null                        | the key features is missing, and detector brings none of its own; it must be a list of features, each a name or {name: encoding}; or one preset's name
            features=[]                          | features: expected a list of features, each a name or {name: encoding}; or one preset's name, found an empty list
            features=[{hour: one-hot, weekday: one-hot}] | features.0: expected a feature's name, or {name: encoding}, found {hour, weekday}
            features=[{hour: hot}]               | features.0.hour: hot is not one of default, number, one-hot, code
            split={by: user}                     | split.by: user is not one of time, date
            split={train: 0}                     | split.train: 0 is not in (0, 1)
            split={train: 0.9}                   | split: train 0.9, validation 0.1 add up to 1.0, which leaves no test rows; they must stay below 1
            split={by: date, train: 0.5}         | split.train: belongs to by: time, but this split is by: date
            split={train-until: 2018-01-01}      | split.train-until: belongs to by: date, but this split is by: time
            split={by: date, train-until: 2018-01-01} | split: the key validation-until is missing; it must be a date like 2018-02-01 or 2018-02-01T12:30:00, in the log's zone, or a duration like 500ms, 30s, 1m, 1h or 7d from the start of the log's first day
            split={by: date, train-until: 14d, validation-until: 7d} | split.validation-until: 7d is not after train-until, 14d
            split={by: date, train-until: 0d, validation-until: 7d} | split.train-until: 0d is not a duration like 500ms, 30s, 1m, 1h or 7d (a whole number above 0 and ms, s, m, h or d)
            split={by: date, train-until: 2018-02-01, validation-until: 2018-01-01} | split.validation-until: 2018-01-01T00:00 is not after train-until, 2018-02-01T00:00
            split={by: date, train-until: 2018-01-01, validation-until: 2018-02-01, test-until: 2018-02-01} | split.test-until: 2018-02-01T00:00 is not after validation-until, 2018-02-01T00:00
            split={by: date, train-until: 2018-02-30} | split.train-until: 2018-02-30 is not a date like 2018-02-01 or 2018-02-01T12:30:00, in the log's zone
            detectors=[autoencoder]              | give exactly one of detector, detectors, reproduce; found detector, detectors
            detector={}                          | detector: give exactly one of KINDS; found none
            detector={autoencodr: {}}            | detector: unknown key autoencodr; did you mean autoencoder? Allowed keys: DETECTOR
            detector={autoencoder: [1]}          | detector.autoencoder: expected keys and values (AUTOENCODER), found a list of 1
            detector.autoencoder.workers=2       | detector.autoencoder.workers: 2 workers need engine: dl4j or dl4j-spark, and it is auto; fused uses all cores by itself
            detector.autoencoder.layers=[8]      | detector.autoencoder.layers: preset gives the layers already; remove one of the two
            detector.autoencoder={layers: []}    | detector.autoencoder.layers: expected a list, each a layer like `64` or `128 relu batch-norm` (width, activation, batch normalisation), of at least one, found an empty list
            detector.autoencoder={layers: [0]}   | detector.autoencoder.layers.0: 0 does not begin with a width in [1, 65536]; write a layer like 128 relu batch-norm
            detector.autoencoder={layers: [relu]} | detector.autoencoder.layers.0: relu does not begin with a width in [1, 65536]; write a layer like 128 relu batch-norm
            detector.autoencoder={layers: [8 bn]} | detector.autoencoder.layers.0: 8 bn: bn is not one of relu, tanh, elu, sigmoid, identity, batch-norm
            detector.autoencoder={layers: [8 relu elu]} | detector.autoencoder.layers.0: 8 relu elu says its activation twice; remove elu
            detector.autoencoder.preset=ml-sim   | detector.autoencoder.preset: ml-sim is not one of ml-siem; did you mean ml-siem?
            detector.autoencoder.seed=-1         | detector.autoencoder.seed: -1 is not in [0, 999999999999999999]
            detector.autoencoder.epochs=1.5      | detector.autoencoder.epochs: expected a whole number in [1, 1000000], found the number 1.5
            detector.autoencoder.epochs='5'      | detector.autoencoder.epochs: expected a whole number in [1, 1000000], found the text 5
            detector.autoencoder.epochs=99999999999999999999 | detector.autoencoder.epochs: 99999999999999999999 is not in [1, 1000000]
            detector.autoencoder.learning-rate=0 | detector.autoencoder.learning-rate: 0 is not in (0, 1]
            threshold={}                         | threshold: give exactly one of: percentile; alerts-per-day; gap; evt; min-precision and/or min-recall; max-fpr and/or min-tpr; score; found none
            threshold={percentile: 99, evt: {}}  | threshold: give exactly one of: percentile; alerts-per-day; gap; evt; min-precision and/or min-recall; max-fpr and/or min-tpr; score; found percentile, evt
            threshold={percentile: 100}          | threshold.percentile: 100 is not in (0, 100)
            threshold={alerts-per-day: .inf}     | threshold.alerts-per-day: .inf is not in (0, inf)
            evaluate={on: failed}                | evaluate.on: failed is not one of all, successful
            evaluate={budgets: [1, 100]}         | evaluate.budgets.1: 100 is not in (0, 100)
            evaluate={by: month}                 | evaluate.by: expected a list, each one of month, attacker, history, found the text month
            evaluate={by: [attacker]}            | evaluate.by: attacker needs data.truth, the file that names the attackers
            output=[]                            | output: expected a directory, found an empty list
            """)
    void everyValueIsChecked(String override, String message) {
        String key = override.substring(0, override.indexOf('='));
        String place = message.startsWith("the key features") || message.startsWith("give exactly one of detector,")
                ? "c.yaml:1:1: "
                : "--set " + key + ": ";
        String filled = message.replace("KINDS", kinds())
                .replace("DETECTOR", names(DetectorKeys.SECTION))
                .replace("AUTOENCODER", names(AutoencoderKeys.KIND.settings()));
        assertEquals(place + filled, refused(override));
    }

    @Test
    void threeLinesAreAConfig() {
        String text = "data:\n  train: logins.csv\n  format: {columns: {time: ts, user: user, success: ok}}\n";
        ExperimentConfig config =
                ExperimentConfig.of(ConfigFile.parse("my/2024 logins.yaml", text, List.of(), Map.of()));
        assertEquals("2024-logins", config.name());
        assertEquals(Path.of("models/2024-logins"), config.output());
        DetectorConfig general = read(text, "detector={autoencoder: {reconstruction: likelihood}}")
                .detection()
                .detectors()
                .get(0);
        assertEquals(
                List.of(general.trainer()),
                config.detection().detectors().stream()
                        .map(DetectorConfig::trainer)
                        .toList());
        ExperimentConfig own = read(text, "features=[hour]");
        assertEquals(
                List.of(read(text, "features=[hour]", "detector=autoencoder")
                        .detection()
                        .detectors()
                        .get(0)
                        .trainer()),
                own.detection().detectors().stream()
                        .map(DetectorConfig::trainer)
                        .toList());
        assertEquals(1, own.detection().features().size());
        String windows = assertThrows(
                        InputException.class, () -> read(text, "view={window: {span: 1m}}", "features=[attempts]"))
                .getMessage();
        assertTrue(windows.contains("give exactly one of detector, detectors, reproduce; found none"), windows);
    }

    @Test
    void whatConcernsSeveralKeys() {
        assertEquals(
                "c.yaml:5:54: split.test: data.test names the test rows already; remove one of the two",
                refused("data.test=t.csv"));
        assertEquals(
                "c.yaml:8:16: evaluate.on: successful is for view: attempt; a window is no login",
                refused("view=window", "features=counts"));
        assertEquals(
                "--set detectors: detectors: detectors.0 and detectors.1 are both called autoencoder; give one of them a"
                        + " name",
                refused("detector=null", "detectors=[autoencoder, autoencoder]"));
        assertEquals(
                "--set data.simulate: data.simulate: the simulator writes format: rba only",
                refused("data.format=molin", "data.simulate={rows: 5000, takeovers: 1}"));
        assertEquals(
                "--set data.train: data.train: simulate makes one file, here are 2",
                refused("data.train=[a, b]", "data.simulate={rows: 5000, takeovers: 1}"));
        String twice = refused("features=[hour, hour]");
        assertEquals("--set features: features: \"hour\" is asked for twice; list it once", twice);
    }

    @Test
    void identifiersAreRefusedAsFeatures() {
        for (String feature : List.of("index", "Is Attack IP", "User ID")) {
            String message = refused("features=[" + feature + "]");
            assertTrue(message.startsWith("--set features: features: \"" + feature + "\" is refused: "), message);
        }
    }

    @Test
    void aMissingFileSaysWhereToGetIt(@TempDir Path folder) throws Exception {
        String log = folder.resolve("log.csv").toString();
        assertEquals(
                "--set data.train: data.train: " + log + " does not exist. Give another with --set data.train=FILE",
                missing("data.train=" + log));
        assertEquals(
                "--set data.train: data.train: " + folder + " is a folder without files",
                missing("data.train=" + folder));
        String rba = folder.resolve("rba-dataset.csv").toString();
        assertEquals(
                "--set data.train: data.train: " + rba + " does not exist. It is the RBA data set (9 GB): download"
                        + " rba-dataset.zip (1.1 GB) from https://zenodo.org/records/6782156 and unpack rba-dataset.csv to "
                        + rba + ", or set OCTET_DATA to where you keep such files; see data/README.md",
                missing("data.train=" + rba));
        Files.createFile(Path.of(log));
        String attacks = folder.resolve("hackers_2018.csv").toString();
        assertEquals(
                "--set data.labels: data.labels.windows: " + attacks + " does not exist. It belongs to Molin, Hands-On"
                        + " Data Analysis with Pandas, 2nd edition: download ch_11/logs/hackers_2018.csv from"
                        + " https://github.com/stefmolin/Hands-On-Data-Analysis-with-Pandas-2nd-edition to " + attacks
                        + ", or set OCTET_DATA to where you keep such files; see data/README.md",
                missing("data.train=" + log, "data.labels={windows: " + attacks + "}"));
        read(EXAMPLE, "data.train=" + log).requireDataFiles();
        read(EXAMPLE, "data.train=" + rba, "data.simulate={rows: 5000, takeovers: 1}")
                .requireDataFiles();
    }

    private static String missing(String... overrides) {
        ExperimentConfig config = read(EXAMPLE, overrides);
        return assertThrows(InputException.class, config::requireDataFiles).getMessage();
    }

    @Test
    void whatLearnsFromLabelsIsGivenThem() {
        String text = EXAMPLE.replace("{autoencoder: {preset: ml-siem, epochs: 20, seed: 1}}", "random-forest");
        assertTrue(read(text).detection().detectors().get(0).trainer().supervised());
        assertEquals(
                "c.yaml:6:11: detector: random-forest learns from labels, but data.labels is missing; name the labels, or"
                        + " take the detector out",
                assertThrows(
                                InputException.class,
                                () -> read(text.replace(", labels: {column: Is Account Takeover}", "")))
                        .getMessage());
        assertEquals(
                "c.yaml:6:11: detector: random-forest learns from labels, but data.labels.in-training is ignore, so that no"
                        + " label trains; set it to exclude, or take the detector out",
                assertThrows(InputException.class, () -> read(text, "data.labels.in-training=ignore"))
                        .getMessage());
    }

    @Test
    void stackingNamesItsDetectors() {
        String text = EXAMPLE.replace(
                "{autoencoder: {preset: ml-siem, epochs: 20, seed: 1}}",
                "{stacking: {detectors: [{isolation-forest: {seed: 3}}, {poisson-tail: {feature: hour}}], folds: 3}}");
        StackingTrainer stacking =
                (StackingTrainer) read(text).detection().detectors().get(0).trainer();
        assertEquals(3, stacking.folds());
        assertEquals(
                List.of(IsolationForestTrainer.withDefaults().withSeed(3), PoissonTailTrainer.withDefaults("hour")),
                stacking.detectors());
        assertTrue(assertThrows(InputException.class, () -> read(text, "detector.stacking.detectors=[autoencoder]"))
                .getMessage()
                .contains("autoencoder"));
    }

    /** The defaults that a config documents are those that the trainers have. */
    @Test
    void defaultsAreTheTrainers() {
        Map<String, Trainer> trainers = Map.ofEntries(
                Map.entry("isolation-forest", IsolationForestTrainer.withDefaults()),
                Map.entry("random-cut-forest", RandomCutForestTrainer.withDefaults()),
                Map.entry("local-outlier-factor", LocalOutlierFactorTrainer.withDefaults()),
                Map.entry("one-class-svm", OneClassSvmTrainer.withDefaults()),
                Map.entry("one-class-svm-linear", LinearOneClassSvmTrainer.withDefaults()),
                Map.entry("k-means", KMeansTrainer.withDefaults()),
                Map.entry("mahalanobis", MahalanobisTrainer.withDefaults()),
                Map.entry("pca", PcaTrainer.withDefaults()),
                Map.entry("dummy-stratified", StratifiedDummyTrainer.withDefaults()),
                Map.entry("gaussian-naive-bayes", GaussianNaiveBayesTrainer.withDefaults()),
                Map.entry("logistic-regression", LogisticRegressionTrainer.withDefaults()),
                Map.entry("sgd", SgdTrainer.withDefaults()),
                Map.entry("passive-aggressive", PassiveAggressiveTrainer.withDefaults()),
                Map.entry("random-forest", RandomForestTrainer.withDefaults()),
                Map.entry("stacking", StackingTrainer.withDefaults()));
        trainers.forEach((kind, trainer) -> {
            DetectorConfig config = read(EXAMPLE.replace("{autoencoder: {preset: ml-siem, epochs: 20, seed: 1}}", kind))
                    .detection()
                    .detectors()
                    .get(0);
            assertEquals(trainer, config.trainer());
            assertEquals(kind, config.trainer().kind());
            assertEquals(kind, config.name());
        });
    }
}
