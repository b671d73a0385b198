package dev.octet.run;

import dev.octet.feature.FloatMatrix;
import java.util.BitSet;

/**
 * Rows of one span that a detector did not and will not learn from.
 *
 * @param rows as the detector sees them
 * @param attacks which of them are labelled an attack
 * @param days share of the span's length that goes with them
 */
public record HeldOut(FloatMatrix rows, BitSet attacks, double days) {}
