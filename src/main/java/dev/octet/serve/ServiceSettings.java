package dev.octet.serve;

import dev.octet.event.InputException;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.serve.http.Limits;
import dev.octet.serve.http.Tokens;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a service.
 *
 * @param model the bundle's directory
 * @param models where other bundles may be taken from later
 * @param state directory of what is kept: history, scores, verdicts
 * @param cold whether a history that is new starts from nothing instead of from the bundle's
 * @param host address to listen at
 * @param port 0 for any free one
 * @param token what clients must show; one token, or several with names ({@link Tokens})
 * @param pseudonymKey where given, users and addresses are kept under keyed pseudonyms
 * @param keepScores how long scores are kept for feedback and re-thresholding
 * @param addresses databases that addresses are looked up in
 * @param limits what a client may ask for
 */
public record ServiceSettings(
        Path model,
        Path models,
        Path state,
        boolean cold,
        String host,
        int port,
        Optional<String> token,
        Optional<String> pseudonymKey,
        Duration keepScores,
        AddressFiles addresses,
        Limits limits) {
    /** The environment variable that holds the token. */
    public static final String TOKEN = Tokens.VARIABLE;

    /** The environment variable that holds the key of the pseudonyms. */
    public static final String PSEUDONYM_KEY = Pseudonyms.VARIABLE;

    /** @throws InputException if the service would be open to others without a token, or the token is too short */
    public ServiceSettings {
        if (port < 0 || port > 65535) {
            throw new InputException("--port " + port + " is not in [0, 65535]");
        }
        if (keepScores.isNegative() || keepScores.isZero()) {
            throw new InputException("--keep-scores must be longer than nothing, found " + keepScores);
        }
        Tokens.of(token); // says what is wrong with it
        if (token.isEmpty() && !isLoopback(host)) {
            throw new InputException("--host " + host + " can be reached by others, and no token is set; set " + TOKEN
                    + " in the environment, e.g. " + TOKEN + "=$(openssl rand -hex 32), or listen at 127.0.0.1");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new InputException("--host " + host + " is not an address of this machine: unknown host", e);
        }
    }
}
