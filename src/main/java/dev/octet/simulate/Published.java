package dev.octet.simulate;

/**
 * Published aggregate numbers of the RBA data set (das-group/rba-dataset, Wiefling, Jørgensen, Thunem, Lo Iacono 2022,
 * "Pump Up Password Security! Evaluating and Enhancing Risk-Based Authentication on a Real-World Large-Scale Online
 * Service", ACM TOPS; CC BY 4.0) that the simulator draws from. Each names the repository that published it:
 *
 * <ul>
 *   <li>das: das-group/rba-dataset, README.md and images
 *   <li>seed: otuemre/ML-SIEM, notebooks/01_EDA.ipynb (full set; figures read by pixel)
 *   <li>khoa: KhoaPTIT/do-an-test, docs/rba-data-card.md, rba-features.md, rba-evaluation.md (full set or weighted sample)
 *   <li>urva: urvashiritu/MAJOR-PAIN-ATE-, dataset_scan_report.md (full set)
 *   <li>elf: elfahad98/ato-fraud-detection-mlp, notebooks/Notebook.ipynb (1 % sample)
 *   <li>av1, av2: Avillegasa/pred_models, EDA_Suspicious_Login_RBA.ipynb, eda_reduced_report.txt (samples)
 * </ul>
 */
final class Published {
    private Published() {}

    /** Rows, khoa and urva. */
    static final long ROWS = 31_269_264;
    /** Rows of the bin of unknown accounts and its successes, urva. */
    static final long BIN_ROWS = 14_025_899;

    static final int BIN_SUCCESSES = 4;
    static final long BIN_USER = -4324475583306591935L;
    /** The retrying client, without a success, from four addresses, khoa. */
    static final long CLIENT_USER = 6998943612473066845L;

    static final long CLIENT_ROWS = 70_028;
    static final int CLIENT_ADDRESSES = 4;
    /** Rows of real accounts and the client: everything outside the bin, urva. */
    static final double REAL_SHARE = (ROWS - BIN_ROWS - CLIENT_ROWS) / (double) ROWS;

    static final double CLIENT_SHARE = CLIENT_ROWS / (double) ROWS;

    /** First and last stamp in milliseconds since 1970 as if the log's clock were UTC, khoa: 2020-02-03 12:43:30.772, 2021-02-28 23:59:58. */
    static final long FIRST_MILLIS = 1_580_733_810_772L;

    static final long LAST_MILLIS = 1_614_556_798_000L;
    static final long DAY_MILLIS = 86_400_000;
    /** Midnight before the first stamp. */
    static final long ORIGIN_MILLIS = FIRST_MILLIS - FIRST_MILLIS % DAY_MILLIS;

    static final int DAYS = (int) ((LAST_MILLIS - ORIGIN_MILLIS) / DAY_MILLIS) + 1;

    /** Successes and failures a day, weekly means from Monday 2020-02-03 on (elf's 1 % daily plot times 100, +-3 %). */
    static final int[] SUCCESSES_PER_DAY = {
        34500, 35500, 34800, 35800, 33500, 32300, 32500, 32900, 34300, 28400, 32400, 32600, 31400, 32700, 33200, 30000,
        29900, 31400, 31000, 35300, 34400, 35800, 31700, 31700, 30700, 29700, 29700, 30600, 31800, 34900, 33600, 32300,
        31500, 32000, 34100, 33200, 33500, 31100, 31300, 31400, 32100, 33700, 33600, 33500, 32500, 30200, 28200, 29200,
        30700, 32100, 33000, 31200, 30100, 29600, 27500, 26400
    };

    static final int[] FAILURES_PER_DAY = {
        37900, 42100, 40600, 39600, 37900, 35500, 38700, 39900, 42400, 41100, 41300, 38800, 41300, 40800, 39200, 37200,
        36300, 37400, 37200, 39500, 40300, 42100, 40700, 40100, 40000, 37300, 37300, 37900, 39400, 40900, 40300, 40000,
        40400, 39200, 42000, 41000, 40700, 39800, 48700, 49900, 53300, 78500, 97900, 92200, 59700, 56500, 85800, 94500,
        99200, 62600, 51900, 51900, 50800, 47900, 49600, 54000
    };

    /** Failures of existing accounts for one success, urva: (17,243,365 - 12,541,438) / 12,541,438. */
    static final double REAL_FAILURES_PER_SUCCESS = 0.3749;

    /** Rows by weekday from Monday on, seed (figure, +-7,000). */
    static final double[] WEEKDAY = {4673, 4766, 4659, 4633, 4433, 3979, 4126};

    /** Rows by hour of day in hundreds, seed (figure, +-3,000 rows). */
    static final double[] HOUR = {
        4392, 5334, 6591, 7324, 8529, 10414, 13242, 15389, 16594, 17274, 17170, 16960, 17222, 17955, 18531, 18688,
        18531, 17379, 16175, 15651, 12771, 9314, 6434, 4811
    };

    /** Successes a minute by hour of day, das (median over days, figure, +-1). */
    static final double[] HOUR_SUCCESS = {
        4.7, 5.5, 6.4, 7.8, 9.8, 14.5, 22.5, 28.9, 31.8, 33.5, 32.7, 32.2, 32.2, 32.2, 32.2, 32.5, 33.2, 32.3, 32.0,
        31.2, 25.6, 17.6, 10.7, 6.5
    };

    /** Takeovers by hour of day, seed and av1 (all 141). */
    static final double[] HOUR_TAKEOVER = {6, 3, 1, 1, 2, 4, 6, 5, 4, 6, 9, 9, 7, 11, 3, 7, 6, 11, 11, 6, 6, 7, 3, 7};

    /** Real accounts by number of rows, 1 to 9; khoa: 1,707,596 have one, 2,229,338 have two to nine, q50 2, q75 4. */
    static final double[] ROWS_PER_USER = {0.397, 0.185, 0.112, 0.072, 0.048, 0.036, 0.027, 0.0205, 0.0175};

    /** Share of accounts with at least so many rows; khoa: q90 9, q95 13, q99 28 and 367,923 accounts with ten or more. */
    static final int[] TAIL_ROWS = {10, 14, 29};

    static final double[] TAIL_SHARE = {0.085, 0.05, 0.01};

    /** Takeovers by country, seed and av1 (all 141). */
    static final String[] TAKEOVER_COUNTRY = {
        "RO", "NO", "BR", "CA", "ID", "IT", "DK", "CL", "LV", "CZ", "MZ", "NL", "AR", "RE", "SK"
    };

    static final double[] TAKEOVER_COUNTRY_ROWS = {79, 10, 9, 9, 9, 7, 5, 3, 3, 2, 1, 1, 1, 1, 1};

    /** Takeovers by operating system, av1: Mac OS X, Android, iOS, Chrome OS, Chromecast. */
    static final double[] TAKEOVER_OS = {112, 11, 10, 5, 3};

    /** Takeovers by the victim's earlier successes, khoa: none (54 of all 140), one to four, five or more (of 130). */
    static final double[] TAKEOVER_HISTORY = {54 / 140.0, 86 / 140.0 * 50 / 84, 86 / 140.0 * 34 / 84};

    static final double TAKEOVER_ATTACK_IP = 77 / 141.0;
    static final double TAKEOVER_SUCCESS = 140 / 141.0;
    /** Takeovers that repeat the address of another one, khoa: 86 takeovers from 71 addresses in the first window. */
    static final double TAKEOVER_SAME_ADDRESS = 15 / 86.0;

    /** Share of rows whose region and city are both "-", urva; then region "-" with a city, empty region, empty city. */
    static final double PLACE_UNKNOWN = 13_895_698.0 / ROWS;

    static final double REGION_UNKNOWN = 117_683.0 / ROWS;
    static final double REGION_EMPTY = 47_409.0 / ROWS;
    static final double CITY_EMPTY = 8_590.0 / ROWS;

    /** Round-trip times in milliseconds: shares and values; min, quartiles, max, rows over 60 s, mean 664 (urva); the rest is ours. */
    static final double[] RTT_SHARE = {0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.95, 0.995, 0.9999381, 1};

    static final double[] RTT_MILLIS = {8, 150, 395, 474, 544, 697, 1150, 2300, 60000, 223457};

    /** Bin rows of a device that gives itself away by name, urva: ZipppBot, startmebot, ZoomBot, MetaJobBot, VLC. */
    static final double[] BOT_ROWS = {1_662_964, 321_325, 19_570, 7_437, 708_927};
}
