package dev.octet.event.enrich;

/**
 * The program that sent a user agent, its parts named as in the RBA data set.
 *
 * @param browser name and version, e.g. {@code Chrome Mobile 85.0.4183}; {@code Other} where it is none that is known
 * @param os name and version, e.g. {@code Mac OS X 10.15.7}; {@code Other} where it is none that is known
 * @param device {@code mobile}, {@code tablet}, {@code desktop}, {@code bot} or {@code unknown}
 */
public record Client(String browser, String os, String device) {
    /** Of a login without a user agent. */
    public static final Client NONE = new Client("", "", "");
}
