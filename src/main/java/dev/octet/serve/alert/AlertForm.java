package dev.octet.serve.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;
import java.util.Optional;

/** The forms that an alert can be written in, each on one line. Thread-safe. */
public enum AlertForm {
    /** Octet's own JSON: what {@code docs/alerts.md} describes. */
    NDJSON {
        @Override
        public String line(Alert alert, AlertSource source) {
            return OctetAlert.line(alert, source);
        }

        @Override
        Optional<String> id(String line) {
            return text(line, "/id");
        }
    },
    /** Open Cybersecurity Schema Framework 1.8.0, Detection Finding (class 2004). */
    OCSF {
        @Override
        public String line(Alert alert, AlertSource source) {
            return OcsfAlert.line(alert, source);
        }

        @Override
        Optional<String> id(String line) {
            return text(line, "/metadata/uid");
        }
    },
    /** Elastic Common Schema 9.3, an event of kind {@code alert}. */
    ECS {
        @Override
        public String line(Alert alert, AlertSource source) {
            return EcsAlert.line(alert, source);
        }

        @Override
        Optional<String> id(String line) {
            return text(line, "/event/id");
        }
    },
    /** ArcSight Common Event Format, version 0. */
    CEF {
        @Override
        public String line(Alert alert, AlertSource source) {
            return CefAlert.line(alert, source);
        }

        @Override
        Optional<String> id(String line) {
            return CefAlert.id(line);
        }
    };

    private static final JsonMapper JSON = new JsonMapper();

    /** The alert on one line, without the line's end; texts of the log are escaped as the form asks. */
    public abstract String line(Alert alert, AlertSource source);

    /** The id of the alert on a line; empty where the line is none of this form. */
    abstract Optional<String> id(String line);

    private static Optional<String> text(String line, String pointer) {
        try {
            return Optional.ofNullable(JSON.readTree(line).at(pointer).textValue());
        } catch (JsonProcessingException e) {
            return Optional.empty(); // somebody else's line
        }
    }

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
