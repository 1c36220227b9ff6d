// What stands around every page: name, language, appearance, and the links below.

import * as api from "./api.js";
import { switches } from "./appearance.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

const PAGES = [["/calibrate", "calibrate_link"], ["/docs", "api_docs"]];

/** onLanguage is called when everything is to be drawn in another language. */
export function drawFrame(onLanguage) {
  document.getElementById("skip").textContent = t("skip");
  document.getElementById("bar").replaceChildren(el("a", { class: "brand", href: "/" }, t("title")), el("div", { class: "switches" }, switches(onLanguage)));
  drawFoot();
}

export function drawFoot() {
  const links = PAGES.filter(([path]) => path !== location.pathname).map(([path, key]) => el("a", { href: path }, t(key)));
  document.getElementById("foot").replaceChildren(el("p", {}, t("foot")), el("p", { class: "links" }, links));
}

/** Asks for the key where one is needed; onKey is called when there is one. */
export function keyForm(onKey) {
  const field = el("input", { id: "key", type: "password", autocomplete: "off", required: true });
  const enter = (event) => {
    event.preventDefault();
    api.setKey(field.value.trim());
    onKey();
  };
  return el("form", { class: "card narrow", onsubmit: enter }, el("h2", {}, t("key_title")), el("p", {}, t("key_text")),
    el("label", { for: "key" }, t("key_label")), field, el("button", { class: "button primary" }, t("key_enter")));
}
