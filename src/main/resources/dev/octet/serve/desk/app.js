// The desk: pages, keys, verdicts, and what others do meanwhile.
import {byId} from "./elements.js";
import {listen, post, remove, Refused, session, signIn} from "./server.js";
import {AlertView} from "./alert.js";
import {HealthView} from "./health.js";
import {ModelView} from "./model.js";
import {Queue} from "./queue.js";
import {count, VERDICTS} from "./words.js";

const HEALTH_EVERY = 15000;

class Desk {
  constructor() {
    this.session = {name: "", judges: false};
    this.opened = null;
    this.done = []; // what can be undone: lists of {id, version, before}
    this.queue = new Queue(this);
    this.view = new AlertView(this);
    this.model = new ModelView(this);
    this.health = new HealthView(this);
    this.page = null;
    this.source = null;
    this.waiting = null;
    addEventListener("hashchange", () => this.route());
    addEventListener("keydown", event => this.key(event));
    byId("sign-in-form").addEventListener("submit", event => {
      event.preventDefault();
      this.signIn();
    });
    byId("sign-out").addEventListener("click", () => this.signOut());
    byId("keys-open").addEventListener("click", () => byId("keys").showModal());
    byId("keys-close").addEventListener("click", () => byId("keys").close());
    this.theme();
    setInterval(() => {
      if (this.page === "health" && !document.hidden) {
        this.health.load();
      }
    }, HEALTH_EVERY);
  }

  async start() {
    try {
      this.session = await session();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        this.askForToken();
      } else {
        this.problem(error);
        setTimeout(() => this.start(), 3000);
      }
      return;
    }
    byId("sign-in").hidden = true;
    byId("pages").hidden = false;
    byId("name").textContent = this.session.token_needed ? this.session.name : "";
    byId("sign-out").hidden = !this.session.csrf;
    this.source = listen({
      state: on => this.live(on),
      reload: () => this.soon(),
      alert: () => this.soon(),
      verdict: told => this.soon(told),
      model: () => {
        this.soon();
        if (this.page === "model") {
          this.model.load();
        }
      },
      signedOut: () => this.askForToken()
    });
    this.route();
  }

  askForToken() {
    if (this.source) {
      this.source.close();
    }
    this.live(false);
    this.page = null;
    for (const page of document.querySelectorAll(".page")) {
      page.hidden = page.id !== "sign-in";
    }
    byId("pages").hidden = true;
    byId("sign-out").hidden = true;
    byId("token").focus();
  }

  async signIn() {
    byId("sign-in-error").textContent = "";
    try {
      await signIn(byId("token").value);
      byId("token").value = "";
      await this.start();
    } catch (error) {
      byId("sign-in-error").textContent = error.message;
    }
  }

  async signOut() {
    await remove("/v1/desk/session");
    location.reload();
  }

  live(on) {
    byId("live").textContent = on ? "live" : "not connected";
    byId("live").classList.toggle("on", on);
  }

  /** Loads again a moment later, once for many changes. */
  soon(told) {
    if (told && this.opened && told.ids.includes(this.opened)) {
      this.stale = true;
    }
    if (!this.waiting) {
      this.waiting = setTimeout(async () => {
        this.waiting = null;
        if (this.page === "alerts") {
          await this.queue.load();
          const typing = document.activeElement && document.activeElement.id === "note";
          if (this.opened && this.stale && !typing) {
            this.stale = false;
            await this.view.load(this.opened, false);
          }
        }
      }, 250);
    }
  }

  route() {
    if (!byId("sign-in").hidden) {
      return;
    }
    const [, page = "alerts", id] = location.hash.split("/");
    const next = ["alerts", "model", "health"].includes(page) ? page : "alerts";
    for (const each of ["alerts", "model", "health"]) {
      byId("page-" + each).hidden = each !== next;
    }
    for (const link of document.querySelectorAll("nav a")) {
      if (link.dataset.page === next) {
        link.setAttribute("aria-current", "page");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    const came = this.page !== next;
    this.page = next;
    if (next === "alerts") {
      this.opened = id ? decodeURIComponent(id) : null;
      document.body.classList.toggle("showing-alert", Boolean(this.opened));
      if (came) {
        this.queue.load();
      }
      if (this.opened) {
        this.view.load(this.opened, true);
      } else {
        this.view.close();
      }
    } else {
      document.body.classList.remove("showing-alert");
      (next === "model" ? this.model : this.health).load();
    }
  }

  open(id) {
    const hash = "#/alerts/" + encodeURIComponent(id);
    if (location.hash === hash) {
      this.view.load(id, true);
    } else {
      location.hash = hash;
    }
  }

  back() {
    location.hash = "#/alerts";
    this.queue.mark(true);
  }

  filterBy(name, value) {
    this.queue.show("all");
    this.queue.filterBy(name, value);
    if (document.body.classList.contains("showing-alert") && matchMedia("(max-width: 1000px)").matches) {
      this.back();
    }
  }

  /** Says what the alerts were that are open or chosen. */
  async judge(verdict) {
    if (!this.session.judges) {
      this.say("This token may only read.");
      return;
    }
    if (!this.view.alert) {
      const row = this.queue.row();
      if (row) {
        this.say("Open it first: press Enter.");
      }
      return;
    }
    const alerts = this.view.judged();
    const note = this.view.note;
    await this.keep(alerts.map(alert => ({id: alert.id, version: alert.version})), verdict, note, judged => {
      this.done.push(judged.map(each => ({
        id: each.id, version: each.version, before: alerts.find(alert => alert.id === each.id).verdict
      })));
      this.view.note = "";
      this.say((alerts.length === 1 ? "Kept: " : count(alerts.length, "alert", "alerts") + ": ") + VERDICTS[verdict] + ".", true);
    });
  }

  canUndo() {
    return this.done.length > 0;
  }

  /** Brings back what was said before the last verdict. */
  async undo() {
    const last = this.done.pop();
    if (!last) {
      this.say("There is nothing to undo.");
      return;
    }
    const verdicts = new Set(last.map(each => each.before));
    for (const before of verdicts) {
      const alerts = last.filter(each => each.before === before).map(({id, version}) => ({id, version}));
      await this.keep(alerts, before || "withdrawn", "", () =>
        this.say("Undone: " + (last.length === 1 ? "one verdict." : last.length + " verdicts.")));
    }
  }

  async keep(alerts, verdict, note, done) {
    try {
      const answer = await post("/v1/verdicts", {alerts, verdict, note});
      done(answer.judged);
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      this.problem(error);
    }
    await this.queue.load();
    if (this.opened) {
      await this.view.load(this.opened, false);
    }
  }

  async copy(text, form) {
    try {
      await navigator.clipboard.writeText(text);
      this.say("Copied as " + form + ".");
    } catch (error) {
      const area = document.createElement("textarea"); // without https there is no clipboard for a page
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      this.say(copied ? "Copied as " + form + "." : "The browser does not let the page copy; use the raw record.");
    }
  }

  say(text, undo) {
    const toast = byId("toast");
    toast.replaceChildren(text);
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Undo";
      button.addEventListener("click", () => this.undo());
      toast.append(" ", button);
    }
    toast.classList.remove("bad");
    toast.hidden = false;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      toast.hidden = true;
    }, 8000);
  }

  problem(error) {
    if (error.status === 401) {
      this.askForToken();
      return;
    }
    this.say(error.message);
    byId("toast").classList.add("bad");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open || !byId("sign-in").hidden) {
      return;
    }
    const typing = event.target.closest && event.target.closest("input:not([type=checkbox]):not([type=range]), textarea, select");
    if (typing) {
      if (event.key === "Escape") {
        event.target.blur();
      }
      return;
    }
    if (event.key === "?") {
      byId("keys").showModal();
      event.preventDefault();
      return;
    }
    if (this.page !== "alerts") {
      return;
    }
    const keys = {
      j: () => this.queue.move(1),
      k: () => this.queue.move(-1),
      t: () => this.judge("takeover"),
      b: () => this.judge("benign"),
      n: () => this.judge("unsure"),
      u: () => this.undo(),
      g: () => this.view.toggleWhole(),
      "/": () => byId("search").focus(),
      Escape: () => this.back()
    };
    if (event.key === "Enter" && (event.target === document.body || event.target.id === "alert" || event.target.id === "main")) {
      this.queue.open();
      event.preventDefault();
    } else if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  }

  theme() {
    const dark = () => document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const label = () => {
      byId("theme").textContent = dark() ? "Light" : "Dark";
    };
    byId("theme").addEventListener("click", () => {
      const next = dark() ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      try {
        localStorage.setItem("octet-theme", next);
      } catch (error) {
        this.say("The browser does not keep this choice.");
      }
      label();
    });
    label();
  }
}

new Desk().start();
