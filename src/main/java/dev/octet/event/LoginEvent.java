package dev.octet.event;

import java.util.Objects;

/**
 * One login attempt, as the log tells it.
 *
 * <p>A missing text is {@code ""}, a missing {@code asn} is {@code -1}, a missing {@code ip} is {@link
 * IpAddress#MISSING}, missing numbers are NaN. Immutable.
 *
 * @param row 0-based data row in the source (the header does not count, rejected rows do)
 * @param timeMicros microseconds since 1970-01-01T00:00Z; a log without a zone is read in the zone of its format
 * @param user the account as the log names it, which need not exist
 * @param ip source address
 * @param success whether the login succeeded
 * @param failureReason the log's own word for why it failed, {@code ""} on success
 * @param country ISO 3166 alpha-2 where the log has it
 * @param region first-level subdivision
 * @param city city
 * @param asn autonomous system number of the source address
 * @param userAgent the full user agent string
 * @param browser browser name and version
 * @param os operating system name and version
 * @param device device type
 * @param roundTripMillis round-trip time in milliseconds
 * @param latitude degrees north
 * @param longitude degrees east
 */
public record LoginEvent(
        long row,
        long timeMicros,
        String user,
        IpAddress ip,
        boolean success,
        String failureReason,
        String country,
        String region,
        String city,
        long asn,
        String userAgent,
        String browser,
        String os,
        String device,
        float roundTripMillis,
        double latitude,
        double longitude) {

    public LoginEvent {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(ip, "ip");
        Objects.requireNonNull(failureReason, "failureReason");
        Objects.requireNonNull(country, "country");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(city, "city");
        Objects.requireNonNull(userAgent, "userAgent");
        Objects.requireNonNull(browser, "browser");
        Objects.requireNonNull(os, "os");
        Objects.requireNonNull(device, "device");
    }

    /** The same login as another row of a longer log. */
    public LoginEvent withRow(long number) {
        return new LoginEvent(
                number,
                timeMicros,
                user,
                ip,
                success,
                failureReason,
                country,
                region,
                city,
                asn,
                userAgent,
                browser,
                os,
                device,
                roundTripMillis,
                latitude,
                longitude);
    }

    /** Starts an event of which only the time, the user and the outcome are known. */
    public static Builder at(long timeMicros, String user, boolean success) {
        return new Builder(timeMicros, user, success);
    }

    /** Collects the fields that a source has; the rest stay missing. Not thread-safe. */
    public static final class Builder {
        private final long timeMicros;
        private final String user;
        private final boolean success;
        private long row;
        private IpAddress ip = IpAddress.MISSING;
        private String failureReason = "";
        private String country = "";
        private String region = "";
        private String city = "";
        private long asn = -1;
        private String userAgent = "";
        private String browser = "";
        private String os = "";
        private String device = "";
        private float roundTripMillis = Float.NaN;
        private double latitude = Double.NaN;
        private double longitude = Double.NaN;

        private Builder(long timeMicros, String user, boolean success) {
            this.timeMicros = timeMicros;
            this.user = user;
            this.success = success;
        }

        public Builder row(long value) {
            row = value;
            return this;
        }

        public Builder ip(IpAddress value) {
            ip = value;
            return this;
        }

        public Builder failureReason(String value) {
            failureReason = value;
            return this;
        }

        public Builder country(String value) {
            country = value;
            return this;
        }

        public Builder region(String value) {
            region = value;
            return this;
        }

        public Builder city(String value) {
            city = value;
            return this;
        }

        public Builder asn(long value) {
            asn = value;
            return this;
        }

        public Builder userAgent(String value) {
            userAgent = value;
            return this;
        }

        public Builder browser(String value) {
            browser = value;
            return this;
        }

        public Builder os(String value) {
            os = value;
            return this;
        }

        public Builder device(String value) {
            device = value;
            return this;
        }

        public Builder roundTripMillis(float value) {
            roundTripMillis = value;
            return this;
        }

        public Builder coordinates(double north, double east) {
            latitude = north;
            longitude = east;
            return this;
        }

        public LoginEvent build() {
            return new LoginEvent(
                    row,
                    timeMicros,
                    user,
                    ip,
                    success,
                    failureReason,
                    country,
                    region,
                    city,
                    asn,
                    userAgent,
                    browser,
                    os,
                    device,
                    roundTripMillis,
                    latitude,
                    longitude);
        }
    }
}
