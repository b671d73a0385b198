package dev.octet.serve;

import dev.octet.event.LoginEvent;
import java.util.Optional;

/**
 * A login handed in to be scored.
 *
 * @param event the login; its row is not set yet
 * @param id the client's name for it, so that handing it in again changes nothing
 */
record Submission(LoginEvent event, Optional<String> id) {}
