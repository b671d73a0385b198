package dev.octet.config;

import java.nio.file.Path;
import java.util.Arrays;

/** The public data sets that shipped configs name, for the message where one is missing; data/README.md says the same. */
enum KnownData {
    RBA(
            "rba-dataset.csv",
            "It is the RBA data set (9 GB): download rba-dataset.zip (1.1 GB) from https://zenodo.org/records/6782156 and"
                    + " unpack rba-dataset.csv"),
    MOLIN_LOG("logs_2018.csv", molin("logs_2018.csv")),
    MOLIN_ATTACKS("hackers_2018.csv", molin("hackers_2018.csv"));

    private final String fileName;
    private final String source;

    KnownData(String fileName, String source) {
        this.fileName = fileName;
        this.source = source;
    }

    private static String molin(String file) {
        return "It belongs to Molin, Hands-On Data Analysis with Pandas, 2nd edition: download ch_11/logs/" + file
                + " from https://github.com/stefmolin/Hands-On-Data-Analysis-with-Pandas-2nd-edition";
    }

    /** How to get a missing file; for a file that is not known, how to name another. */
    static String howToGet(String key, Path missing) {
        return Arrays.stream(values())
                .filter(known -> missing.endsWith(known.fileName))
                .findFirst()
                .map(known -> known.source + " to " + missing
                        + ", or set OCTET_DATA to where you keep such files; see data/README.md")
                .orElse("Give another with --set " + key + "=FILE");
    }
}
