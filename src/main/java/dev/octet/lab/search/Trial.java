package dev.octet.lab.search;

import java.util.List;
import java.util.OptionalLong;

/**
 * One training of one candidate.
 *
 * @param candidate its number; 0 is the one that the search begins with, those drawn count from 1
 * @param values a text for each dimension; none for candidate 0
 * @param rung from 0; a candidate of a later rung goes on from where it was on the rung before
 * @param epochs of this rung in all
 * @param deadline {@link System#nanoTime()} after which training is to stop; none where there is no limit
 */
public record Trial(int candidate, List<String> values, int rung, int epochs, OptionalLong deadline) {}
