package dev.octet.detect.baseline;

/**
 * (x - mean) / population standard deviation in double precision; a constant column is only centred.
 *
 * @param means of the training rows
 * @param deviations 1 for a constant column
 */
record Standardiser(double[] means, double[] deviations) {

    static Standardiser of(DistinctRows rows, int width) {
        double[] means = new double[width];
        double[] deviations = new double[width];
        int total = rows.place().length;
        for (int j = 0; j < width; j++) {
            double sum = 0;
            for (int i = 0; i < rows.size(); i++) {
                sum += (double) rows.counts()[i] * rows.values()[i * width + j];
            }
            means[j] = sum / total;
            double squares = 0;
            for (int i = 0; i < rows.size(); i++) {
                double difference = rows.values()[i * width + j] - means[j];
                squares += rows.counts()[i] * difference * difference;
            }
            deviations[j] = squares == 0 ? 1 : Math.sqrt(squares / total);
        }
        return new Standardiser(means, deviations);
    }

    void apply(float[] rows, int row, double[] target, int at) {
        for (int j = 0; j < means.length; j++) {
            target[at + j] = (rows[row + j] - means[j]) / deviations[j];
        }
    }
}
