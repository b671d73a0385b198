/**
 * The autoencoder: learns to rebuild normal rows through a narrow layer; a row that it rebuilds badly is anomalous.
 *
 * <p>Deeplearning4j defines, initialises and trains the network, and nothing outside this package sees it. A trained
 * {@link dev.octet.detect.autoencoder.AutoencoderDetector} does not need it any more.
 */
package dev.octet.detect.autoencoder;
