package dev.octet.feature.history;

/**
 * What of a login is remembered, for each user and over all users. How many logins had no value is remembered as well,
 * but a missing value says nothing. The fields before {@link #BROWSER_VERSION} have features of their own; the next two
 * serve Freeman's score, the last one backs off a network that is an address block.
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
    OS_VERSION("operating system version"),
    WIDE_BLOCK("wide address block");

    /** Fields that have features: the first so many. */
    static final int WITH_FEATURES = 9;

    static final int COUNT = 12;

    /** Fields that every login of every log has, with a value or without: the first so many. */
    static final int ALWAYS = 11;

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
