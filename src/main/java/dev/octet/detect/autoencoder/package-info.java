/**
 * The autoencoder: learns to rebuild normal rows through a narrow layer; a row that it rebuilds badly is anomalous.
 *
 * <p>Deeplearning4j defines and initialises the network, and nothing outside this package sees it. It also trains it, or
 * leaves that to the fused engine, whose gradients are held equal to its own. A trained
 * {@link dev.octet.detect.autoencoder.AutoencoderDetector} does not need it any more.
 */
package dev.octet.detect.autoencoder;
