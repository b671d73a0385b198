// The threshold: what another one would do, apply it, take it back; and learning from verdicts.
import {h, s, byId, button} from "./elements.js";
import {get, post, remove, query, Refused} from "./server.js";
import {count, number, whole} from "./words.js";

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 64;
const BOTTOM = 36;

export class ModelView {
  constructor(desk) {
    this.desk = desk;
    this.curve = null;
    this.at = 0;
  }

  async load() {
    const page = byId("page-model");
    if (!this.curve) {
      page.replaceChildren(h("h1", {}, "Threshold"), h("p", {class: "lead"}, "Reading the scores\u2026"));
    }
    try {
      this.curve = await get("/v1/desk/threshold");
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      this.desk.problem(error);
      page.replaceChildren(h("h1", {}, "Threshold"), h("p", {class: "empty"}, error.message));
      return;
    }
    this.at = this.present();
    this.draw();
  }

  present() {
    const points = this.curve.points;
    const at = points.findIndex(point => point.threshold >= this.curve.threshold);
    return at < 0 ? Math.max(0, points.length - 1) : at;
  }

  draw() {
    const curve = this.curve;
    const page = byId("page-model");
    if (!curve.points.length) {
      page.replaceChildren(h("h1", {}, "Threshold"), h("p", {class: "empty"}, "No score is kept yet. Come back when logins have been scored."));
      return;
    }
    const slider = h("input", {type: "range", id: "slider", min: 0, max: curve.points.length - 1, step: 1,
      "aria-label": "Threshold", oninput: event => this.move(Number(event.target.value))});
    slider.value = this.at;
    const can = this.desk.session.judges;
    page.replaceChildren(
      h("h1", {}, "Threshold"),
      h("p", {class: "lead"}, "A login above it is an alert. Move it to see what it would have done to the "
        + count(curve.scores, "score", "scores") + " that are kept"
        + (curve.days ? " (" + number(curve.days) + " days)" : "") + ". Logins that nobody judged count as normal."),
      h("figure", {}, h("figcaption", {}, "Alerts a day by threshold"), this.plot()),
      h("div", {class: "slider"}, h("span", {class: "muted"}, "more alerts"), slider, h("span", {class: "muted"}, "fewer alerts")),
      h("div", {class: "scroll"}, h("table", {class: "figures few"},
        h("thead", {}, h("tr", {}, ["", "Threshold", "Alerts", "Alerts a day", "Known takeovers found", "Known false alarms"].map((text, i) =>
          h("th", {scope: "col", class: i ? "num" : null}, text)))),
        h("tbody", {}, h("tr", {id: "row-now"}), h("tr", {id: "row-then"})))),
      h("p", {class: "note"}, "Mostly logins that were flagged are judged, so verdicts say little about takeovers below the present threshold."),
      can ? h("div", {class: "toolbar"},
        button("Apply this threshold", () => this.apply(), {id: "apply", class: "primary"}),
        curve.can_take_back ? button("Take the last model back", () => this.takeBack(), {id: "take-back"}) : null)
        : h("p", {class: "note"}, "This token may only read."),
      h("p", {class: "note"}, "Applying writes a new bundle beside the present one, verifies it, and scores with it from the next login on."),
      h("section", {id: "learning"}, h("h2", {}, "Learning from verdicts"),
        h("p", {class: "lead"}, "Learning changes the order of logins, not only the threshold. It scores the watched log again, which takes a while."),
        button("Show what it would change", () => this.learning(), {id: "learn-show"})));
    this.move(this.at);
  }

  rowOf(name, point) {
    const curve = this.curve;
    return [h("th", {scope: "row"}, name), h("td", {class: "num"}, number(point.threshold)), h("td", {class: "num"}, whole(point.alerts)),
      h("td", {class: "num"}, point.alerts_per_day === null ? "\u2013" : number(point.alerts_per_day)),
      h("td", {class: "num"}, point.known_takeovers_found + " of " + curve.known_takeovers),
      h("td", {class: "num"}, point.known_false_alarms + " of " + curve.known_benign)];
  }

  move(at) {
    this.at = at;
    const point = this.curve.points[at];
    byId("row-now").replaceChildren(...this.rowOf("now", this.curve.points[this.present()]));
    byId("row-then").replaceChildren(...this.rowOf("then", point));
    byId("slider").setAttribute("aria-valuetext", "threshold " + number(point.threshold) + ", " + count(point.alerts, "alert", "alerts"));
    const marker = byId("marker");
    if (marker) {
      marker.setAttribute("x1", this.x(at));
      marker.setAttribute("x2", this.x(at));
    }
    const apply = byId("apply");
    if (apply) {
      apply.disabled = at === this.present();
    }
  }

  x(at) {
    return LEFT + at / Math.max(1, this.curve.points.length - 1) * (WIDTH - LEFT - 10);
  }

  plot() {
    const points = this.curve.points;
    const value = point => point.alerts_per_day === null ? point.alerts : point.alerts_per_day;
    const most = Math.max(1e-9, ...points.map(value));
    const y = v => 10 + (1 - Math.log1p(v) / Math.log1p(most)) * (HEIGHT - BOTTOM - 10);
    const line = points.map((point, i) => (i ? "L" : "M") + this.x(i).toFixed(1) + " " + y(value(point)).toFixed(1)).join("");
    const ticks = [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000].filter(tick => tick <= most);
    const labels = [0, 0.25, 0.5, 0.75, 1].map(share => Math.round(share * (points.length - 1))).filter((at, i, all) => all.indexOf(at) === i);
    return s("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", role: "img", "aria-label": "Alerts a day fall as the threshold rises"},
      ...ticks.map(tick => s("line", {x1: LEFT, x2: WIDTH - 10, y1: y(tick), y2: y(tick), class: "grid"})),
      ...ticks.map(tick => s("text", {x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end"}, whole(tick))),
      ...labels.map((at, i) => s("text", {x: this.x(at), y: HEIGHT - 12, "text-anchor": i === 0 ? "start" : i === labels.length - 1 ? "end" : "middle"},
        number(points[at].threshold))),
      s("path", {d: line, class: "line s0"}),
      s("line", {x1: this.x(this.present()), x2: this.x(this.present()), y1: 10, y2: HEIGHT - BOTTOM, class: "expected"}),
      s("text", {x: Math.min(WIDTH - 60, this.x(this.present()) + 6), y: 22}, "now"),
      s("line", {id: "marker", x1: this.x(this.at), x2: this.x(this.at), y1: 10, y2: HEIGHT - BOTTOM, class: "threshold"}));
  }

  async change(what, done) {
    try {
      const made = await what();
      this.desk.say(done(made));
      this.curve = null;
      await this.load();
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      this.desk.problem(error);
      if (error.status === 409) {
        await this.load();
      }
    }
  }

  apply() {
    const point = this.curve.points[this.at];
    return this.change(() => post("/v1/desk/threshold", {threshold: point.threshold, bundle: this.curve.bundle}),
      made => "Now scoring with " + made.directory + ", threshold " + number(made.threshold) + ".");
  }

  takeBack() {
    return this.change(() => remove("/v1/desk/threshold" + query({bundle: this.curve.bundle})),
      made => "Taken back: scoring with " + made.directory + ", threshold " + number(made.threshold) + ".");
  }

  async learning() {
    const section = byId("learning");
    section.replaceChildren(h("h2", {}, "Learning from verdicts"), h("p", {class: "lead", role: "status"}, "Scoring the log again\u2026"));
    let found;
    try {
      found = await get("/v1/desk/learning");
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      found = {reason: error.message};
    }
    if (found.reason) {
      section.replaceChildren(h("h2", {}, "Learning from verdicts"), h("p", {class: "empty"}, found.reason));
      return;
    }
    const percent = share => share === null ? "an unknown share" : number(100 * share) + " %";
    section.replaceChildren(h("h2", {}, "Learning from verdicts"),
      h("p", {}, count(found.logins, "login", "logins") + " scored, " + found.verdicts + " of them judged: "
        + count(found.takeovers, "takeover", "takeovers") + ", " + found.benign + " benign."),
      h("p", {}, "On verdicts that it did not learn from, " + percent(found.ordered_before)
        + " of the pairs of a takeover and a benign login are ordered rightly before, " + percent(found.ordered_after) + " after."),
      h("table", {class: "figures few"}, h("thead", {}, h("tr", {}, h("th", {scope: "col"}, "Term"), h("th", {scope: "col", class: "num"}, "Change"))),
        h("tbody", {}, found.terms.slice(0, 12).map(term => h("tr", {}, h("th", {scope: "row"}, term.term),
          h("td", {class: "num"}, (term.change > 0 ? "+" : "") + number(term.change)))))),
      found.passed && this.desk.session.judges
        ? button("Apply what was learnt", () => this.change(() => post("/v1/desk/learning", {bundle: this.curve.bundle}),
          made => "Now scoring with " + made.directory + "."), {class: "primary"})
        : h("p", {class: "note"}, found.passed ? "This token may only read." : "It is not better on verdicts that it did not learn from, so it cannot be applied."));
  }
}
