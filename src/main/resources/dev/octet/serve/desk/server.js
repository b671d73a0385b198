// Talks to the service.

let csrf = "";

/** An answer that is not 2xx. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(method, path, body) {
  const headers = {};
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  if (method !== "GET" && csrf) {
    headers["X-Octet-Csrf"] = csrf;
  }
  let response;
  let text;
  try {
    response = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", credentials: "same-origin"
    });
    text = await response.text(); // a service that dies may have answered the half
  } catch (error) {
    throw new Refused(0, "the service does not answer");
  }
  let tree;
  try {
    tree = JSON.parse(text);
  } catch (error) {
    throw new Refused(response.status, "the service gave an answer that is not readable");
  }
  if (!response.ok) {
    throw new Refused(response.status, tree.error || "the service refused, with status " + response.status);
  }
  return tree;
}

export const get = path => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const remove = path => ask("DELETE", path);

function remember(session) {
  csrf = session.csrf || "";
  return session;
}

export async function session() {
  return remember(await get("/v1/desk/session"));
}

export async function signIn(token) {
  return remember(await post("/v1/desk/session", {token}));
}

/**
 * Listens for changes, and again when the connection was lost.
 *
 * @param on functions by event, and "state" for whether it listens
 */
export function listen(on) {
  const source = new EventSource("/v1/alerts/stream");
  let lost = false;
  source.addEventListener("open", () => {
    on.state(true);
    if (lost) {
      on.reload();
    }
    lost = false;
  });
  source.addEventListener("error", () => {
    on.state(false);
    lost = true;
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => {
        session().then(() => listen(on), error => error.status === 401 ? on.signedOut() : listen(on));
      }, 2000);
    }
  });
  for (const event of ["alert", "verdict", "model", "reload"]) {
    source.addEventListener(event, message => on[event](JSON.parse(message.data)));
  }
  return source;
}

/** A query of what is given; what is empty is left out. */
export function query(values) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== "" && value !== undefined && value !== null) {
      parameters.set(name, value);
    }
  }
  const text = parameters.toString();
  return text ? "?" + text : "";
}
