package dev.octet.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The columns of a simulated file. */
public enum RowFormat {
    /** The columns of the RBA data set, which has no reason of a failure. */
    @JsonProperty("rba")
    RBA,
    /** The same logins under the names of Octet's own fields, with the reason of each failure. */
    @JsonProperty("generic")
    GENERIC;

    /** The name in options. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
