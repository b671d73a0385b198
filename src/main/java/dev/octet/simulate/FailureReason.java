package dev.octet.simulate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Why a login failed, as the generic format writes it. */
enum FailureReason {
    @JsonProperty("wrong_password")
    WRONG_PASSWORD,
    @JsonProperty("unknown_user")
    UNKNOWN_USER,
    /** The password was right; the user refused the prompt or let it lapse. */
    @JsonProperty("mfa_denied")
    MFA_DENIED,
    @JsonProperty("service_unavailable")
    SERVICE_UNAVAILABLE;

    final byte[] bytes = name().toLowerCase(Locale.ROOT).getBytes(US_ASCII);
}
