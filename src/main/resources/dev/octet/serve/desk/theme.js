"use strict";
// Before the page is drawn, so that it does not flash.
try {
  const theme = localStorage.getItem("octet-theme");
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
} catch (error) {
  document.documentElement.dataset.theme = ""; // no storage: the system's theme
}
