package dev.octet.simulate;

/** Browser families, and the programs that call themselves none, with their name in the browser column. */
enum Browser {
    CHROME("Chrome"),
    CHROME_MOBILE("Chrome Mobile"),
    WEB_VIEW("Chrome Mobile WebView"),
    ANDROID("Android"),
    FIREFOX("Firefox"),
    OPERA_MOBILE("Opera Mobile"),
    EDGE("Edge"),
    IRON("Iron"),
    MIUI("MiuiBrowser"),
    SNAPCHAT("Snapchat"),
    IE_MOBILE("IE Mobile"),
    KAI("Firefox Mobile"),
    ZIPPP_BOT("ZipppBot"),
    STARTME_BOT("startmebot"),
    ZOOM_BOT("ZoomBot"),
    METAJOB_BOT("MetaJobBot"),
    VLC("VLC"),
    OTHER("1Password");

    final String label;

    Browser(String label) {
        this.label = label;
    }
}
