package dev.octet.serve;

/** A request that is not done, and what the client may do about it. */
final class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as metrics count it. */
    enum Why {
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
        UNAVAILABLE(503);

        private final int status;

        Why(int status) {
            this.status = status;
        }

        /** The HTTP status that says so. */
        int status() {
            return status;
        }
    }

    private final Why why;

    RequestException(Why why, String message) {
        super(message, null, false, false); // its stack says nothing: the client is at fault
        this.why = why;
    }

    Why why() {
        return why;
    }
}
