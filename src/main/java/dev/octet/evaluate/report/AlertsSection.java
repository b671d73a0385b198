package dev.octet.evaluate.report;

import dev.octet.evaluate.AlertBackground;
import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.TopAlert;
import dev.octet.event.Label;
import java.util.List;
import java.util.Locale;

/** The alerts with the highest scores, for an analyst: a table to filter, sort, open and take along. */
final class AlertsSection {
    private final EvaluationReport report;
    private final RunFigures figures;
    private final boolean labelled;
    private final boolean windows;
    private final boolean logins;
    private final List<String> detectors;

    AlertsSection(EvaluationReport report, RunFigures figures) {
        this.report = report;
        this.figures = figures;
        labelled = report.evaluations().get(0).labelled();
        windows = figures.view().equals("window");
        logins = figures.view().equals("attempt");
        detectors = figures.detectors().stream()
                .filter(ReportPage::isTrained)
                .map(DetectorFigures::detector)
                .toList();
    }

    void writeTo(Markup page) {
        ReportPage.section(page, "alerts", "Alerts");
        if (report.topAlerts().isEmpty()) {
            page.element(
                    "p",
                    "No row of the test span was flagged, so there is no alert to look at. The threshold may be too high for"
                            + " this span: the histograms below show where it lies.",
                    "class",
                    "empty");
            page.close().line();
            return;
        }
        page.element("p", summary(), "class", "lead").line();
        toolbar(page);
        page.open("div", "class", "scroll");
        page.open("table", "class", "alerts", "id", "alert-table");
        page.element("caption", "Alerts, the highest score first", "class", "hidden");
        head(page);
        int number = 0;
        for (TopAlert alert : report.topAlerts()) {
            row(page, alert, ++number);
        }
        page.close();
        page.close().line();
        page.element("p", "No alert fits these filters.", "class", "empty", "id", "no-alerts", "hidden", "");
        page.close().line();
    }

    private String summary() {
        String open = " Open one to see why, and what the log says around it.";
        if (detectors.size() == 1) {
            String shown = shown(detectors.get(0));
            return Character.toUpperCase(shown.charAt(0)) + shown.substring(1) + "." + open;
        }
        return "Of each detector the alerts with the highest scores; those of " + detectors.get(0)
                + " first. Scores of different detectors do not compare." + open;
    }

    /** E.g. {@code the 150 highest of 668 alerts}. */
    private String shown(String detector) {
        int shown = ReportPage.alertsOf(report, detector).size();
        long all = ReportPage.alerts(report, detector);
        if (shown == all) {
            return all == 0 ? "no alert" : all == 1 ? "the only alert" : "all " + Numbers.count(all) + " alerts";
        }
        return "the " + Numbers.count(shown) + " highest of " + Numbers.count(all) + " alerts";
    }

    private void toolbar(Markup page) {
        page.open("div", "class", "toolbar", "role", "search", "aria-label", "Filter the alerts");
        page.open("label").text("Search ");
        page.empty(
                "input",
                "type",
                "search",
                "id",
                "filter-text",
                "placeholder",
                logins ? "user, network, reason" : windows ? "time, reason" : "entity, reason",
                "autocomplete",
                "off");
        page.close();
        if (detectors.size() > 1) {
            page.open("label").text("Detector ");
            page.open("select", "id", "filter-detector");
            for (String each : detectors) {
                page.element("option", each + ": " + shown(each), "value", each);
            }
            page.element("option", "all detectors", "value", "");
            page.close().close();
        }
        if (labelled) {
            page.open("label").text("Label ");
            page.open("select", "id", "filter-label");
            page.element("option", "all", "value", "");
            page.element("option", "attack", "value", "attack");
            page.element("option", "false alarm", "value", "normal");
            page.close().close();
        }
        page.open("label").text("Sort by ");
        page.open("select", "id", "sort");
        page.element("option", "score, highest first", "value", "score:-1");
        page.element("option", "time, earliest first", "value", "time:1");
        page.element("option", "time, latest first", "value", "time:-1");
        if (!windows) {
            page.element("option", logins ? "user" : "entity", "value", "user:1");
        }
        page.close().close();
        page.element("output", Numbers.count(report.topAlerts().size()) + " shown", "id", "alert-count");
        page.element("button", "Export CSV", "type", "button", "id", "export");
        page.close().line();
    }

    private void head(Markup page) {
        page.open("thead").open("tr");
        page.open("th", "scope", "col", "class", "pick");
        page.empty("input", "type", "checkbox", "id", "pick-all", "aria-label", "Select all shown alerts");
        page.close();
        sortable(page, "score", "Score", "num");
        sortable(page, "time", windows ? "From (UTC)" : logins ? "Time (UTC)" : "First seen (UTC)", null);
        if (windows) {
            page.element("th", "Until (UTC)", "scope", "col");
        } else {
            sortable(page, "user", logins ? "User" : "Entity", null);
        }
        if (logins) {
            sortable(page, "network", "From where", null);
        }
        page.element("th", "Why", "scope", "col", "class", "why");
        if (detectors.size() > 1) {
            sortable(page, "detector", "Detector", null);
        }
        if (labelled) {
            page.element("th", "Label", "scope", "col");
        }
        page.element("th", "", "scope", "col", "class", "opener", "aria-label", "Details");
        page.close().close().line();
    }

    private static void sortable(Markup page, String key, String title, String style) {
        page.open("th", "scope", "col", "class", style, "aria-sort", key.equals("score") ? "descending" : "none");
        page.element("button", title, "type", "button", "class", "sort", "data-key", key);
        page.close();
    }

    private void row(Markup page, TopAlert alert, int number) {
        String label = switch (alert.label()) {
            case ATTACK -> "attack";
            case NORMAL -> "normal";
            case UNKNOWN -> "unknown";
        };
        page.open(
                "tbody",
                "class",
                "alert",
                "data-row",
                Long.toString(alert.row()),
                "data-score",
                Double.toString(alert.score()),
                "data-time",
                alert.time(),
                "data-until",
                alert.until(),
                "data-user",
                alert.who(),
                "data-network",
                alert.network(),
                "data-detector",
                alert.detector(),
                "data-label",
                label,
                "data-shares",
                alert.shares());
        page.open("tr", "class", "summary");
        page.open("td", "class", "pick");
        page.empty("input", "type", "checkbox", "class", "pick-one", "aria-label", "Select alert " + number);
        page.close();
        cell(page, "Score", Numbers.rate(alert.score()), "num strong");
        cell(page, windows ? "From" : "Time", Numbers.time(alert.time()), "time");
        if (windows) {
            cell(page, "Until", Numbers.time(alert.until()), "time");
        } else {
            page.open("td", "data-name", logins ? "User" : "Entity", "class", "user");
            page.element("bdi", alert.who()).close();
        }
        if (logins) {
            page.open("td", "data-name", "From where", "class", "network");
            page.element("bdi", alert.network()).close();
        }
        page.open("td", "data-name", "Why", "class", "why");
        page.element("div", alert.reasons(), "class", "clamp").close();
        if (detectors.size() > 1) {
            cell(page, "Detector", alert.detector(), null);
        }
        if (labelled) {
            page.open("td", "data-name", "Label");
            if (alert.label() == Label.UNKNOWN) {
                page.text("unknown");
            } else {
                page.element(
                        "span", alert.label() == Label.ATTACK ? "attack" : "false alarm", "class", "chip " + label);
            }
            page.close();
        }
        page.open("td", "class", "opener");
        page.element(
                "button",
                "Open",
                "type",
                "button",
                "class",
                "open",
                "aria-expanded",
                "false",
                "aria-controls",
                "alert-" + number,
                "aria-label",
                "Open alert " + number);
        page.close();
        page.close();
        page.open("tr", "class", "details", "id", "alert-" + number, "hidden", "");
        int columns = 6 + (logins ? 1 : 0) + (detectors.size() > 1 ? 1 : 0) + (labelled ? 1 : 0);
        page.open("td", "colspan", Integer.toString(columns));
        details(page, alert);
        page.close().close();
        page.close().line();
    }

    private static void cell(Markup page, String name, String text, String style) {
        page.element("td", text, "data-name", name, "class", style);
    }

    private void details(Markup page, TopAlert alert) {
        page.open("div", "class", "detail");
        page.open("div", "class", "reasons");
        page.element("h4", "Why");
        page.element("p", alert.reasons());
        if (!alert.shares().isEmpty()) {
            page.open("ul", "class", "shares", "aria-label", "Shares of the score");
            for (String share : alert.shares().split(";")) {
                int equals = share.lastIndexOf('=');
                double value = Double.parseDouble(share.substring(equals + 1));
                page.open("li");
                page.element("span", share.substring(0, equals), "class", "share-name");
                page.open(
                        "progress",
                        "max",
                        "1",
                        "value",
                        share.substring(equals + 1),
                        "aria-label",
                        share.substring(0, equals));
                page.close();
                page.element("span", Math.round(100 * value) + " %", "class", "share-value");
                page.close();
            }
            page.close();
        }
        page.close();
        alert.background().ifPresent(background -> background(page, alert, background));
        page.close();
    }

    private void background(Markup page, TopAlert alert, AlertBackground background) {
        page.open("div", "class", "past");
        page.element("h4", logins ? "What was known of the user" : windows ? "What happened" : "What it did");
        page.element("p", history(background));
        if (!background.around().isEmpty()) {
            around(page, background.around());
        }
        if (!background.traits().isEmpty()) {
            page.open("table", "class", "traits");
            page.open("thead").open("tr");
            page.element("th", "", "scope", "col", "aria-label", "Field");
            if (logins) {
                page.element("th", "this login", "scope", "col");
                page.element("th", "before", "scope", "col", "class", "num");
            }
            page.element("th", logins ? "usual" : "most frequent", "scope", "col");
            page.close().close();
            page.open("tbody");
            for (AlertBackground.Trait trait : background.traits()) {
                page.open("tr");
                page.rowName(trait.field());
                if (logins) {
                    page.open("td")
                            .element("bdi", trait.value().isEmpty() ? "–" : trait.value())
                            .close();
                    boolean known = background.successes() > 0 && !trait.value().isEmpty();
                    page.element(
                            "td",
                            !known ? "–" : trait.seen() == 0 ? "never" : Numbers.count(trait.seen()) + "×",
                            "class",
                            known && trait.seen() == 0 ? "num never" : "num");
                }
                page.open("td");
                String between = "";
                for (AlertBackground.Count count : trait.usual()) {
                    page.text(between).element("bdi", count.value()).text(" ");
                    page.element("span", Numbers.count(count.count()) + "×", "class", "muted");
                    between = ", ";
                }
                if (trait.distinct() > trait.usual().size()) {
                    page.element(
                            "span",
                            " and "
                                    + Numbers.count(
                                            trait.distinct() - trait.usual().size()) + " others",
                            "class",
                            "muted");
                }
                if (trait.usual().isEmpty()) {
                    page.text("–");
                }
                page.close().close();
            }
            page.close().close();
        }
        page.close();
        if (background.latest().isEmpty()) {
            return;
        }
        page.open("div", "class", "latest");
        page.element("h4", logins ? "Latest logins before it" : windows ? "Last attempts in it" : "Latest attempts");
        page.open("ol", "class", "logins");
        for (AlertBackground.PastLogin login : background.latest()) {
            page.open("li");
            page.element("span", Numbers.time(login.time()), "class", "time");
            page.element("span", login.success() ? "success" : "failed", "class", login.success() ? "ok" : "failed");
            if (!login.user().isEmpty() && !login.user().equals(alert.who())) {
                page.element("bdi", login.user(), "class", "who");
            }
            page.element("bdi", login.network());
            if (!login.client().isEmpty()) {
                page.element("bdi", login.client(), "class", "muted");
            }
            page.close();
        }
        page.close().close();
    }

    private String history(AlertBackground background) {
        if (background.successes() + background.failures() == 0) {
            return logins ? "Nothing: this is the first attempt of this name in the log." : "No attempt.";
        }
        String counts = plural(background.successes(), "successful login") + " and "
                + plural(background.failures(), "failed attempt");
        return logins
                ? counts + " before this one, the first on " + Numbers.time(background.first()) + ", the last on "
                        + Numbers.time(background.last()) + "."
                : counts + ", from " + Numbers.time(background.first()) + " to " + Numbers.time(background.last())
                        + ".";
    }

    private static String plural(long count, String what) {
        return Numbers.count(count) + " " + what + (count == 1 ? "" : "s");
    }

    /** Usernames with failures in the windows around an alert. */
    private void around(Markup page, List<Integer> around) {
        int most = around.stream().mapToInt(Integer::intValue).max().orElse(0);
        int middle = around.size() / 2;
        page.open(
                "svg",
                "class",
                "spark",
                "role",
                "img",
                "viewBox",
                "0 0 " + 6 * around.size() + " 60",
                "aria-label",
                String.format(
                        Locale.ROOT,
                        "Usernames with failures in each of %d windows around the alert: %d in the alert's first window, at"
                                + " most %d",
                        around.size(),
                        around.get(middle),
                        most));
        bars(page, "bar quiet", around, 0, around.size(), most);
        bars(page, "bar alarm", around, middle, middle + 1, most);
        page.close();
        page.note("Usernames with failures per window, " + middle + " windows on either side; highest " + most + ".");
    }

    private static void bars(Markup page, String style, List<Integer> around, int from, int until, int most) {
        StringBuilder path = new StringBuilder();
        for (int i = from; i < until; i++) {
            double height = most == 0 ? 0 : 56.0 * around.get(i) / most;
            path.append('M')
                    .append(6 * i)
                    .append(" 59V")
                    .append(Numbers.at(58 - height))
                    .append("h5V59z");
        }
        page.open("path", "class", style, "d", path.toString()).close();
    }
}
