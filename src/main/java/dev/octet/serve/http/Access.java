package dev.octet.serve.http;

import dev.octet.serve.http.RequestException.Why;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rule of who may send requests. With tokens: whoever shows one, in a header or, from a browser that has signed in,
 * by a cookie. Without one the service listens at the loopback address only, and the request must be addressed to it by
 * name, so that no web page can reach it through a name of its own (DNS rebinding).
 *
 * <p>A change that comes with a cookie must carry the session's CSRF value in the header {@value #CSRF_HEADER}; one that
 * comes without any token must not come from a page of another site. Thread-safe.
 */
public final class Access {
    /** The header of a change that a page makes. */
    public static final String CSRF_HEADER = "X-Octet-Csrf";

    private static final String SCHEME = "Bearer ";
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final Tokens tokens;
    private final Sessions sessions;
    private final WrongTokens wrong;

    /** What of a request tells who sends it; a header that is missing is null. */
    record Request(
            String method,
            String remoteAddress,
            String forwardedFor,
            String host,
            String authorization,
            String cookie,
            String csrf,
            String origin) {
        /** The address that wrong tokens are counted for: behind a proxy on this machine, the one that the proxy names. */
        private String address() {
            if (forwardedFor != null && isLoopback(remoteAddress)) {
                return forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
            }
            return remoteAddress;
        }

        private static boolean isLoopback(String address) {
            try {
                return InetAddress.getByName(address).isLoopbackAddress(); // a literal: nothing is looked up
            } catch (UnknownHostException e) {
                return false;
            }
        }
    }

    public Access(Tokens tokens, Clock clock) {
        this.tokens = tokens;
        sessions = new Sessions(clock);
        wrong = new WrongTokens(clock);
    }

    /** Whether a token is needed. */
    public boolean needsToken() {
        return !tokens.areNone();
    }

    /**
     * Tells who sends a request, or refuses it.
     *
     * @param judging whether a change needs the right to judge
     * @throws RequestException if it may not do what it asks for
     */
    Visitor check(Request request, boolean judging) {
        Visitor visitor = visitor(request);
        if (READING.contains(request.method)) {
            return visitor;
        }
        if (judging && !visitor.judges()) {
            throw new RequestException(
                    Why.FORBIDDEN, "the token " + visitor.name() + " may only read; use one with the right judge");
        }
        if (visitor.session().isPresent()) {
            if (request.csrf == null
                    || !same(request.csrf, visitor.session().get().csrf())) {
                throw new RequestException(
                        Why.FORBIDDEN,
                        "a change that comes with a cookie needs the header " + CSRF_HEADER
                                + " with the value that GET /v1/desk/session gives");
            }
        } else if (tokens.areNone() && request.origin != null && !isOwn(request.origin, request.host)) {
            throw new RequestException(Why.FORBIDDEN, "this change was asked for by a page of another site");
        }
        return visitor;
    }

    private Visitor visitor(Request request) {
        if (tokens.areNone()) {
            if (request.host == null || !LOOPBACK.matcher(request.host).matches()) {
                throw new RequestException(
                        Why.FORBIDDEN,
                        "without a token, requests must be addressed to localhost; set " + Tokens.VARIABLE
                                + " to be reached by another name");
            }
            return Visitor.LOCAL;
        }
        if (request.authorization == null && request.cookie != null) {
            Optional<Sessions.Session> session = sessions.find(request.cookie);
            if (session.isPresent()) {
                return new Visitor(session.get().name(), session.get().judges(), session);
            }
        }
        if (request.authorization == null
                || !request.authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new RequestException(
                    Why.UNAUTHORIZED, "a token is needed: Authorization: Bearer with the value of OCTET_TOKEN");
        }
        return visitor(request, request.authorization.substring(SCHEME.length()).strip());
    }

    private Visitor visitor(Request request, String secret) {
        String address = request.address();
        if (wrong.tooMany(address)) {
            throw new RequestException(
                    Why.TOO_OFTEN,
                    "there were " + WrongTokens.MAX
                            + " wrong tokens from this address within a minute; wait for a minute");
        }
        Optional<Visitor> visitor = tokens.visitor(secret);
        if (visitor.isEmpty()) {
            wrong.add(address);
            throw new RequestException(Why.UNAUTHORIZED, "this is not the token");
        }
        return visitor.get();
    }

    /** Begins a session for a token that was typed into the desk's form. */
    Sessions.Session signIn(Request request, String secret) {
        if (request.origin != null && !isOwn(request.origin, request.host)) {
            throw new RequestException(Why.FORBIDDEN, "this was asked for by a page of another site");
        }
        return sessions.begin(visitor(request, secret));
    }

    void signOut(String cookie) {
        sessions.end(cookie);
    }

    /** Whether a page has the same host and port as the request is addressed to. */
    private static boolean isOwn(String origin, String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && host != null && authority.equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false; // "null", as of a sandboxed page, or no origin at all
        }
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
