// The list of alerts: live, grouped, filtered.
import {h, byId, button} from "./elements.js";
import {get, query, Refused} from "./server.js";
import {count, moment, number, place, shortened, span, whole, VERDICTS} from "./words.js";

const PAGE = 50;
const FILTERS = ["technique", "reason", "network", "country", "since", "until", "user", "ip", "campaign"];
const CHOSEN = ["technique", "reason", "network", "country"];
const NAMES = {technique: "technique", reason: "reason", network: "network AS", country: "country", since: "from", until: "until", user: "user", ip: "address", campaign: "campaign"};

export class Queue {
  /** @param desk is told of what is chosen, opened and judged */
  constructor(desk) {
    this.desk = desk;
    this.state = "open";
    this.filter = {};
    this.rows = [];
    this.chosen = null;
    this.limit = PAGE;
    this.wanted = 0;
    for (const tab of document.querySelectorAll("[data-state]")) {
      tab.addEventListener("click", () => this.show(tab.dataset.state));
    }
    byId("order").addEventListener("change", () => this.begin());
    byId("group").addEventListener("change", () => this.begin());
    let typing;
    byId("search").addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => this.begin(), 200);
    });
    for (const name of CHOSEN) {
      byId("filter-" + name).addEventListener("change", event => this.filterBy(name, event.target.value));
    }
    for (const name of ["since", "until"]) {
      byId("filter-" + name).addEventListener("change", event =>
        this.filterBy(name, event.target.value ? new Date(event.target.value + "Z").toISOString() : ""));
    }
    byId("more").addEventListener("click", () => {
      this.limit = Math.min(500, this.limit + PAGE);
      this.load();
    });
    byId("arrived").addEventListener("click", () => {
      byId("arrived").hidden = true;
      scrollTo({top: 0});
    });
  }

  show(state) {
    this.state = state;
    for (const tab of document.querySelectorAll("[data-state]")) {
      tab.setAttribute("aria-pressed", String(tab.dataset.state === state));
    }
    this.begin();
  }

  filterBy(name, value) {
    if (value === "" || value === undefined) {
      delete this.filter[name];
    } else {
      this.filter[name] = String(value);
    }
    const control = byId("filter-" + name);
    if (control && control.tagName === "SELECT") {
      if (value && ![...control.options].some(option => option.value === String(value))) {
        control.append(h("option", {value}, String(value)));
      }
      control.value = value || "";
    } else if (control && !value) {
      control.value = "";
    }
    this.begin();
  }

  begin() {
    this.limit = PAGE;
    return this.load();
  }

  parameters() {
    return {...this.filter, q: byId("search").value.trim()};
  }

  /** What alerts are grouped by: campaign, technique or nothing. */
  get grouping() {
    const by = byId("group").value;
    return this.filter[by] ? (by === "technique" ? "campaign" : "") : by;
  }

  /** How a value of a filter is called. */
  called(name, value) {
    const known = name === "technique" && (this.techniques || []).find(each => each.value === value);
    return known ? known.label : shortened(value, 60);
  }

  /** Loads the list; what another call has asked for since is not drawn over. */
  async load() {
    const wanted = ++this.wanted;
    let tree;
    try {
      tree = await get("/v1/alerts" + query({
        ...this.parameters(), state: this.state, order: byId("order").value, limit: this.limit, group: this.grouping
      }));
      if (this.state !== "all") {
        tree.counts = (await get("/v1/alerts" + query({...this.parameters(), limit: 0}))).counts;
      }
    } catch (error) {
      if (error instanceof Refused) {
        this.desk.problem(error);
        return;
      }
      throw error;
    }
    if (wanted !== this.wanted) {
      return;
    }
    this.draw(tree);
  }

  draw(tree) {
    const focused = document.activeElement && document.activeElement.closest && document.activeElement.closest("#queue li");
    const before = new Set(this.rows.map(row => row.key));
    this.rows = tree.techniques ? tree.techniques.map(row => ({key: "t" + row.technique.key, alert: row.head, group: row}))
      : tree.campaigns ? tree.campaigns.map(row => ({key: "c" + row.campaign, alert: row.head, group: row}))
        : tree.alerts.map(row => ({key: "a" + row.number, alert: row, group: null}));
    // a list that is grouped otherwise than before has nothing new
    const alike = this.rows.length > 0 && [...before].some(key => key[0] === this.rows[0].key[0]);
    byId("queue").replaceChildren(...this.rows.map(row => this.item(row, alike && !before.has(row.key))));
    for (const tab of document.querySelectorAll("[data-state]")) {
      tab.querySelector(".count").textContent = whole(tree.counts[tab.dataset.state]);
    }
    const total = tree.counts[this.state];
    const shown = this.rows.reduce((sum, row) => sum + (row.group ? row.group.alerts : 1), 0);
    byId("more").hidden = shown >= total || this.limit >= 500 || this.rows.length < this.limit;
    byId("queue-empty").hidden = this.rows.length > 0;
    byId("queue-empty").textContent = tree.counts.all === 0 && Object.keys(this.parameters()).length <= 1 && !byId("search").value
      ? "No alert has come yet. They appear here by themselves."
      : this.state === "open" ? "Nothing is open here." : "No alert fits.";
    this.rate(tree);
    this.choices(tree.choices);
    this.chips();
    if (!this.rows.some(row => row.key === this.chosen)) {
      const same = this.rows.find(row => row.alert.id === this.desk.opened);
      this.chosen = same ? same.key : null;
    }
    this.mark(Boolean(focused));
  }

  rate(tree) {
    const came = tree.newest_login
      ? count(tree.alerts_of_last_day, "alert", "alerts") + " in the last day of the log (until " + moment(tree.newest_login) + " UTC)"
      : "No login has come yet";
    byId("rate").textContent = came
      + (tree.expected_per_day === null || tree.expected_per_day === undefined ? "." : "; the model expects " + number(tree.expected_per_day) + " a day.");
  }

  choices(choices) {
    this.techniques = choices.technique;
    for (const name of CHOSEN) {
      const select = byId("filter-" + name);
      if (select === document.activeElement) {
        continue;
      }
      const value = this.filter[name] || "";
      const known = choices[name].map(each => each.value || each);
      const values = value && !known.includes(value) ? [value, ...known] : known;
      select.replaceChildren(h("option", {value: ""}, "any"),
        ...values.map(each => h("option", {value: each}, (name === "network" ? "AS " : "") + this.called(name, each))));
      select.value = value;
    }
  }

  chips() {
    byId("chips").replaceChildren(...FILTERS.filter(name => this.filter[name]).map(name => h("li", {},
      button([NAMES[name] + " " + this.called(name, this.filter[name]), " \u00d7"], () => this.filterBy(name, ""),
        {class: "chip-button", "aria-label": "Remove the filter " + NAMES[name] + " " + this.called(name, this.filter[name])}))));
    const set = FILTERS.filter(name => this.filter[name]).length;
    byId("filters").querySelector("summary").textContent = set ? "Filter (" + set + ")" : "Filter";
  }

  item(row, isNew) {
    const {alert, group} = row;
    if (group && group.technique) {
      return this.technique(row, isNew);
    }
    const login = alert.login;
    const many = group && group.alerts > 1;
    const reason = alert.reasons.length ? alert.reasons[0].text : "";
    const label = (many ? count(group.alerts, "alert", "alerts") + ", " : "") + (login.user || "user not known")
      + (alert.verdict ? ", " + VERDICTS[alert.verdict] : "");
    return h("li", {"data-key": row.key, class: "row" + (isNew ? " fresh" : "") + (alert.verdict && !many ? " is-judged" : "")},
      h("button", {type: "button", class: "row-open", "aria-label": "Open: " + label, onclick: () => this.open(row)},
        h("span", {class: "row-head"},
          h("span", {class: "row-user"}, login.user === undefined ? "user not known" : shortened(login.user, 80)),
          h("span", {class: "row-score num", title: "score"}, number(alert.score))),
        h("span", {class: "row-where"}, [place(login), login.ip].filter(text => text).join(" \u00b7 ")),
        reason ? h("span", {class: "row-why clamp"}, reason) : null,
        h("span", {class: "row-foot"},
          h("time", {datetime: alert.time}, moment(alert.time)),
          h("span", {class: "chip", title: alert.technique.about}, alert.technique.label),
          many ? h("span", {class: "chip attack"}, [
            count(group.alerts, "alert", "alerts"), count(group.users, "user", "users"),
            count(group.addresses, "address", "addresses"), span(group.first, group.last)].join(", ")) : null,
          many && group.open < group.alerts ? h("span", {class: "chip"}, count(group.open, "open", "open")) : null,
          alert.verdict && !many ? verdictChip(alert.verdict) : null)));
  }

  /** All alerts that look alike; they are listed when it is chosen. */
  technique(row, isNew) {
    const {group} = row;
    return h("li", {"data-key": row.key, class: "row" + (isNew ? " fresh" : "")},
      h("button", {type: "button", class: "row-open", "aria-label": "List: " + group.technique.label + ", " + count(group.alerts, "alert", "alerts"),
        onclick: () => this.open(row)},
        h("span", {class: "row-head"},
          h("span", {class: "row-user"}, group.technique.label),
          h("span", {class: "row-score num", title: "highest score"}, number(group.highest))),
        h("span", {class: "row-why"}, group.technique.about),
        h("span", {class: "row-foot"},
          h("time", {datetime: group.last}, moment(group.last)),
          h("span", {class: "chip attack"}, [count(group.alerts, "alert", "alerts"), count(group.users, "user", "users"),
            count(group.networks, "network", "networks")].join(", ")),
          group.open < group.alerts ? h("span", {class: "chip"}, count(group.open, "open", "open")) : null,
          h("span", {class: "muted"}, "ATT&CK " + group.technique.mitre))));
  }

  row() {
    return this.rows.find(row => row.key === this.chosen) || null;
  }

  /** Goes to another row: 1 for the next, -1 for the one before. */
  move(step) {
    if (!this.rows.length) {
      return;
    }
    const at = this.rows.findIndex(row => row.key === this.chosen);
    const next = at < 0 ? 0 : Math.min(this.rows.length - 1, Math.max(0, at + step));
    this.chosen = this.rows[next].key;
    this.mark(true);
  }

  mark(focus) {
    for (const item of byId("queue").children) {
      const chosen = item.dataset.key === this.chosen;
      item.classList.toggle("chosen", chosen);
      item.firstElementChild.setAttribute("aria-current", String(chosen));
      if (chosen && focus) {
        item.firstElementChild.focus();
        item.scrollIntoView({block: "nearest"});
      }
    }
  }

  open(row = this.row()) {
    if (row && row.group && row.group.technique) {
      this.filterBy("technique", row.group.technique.key);
    } else if (row) {
      this.chosen = row.key;
      this.mark(false);
      this.desk.open(row.alert.id);
    }
  }
}

export function verdictChip(verdict) {
  return h("span", {class: "chip " + (verdict === "takeover" ? "attack" : verdict === "benign" ? "good" : "")}, VERDICTS[verdict] || verdict);
}
