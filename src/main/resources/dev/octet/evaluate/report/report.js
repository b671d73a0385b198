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

  /* Values of a plot under the pointer, or under a cursor that the arrow keys move; and a zoom on axes of time. */
  var readout = document.createElement("div");
  readout.className = "readout";
  readout.setAttribute("role", "status");
  readout.hidden = true;
  document.body.appendChild(readout);
  var DAY = 86400000;
  var short = function (value) {
    return value === 0 ? "0" : String(Number(value.toPrecision(Math.abs(value) >= 100 ? 5 : 3)));
  };
  all("svg.plot[data-x]").forEach(function (svg) {
    var axis = function (text) {
      var parts = text.split(" ");
      return { low: Number(parts[0]), high: Number(parts[1]), scale: parts[2] };
    };
    var x = axis(svg.dataset.x);
    var y = axis(svg.dataset.y);
    var frame = svg.dataset.frame.split(" ").map(Number);
    var left = frame[0], right = frame[1], top = frame[2], base = frame[3];
    var inside = svg.querySelector(".inside");
    var view = { from: left, to: right };
    var cursor = null;
    var valueAt = function (of, share) {
      return of.scale === "logarithmic" ? of.low * Math.pow(of.high / of.low, share) : of.low + (of.high - of.low) * share;
    };
    var said = function (of, value) {
      if (of.scale !== "days") { return short(value); }
      var text = new Date(value * DAY).toISOString();
      return (view.to - view.from) * (x.high - x.low) / (right - left) > 3 ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
    };
    /* From the plot's drawing to the page's and back: only a zoom tells them apart. */
    var toDrawing = function (at) { return view.from + (at - left) * (view.to - view.from) / (right - left); };
    var toPage = function (at) { return left + (at - view.from) * (right - left) / (view.to - view.from); };

    var quantity = all(".label", svg)[1].textContent;
    var lines = all("path.line", inside).map(function (path) {
      var numbers = path.getAttribute("d").match(/-?[\d.]+/g).map(Number);
      var points = [];
      for (var i = 0; i + 1 < numbers.length; i += 2) { points.push([numbers[i], numbers[i + 1]]); }
      var key = path.dataset.series && document.querySelector('.key[data-key="' + path.dataset.series + '"]');
      return { path: path, points: points, name: key ? key.textContent.trim() : quantity };
    });
    var bars = all("path.bars", inside).map(function (path) {
      return (path.getAttribute("d").match(/M[^z]*z/g) || []).map(function (bar) { return bar.match(/-?[\d.]+/g).map(Number); });
    });
    var isShown = function (path) { return path.style.display !== "none"; };
    /* The height of a line at a place, null beside its ends. */
    var heightAt = function (points, at) {
      for (var i = 1; i < points.length; i++) {
        var a = points[i - 1], b = points[i];
        if (at >= Math.min(a[0], b[0]) && at <= Math.max(a[0], b[0])) {
          return a[0] === b[0] ? b[1] : a[1] + (b[1] - a[1]) * (at - a[0]) / (b[0] - a[0]);
        }
      }
      return null;
    };
    var titled = all("title", inside).map(function (title) { return title.parentNode; });
    var spanOf = function (shape) {
      if (shape.tagName === "circle") {
        var c = Number(shape.getAttribute("cx")), r = Number(shape.getAttribute("r"));
        return [c - r, c + r];
      }
      var from = Number(shape.getAttribute("x"));
      return [from, from + Number(shape.getAttribute("width"))];
    };
    var hide = function () {
      readout.hidden = true;
      cursor = null;
      all(".cursor", svg).forEach(function (line) { line.remove(); });
    };
    var show = function (at, height) {
      hide();
      cursor = Math.max(left, Math.min(right, at));
      var place = toDrawing(cursor);
      var texts = [said(x, valueAt(x, (place - left) / (right - left)))];
      lines.forEach(function (line) {
        var high = isShown(line.path) ? heightAt(line.points, place) : null;
        if (high !== null) { texts.push(line.name + ": " + said(y, valueAt(y, (base - high) / (base - top)))); }
      });
      bars.forEach(function (each) {
        each.filter(function (bar) { return place >= bar[0] && place <= bar[3]; }).slice(0, 1).forEach(function (bar) {
          texts.push(quantity + ": " + said(y, valueAt(y, (base - bar[2]) / (base - top))));
        });
      });
      titled.filter(function (shape) {
        var span = spanOf(shape);
        return isShown(shape) && place >= span[0] - .5 && place <= span[1] + .5;
      }).slice(0, 6).forEach(function (shape) { texts.push(shape.querySelector("title").textContent); });
      var mark = document.createElementNS(svg.namespaceURI, "path");
      mark.setAttribute("class", "cursor");
      mark.setAttribute("d", "M" + cursor + " " + top + "V" + base);
      svg.appendChild(mark);
      readout.textContent = "";
      texts.forEach(function (text, i) {
        var row = document.createElement(i ? "div" : "strong");
        row.textContent = text;
        readout.appendChild(row);
      });
      readout.hidden = false;
      var box = svg.getBoundingClientRect();
      var unit = box.width / svg.viewBox.baseVal.width;
      var wide = readout.offsetWidth;
      var beside = box.left + cursor * unit + 14;
      readout.style.left = Math.max(4, beside + wide > document.documentElement.clientWidth ? beside - wide - 28 : beside) + "px";
      readout.style.top = Math.max(4, box.top + (height === undefined ? top : height) * unit - 10) + "px";
    };
    var placeOf = function (event) {
      var box = svg.getBoundingClientRect();
      var unit = svg.viewBox.baseVal.width / box.width;
      return [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit];
    };

    /* Zoom: drag over a span; the keys + and -, the button or a double click for all of it. */
    var zoomable = x.scale === "days" && x.high - x.low > 2;
    var reset = null;
    var zoom = function (from, to) {
      var least = 2 * (right - left) / (x.high - x.low) / 24;
      if (to - from < least) { return; }
      view = { from: Math.max(left, from), to: Math.min(right, to) };
      var factor = (right - left) / (view.to - view.from);
      inside.setAttribute("transform", "translate(" + (left - view.from * factor) + " 0) scale(" + factor + " 1)");
      all("circle, text", inside).forEach(function (shape) {
        var middle = Number(shape.getAttribute("cx") || shape.getAttribute("x"));
        shape.setAttribute("transform", "translate(" + middle + " 0) scale(" + 1 / factor + " 1) translate(" + -middle + " 0)");
      });
      var whole = factor < 1.0001;
      all(".tick.x", svg).forEach(function (tick) {
        if (!tick.dataset.all) { tick.dataset.all = tick.getAttribute("x") + "|" + tick.textContent; }
        tick.style.display = whole ? "" : "none";
      });
      all(".tick.zoomed", svg).forEach(function (tick) { tick.remove(); });
      var grid = svg.querySelector(".grid");
      if (!grid.dataset.all) { grid.dataset.all = grid.getAttribute("d"); }
      var verticals = "";
      if (!whole) {
        var first = valueAt(x, (view.from - left) / (right - left)), last = valueAt(x, (view.to - left) / (right - left));
        var steps = [1 / 24, .125, .25, 1, 2, 7, 14, 30, 91, 365];
        var step = steps.filter(function (each) { return (last - first) / each <= 8; })[0] || 365;
        var low = svg.querySelector(".tick.x");
        for (var day = Math.ceil(first / step) * step; day <= last; day += step) {
          var at = toPage(left + (day - x.low) / (x.high - x.low) * (right - left));
          var tick = document.createElementNS(svg.namespaceURI, "text");
          tick.setAttribute("class", "tick zoomed");
          tick.setAttribute("x", at);
          tick.setAttribute("y", low.getAttribute("y"));
          tick.setAttribute("text-anchor", "middle");
          var text = new Date(Math.round(day * 1440) * 60000).toISOString();
          tick.textContent = step < 1 ? text.slice(5, 16).replace("T", " ") : text.slice(0, 10);
          svg.appendChild(tick);
          verticals += "M" + at + " " + top + "V" + base;
        }
      }
      grid.setAttribute("d", whole ? grid.dataset.all : verticals + grid.dataset.all.replace(/M[\d.]+ [\d.]+V[\d.]+/g, ""));
      reset.hidden = whole;
      hide();
    };
    if (zoomable) {
      var clip = document.createElementNS(svg.namespaceURI, "clipPath");
      clip.id = "clip-" + Math.random().toString(36).slice(2);
      var area = document.createElementNS(svg.namespaceURI, "rect");
      [["x", left], ["y", 0], ["width", right - left], ["height", svg.viewBox.baseVal.height]].forEach(function (pair) {
        area.setAttribute(pair[0], pair[1]);
      });
      clip.appendChild(area);
      svg.appendChild(clip);
      /* Names of lanes stand left of the axis: they are not part of what is zoomed. */
      all("text.tick", inside).forEach(function (name) { svg.insertBefore(name, inside); });
      var window_ = document.createElementNS(svg.namespaceURI, "g");
      window_.setAttribute("clip-path", "url(#" + clip.id + ")");
      svg.replaceChild(window_, inside);
      window_.appendChild(inside);
      reset = document.createElement("button");
      reset.type = "button";
      reset.className = "unzoom";
      reset.textContent = "Show all";
      reset.hidden = true;
      svg.parentNode.insertBefore(reset, svg);
      reset.addEventListener("click", function () { zoom(left, right); svg.focus(); });
      svg.addEventListener("dblclick", function () { zoom(left, right); });
      svg.classList.add("zoomable");
    }
    var dragged = null;
    svg.addEventListener("pointerdown", function (event) {
      if (zoomable && event.pointerType === "mouse" && event.button === 0) {
        dragged = { from: placeOf(event)[0], shape: document.createElementNS(svg.namespaceURI, "rect") };
        dragged.shape.setAttribute("class", "selection");
        dragged.shape.setAttribute("y", top);
        dragged.shape.setAttribute("height", base - top);
        svg.appendChild(dragged.shape);
        svg.setPointerCapture(event.pointerId);
        event.preventDefault();
      }
    });
    svg.addEventListener("pointermove", function (event) {
      var place = placeOf(event);
      if (dragged) {
        var to = Math.max(left, Math.min(right, place[0]));
        dragged.shape.setAttribute("x", Math.min(dragged.from, to));
        dragged.shape.setAttribute("width", Math.abs(to - dragged.from));
      }
      if (place[0] >= left - 2 && place[0] <= right + 2) { show(place[0], place[1]); } else { hide(); }
    });
    svg.addEventListener("pointerup", function (event) {
      if (!dragged) { return; }
      var to = Math.max(left, Math.min(right, placeOf(event)[0]));
      dragged.shape.remove();
      var from = Math.max(left, dragged.from);
      dragged = null;
      if (Math.abs(to - from) > 6) { zoom(toDrawing(Math.min(from, to)), toDrawing(Math.max(from, to))); }
    });
    svg.addEventListener("pointerleave", function () { if (!dragged) { hide(); } });
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("aria-description", "Arrow keys read values" + (zoomable ? "; plus and minus zoom" : ""));
    svg.addEventListener("focus", function () { if (svg.matches(":focus-visible")) { show((left + right) / 2); } });
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", function (event) {
      var now = cursor === null ? (left + right) / 2 : cursor;
      var step = (right - left) / (event.shiftKey ? 20 : 100);
      var middle = toDrawing(now), half = (view.to - view.from) / 2;
      if (event.key === "ArrowLeft") { show(now - step); }
      else if (event.key === "ArrowRight") { show(now + step); }
      else if (event.key === "Home") { show(left); }
      else if (event.key === "End") { show(right); }
      else if (event.key === "Escape") { hide(); }
      else if (zoomable && event.key === "+") { zoom(middle - half / 2, middle + half / 2); show(toPage(middle)); }
      else if (zoomable && event.key === "-") { zoom(middle - half * 2, middle + half * 2); show(toPage(middle)); }
      else { return; }
      event.preventDefault();
    });
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
      /* The address says what is shown, also when the page is loaded again: the browser must not put back an earlier place. */
      history.scrollRestoration = "manual";
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
