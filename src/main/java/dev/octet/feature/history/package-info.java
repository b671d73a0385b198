/**
 * What earlier logins say about a login: a bounded, saveable memory of users, networks and devices, and the features
 * computed from it. {@link dev.octet.feature.history.LoginHistory} is for attempts, {@link
 * dev.octet.feature.history.PairHistory} for windows; {@link dev.octet.feature.history.HistoryFeature} lists the
 * features.
 */
package dev.octet.feature.history;
