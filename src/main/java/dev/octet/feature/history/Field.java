package dev.octet.feature.history;

/**
 * What of a login is remembered, for each user and over all users. A missing value is a value like any other. The
 * fields before {@link #BROWSER_VERSION} have features of their own; the last two serve Freeman's score.
 */
enum Field {
    COUNTRY("country"),
    ASN("network"),
    PREFIX("address block"),
    IP("address"),
    DEVICE("device"),
    DEVICE_TYPE("device type"),
    BROWSER("browser"),
    OS("operating system"),
    USER_AGENT("user agent"),
    BROWSER_VERSION("browser version"),
    OS_VERSION("operating system version");

    /** Fields that have features: the first so many. */
    static final int WITH_FEATURES = 9;

    static final int COUNT = 11;

    private static final Field[] ALL = values();

    private final String noun;

    Field(String noun) {
        this.noun = noun;
    }

    /** What a reason calls the field. */
    String noun() {
        return noun;
    }

    static Field at(int index) {
        return ALL[index];
    }
}
