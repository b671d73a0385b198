(function () {
  "use strict";
  var byId = function (id) { return document.getElementById(id); };
  var all = function (selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); };

  /* Theme: the system's, until somebody chooses. */
  var theme = byId("theme");
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  var isDark = function () {
    var chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : system.matches;
  };
  var showTheme = function () {
    theme.textContent = isDark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", isDark() ? "Switch to the light theme" : "Switch to the dark theme");
  };
  theme.hidden = false;
  theme.removeAttribute("aria-pressed");
  theme.addEventListener("click", function () {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  /* Curves that come and go. */
  all(".key").forEach(function (key) {
    var show = function () {
      var shown = key.getAttribute("aria-pressed") === "true";
      all('[data-series="' + key.dataset.key + '"]').forEach(function (curve) {
        curve.style.display = shown ? "" : "none";
      });
    };
    key.addEventListener("click", function () {
      key.setAttribute("aria-pressed", String(key.getAttribute("aria-pressed") !== "true"));
      show();
    });
    show();
  });

  /* One detector at a time. */
  var detector = byId("detector");
  if (detector) {
    var showDetector = function () {
      all(".panel").forEach(function (panel) { panel.hidden = panel.id !== detector.value; });
    };
    detector.addEventListener("change", showDetector);
    showDetector();
  }

  /* Alerts. */
  var table = byId("alert-table");
  if (!table) { return; }
  var alerts = all("tbody.alert", table);
  var texts = alerts.map(function (alert) {
    return (alert.dataset.user + " " + alert.dataset.network + " " + alert.querySelector(".summary").textContent).toLowerCase();
  });
  var value = function (id) { var field = byId(id); return field ? field.value : ""; };
  var shown = function () { return alerts.filter(function (alert) { return !alert.hidden; }); };
  var picked = function () {
    return shown().filter(function (alert) { return alert.querySelector(".pick-one").checked; });
  };
  var inOrder = function () { return all("tbody.alert", table); };

  var countUp = function () {
    var chosen = picked().length;
    byId("alert-count").textContent = shown().length + " of " + alerts.length + " shown" + (chosen ? ", " + chosen + " selected" : "");
    byId("export").textContent = chosen ? "Export " + chosen + " selected" : "Export CSV";
    byId("pick-all").checked = chosen > 0 && chosen === shown().length;
    byId("no-alerts").hidden = shown().length > 0;
  };
  var filter = function () {
    var words = value("filter-text").toLowerCase().split(/\s+/).filter(Boolean);
    var ofDetector = value("filter-detector");
    var ofLabel = value("filter-label");
    alerts.forEach(function (alert, i) {
      alert.hidden = !(words.every(function (word) { return texts[i].indexOf(word) >= 0; }) &&
        (!ofDetector || alert.dataset.detector === ofDetector) &&
        (!ofLabel || alert.dataset.label === ofLabel));
    });
    countUp();
  };
  ["filter-text", "filter-detector", "filter-label"].forEach(function (id) {
    if (byId(id)) { byId(id).addEventListener("input", filter); }
  });

  var sortBy = function (key, direction) {
    var places = new Map();
    alerts.forEach(function (alert, i) { places.set(alert, i); });
    alerts.slice().sort(function (a, b) {
      var x = a.dataset[key];
      var y = b.dataset[key];
      var order = key === "score" ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
      return order * direction || places.get(a) - places.get(b);
    }).forEach(function (alert) { table.appendChild(alert); });
    all("th[aria-sort]", table).forEach(function (head) {
      var here = head.querySelector(".sort").dataset.key === key;
      head.setAttribute("aria-sort", here ? (direction > 0 ? "ascending" : "descending") : "none");
    });
    var sort = byId("sort");
    sort.value = key + ":" + direction;
  };
  all(".sort", table).forEach(function (button) {
    button.addEventListener("click", function () {
      var now = button.closest("th").getAttribute("aria-sort");
      var first = button.dataset.key === "score" ? -1 : 1;
      sortBy(button.dataset.key, now === "none" ? first : now === "ascending" ? -1 : 1);
    });
  });
  byId("sort").addEventListener("change", function () {
    var parts = byId("sort").value.split(":");
    sortBy(parts[0], Number(parts[1]));
  });

  var setOpen = function (opener, isOpen) {
    byId(opener.getAttribute("aria-controls")).hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    opener.textContent = isOpen ? "Close" : "Open";
  };
  table.addEventListener("click", function (event) {
    var opener = event.target.closest(".open");
    if (opener) { setOpen(opener, opener.getAttribute("aria-expanded") !== "true"); }
  });

  /* report.html#alert-2 is a link to an open alert. */
  var followLink = function () {
    var details = /^#alert-\d+$/.test(location.hash) && byId(location.hash.slice(1));
    if (details) {
      var alert = details.closest("tbody");
      setOpen(alert.querySelector(".open"), true);
      alert.scrollIntoView({ behavior: "instant", block: "start" });
    }
  };
  window.addEventListener("hashchange", followLink);

  table.addEventListener("change", function (event) {
    if (event.target.id === "pick-all") {
      shown().forEach(function (alert) { alert.querySelector(".pick-one").checked = event.target.checked; });
    }
    countUp();
  });

  /* A spreadsheet must not take a name for a formula. */
  var cell = function (text) {
    var plain = /^[=+@\t\r]/.test(text) || (/^-/.test(text) && !/^-\d+(\.\d+)?$/.test(text)) ? "'" + text : text;
    return /[",\n\r]/.test(plain) ? '"' + plain.replace(/"/g, '""') + '"' : plain;
  };
  byId("export").addEventListener("click", function () {
    var chosen = picked();
    var rows = inOrder().filter(function (alert) { return chosen.length ? chosen.indexOf(alert) >= 0 : !alert.hidden; });
    var lines = [["detector", "row", "timestamp", "until", "user", "network", "score", "label", "reasons", "shares"].join(",")];
    rows.forEach(function (alert) {
      var d = alert.dataset;
      var reasons = alert.querySelector(".summary .clamp").textContent;
      lines.push([d.detector, d.row, d.time, d.until, d.user, d.network, d.score, d.label, reasons, d.shares].map(cell).join(","));
    });
    var url = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv;charset=utf-8" }));
    var link = document.createElement("a");
    link.href = url;
    link.download = "alerts.csv";
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(url); }, 1000);
  });
  filter();
  followLink();
})();
