package dev.octet.evaluate.report;

import dev.octet.detect.SignificantDigits;
import dev.octet.evaluate.ReproducedFigure;
import dev.octet.evaluate.ReproductionReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes {@code report.html} of a published experiment done again. Same input, same bytes. */
public final class ReproductionPage {
    private static final int DIGITS = 6;

    private ReproductionPage() {}

    /** The page. */
    public static String of(ReproductionReport report) {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("overview", "Figures");
        return Page.of("Reproduction", report.name(), sections, page -> {
            page.open("section", "id", "overview", "aria-labelledby", "overview-title");
            page.element("h1", report.name(), "id", "overview-title");
            page.element("p", report.source(), "class", "lead");
            page.note(report.data());
            page.element(
                            "p",
                            report.agreeing() + " of " + report.figures().size()
                                    + " published figures come out the same.",
                            "class",
                            "lead")
                    .line();
            page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Figures");
            page.open("table", "class", "figures");
            page.open("thead").open("tr");
            for (String column : List.of("Method", "Rows", "Figure", "Published", "Ours", "Agree", "Note")) {
                boolean number = column.equals("Published") || column.equals("Ours");
                page.element("th", column, "scope", "col", "class", number ? "num" : null);
            }
            page.close().close().open("tbody").line();
            for (ReproducedFigure figure : report.figures()) {
                page.open("tr").rowName(figure.method());
                page.element("td", figure.rows()).element("td", figure.quantity());
                page.number(list(figure.published()));
                page.number(list(figure.ours()) + (figure.seeds() ? " (by seed)" : ""));
                page.open("td")
                        .element(
                                "span",
                                figure.agrees() ? "yes" : "no",
                                "class",
                                figure.agrees() ? "chip good" : "chip attack")
                        .close();
                page.element("td", figure.note(), "class", "then").close().line();
            }
            page.close().close().close();
            report.notes().forEach(note -> page.note(note));
            page.close().line();
        });
    }

    private static String list(List<Double> values) {
        return values.stream().map(value -> SignificantDigits.of(value, DIGITS)).collect(Collectors.joining(" / "));
    }
}
