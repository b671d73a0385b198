package dev.octet.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.run.Experiment;
import dev.octet.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian's chromium, which asks nothing of the network by itself. */
final class Chromium implements AutoCloseable {
    private static final Path PATH = Path.of(System.getProperty("octet.chromium", "/usr/bin/chromium"));

    /** A page is ready within this time also where other work has the cores; five seconds are Playwright's own. */
    private static final double READY_MILLIS = 15_000;

    static {
        PlaywrightAssertions.setDefaultAssertionTimeout(READY_MILLIS);
    }

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final Browser browser = playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions()
                    .setExecutablePath(PATH)
                    .setArgs(List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));

    /** Skips the test, and says so, where there is no browser. */
    static void needed(String page) {
        if (!Files.isExecutable(PATH)) {
            System.err.println("SKIPPED: no browser at " + PATH + ", so nobody looked at " + page
                    + " (apt-get install chromium, or -Doctet.chromium=PATH)");
        }
        assumeTrue(Files.isExecutable(PATH), "no chromium at " + PATH);
    }

    /** Runs a config on a log, which it names {@code LOG}; its output is {@code OUT}. */
    static Path run(String config, CharSequence log, Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("log.csv"), log);
        Path out = folder.resolve("out");
        String text = config.replace("LOG", file.toString()).replace("OUT", out.toString());
        new Experiment(ExperimentConfig.of(ConfigFile.parse("c.yaml", text, List.of(), Map.of())), RunListener.SILENT)
                .run(true);
        return out;
    }

    Page newPage(Browser.NewPageOptions options) {
        return browser.newPage(options);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
