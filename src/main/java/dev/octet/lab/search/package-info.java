/**
 * The search for good settings: a space of numbers and choices, candidates drawn from it by Arbiter's generators, and the
 * runner that trains them, stops early, and goes on after a kill. What a candidate is and how it is scored is for the
 * caller to say; nothing here knows a config or a detector.
 */
package dev.octet.lab.search;
