/**
 * A second stage that learns from verdicts: a Bayesian logistic regression over a detector's score and its columns, whose
 * prior is the label-free score. Without a verdict the score is exactly the label-free one.
 */
package dev.octet.detect.learn;
