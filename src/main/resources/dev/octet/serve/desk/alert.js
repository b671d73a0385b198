// One alert: what happened, why it was flagged, what is around it, and what people say of it.
import {h, byId, button} from "./elements.js";
import {get, Refused} from "./server.js";
import {count, FIELDS, moment, number, place, shortened, span, VERDICTS} from "./words.js";
import {loginTable, timeline} from "./timeline.js";
import {verdictChip} from "./queue.js";

export class AlertView {
  constructor(desk) {
    this.desk = desk;
    this.alert = null;
    this.wanted = null;
    this.note = "";
    this.whole = false;
  }

  /** Loads an alert; focus goes to it where somebody has opened it. */
  async load(id, focus) {
    const changed = this.wanted !== id;
    this.wanted = id;
    if (changed) {
      this.note = "";
    }
    let alert;
    try {
      alert = await get("/v1/alerts/" + encodeURIComponent(id));
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      if (error.status === 401) {
        this.desk.problem(error);
      } else if (this.wanted === id) {
        this.alert = null;
        byId("alert").replaceChildren(h("p", {class: "empty"}, error.message));
      }
      return;
    }
    if (this.wanted !== id) {
      return;
    }
    if (changed) {
      this.whole = false;
    }
    this.alert = alert;
    this.draw();
    if (focus) {
      byId("alert").focus({preventScroll: true});
      byId("alert").scrollTop = 0;
      if (document.body.classList.contains("showing-alert")) {
        scrollTo({top: 0});
      }
    }
  }

  close() {
    this.alert = null;
    this.wanted = null;
    byId("alert").replaceChildren(h("p", {class: "empty"}, "Choose an alert: click it, or press j and Enter."));
  }

  /** The alerts that a verdict is about now. */
  judged() {
    return this.whole ? this.alert.campaign_alerts : [this.alert];
  }

  toggleWhole() {
    if (this.alert && this.alert.campaign_alerts.length > 1) {
      this.whole = !this.whole;
      this.draw();
    }
  }

  draw() {
    const alert = this.alert;
    const login = alert.login;
    byId("alert").replaceChildren(
      h("div", {class: "alert-head"},
        button("\u2190 Alerts", () => this.desk.back(), {class: "back"}),
        h("h2", {}, login.user === undefined ? "User not known" : shortened(login.user, 120)),
        h("p", {class: "sentence"}, alert.sentence),
        h("p", {class: "note"}, "Score " + number(alert.score) + ", threshold " + number(alert.threshold) + ", login ",
          h("span", {class: "mono"}, alert.id), alert.verdict ? [" ", verdictChip(alert.verdict)] : null),
        h("p", {class: "note technique"}, "Looks like: ", button(alert.technique.label,
          () => this.desk.filterBy("technique", alert.technique.key), {class: "link", title: "Alerts that look like this"}),
          ". " + alert.technique.about + " ATT&CK " + alert.technique.mitre + ".")),
      this.verdicts(),
      this.reasons(),
      h("section", {}, h("h3", {}, "What is new for this user"), this.newValues()),
      h("section", {}, h("h3", {}, "The user\u2019s last " + count(alert.user_logins.length, "login", "logins")), timeline(alert),
        alert.user_logins.length ? h("details", {}, h("summary", {}, "As a table"), loginTable(alert)) : null),
      h("section", {class: "columns"}, this.neighbours("address", "The address", "ip"), this.neighbours("network", "The network", "network")),
      this.campaign(),
      this.record());
  }

  verdicts() {
    const alert = this.alert;
    const can = this.desk.session.judges;
    const many = alert.campaign_alerts.length;
    const note = h("input", {type: "text", id: "note", maxlength: 2000, placeholder: "Note (optional)", autocomplete: "off",
      "aria-label": "Note", oninput: event => { this.note = event.target.value; }});
    note.value = this.note;
    const wholeBox = h("input", {type: "checkbox", id: "whole", onchange: event => { this.whole = event.target.checked; }});
    wholeBox.checked = this.whole;
    const latest = alert.verdicts[0];
    return h("section", {class: "judge", "aria-label": "Verdict"},
      can ? h("div", {class: "verdict-buttons", role: "group", "aria-label": "Say what it was"},
        [["takeover", "Takeover", "t"], ["benign", "Benign", "b"], ["unsure", "Not sure", "n"]].map(([verdict, text, key]) =>
          h("button", {type: "button", class: "verdict-" + verdict + "-button", "data-verdict": verdict,
            "aria-pressed": String(alert.verdict === verdict), "aria-keyshortcuts": key,
            onclick: () => this.desk.judge(verdict)}, text, h("kbd", {"aria-hidden": "true"}, key))),
        h("button", {type: "button", id: "undo", "aria-keyshortcuts": "u", disabled: !this.desk.canUndo(),
          onclick: () => this.desk.undo()}, "Undo", h("kbd", {"aria-hidden": "true"}, "u"))) : null,
      can ? h("div", {class: "toolbar"}, note,
        many > 1 ? h("label", {}, wholeBox, "all " + many + " of the campaign ", h("kbd", {"aria-hidden": "true"}, "g")) : null)
        : h("p", {class: "note"}, "This token may only read."),
      latest ? h("ul", {class: "said"}, alert.verdicts.slice(0, 5).map(each => h("li", {},
        h("strong", {}, VERDICTS[each.verdict] || each.verdict), " by " + (each.by || "somebody") + ", " + moment(each.said) + " UTC",
        each.note ? [": ", h("q", {}, each.note)] : null))) : null);
  }

  reasons() {
    const reasons = this.alert.reasons;
    return h("section", {}, h("h3", {}, "Why it was flagged"), reasons.length
      ? h("ul", {class: "shares wide reasons"}, reasons.map(reason => h("li", {},
        h("button", {type: "button", class: "link share-name", title: "Alerts with this reason",
          onclick: () => this.desk.filterBy("reason", reason.feature)}, reason.text),
        h("progress", {value: reason.share, max: 1, "aria-label": "share of the score"}),
        h("span", {class: "share-value"}, Math.round(100 * reason.share) + " %"))))
      : h("p", {class: "note"}, "The bundle gives no reasons."));
  }

  newValues() {
    const values = this.alert.new_values.filter(each => each.among > 0);
    if (!values.length) {
      return h("p", {class: "note"}, "No earlier successful login of this user is kept to compare with.");
    }
    return h("table", {class: "traits"},
      h("thead", {}, h("tr", {}, h("th", {scope: "col"}, "Field"), h("th", {scope: "col"}, "This login"),
        h("th", {scope: "col", class: "num"}, "In earlier logins"))),
      h("tbody", {}, values.map(each => h("tr", {},
        h("th", {scope: "row"}, FIELDS[each.field] || each.field), h("td", {}, shortened(each.value, 120)),
        h("td", {class: "num" + (each.same === 0 ? " never" : "")}, each.same === 0 ? "never in " + each.among : each.same + " of " + each.among)))));
  }

  neighbours(name, title, filter) {
    const around = this.alert[name];
    const value = name === "address" ? this.alert.login.ip : this.alert.login.asn;
    if (!around) {
      return h("div", {}, h("h3", {}, title), h("p", {class: "note"}, "Not known."));
    }
    return h("div", {class: "neighbours"},
      h("h3", {}, title + " ", button(name === "network" ? "AS " + value : value, () => this.desk.filterBy(filter, value),
        {class: "link", title: "Alerts of this " + name})),
      h("p", {}, "On " + around.day + ": " + count(around.logins, "login", "logins") + ", " + around.failures + " failed, "
        + count(around.users, "user", "users") + ", " + count(around.alerts, "alert", "alerts") + "."),
      h("table", {class: "traits"},
        h("thead", {}, h("tr", {}, ["User", "Logins", "Failed", "Alerts"].map((text, i) =>
          h("th", {scope: "col", class: i ? "num" : null}, text)))),
        h("tbody", {}, around.most.slice(0, 8).map(each => h("tr", {},
          h("th", {scope: "row"}, each.user ? button(shortened(each.user, 40), () => this.desk.filterBy("user", each.user),
            {class: "link", title: "Alerts of this user"}) : "not known"),
          h("td", {class: "num"}, each.logins), h("td", {class: "num"}, each.failures), h("td", {class: "num"}, each.alerts))))));
  }

  campaign() {
    const others = this.alert.campaign_alerts;
    if (others.length < 2) {
      return null;
    }
    const users = new Set(others.map(each => each.login.user)).size;
    const network = new Set(others.map(each => each.login.asn)).size === 1 && others[0].login.asn !== undefined
      ? ", network AS " + others[0].login.asn : "";
    return h("section", {}, h("h3", {}, "Its campaign"),
      h("p", {}, count(others.length, "login", "logins") + network + ", " + count(users, "user", "users") + ", "
        + span(others[0].time, others[others.length - 1].time) + ". ",
        button("Show them", () => this.desk.filterBy("campaign", this.alert.campaign), {class: "link"})),
      h("ul", {class: "logins"}, others.slice(0, 20).map(each => h("li", {class: each.id === this.alert.id ? "this-login" : null},
        h("time", {datetime: each.time}, moment(each.time)),
        button(shortened(each.login.user || "user not known", 40), () => this.desk.open(each.id), {class: "link"}),
        h("span", {class: "muted"}, [place(each.login), each.login.ip].filter(text => text).join(" \u00b7 ")),
        each.verdict ? verdictChip(each.verdict) : null))),
      others.length > 20 ? h("p", {class: "note"}, "And " + (others.length - 20) + " more.") : null);
  }

  record() {
    const login = this.alert.login;
    const filters = {user: "user", ip: "ip", asn: "network", country: "country"};
    const copy = form => button("Copy as " + form.toUpperCase(), () => this.desk.copy(this.alert.copies[form], form.toUpperCase()));
    return h("section", {}, h("h3", {}, "The login"),
      h("dl", {class: "facts"}, Object.keys(login).flatMap(name => [
        h("dt", {}, FIELDS[name] || name),
        h("dd", {}, filters[name]
          ? button(shortened(String(login[name]), 300), () => this.desk.filterBy(filters[name], login[name]), {class: "link", title: "Alerts with this value"})
          : name === "success" ? (login.success ? "success" : "failure") : shortened(String(login[name]), 600))])),
      h("div", {class: "toolbar"}, copy("ocsf"), copy("ecs")),
      h("details", {}, h("summary", {}, "Raw record"), h("pre", {tabindex: 0}, JSON.stringify(login, null, 2))));
  }
}
