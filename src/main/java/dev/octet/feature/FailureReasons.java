package dev.octet.feature;

import java.util.Set;

/**
 * The log's words for two ways to fail.
 *
 * @param wrongUsername the account does not exist
 * @param wrongPassword the account exists, the password is wrong
 */
public record FailureReasons(Set<String> wrongUsername, Set<String> wrongPassword) {

    /** The words of the Molin logs (stefmolin/login-attempt-simulator). */
    public static final FailureReasons MOLIN =
            new FailureReasons(Set.of("error_wrong_username"), Set.of("error_wrong_password"));

    public FailureReasons {
        wrongUsername = Set.copyOf(wrongUsername);
        wrongPassword = Set.copyOf(wrongPassword);
    }
}
