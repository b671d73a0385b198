package dev.octet.simulate;

/**
 * A device with its software as one login shows it; writes the user agent, browser and system columns. Mutable and reused
 * for the rows of one writer. Not thread-safe.
 *
 * <p>A browser's {@code release} is a number on one calendar for everybody (about one every 20 days, 0 at the start of
 * the log), so that people share user agents and all change them over time.
 */
final class Agent {
    /** Milliseconds from one release to the next. */
    static final long RELEASE_MILLIS = 20 * Published.DAY_MILLIS;

    static final int OLDEST_RELEASE = -12;

    private static final int NOISE_NONE = 0;
    private static final String[] CHROME_VERSIONS = {
        "46.0.2490",
        "58.0.3029",
        "63.0.3239",
        "66.0.3359",
        "69.0.3497",
        "70.0.3538",
        "71.0.3578",
        "72.0.3626",
        "73.0.3654",
        "74.0.3729",
        "76.0.3809",
        "78.0.3904",
        "79.0.3945",
        "79.0.3945",
        "80.0.3987",
        "80.0.3987",
        "81.0.4044",
        "81.0.4044",
        "83.0.4103",
        "83.0.4103",
        "84.0.4147",
        "84.0.4147",
        "85.0.4183",
        "85.0.4183",
        "86.0.4240",
        "86.0.4240",
        "87.0.4280",
        "87.0.4280",
        "88.0.4324",
        "88.0.4324",
        "89.0.4389",
        "89.0.4389",
        "90.0.4430"
    };
    private static final String[] ANDROID_PHONES = {
        "Galaxy Nexus Build/JRN84D",
        "SM-G960F Build/R16NW",
        "SM-G973F",
        "Pixel 3 Build/QQ2A.200305.002",
        "Redmi 4A Build/N2G47H",
        "Moto G (5) Plus Build/OPS27.82-19-4",
        "SM-A520F Build/NRD90M",
        "HUAWEI P20 Build/HUAWEIEML-L29",
        "Nexus 5 Build/MRA58N",
        "SM-J530F",
        "ONEPLUS A6013",
        "H8324 Build/51.1.A.9.12",
        "LG-H870 Build/NRD90U",
        "Moto E Build/NMA26.42-169"
    };
    private static final String[] ANDROID_TABLETS = {
        "SM-T580 Build/M1AJQ", "SM-T510", "Nexus 7 Build/LMY47V", "Lenovo TB-X505F", "KFKAWI Build/NS6312"
    };
    private static final Weighted PHONE_WEIGHTS = new Weighted(40, 9, 9, 7, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1);
    private static final Weighted TABLET_WEIGHTS = new Weighted(5, 4, 2, 2, 1);
    private static final String PROJECT_URL = "github.com/das-group/rba-dataset";

    DeviceModel model = DeviceModel.MAC_CHROME;
    int version;
    int hardware;
    int release;
    /** 0 for none; else a number that fixes the trailing noise of the generated agents. */
    int noise;

    /** Draws the parts of a device that stay: system version, hardware, noise. */
    void own(DeviceModel device, Draw draw) {
        model = device;
        version = device.platform.weights.pick(draw.next());
        Weighted hardwareWeights = device.type.equals("tablet") ? TABLET_WEIGHTS : PHONE_WEIGHTS;
        hardware = hardwareWeights.pick(draw.next());
        noise = drawNoise(draw);
    }

    /** About one device in five shows noise of its own, some of it shared. */
    static int drawNoise(Draw draw) {
        double u = draw.unit();
        if (u < 0.8) {
            return NOISE_NONE;
        }
        return u < 0.86 ? 1 + draw.below(200) : 1_000 + draw.below(900_000);
    }

    /** The release that is newest at a time. */
    static int currentRelease(long millis) {
        return (int) Math.floorDiv(millis - Published.ORIGIN_MILLIS, RELEASE_MILLIS);
    }

    void copy(Agent other) {
        model = other.model;
        version = other.version;
        hardware = other.hardware;
        release = other.release;
        noise = other.noise;
    }

    private String chrome() {
        return CHROME_VERSIONS[Math.max(0, Math.min(CHROME_VERSIONS.length - 1, release + 12))];
    }

    /** Every second release of a family is the same version with a fourth part. */
    private void appendVersion(Line line, boolean full) {
        switch (model.browser) {
            case CHROME, CHROME_MOBILE, WEB_VIEW, IRON -> {
                line.add(chrome());
                boolean view = model.browser == Browser.WEB_VIEW;
                if (full || (!view && patched())) {
                    line.add('.').add(patched() ? patch() : 76 + Math.floorMod(release, 60));
                }
                if (own()) {
                    line.add('.').add(noise % 90);
                }
                if (full && patched() && model.platform == Platform.MAC) {
                    line.add('.').add(192 + Math.floorMod(release * 7, 30));
                }
            }
            case ANDROID -> {
                line.add(release % 3 == 0 ? "2.3.4" : "2.3.3");
                if (release % 3 != 0) {
                    line.add('.').add(2_660 + release);
                }
            }
            case FIREFOX -> line.add("20.0.0.").add(1_618 + release);
            case OPERA_MOBILE ->
                line.add("52.").add(1 + Math.floorMod(release, 4)).add('.').add(2_254 + release / 2);
            case EDGE -> line.add(80 + release / 2).add(".0.").add(361 + 12 * release);
            case MIUI ->
                line.add("12.").add(1 + Math.floorMod(release, 6)).add('.').add(5);
            case SNAPCHAT ->
                line.add("10.").add(74 + Math.floorDiv(release, 2)).add(".0.").add(17 + release);
            case IE_MOBILE -> line.add("11.0");
            case KAI -> line.add("48.0");
            case ZIPPP_BOT -> line.add("0.11");
            case STARTME_BOT, ZOOM_BOT -> line.add("1.0");
            case METAJOB_BOT -> line.add("1.2");
            case VLC -> line.add("3.0.0-git");
            case OTHER -> {
                // A few programs write their name alone.
            }
        }
    }

    /** A device of rare make or build, with version numbers of its own. */
    private boolean own() {
        return noise >= 1_000 && noise % 3 == 0;
    }

    private boolean patched() {
        return Math.floorMod(release, 2) == 1;
    }

    private int patch() {
        return (model.browser == Browser.CHROME_MOBILE ? 1_920 : 140) + Math.floorMod(release, 40);
    }

    /** {@code family version}. */
    void appendBrowser(Line line) {
        line.add(model.browser.label);
        if (model.browser != Browser.OTHER) {
            line.add(' ');
            appendVersion(line, false);
        }
    }

    /** {@code family version}; {@code Other } keeps its blank. */
    void appendPlatform(Line line) {
        line.add(model.platform.label).add(' ').add(model.platform.versions[version]);
        if (own() && noise % 4 == 0 && model.platform != Platform.OTHER) {
            line.add('.').add(noise / 4 % 60);
        }
    }

    /** The user agent without quotes. */
    void appendUserAgent(Line line) {
        switch (model.browser) {
            case ZIPPP_BOT -> {
                line.add("Mozilla/5.0 (compatible; ZipppBot/0.11; +https://")
                        .add(PROJECT_URL)
                        .add(')');
                return;
            }
            case STARTME_BOT -> {
                line.add("Mozilla/5.0 (compatible; startmebot/1.0; +https://")
                        .add(PROJECT_URL)
                        .add(')');
                return;
            }
            case ZOOM_BOT -> {
                line.add("ZoomBot (Linkbot 1.0 https://").add(PROJECT_URL).add(')');
                return;
            }
            case METAJOB_BOT -> {
                line.add("Mozilla/5.0 (compatible; MetaJobBot; https://")
                        .add(PROJECT_URL)
                        .add(')');
                return;
            }
            case VLC -> {
                line.add("VLC/3.0.0-git LibVLC/3.0.0-git");
                return;
            }
            case OTHER -> {
                line.add(noise % 5 == 1 ? "1Password" : "1Password/7.4.2 CFNetwork/1121.2.2 Darwin/19.3.0");
                return;
            }
            default -> appendBrowserAgent(line);
        }
    }

    private void appendBrowserAgent(Line line) {
        if (noise > 0 && noise <= 40) {
            line.add("Mozilla/5.0").add(66_704_100L + noise).add(' ');
        }
        line.add("Mozilla/5.0 ");
        if (model.generated) {
            line.add(' ');
        }
        line.add('(');
        appendHardware(line);
        line.add(") ");
        String open = model.generated ? "(KHTML, like Gecko " : "(KHTML, like Gecko) ";
        boolean mobile = !model.type.equals("desktop");
        switch (model.browser) {
            case FIREFOX -> {
                line.add("Gecko/20150101 Firefox/");
                appendVersion(line, true);
                if (model.generated) {
                    line.add(" (Chrome");
                }
            }
            case ANDROID -> {
                line.add("AppleWebKit/533.1 ").add(open).add("Version/4.0 Mobile Safari/533.1");
                line.add(" release/");
                appendVersion(line, true);
            }
            case WEB_VIEW -> {
                line.add("AppleWebKit/537.36 ").add(open).add("Version/4.0 Chrome/");
                appendVersion(line, true);
                line.add(" Mobile Safari/537.36");
            }
            case OPERA_MOBILE -> {
                line.add("AppleWebKit/537.36 ")
                        .add(open)
                        .add("Chrome/")
                        .add(chrome())
                        .add(".117 Mobile Safari/537.36 OPR/");
                appendVersion(line, true);
            }
            case MIUI -> {
                line.add("AppleWebKit/537.36 ")
                        .add(open)
                        .add("Version/4.0 Chrome/71.0.3578.141 Mobile Safari/537.36 XiaoMi/MiuiBrowser/");
                appendVersion(line, true);
                line.add("-go");
            }
            case SNAPCHAT -> {
                line.add("AppleWebKit/605.1.15 ").add(open).add("Snapchat/");
                appendVersion(line, true);
            }
            case EDGE -> {
                line.add("AppleWebKit/537.36 ")
                        .add(open)
                        .add("Chrome/")
                        .add(chrome())
                        .add(".122 Safari/537.36 Edg/");
                appendVersion(line, true);
            }
            case IRON -> {
                line.add("AppleWebKit/537.36 ").add(open).add("Iron Chrome/");
                appendVersion(line, true);
                line.add(" Safari/537.36");
            }
            case IE_MOBILE -> line.add("like Gecko +https://").add(PROJECT_URL);
            case KAI -> line.add("Gecko/48.0 Firefox/48.0 KAIOS/").add(model.platform.versions[version]);
            default -> {
                line.add("AppleWebKit/537.36 ").add(open).add("Chrome/");
                appendVersion(line, true);
                line.add(mobile && model.browser != Browser.CHROME ? " Mobile Safari/537.36" : " Safari/537.36");
            }
        }
        appendNoise(line);
    }

    private void appendHardware(Line line) {
        String os = model.platform.versions[version];
        switch (model.platform) {
            case IOS ->
                line.add(
                                model == DeviceModel.IPAD_ANDROID || model == DeviceModel.IPAD_CHROME
                                        ? "iPad; CPU OS "
                                        : "iPhone; CPU iPhone OS ")
                        .add(os.replace('.', '_'))
                        .add(" like Mac OS X");
            case ANDROID ->
                line.add(model.generated ? "Linux; Android " : "Linux; U; Android ")
                        .add(os)
                        .add("; ")
                        .add(model.type.equals("tablet") ? ANDROID_TABLETS[hardware] : ANDROID_PHONES[hardware]);
            case MAC -> line.add("Macintosh; Intel Mac OS X ").add(os.replace('.', '_'));
            case CHROME_OS ->
                line.add(hardware < 2 ? "X11; CrOS x86_64 " : "X11; CrOS armv7l ")
                        .add(os);
            case CHROMECAST -> line.add("X11; Linux armv7l");
            case WINDOWS_PHONE ->
                line.add("Windows Phone ").add(os).add("; ARM; Trident/7.0; Touch; rv:11.0; NOKIA; Lumia 520");
            case KAI_OS -> line.add("Mobile; NOKIA 8110 4G; rv:48.0");
            case FEDORA -> line.add("X11; Fedora; Linux x86_64; rv:72.0");
            case OTHER -> line.add("compatible");
        }
    }

    private void appendNoise(Line line) {
        if (noise == NOISE_NONE || noise <= 40) {
            return;
        }
        if (noise <= 80) {
            line.add(" PHX/5.0.").add(noise);
        } else if (noise <= 200 || noise % 7 == 0) {
            line.add("/BMhR5lqd-").add(noise).add("/BMhR5lqd-").add(noise);
        } else {
            line.add(" variation/").add(noise);
        }
    }
}
