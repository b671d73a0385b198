package dev.octet.simulate;

import static dev.octet.simulate.Browser.CHROME;
import static dev.octet.simulate.Browser.CHROME_MOBILE;
import static dev.octet.simulate.Browser.EDGE;
import static dev.octet.simulate.Browser.FIREFOX;
import static dev.octet.simulate.Browser.IE_MOBILE;
import static dev.octet.simulate.Browser.IRON;
import static dev.octet.simulate.Browser.KAI;
import static dev.octet.simulate.Browser.METAJOB_BOT;
import static dev.octet.simulate.Browser.MIUI;
import static dev.octet.simulate.Browser.OPERA_MOBILE;
import static dev.octet.simulate.Browser.SNAPCHAT;
import static dev.octet.simulate.Browser.STARTME_BOT;
import static dev.octet.simulate.Browser.VLC;
import static dev.octet.simulate.Browser.WEB_VIEW;
import static dev.octet.simulate.Browser.ZIPPP_BOT;
import static dev.octet.simulate.Browser.ZOOM_BOT;
import static dev.octet.simulate.Platform.CHROMECAST;
import static dev.octet.simulate.Platform.CHROME_OS;
import static dev.octet.simulate.Platform.FEDORA;
import static dev.octet.simulate.Platform.IOS;
import static dev.octet.simulate.Platform.KAI_OS;
import static dev.octet.simulate.Platform.MAC;
import static dev.octet.simulate.Platform.WINDOWS_PHONE;

/**
 * What people and programs log in with: device type, operating system, browser, its share of the rows of real accounts and
 * of the bin. Shares are split by hand so that both together give the published rows: device types (urva, khoa, pram),
 * browser and system families (seed, figures), devices of successes (urva, badong0's bar chart).
 */
enum DeviceModel {
    MAC_CHROME("desktop", MAC, CHROME, false, 26.5, 8.1),
    MAC_FIREFOX("desktop", MAC, FIREFOX, false, 2.0, 0.4),
    MAC_EDGE("desktop", MAC, EDGE, false, 1.2, 0.1),
    MAC_IRON("desktop", MAC, IRON, false, 0.4, 0.05),
    CHROMEBOOK("desktop", CHROME_OS, CHROME, true, 4.2, 1.7),
    CAST("desktop", CHROMECAST, CHROME, true, 2.0, 0.95),
    FEDORA_FIREFOX("desktop", FEDORA, FIREFOX, false, 0.04, 0.02),
    IPHONE_CHROME("mobile", IOS, CHROME_MOBILE, true, 20, 19),
    IPAD_ANDROID("mobile", IOS, Browser.ANDROID, true, 3.5, 7.6),
    IPHONE_FIREFOX("mobile", IOS, FIREFOX, true, 4.5, 4.8),
    IPHONE_WEB_VIEW("mobile", IOS, WEB_VIEW, true, 3, 1.9),
    IPHONE_OPERA("mobile", IOS, OPERA_MOBILE, true, 2, 1.7),
    IPHONE_DESKTOP_CHROME("mobile", IOS, CHROME, true, 1.5, 0.95),
    ANDROID_CHROME("mobile", Platform.ANDROID, CHROME_MOBILE, true, 11.5, 10.5),
    ANDROID_WEB_VIEW("mobile", Platform.ANDROID, WEB_VIEW, true, 3, 3.5),
    ANDROID_ANDROID("mobile", Platform.ANDROID, Browser.ANDROID, true, 4.5, 4.8),
    ANDROID_FIREFOX("mobile", Platform.ANDROID, FIREFOX, true, 2, 2.4),
    ANDROID_OPERA("mobile", Platform.ANDROID, OPERA_MOBILE, true, 2, 2.7),
    ANDROID_DESKTOP_CHROME("mobile", Platform.ANDROID, CHROME, true, 0.3, 2.9),
    ANDROID_MIUI("mobile", Platform.ANDROID, MIUI, false, 0.4, 0.5),
    ANDROID_SNAPCHAT("mobile", Platform.ANDROID, SNAPCHAT, false, 0.3, 0.3),
    IPAD_CHROME("tablet", IOS, CHROME_MOBILE, true, 2, 1.4),
    ANDROID_TABLET("tablet", Platform.ANDROID, CHROME_MOBILE, true, 1.1, 0.8),
    LUMIA("mobile", WINDOWS_PHONE, IE_MOBILE, false, 1.2, 1.9),
    KAI_PHONE("mobile", KAI_OS, KAI, false, 0.7, 1.05),
    UNNAMED("unknown", Platform.OTHER, Browser.OTHER, false, 0.1, 0.85),
    NO_DEVICE("", Platform.ANDROID, WEB_VIEW, true, 0.005, 0.005),
    ZIPPP("bot", Platform.OTHER, ZIPPP_BOT, false, 0, bot(0)),
    STARTME("bot", Platform.OTHER, STARTME_BOT, false, 0, bot(1)),
    ZOOM("bot", Platform.OTHER, ZOOM_BOT, false, 0, bot(2)),
    METAJOB("bot", Platform.OTHER, METAJOB_BOT, false, 0, bot(3)),
    VLC_PLAYER("unknown", Platform.OTHER, VLC, false, 0, bot(4));

    final String type;
    final Platform platform;
    final Browser browser;
    /** Written in the data set's generated style: two blanks after {@code Mozilla/5.0}, a parenthesis left open. */
    final boolean generated;

    final double realShare;
    final double binShare;

    DeviceModel(String type, Platform platform, Browser browser, boolean generated, double realShare, double binShare) {
        this.type = type;
        this.platform = platform;
        this.browser = browser;
        this.generated = generated;
        this.realShare = realShare;
        this.binShare = binShare;
    }

    private static double bot(int index) {
        return 100 * Published.BOT_ROWS[index] / Published.BIN_ROWS;
    }

    private static final DeviceModel[] MODELS = values();
    private static final Weighted REAL = weights(true);
    private static final Weighted BIN = weights(false);

    static DeviceModel real(long bits) {
        return MODELS[REAL.pick(bits)];
    }

    static DeviceModel bin(long bits) {
        return MODELS[BIN.pick(bits)];
    }

    private static Weighted weights(boolean real) {
        double[] weights = new double[MODELS.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = real ? MODELS[i].realShare : MODELS[i].binShare;
        }
        return new Weighted(weights);
    }
}
