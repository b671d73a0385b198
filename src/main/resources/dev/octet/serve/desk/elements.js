// Makes elements. Text is always a text node, so nothing that a log holds can become markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false)
    .map(child => child instanceof Node ? child : visible(String(child))));
  return element;
}

/** An element of HTML: names of attributes, "onclick" and the like for listeners, then children. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An element of SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** What cannot be seen, or turns the direction of what follows, is written by number. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;

export function visible(text) {
  return text.replace(HIDDEN, c => c === "\n" ? "\n" : "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"));
}

export function byId(id) {
  return document.getElementById(id);
}

/** A button that does something. */
export function button(text, action, attributes = {}) {
  return h("button", {type: "button", onclick: action, ...attributes}, text);
}
