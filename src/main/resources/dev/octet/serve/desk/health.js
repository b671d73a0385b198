// How well logins are scored.
import {h, byId} from "./elements.js";
import {get, Refused} from "./server.js";
import {moment} from "./words.js";

export class HealthView {
  constructor(desk) {
    this.desk = desk;
  }

  async load() {
    const page = byId("page-health");
    let health;
    try {
      health = await get("/v1/desk/health");
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      this.desk.problem(error);
      page.replaceChildren(h("h1", {}, "Health"), h("p", {class: "empty"}, error.message));
      return;
    }
    const bad = health.facts.filter(fact => !fact.ok).length;
    page.replaceChildren(h("h1", {}, "Health"),
      h("p", {class: "banner" + (bad ? " warning" : "")}, bad === 0 ? "All in range." : bad === 1 ? "One thing needs a look." : bad + " things need a look."),
      h("div", {class: "tiles health"}, health.facts.map(fact => h("div", {class: "tile" + (fact.ok ? "" : " out"), "data-key": fact.key},
        h("div", {class: "tile-name"}, fact.title, fact.ok ? null : h("span", {class: "chip attack"}, "look")),
        h("div", {class: "tile-value"}, fact.value),
        h("div", {class: "tile-more"}, fact.text)))),
      h("p", {class: "note"}, "Model " + health.model + ", bundle " + health.bundle + ". As of " + moment(health.at) + " UTC."));
  }
}
