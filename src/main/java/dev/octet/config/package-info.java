/**
 * The config language: keys with their types, defaults and descriptions, the YAML that they are read from, the messages
 * for what is wrong in it, and the reference page that is generated from them. A new key belongs here; what a run does
 * with its value does not. Uses the floors below (events, features, detectors, evaluation, simulation), never
 * {@code run}.
 */
package dev.octet.config;
