package dev.octet.serve;

import dev.octet.serve.RequestException.Why;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may ask. With a token: whoever shows it. Without one the service listens at the loopback address only, and the
 * request must be addressed to it by name, so that no web page can reach it through a name of its own (DNS rebinding).
 * Thread-safe.
 */
final class Access {
    private static final String SCHEME = "Bearer ";
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    private final Optional<byte[]> token;

    Access(Optional<String> token) {
        this.token = token.map(Access::digest);
    }

    /**
     * Refuses a request.
     *
     * @param authorization the header, or null
     * @param host the header, or null
     */
    void check(String authorization, String host) {
        if (token.isEmpty()) {
            if (host == null || !LOOPBACK.matcher(host).matches()) {
                throw new RequestException(
                        Why.FORBIDDEN,
                        "without a token, requests must be addressed to localhost; set " + ServiceSettings.TOKEN
                                + " to be reached by another name");
            }
            return;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new RequestException(
                    Why.UNAUTHORIZED, "a token is needed: Authorization: Bearer with the value of OCTET_TOKEN");
        }
        // digests have one length, and isEqual takes the same time wherever they differ
        if (!MessageDigest.isEqual(
                digest(authorization.substring(SCHEME.length()).strip()), token.get())) {
            throw new RequestException(Why.UNAUTHORIZED, "this is not the token");
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
