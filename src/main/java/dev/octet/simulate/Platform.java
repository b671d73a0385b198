package dev.octet.simulate;

/**
 * Operating systems with their versions. The leading weights are av2's top strings (n = 85,141: iOS 11.2.6 12,630, iOS 13.4
 * 9,525, iOS 14.2.1 2,346, Mac OS X 10.14.6 12,190, 11.6.3 4,176, Android 4.1 5,048, 2.2 3,299, 13.0 3,116, 6.0.99 2,546)
 * against the family's rows; the rest is ours.
 */
enum Platform {
    IOS(
            "iOS",
            new String[] {
                "11.2.6", "13.4", "14.2.1", "7.1", "8.2", "12.1.4", "14.4", "10.3.3", "9.3.5", "13.3.1", "15.0",
                "14.0.1"
            },
            41,
            31,
            7.6,
            5,
            4,
            3,
            3,
            2,
            1.4,
            1,
            0.6,
            0.4),
    ANDROID(
            "Android",
            new String[] {
                "4.1", "2.2", "13.0", "6.0.99", "10.0.99", "9.0", "8.0.0", "7.1.2", "11.0", "5.1.1", "10.0", "4.4.2",
                "7.0", "8.1.0", "2.3.4", "12.0"
            },
            22,
            14.6,
            13.8,
            11.3,
            7,
            6,
            5,
            4.5,
            4,
            3,
            3,
            2,
            1.5,
            1.3,
            0.6,
            0.4),
    MAC(
            "Mac OS X",
            new String[] {"10.14.6", "11.6.3", "10.15.7", "10.13.6", "10.12.6", "10.11.6"},
            70,
            24,
            3,
            1.6,
            0.9,
            0.5),
    CHROME_OS(
            "Chrome OS",
            new String[] {"13020.67.3", "5978.98.0", "12739.105.0", "13099.110.0", "12499.66.0"},
            5,
            3,
            2,
            1,
            1),
    CHROMECAST("Chromecast", new String[] {"1.36.159268", "1.42.172094", "1.49.196439"}, 6, 2, 1),
    WINDOWS_PHONE("Windows Phone", new String[] {"8.1", "8.0", "10.0"}, 7, 2, 1),
    KAI_OS("KaiOS", new String[] {"2.5", "2.5.1", "2.5.2", "1.0"}, 6, 2, 1, 1),
    FEDORA("Fedora", new String[] {"31", "32"}, 1, 1),
    /** The file writes {@code Other } with a trailing blank. */
    OTHER("Other", new String[] {""}, 1);

    final String label;
    final String[] versions;
    final Weighted weights;

    Platform(String label, String[] versions, double... weights) {
        this.label = label;
        this.versions = versions;
        this.weights = new Weighted(weights);
    }
}
