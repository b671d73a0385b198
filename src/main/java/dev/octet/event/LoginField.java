package dev.octet.event;

/** The fields of a {@link LoginEvent} that a column of a log can hold. */
public enum LoginField {
    TIME(true),
    USER(true),
    SUCCESS(true),
    IP(false),
    FAILURE_REASON(false),
    COUNTRY(false),
    REGION(false),
    CITY(false),
    ASN(false),
    USER_AGENT(false),
    BROWSER(false),
    OS(false),
    DEVICE(false),
    ROUND_TRIP_MILLIS(false),
    LATITUDE(false),
    LONGITUDE(false);

    private final boolean required;

    LoginField(boolean required) {
        this.required = required;
    }

    /** Whether every log must have it. */
    public boolean required() {
        return required;
    }
}
