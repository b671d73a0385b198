// Numbers, times and names, as people read them.

const NUMBER = new Intl.NumberFormat("en", {maximumSignificantDigits: 3});
const WHOLE = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC", hour12: false
});

export const FIELDS = {
  time: "Time", user: "User", success: "Outcome", ip: "Address", failure_reason: "Why it failed", country: "Country", region: "Region",
  city: "City", asn: "Network (AS)", user_agent: "User agent", browser: "Browser", os: "System", device: "Device",
  round_trip_ms: "Round-trip ms", latitude: "Latitude", longitude: "Longitude"
};

export const VERDICTS = {takeover: "takeover", benign: "benign", unsure: "not sure", withdrawn: "taken back"};

export function number(value) {
  return value === null || value === undefined ? "\u2013" : Math.abs(value) >= 1000 ? WHOLE.format(value) : NUMBER.format(value);
}

export function whole(value) {
  return WHOLE.format(value);
}

export function count(value, one, several) {
  return WHOLE.format(value) + " " + (value === 1 ? one : several);
}

export function moment(text) {
  return MOMENT.format(new Date(text));
}

/** How long it is from one time to another. */
export function span(first, last) {
  const minutes = Math.round((new Date(last) - new Date(first)) / 60000);
  if (minutes < 1) {
    return "within a minute";
  }
  return minutes < 120 ? minutes + " min" : minutes < 2880 ? Math.round(minutes / 60) + " h" : Math.round(minutes / 1440) + " days";
}

export function outcome(login) {
  return login.success ? "signed in" : "failed";
}

export function place(login) {
  return [login.asn === undefined ? "" : "AS " + login.asn, login.country || ""].filter(text => text).join(", ");
}

/** A value of a log, cut after so many characters. One that is nothing but blanks is written by number, for nobody could see or click it. */
export function shortened(text, most) {
  if (text.trim() === "") {
    return Array.from(text.slice(0, most), c => "\\u" + c.codePointAt(0).toString(16).padStart(4, "0")).join("");
  }
  return text.length > most ? text.slice(0, most) + "\u2026" : text;
}
