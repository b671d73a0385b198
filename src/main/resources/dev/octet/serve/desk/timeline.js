// A user's last logins along time, and what was different this time.
import {h, s} from "./elements.js";
import {moment, outcome, place} from "./words.js";

const WIDTH = 720;
const HEIGHT = 96;
const LEFT = 10;
const LINE = 50;
const COMPARED = ["ip", "asn", "country", "device", "browser", "os"];

/** What of a login is not as in the one that raised the alert, by field. */
function different(login, alert) {
  return COMPARED.filter(name => login[name] !== undefined && alert[name] !== undefined && login[name] !== alert[name]);
}

export function timeline(alert) {
  const logins = [...alert.user_logins].reverse();
  if (!logins.length) {
    return h("p", {class: "note"}, "No login of this user is kept.");
  }
  const times = logins.map(login => new Date(login.time).getTime());
  const from = times[0];
  const to = times[times.length - 1];
  // by rank, half way towards time: a burst stays legible
  const x = index => {
    const rank = logins.length === 1 ? 1 : index / (logins.length - 1);
    const time = to > from ? (times[index] - from) / (to - from) : rank;
    return LEFT + (0.5 * rank + 0.5 * time) * (WIDTH - 2 * LEFT);
  };
  const marks = logins.map((login, index) => {
    const current = login.number === alert.number;
    const other = different(login, alert.login).length;
    const kind = current ? "mark-this" : login.alert ? "mark-alert" : login.success ? "mark-good" : "mark-failed";
    const title = s("title", {}, [moment(login.time) + " UTC", outcome(login), place(login), login.ip, login.device, login.browser, login.os]
      .filter(text => text).join(" \u00b7 "));
    // a failed one is a cross, so that colour is not all that tells them apart
    const drawing = login.success || current
      ? s("circle", {cx: x(index), cy: LINE, r: current ? 8 : 5, class: kind}, title)
      : s("path", {d: `M${x(index) - 4} ${LINE - 4}l8 8m0 -8l-8 8`, class: kind}, title);
    const bar = other && !current
      ? s("line", {x1: x(index), x2: x(index), y1: LINE - 10, y2: LINE - 10 - 4 * other, class: "mark-different"})
      : null;
    return s("g", {}, ...[bar, drawing].filter(each => each));
  });
  const failures = logins.filter(login => !login.success).length;
  return h("figure", {class: "timeline"},
    s("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", role: "img",
      "aria-label": logins.length + " logins of the user, " + failures + " of them failed, the last is this alert"},
      s("line", {x1: 0, x2: WIDTH, y1: LINE, y2: LINE, class: "axis"}), ...marks,
      s("text", {x: LEFT, y: HEIGHT - 8}, moment(logins[0].time)),
      s("text", {x: WIDTH - LEFT, y: HEIGHT - 8, "text-anchor": "end"}, moment(logins[logins.length - 1].time))),
    h("p", {class: "note timeline-key"},
      h("span", {class: "entry"}, h("span", {class: "dot good", "aria-hidden": "true"}), "signed in"),
      h("span", {class: "entry"}, h("span", {class: "dot failed", "aria-hidden": "true"}, "\u00d7"), "failed"),
      h("span", {class: "entry"}, h("span", {class: "dot alert", "aria-hidden": "true"}), "other alert"),
      h("span", {class: "entry"}, h("span", {class: "dot this", "aria-hidden": "true"}), "this alert"),
      " A bar above a login is as high as the number of its values that this one does not have."));
}

/** The logins of the time line as a table, those values marked that this login does not share. */
export function loginTable(alert) {
  return h("div", {class: "scroll"}, h("table", {class: "figures logins-table"},
    h("thead", {}, h("tr", {}, ["Time (UTC)", "Outcome", "Address", "Network", "Country", "Device", "Browser", "System"]
      .map(text => h("th", {scope: "col"}, text)))),
    h("tbody", {}, alert.user_logins.map(login => {
      const other = login.number === alert.number ? [] : different(login, alert.login);
      const cell = name => h("td", {class: other.includes(name) ? "differs" : null},
        name === "asn" && login.asn !== undefined ? "AS " + login.asn : login[name] === undefined ? "\u2013" : String(login[name]));
      return h("tr", {class: login.number === alert.number ? "this-login" : null},
        h("th", {scope: "row"}, moment(login.time)), h("td", {class: login.success ? "ok" : "failed"}, outcome(login)),
        ...COMPARED.map(cell));
    }))));
}
