package dev.octet.evaluate;

import java.util.List;

/**
 * Figures that were published, beside the same figures measured here.
 *
 * @param method the method, e.g. {@code local-outlier-factor}
 * @param rows what it was trained and tested on
 * @param quantity what the figures are, e.g. {@code tn / fp / fn / tp}
 * @param published as published; none where a figure is only ours
 * @param ours ours, in the same order; with {@code seeds}, one a seed instead
 * @param seeds whether {@code ours} is one published figure over several seeds
 * @param agrees whether ours are the published ones, to the precision or within the range that {@code note} names
 * @param note what the comparison rests on, or how the two differ; may be empty
 */
public record ReproducedFigure(
        String method,
        String rows,
        String quantity,
        List<Double> published,
        List<Double> ours,
        boolean seeds,
        boolean agrees,
        String note) {
    public ReproducedFigure {
        published = List.copyOf(published);
        ours = List.copyOf(ours);
    }
}
