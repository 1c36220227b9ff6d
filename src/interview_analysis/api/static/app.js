// The frame around the views: address, language, appearance, key.

import * as api from "./api.js";
import { announce, button, el, notice } from "./dom.js";
import { chooseLanguage, errorText, setServiceWords, t } from "./i18n.js";
import { analysisView } from "./analysis.js";
import { showTheme, switches } from "./appearance.js";
import { drawFoot } from "./frame.js";
import { recordView } from "./record.js";
import { startView } from "./start.js";
import { uploadView } from "./upload.js";

const main = document.getElementById("main");
let view = null;

/** What the views share. draft: the question and terms being filled in; clips: videos of this tab by analysis. */
const app = {
  service: null,
  draft: { choice: "0", own: "", user: "", skipExpression: false, annotated: false },
  clips: new Map(),
  show,
  redraw,
  needKey,
  home: () => go("#/"),
  open: (id) => go(`#/analysis/${encodeURIComponent(id)}`),
  record: () => show(recordView(app)),
  send: (clip) => show(uploadView(app, clip)),
};

function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash;
}

/** A view is { draw(), leave?() }: draw gives its nodes anew, as often as language or state change. */
function show(next) {
  view?.leave?.();
  view = next;
  redraw();
  main.scrollIntoView({ block: "start" });
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  (heading ?? main).focus({ preventScroll: true });
  announce(heading?.textContent ?? "");
  view.enter?.();
}

function redraw(of = view) {
  if (of !== view || view === null) return;
  const held = document.activeElement?.id;
  main.replaceChildren(...[view.draw()].flat());
  if (held && main.querySelector(`#${CSS.escape(held)}`)) document.getElementById(held).focus({ preventScroll: true });
}

function route() {
  const found = location.hash.match(/^#\/analysis\/([^/]+)$/);
  if (app.service?.key_needed && !api.hasKey()) return needKey();
  if (found) show(analysisView(app, decodeURIComponent(found[1])));
  else show(startView(app));
}

/** Asks for a key, then goes on where it was asked for. */
function needKey(error = null) {
  api.setKey(null);
  drawFrame();
  show({ draw: () => keyForm(error) });
}

function keyForm(error) {
  const field = el("input", { id: "key", type: "password", autocomplete: "off", required: true, "aria-describedby": "key-error" });
  const message = el("p", { class: "field-error", id: "key-error", role: "alert" }, error ? errorText(error) : "");
  const enter = async (event) => {
    event.preventDefault();
    api.setKey(field.value.trim());
    try {
      await api.mayEnter();
      drawFrame();
      route();
    } catch (refusal) {
      api.setKey(null);
      message.textContent = errorText(refusal);
      field.focus();
    }
  };
  return el("form", { class: "card narrow", onsubmit: enter }, el("h1", {}, t("key_title")), el("p", {}, t("key_text")),
    el("label", { for: "key" }, t("key_label")), field, message, el("button", { class: "button primary" }, t("key_enter")));
}

function drawFrame() {
  document.getElementById("skip").textContent = t("skip");
  document.getElementById("bar").replaceChildren(
    el("a", { class: "brand", href: "#/", onclick: (event) => { event.preventDefault(); app.home(); }, "aria-label": `${t("title")} – ${t("home")}` }, t("title")),
    el("div", { class: "switches" },
      app.service?.key_needed && api.hasKey() ? button(t("key_forget"), () => needKey(), "quiet") : null,
      switches(() => {
        drawFrame();
        redraw();
      })),
  );
  drawFoot();
}

async function begin() {
  showTheme();
  chooseLanguage(app.service?.language);
  try {
    app.service = await api.service();
    setServiceWords(app.service.words);
    chooseLanguage(app.service.language);
    drawFrame();
    route();
  } catch (error) {
    drawFrame();
    show({ draw: () => [el("h1", {}, t("title")), notice("error", t("error_title"), el("p", {}, errorText(error)), button(t("retry"), begin, "primary"))] });
  }
}

// A file that misses the drop zone must not replace the page.
for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
window.addEventListener("hashchange", () => app.service && location.hash !== "#main" && route());
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
begin();
