package dev.octet.serve.alert;

import java.util.Locale;

/** The forms that an alert can be written in, each on one line. Thread-safe. */
public enum AlertForm {
    /** Octet's own JSON: what {@code docs/alerts.md} describes. */
    NDJSON {
        @Override
        public String line(Alert alert, AlertSource source) {
            return OctetAlert.line(alert, source);
        }
    },
    /** Open Cybersecurity Schema Framework 1.8.0, Detection Finding (class 2004). */
    OCSF {
        @Override
        public String line(Alert alert, AlertSource source) {
            return OcsfAlert.line(alert, source);
        }
    },
    /** Elastic Common Schema 9.3, an event of kind {@code alert}. */
    ECS {
        @Override
        public String line(Alert alert, AlertSource source) {
            return EcsAlert.line(alert, source);
        }
    },
    /** ArcSight Common Event Format, version 0. */
    CEF {
        @Override
        public String line(Alert alert, AlertSource source) {
            return CefAlert.line(alert, source);
        }
    };

    /** The alert on one line, without the line's end; texts of the log are escaped as the form asks. */
    public abstract String line(Alert alert, AlertSource source);

    /** Whether a line is JSON. */
    boolean isJson() {
        return this != CEF;
    }

    /** The ending of a file in this form: {@code ndjson}, {@code ocsf.ndjson}, {@code ecs.ndjson}, {@code cef}. */
    public String extension() {
        String name = name().toLowerCase(Locale.ROOT);
        return this == NDJSON || this == CEF ? name : name + ".ndjson";
    }
}
