/** Detectors that are sums of history features: nothing to train, and the yardstick for everything that is. */
package dev.octet.detect.surprise;
