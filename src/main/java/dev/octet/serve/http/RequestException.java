package dev.octet.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.octet.event.text.PlainText;

/** A request that is not done, and what the client may do about it. */
public final class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as metrics count it. */
    public enum Why {
        MALFORMED(400),
        UNAUTHORIZED(401),
        FORBIDDEN(403),
        UNKNOWN(404),
        TOO_SLOW(408),
        CONFLICT(409),
        /** The client went away; there is nobody to tell. */
        GONE(499),
        TOO_LARGE(413),
        MEDIA_TYPE(415),
        INVALID(422),
        TOO_OFTEN(429),
        UNAVAILABLE(503);

        private final int status;

        Why(int status) {
            this.status = status;
        }

        /** The HTTP status that says so. */
        public int status() {
            return status;
        }
    }

    private static final int LONGEST = 240;

    private final Why why;

    public RequestException(Why why, String message) {
        super(message, null, false, false); // its stack says nothing: the client is at fault
        this.why = why;
    }

    /** For a body that is not readable as JSON. */
    public static RequestException malformed(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return new RequestException(
                Why.MALFORMED, "not readable as JSON" + where + ": " + PlainText.of(e.getOriginalMessage(), LONGEST));
    }

    /** Why. */
    public Why why() {
        return why;
    }
}
