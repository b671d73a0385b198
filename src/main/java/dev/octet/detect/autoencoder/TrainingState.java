package dev.octet.detect.autoencoder;

/**
 * Where a training stands after an epoch: all that the rest of it depends on besides its configuration and its rows.
 * The order of an epoch's rows follows from the seed and the epoch's number, so no generator has a state to keep.
 *
 * @param epoch epochs done
 * @param learningRate of the next epoch
 * @param bestLoss lowest validation loss so far, infinite before the first epoch
 * @param sinceBest epochs since then
 * @param sinceReduced epochs without improvement since the learning rate was last reduced
 * @param finished whether no further epoch is to come
 * @param steps optimiser steps taken
 * @param parameters of the network
 * @param optimizerState what its optimiser remembers
 * @param best parameters at the lowest validation loss
 */
record TrainingState(
        int epoch,
        double learningRate,
        double bestLoss,
        int sinceBest,
        int sinceReduced,
        boolean finished,
        int steps,
        float[] parameters,
        float[] optimizerState,
        float[] best) {}
