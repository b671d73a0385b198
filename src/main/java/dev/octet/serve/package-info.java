/**
 * The service: logins scored one by one over HTTP or as a log grows, with a history that outlives the process, and
 * what analysts say of its alerts.
 *
 * <p>What is stored, and how it is restored: {@link dev.octet.serve.LiveScorer}. The HTTP interface: {@code
 * src/main/resources/dev/octet/serve/openapi.json}.
 */
package dev.octet.serve;
