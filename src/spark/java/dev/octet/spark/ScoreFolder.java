package dev.octet.spark;

import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * A folder of Parquet files. On the driver's file system it gets its name when it is complete; elsewhere Spark's committer
 * writes {@code _SUCCESS} last.
 *
 * @param option what the user named it with, for messages
 * @param name on any file system that Spark knows
 */
record ScoreFolder(String option, String name) {
    /** The path on the driver's file system; empty where the name is of another. */
    static Optional<Path> local(String name) {
        int colon = name.indexOf(':');
        if (colon < 2) { // none, or the drive of a Windows path
            return Optional.of(Path.of(name).toAbsolutePath());
        }
        return name.startsWith("file:") ? Optional.of(Path.of(URI.create(name))) : Optional.empty();
    }

    /** The folder of one batch of a stream. */
    ScoreFolder ofBatch(long batch) {
        return new ScoreFolder(option, name + "/batch=" + batch);
    }

    /** Refuses a folder or a file that is there. */
    void requireFree(SparkSession session) {
        Optional<Path> local = local(name);
        if (local.isPresent() ? Files.exists(local.get()) : LogPlan.isThere(name, session)) {
            throw taken();
        }
    }

    private InputException taken() {
        return new InputException(option + " " + name + " exists already; name a new folder, or remove it first");
    }

    /** Writes the rows to a folder that is not there. */
    void write(Dataset<Row> rows) throws IOException {
        Optional<Path> local = local(name);
        if (local.isEmpty()) {
            rows.write().mode(SaveMode.ErrorIfExists).parquet(name);
        } else {
            write(rows, local.get(), TemporaryFile.beside(local.get()));
        }
    }

    /** Writes rows that an earlier process may have written, completely or not. */
    void writeAgain(Dataset<Row> rows) throws IOException {
        Optional<Path> local = local(name);
        if (local.isEmpty()) {
            rows.write().mode(SaveMode.Overwrite).parquet(name);
        } else if (!Files.exists(local.get())) {
            Path unfinished = local.get().resolveSibling("." + local.get().getFileName() + ".tmp");
            TemporaryFile.deleteTree(unfinished);
            write(rows, local.get(), unfinished);
        }
    }

    private void write(Dataset<Row> rows, Path target, Path temporary) throws IOException {
        Files.createDirectories(target.getParent());
        try {
            rows.write().mode(SaveMode.ErrorIfExists).parquet(temporary.toUri().toString());
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw taken();
        } finally {
            TemporaryFile.deleteTree(temporary);
        }
    }
}
