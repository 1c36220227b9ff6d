// Elements from plain calls. Text becomes text nodes: nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element; properties that begin with "on" are listeners, children strings or nodes (null is left out). */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

export function button(label, action, kind = "plain", properties = {}) {
  return el("button", { type: "button", class: `button ${kind}`, onclick: action, ...properties }, label);
}

/** A decorative bar for a share 0–1; the number stands beside it as text. */
export function bar(share, kind = "") {
  const inner = el("span", { class: `fill ${kind}` });
  inner.style.inlineSize = `${Math.round(100 * Math.min(1, Math.max(0, share)))}%`;
  return el("span", { class: "track", "aria-hidden": "true" }, inner);
}

export function notice(kind, title, ...body) {
  return el("section", { class: `notice ${kind}`, role: kind === "error" ? "alert" : null }, el("h2", {}, title), ...body);
}

/** Told to screen readers, once. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
