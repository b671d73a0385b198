package dev.octet.evaluate.report;

import dev.octet.evaluate.RunComparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a comparison of runs as a page. Same input, same bytes. */
public final class RunComparisonPage {
    private RunComparisonPage() {}

    /** The page. */
    public static String of(RunComparison comparison) {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("overview", "Comparison");
        return Page.of("Comparison", "Comparison of runs", sections, page -> {
            page.open("section", "id", "overview", "aria-labelledby", "overview-title");
            page.element("h1", "Comparison of runs", "id", "overview-title").line();
            for (RunComparison.Table table : comparison.tables()) {
                page.element("h2", table.title());
                page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", table.title());
                page.open("table", "class", "figures");
                page.head(table.texts(), table.heads().toArray(String[]::new)).line();
                for (List<String> row : table.rows()) {
                    page.open("tr").rowName(row.get(0));
                    for (int i = 1; i < row.size(); i++) {
                        page.element("td", row.get(i), "class", i < table.texts() ? null : "num");
                    }
                    page.close().line();
                }
                page.close().close().close().line();
            }
            comparison.notes().forEach(note -> page.note(note).line());
            page.close().line();
        });
    }
}
