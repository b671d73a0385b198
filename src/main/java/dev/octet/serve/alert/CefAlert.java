package dev.octet.serve.alert;

import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.AddressSpace;
import dev.octet.event.text.CefText;
import dev.octet.event.text.PlainText;
import dev.octet.feature.EntityRow;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An alert as a line of ArcSight's Common Event Format. Values are cut to the lengths of the format's dictionary. Numbers and labels that have no key of their own stand in its custom fields.
 */
final class CefAlert {
    private static final int MEDIUM = 5;
    private static final int HIGH = 8;
    private static final int LONGEST_NAME = 512;
    private static final int LONGEST_TEXT = 1023;
    private static final int LONGEST_CUSTOM = 4000;
    private static final String CUT = "…";

    /** The seven fields of the header, in which | is escaped, and the first field behind them. */
    private static final Pattern ID = Pattern.compile("CEF:0(?:\\|(?:[^|\\\\]|\\\\.)*+){6}\\|externalId=(\\S+).*");

    private final StringBuilder line = new StringBuilder(512);

    private CefAlert() {}

    static String line(Alert alert, AlertSource source) {
        CefAlert cef = new CefAlert();
        cef.line
                .append("CEF:0|Octet|Octet|")
                .append(CefText.header(source.version()))
                .append('|')
                .append(alert.kind())
                .append('|')
                .append(CefText.header(cut(PlainText.of(alert.title()), LONGEST_NAME)))
                .append('|')
                .append(source.isHigh(alert) ? HIGH : MEDIUM)
                .append('|');
        cef.add("externalId", source.id(alert), 40);
        cef.add("rt", Long.toString(source.clock().millis()), LONGEST_TEXT);
        cef.add("start", Long.toString(Moments.millis(alert.startMicros())), LONGEST_TEXT);
        cef.add("end", Long.toString(Moments.millis(alert.endMicros())), LONGEST_TEXT);
        cef.add("cat", "Authentication", LONGEST_TEXT);
        if (alert.row() instanceof LoginEvent attempt) {
            cef.login(attempt);
        } else if (alert.row() instanceof EntityRow entity) {
            cef.custom("cs3", "entity", entity.entity());
        }
        cef.add("msg", alert.inWords(), LONGEST_TEXT);
        cef.custom("cs1", "model", source.model());
        cef.custom("cs2", "bundle", source.bundle());
        cef.custom("cfp1", "score", Double.toString(alert.score()));
        if (Double.isFinite(source.threshold())) {
            cef.custom("cfp2", "threshold", Double.toString(source.threshold()));
        }
        cef.custom("cn1", "row", Long.toString(alert.row().row()));
        return cef.line.toString().stripTrailing();
    }

    /** The id of the alert on a line; empty where that is none. */
    static Optional<String> id(String line) {
        Matcher matcher = ID.matcher(line);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private void login(LoginEvent login) {
        add("duser", login.user(), LONGEST_TEXT);
        if (login.ip().version() == 4) {
            add("src", login.ip().toString(), LONGEST_TEXT);
        } else {
            custom("c6a2", "Source IPv6 Address", login.ip().toString());
        }
        add("outcome", login.success() ? "success" : "failure", 63);
        add("requestClientApplication", login.userAgent(), LONGEST_TEXT);
        custom("cs4", "country", login.country());
        if (login.asn() >= 0 && !AddressSpace.isNetworkNumber(login.asn(), login.ip())) {
            custom("cn2", "AS number", Long.toString(login.asn()));
        }
    }

    private void custom(String key, String label, String value) {
        if (!value.isEmpty()) {
            add(key + "Label", label, LONGEST_TEXT);
            add(key, value, LONGEST_CUSTOM);
        }
    }

    private void add(String key, String value, int longest) {
        if (!value.isEmpty()) {
            line.append(key)
                    .append('=')
                    .append(CefText.value(cut(PlainText.of(value), longest)))
                    .append(' ');
        }
    }

    /** At most so many characters, a pair of surrogates never parted. */
    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest - CUT.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
    }
}
