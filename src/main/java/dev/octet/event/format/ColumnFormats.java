package dev.octet.event.format;

import dev.octet.event.CsvFormat;
import dev.octet.event.CsvFormat.UserIds;
import dev.octet.event.LoginField;
import dev.octet.event.TimeFormat;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Shipped formats whose fields are plain columns, as {@link CsvFormat} reads them: without a map or texts a row, so several times as
 * fast as {@link FormatReader}. They are declared once, by their YAML; only what a user may be is said here.
 */
public final class ColumnFormats {
    /**
     * The RBA data set (Wiefling et al.; Zenodo 6782156), without labels; add them with
     * {@code withLabelColumn("Is Account Takeover")}. Its {@code index} and {@code Is Attack IP} are never read.
     */
    public static final CsvFormat RBA = of("rba", UserIds.LONG);

    /**
     * The logs of stefmolin/Hands-On-Data-Analysis-with-Pandas-2nd-edition, chapter 11. Local times without a zone,
     * read as UTC.
     */
    public static final CsvFormat MOLIN = of("molin", UserIds.TEXT);

    private ColumnFormats() {}

    private static CsvFormat of(String name, UserIds users) {
        Map<String, FormatNode> keys = FormatNode.parse(name, Formats.shipped(name), UnaryOperator.identity())
                .entries();
        Map<LoginField, String> columns = new TreeMap<>();
        for (LoginField field : LoginField.values()) {
            FormatNode value = keys.get(field.key());
            if (value != null) {
                columns.put(
                        field,
                        value.isText()
                                ? value.text()
                                : value.entries().get("from").text());
            }
        }
        Map<String, FormatNode> success = keys.get("success").entries();
        Set<String> unknown = new HashSet<>(keys.get("unknown").texts());
        unknown.remove(""); // an empty field is missing in every CSV file
        return new CsvFormat(
                columns,
                TimeFormat.utc(keys.get("time").entries().get("formats").texts().get(0)),
                users,
                Set.of(success.get("success").text()),
                Set.of(success.get("failure").text()),
                keys.get("records")
                        .items()
                        .get(0)
                        .entries()
                        .get("csv")
                        .entries()
                        .get("separator")
                        .text()
                        .charAt(0),
                null,
                unknown);
    }
}
