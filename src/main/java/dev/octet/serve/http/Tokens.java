package dev.octet.serve.http;

import dev.octet.event.InputException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens that open a service, kept as SHA-256 digests. The variable holds one token, or several as {@code
 * NAME:RIGHT:SECRET} joined by commas; the right is {@code judge} (everything) or {@code read} (only looking). Immutable and
 * thread-safe.
 */
public final class Tokens {
    /** The environment variable that holds them. */
    public static final String VARIABLE = "OCTET_TOKEN";

    private static final int SHORTEST = 16;
    private static final String SECRET = "[\\x21-\\x2b\\x2d-\\x7e]";
    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9._-]{1,32}):(read|judge):(" + SECRET + "*)");

    private final List<Token> tokens;

    private record Token(String name, boolean judges, byte[] digest) {}

    private Tokens(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /**
     * Reads the variable.
     *
     * @throws InputException if a token is too short, or its name is there twice
     */
    public static Tokens of(Optional<String> variable) {
        List<Token> tokens = new ArrayList<>();
        if (variable.isPresent()) {
            String text = variable.get();
            if (!NAMED.matcher(text.split(",", 2)[0]).matches()) {
                add(tokens, "token", true, text);
            } else {
                for (String each : text.split(",", -1)) {
                    Matcher named = NAMED.matcher(each);
                    if (!named.matches()) {
                        throw new InputException(VARIABLE + " begins with a named token, but its entry "
                                + (tokens.size() + 1)
                                + " is none; write NAME:judge:SECRET or NAME:read:SECRET for each, joined by commas");
                    }
                    add(tokens, named.group(1), named.group(2).equals("judge"), named.group(3));
                }
            }
        }
        return new Tokens(tokens);
    }

    private static void add(List<Token> tokens, String name, boolean judges, String secret) {
        if (secret.length() < SHORTEST || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InputException(
                    VARIABLE + (name.equals("token") ? "" : ", token " + name) + " must have at least " + SHORTEST
                            + " printable ASCII characters without blanks, e.g. the output of: openssl rand -hex 32");
        }
        if (tokens.stream().anyMatch(token -> token.name.equals(name))) {
            throw new InputException(VARIABLE + " has two tokens named " + name + "; give each a name of its own");
        }
        tokens.add(new Token(name, judges, digest(secret)));
    }

    boolean areNone() {
        return tokens.isEmpty();
    }

    /** Whose secret this is; looks at all of them, however soon one fits. */
    Optional<Visitor> visitor(String secret) {
        byte[] shown = digest(secret);
        Optional<Visitor> found = Optional.empty();
        for (Token token : tokens) {
            // digests have one length, and isEqual takes the same time wherever they differ
            if (MessageDigest.isEqual(shown, token.digest)) {
                found = Optional.of(new Visitor(token.name, token.judges, Optional.empty()));
            }
        }
        return found;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
