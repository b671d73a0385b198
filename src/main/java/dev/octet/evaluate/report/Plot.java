package dev.octet.evaluate.report;

import java.util.List;
import java.util.Locale;

/**
 * A plot as SVG: two axes and what is drawn between them, in the order of the calls. Colours come from the page's style
 * sheet by class. Not thread-safe.
 */
final class Plot {
    private static final int LEFT = 66;
    private static final int RIGHT = 20;
    private static final int TOP = 38;
    private static final int BOTTOM = 60;
    private static final int LANE = 20;

    private final String title;
    private final String description;
    private final int width;
    private final int height;
    private final int lanes;
    private final Axis x;
    private final Axis y;
    private final Markup inside = new Markup();

    /** A plot of half the page's width. */
    static Plot half(String title, String description, Axis x, Axis y) {
        return new Plot(title, description, 520, 340, 0, x, y);
    }

    /**
     * A plot of the page's whole width.
     *
     * @param lanes rows for marks between the plot and its horizontal axis' ticks
     */
    static Plot wide(String title, String description, int lanes, Axis x, Axis y) {
        return new Plot(title, description, 1080, 250 + lanesHeight(lanes), lanes, x, y);
    }

    private Plot(String title, String description, int width, int height, int lanes, Axis x, Axis y) {
        this.title = title;
        this.description = description;
        this.width = width;
        this.height = height;
        this.lanes = lanes;
        this.x = x;
        this.y = y;
    }

    private double px(double value) {
        return LEFT + x.place(value) * (width - LEFT - RIGHT);
    }

    private int base() {
        return height - BOTTOM - lanesHeight(lanes);
    }

    private static int lanesHeight(int lanes) {
        return lanes == 0 ? 0 : LANE * lanes + 6;
    }

    private double py(double value) {
        return base() - y.place(value) * (base() - TOP);
    }

    /** Joins points by straight lines. */
    Plot line(String style, String series, List<double[]> points) {
        if (points.isEmpty()) {
            return this;
        }
        StringBuilder path = new StringBuilder();
        String before = "";
        for (double[] point : points) {
            String here = Numbers.at(px(point[0])) + " " + Numbers.at(py(point[1]));
            if (!here.equals(before)) {
                path.append(path.isEmpty() ? "M" : "L").append(here);
            }
            before = here;
        }
        inside.open("path", "class", "line " + style, "data-series", series, "d", path.toString())
                .close();
        return this;
    }

    /**
     * A dot with a text that shows when it is pointed at.
     *
     * @param series that it comes and goes with, {@code null} for none
     */
    Plot dot(String style, String series, double atX, double atY, double radius, String text) {
        inside.open(
                        "circle",
                        "class",
                        style,
                        "data-series",
                        series,
                        "cx",
                        Numbers.at(px(atX)),
                        "cy",
                        Numbers.at(py(atY)),
                        "r",
                        Numbers.at(radius))
                .element("title", text)
                .close();
        return this;
    }

    /** A bar from the bottom. */
    Plot bar(String style, double fromX, double toX, double upTo, String text) {
        double left = px(fromX);
        double right = px(toX);
        double top = py(upTo);
        if (base() - top < 0.05) {
            return this;
        }
        double gap = right - left > 4 ? 0.5 : 0;
        inside.open(
                        "rect",
                        "class",
                        style,
                        "x",
                        Numbers.at(left + gap),
                        "y",
                        Numbers.at(top),
                        "width",
                        Numbers.at(Math.max(1, right - left - 2 * gap)),
                        "height",
                        Numbers.at(base() - top))
                .element("title", text)
                .close();
        return this;
    }

    /**
     * Many bars from the bottom as one shape, which is small.
     *
     * @param bars each from, to and height
     */
    Plot bars(String style, List<double[]> bars) {
        StringBuilder path = new StringBuilder();
        for (double[] bar : bars) {
            double left = px(bar[0]);
            path.append('M').append(Numbers.at(left)).append(' ').append(base());
            path.append('V').append(Numbers.at(py(bar[2])));
            path.append('H')
                    .append(Numbers.at(Math.max(left + 1, px(bar[1]))))
                    .append('V')
                    .append(base())
                    .append('z');
        }
        inside.open("path", "class", "bars " + style, "d", path.toString()).close();
        return this;
    }

    /** Marks a rectangle, with a text in its corner. */
    Plot region(String style, double fromX, double toX, double fromY, double toY, String text) {
        double left = px(fromX);
        double top = py(toY);
        double right = px(toX);
        inside.open(
                        "rect",
                        "class",
                        style,
                        "x",
                        Numbers.at(left),
                        "y",
                        Numbers.at(top),
                        "width",
                        Numbers.at(Math.max(1.5, right - left)),
                        "height",
                        Numbers.at(py(fromY) - top))
                .element("title", text)
                .close();
        return this;
    }

    /** A vertical line with a text at its top. */
    Plot vertical(String style, double at, String text) {
        double left = px(at);
        boolean toTheLeft = x.place(at) > 0.6;
        inside.open("path", "class", style, "d", "M" + Numbers.at(left) + " " + (TOP - 2) + "V" + base())
                .close();
        inside.element(
                "text",
                text,
                "class",
                "mark",
                "x",
                Numbers.at(left + (toTheLeft ? -6 : 6)),
                "y",
                Integer.toString(TOP + 12),
                "text-anchor",
                toTheLeft ? "end" : "start");
        return this;
    }

    /** A mark in a lane under the plot, at least two units wide. */
    Plot mark(int lane, String style, double fromX, double toX, String text) {
        double left = px(fromX);
        double wide = Math.max(2.5, px(toX) - left);
        inside.open(
                        "rect",
                        "class",
                        style,
                        "x",
                        Numbers.at(left),
                        "y",
                        Integer.toString(base() + 10 + LANE * lane),
                        "width",
                        Numbers.at(wide),
                        "height",
                        "14")
                .element("title", text)
                .close();
        return this;
    }

    /** Names a lane. */
    Plot lane(int lane, String name) {
        inside.element(
                "text",
                name,
                "class",
                "tick",
                "x",
                Integer.toString(LEFT - 8),
                "y",
                Integer.toString(base() + 22 + LANE * lane),
                "text-anchor",
                "end");
        return this;
    }

    /** Writes the plot. */
    void writeTo(Markup page) {
        page.open(
                "svg",
                "class",
                "plot",
                "role",
                "img",
                "viewBox",
                "0 0 " + width + " " + height,
                "aria-label",
                title + ". " + description,
                "data-x",
                data(x),
                "data-y",
                data(y),
                "data-frame",
                LEFT + " " + (width - RIGHT) + " " + TOP + " " + base());
        StringBuilder grid = new StringBuilder();
        for (Axis.Tick tick : x.ticks()) {
            grid.append('M')
                    .append(Numbers.at(px(tick.value())))
                    .append(' ')
                    .append(TOP)
                    .append('V')
                    .append(base());
        }
        for (Axis.Tick tick : y.ticks()) {
            grid.append('M').append(LEFT).append(' ').append(Numbers.at(py(tick.value())));
            grid.append('H').append(width - RIGHT);
        }
        page.open("path", "class", "grid", "d", grid.toString()).close();
        page.open("path", "class", "axis", "d", "M" + LEFT + " " + base() + "H" + (width - RIGHT))
                .close();
        for (Axis.Tick tick : x.ticks()) {
            page.element(
                    "text",
                    tick.text(),
                    "class",
                    "tick x",
                    "x",
                    Numbers.at(px(tick.value())),
                    "y",
                    Integer.toString(height - BOTTOM + 25),
                    "text-anchor",
                    "middle");
        }
        for (Axis.Tick tick : y.ticks()) {
            page.element(
                    "text",
                    tick.text(),
                    "class",
                    "tick",
                    "x",
                    Integer.toString(LEFT - 8),
                    "y",
                    Numbers.at(py(tick.value()) + 4.5),
                    "text-anchor",
                    "end");
        }
        page.element(
                "text",
                x.label(),
                "class",
                "label",
                "x",
                Integer.toString(width - RIGHT),
                "y",
                Integer.toString(height - 10),
                "text-anchor",
                "end");
        page.element("text", y.label(), "class", "label", "x", "4", "y", "18");
        page.open("g", "class", "inside").ours(inside.toString()).close();
        page.close().line();
    }

    /** What the page's script needs to read values off the plot. */
    private static String data(Axis axis) {
        return axis.low() + " " + axis.high() + " " + axis.scale().name().toLowerCase(Locale.ROOT);
    }
}
