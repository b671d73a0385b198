package dev.octet.detect.autoencoder;

import dev.octet.event.FramedFile;
import dev.octet.event.InputException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A {@link TrainingState} in a file: plain numbers behind a line that says what it is, with a CRC-32C at the end
 * against truncation and damage. Nothing in it is deserialised into a class.
 *
 * <pre>
 * "octet autoencoder checkpoint 1\n"
 * fingerprint   UTF, of the configuration and the rows that the training belongs to
 * epoch int, learningRate double, bestLoss double, sinceBest int, sinceReduced int, finished boolean, steps int
 * parameters, optimizerState, best: each its length as int and its floats
 * CRC-32C of all before, long
 * </pre>
 */
final class Checkpoint {
    private static final byte[] HEADER = "octet autoencoder checkpoint 1\n".getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final String fingerprint;
    private final NetworkShape shape;

    Checkpoint(Path file, String fingerprint, NetworkShape shape) {
        this.file = file;
        this.fingerprint = fingerprint;
        this.shape = shape;
    }

    /** Replaces the file; a crash leaves the old one. */
    void write(TrainingState state) {
        Path absolute = file.toAbsolutePath();
        try {
            Files.createDirectories(absolute.getParent());
            FramedFile.write(absolute, HEADER, out -> {
                out.writeUTF(fingerprint);
                out.writeInt(state.epoch());
                out.writeDouble(state.learningRate());
                out.writeDouble(state.bestLoss());
                out.writeInt(state.sinceBest());
                out.writeInt(state.sinceReduced());
                out.writeBoolean(state.finished());
                out.writeInt(state.steps());
                write(out, state.parameters());
                write(out, state.optimizerState());
                write(out, state.best());
            });
        } catch (IOException e) {
            throw new InputException(
                    "cannot write the checkpoint " + file + ": " + e + "; check that the folder can be written to", e);
        }
    }

    private static void write(DataOutputStream out, float[] values) throws IOException {
        out.writeInt(values.length);
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    /**
     * The state to go on from; empty where there is no file, or only that of another training that had finished.
     *
     * @throws InputException if the file is damaged, or belongs to another training that had not finished
     */
    Optional<TrainingState> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (!FramedFile.isOf(file, HEADER)) {
                throw refused("is not a checkpoint of this version of Octet");
            }
            return FramedFile.read(file, HEADER, this::read);
        } catch (FramedFile.DamagedException e) {
            throw refused("is damaged or cut off (its checksum does not match)");
        } catch (IOException e) {
            throw new InputException("cannot read the checkpoint " + file + ": " + e, e);
        }
    }

    private Optional<TrainingState> read(DataInputStream in) throws IOException {
        boolean same = in.readUTF().equals(fingerprint);
        int epoch = in.readInt();
        double learningRate = in.readDouble();
        double bestLoss = in.readDouble();
        int sinceBest = in.readInt();
        int sinceReduced = in.readInt();
        boolean finished = in.readBoolean();
        int steps = in.readInt();
        if (!same) {
            if (!finished) {
                throw refused("belongs to an unfinished training with another configuration or other rows");
            }
            for (int array = 0; array < 3; array++) {
                in.skipNBytes((long) in.readInt() * Float.BYTES);
            }
            return Optional.empty();
        }
        float[] parameters = readFloats(in, shape.parameters());
        float[] optimizerState = readFloats(in, 3 * shape.parameters());
        float[] best = readFloats(in, shape.parameters());
        return Optional.of(new TrainingState(
                epoch,
                learningRate,
                bestLoss,
                sinceBest,
                sinceReduced,
                finished,
                steps,
                parameters,
                optimizerState,
                best));
    }

    private float[] readFloats(DataInputStream in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw refused("is damaged (an array of " + length + " numbers where at most " + most + " belong)");
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }

    private InputException refused(String why) {
        return new InputException("the checkpoint " + file + " " + why
                + "; delete it to train from the start, or give another path as autoencoder.checkpoint");
    }
}
