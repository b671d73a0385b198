/**
 * From logins to rows of numbers: views (a login, a minute, an address or user), features and how they are requested,
 * fitted and encoded, and the same as a DataVec process and as nodes of an ONNX graph.
 *
 * <p>A new feature or encoding belongs here; one that looks at earlier logins in {@code feature.history}. Uses {@code event}
 * and {@code onnx}; nothing else of Octet sees DataVec.
 */
package dev.octet.feature;
