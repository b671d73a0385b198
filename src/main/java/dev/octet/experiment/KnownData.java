package dev.octet.experiment;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The public data sets that shipped configs name: what {@code data/README.md} says, for a message. */
enum KnownData {
    RBA(
            "rba-dataset.csv",
            "the RBA data set (9 GB): download rba-dataset.zip (1.1 GB) from https://zenodo.org/records/6782156 and"
                    + " unpack rba-dataset.csv into ${OCTET_DATA}/rba/"),
    MOLIN_LOG("logs_2018.csv", molin("logs_2018.csv")),
    MOLIN_ATTACKS("hackers_2018.csv", molin("hackers_2018.csv"));

    private static String molin(String file) {
        return "of Molin, Hands-On Data Analysis with Pandas, 2nd edition: download ch_11/logs/" + file
                + " from https://github.com/stefmolin/Hands-On-Data-Analysis-with-Pandas-2nd-edition to"
                + " ${OCTET_DATA}/molin-logins/";
    }

    private final String fileName;
    private final String source;

    KnownData(String fileName, String source) {
        this.fileName = fileName;
        this.source = source;
    }

    static String howToGet(Path path) {
        return Arrays.stream(values())
                .filter(known -> path.getFileName().toString().equals(known.fileName))
                .map(known -> ". It is " + known.source)
                .collect(Collectors.joining());
    }
}
