package dev.octet.serve.desk;

import dev.octet.event.LoginEvent;

/**
 * A login as the desk keeps it.
 *
 * @param number its number in the order in which logins were taken, from 1
 * @param id its name, which verdicts are about
 * @param event as it is kept: with pseudonyms where those are kept
 * @param scored whether the model scores logins like it
 * @param score higher = more anomalous; NaN where it is not scored
 * @param threshold above it, the login is flagged; NaN where it is not scored
 * @param alert whether it raised an alert
 * @param bundle id of the bundle that scored it
 * @param reasons a JSON array of {@code feature}, {@code share} and {@code text}
 */
public record DeskLogin(
        long number,
        String id,
        LoginEvent event,
        boolean scored,
        double score,
        double threshold,
        boolean alert,
        String bundle,
        String reasons) {}
