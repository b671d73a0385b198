package dev.octet.serve.http;

import java.util.Optional;

/**
 * The sender of a request.
 *
 * @param name of the token, for the audit log
 * @param judges whether it may change something, not only read
 * @param session where it came with a cookie
 */
public record Visitor(String name, boolean judges, Optional<Sessions.Session> session) {
    /** The attribute of a request that holds it. */
    static final String ATTRIBUTE = "octet.visitor";

    /** Somebody at this machine, where no token is set. */
    static final Visitor LOCAL = new Visitor("local", true, Optional.empty());
}
