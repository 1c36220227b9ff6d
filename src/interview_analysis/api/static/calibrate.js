// Calibrating screen gaze: consent → camera → points → result, and trying it.

import * as api from "./api.js";
import { showTheme } from "./appearance.js";
import { cameraView } from "./calibrate-camera.js";
import { collect, openField } from "./calibrate-field.js";
import { resultView } from "./calibrate-result.js";
import { closeStream } from "./camera.js";
import { announce, button, el, notice } from "./dom.js";
import { drawFrame, keyForm } from "./frame.js";
import { chooseLanguage, errorText, setServiceWords, t } from "./i18n.js";

const AGREED = "interview-analysis-gaze-consent";
const VERSION = "1";
const NARROWEST = 700;
const LOW = [0.1, 0.5, 0.9];
const GRIDS = {
  5: [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]],
  9: LOW.flatMap((y, row) => (row % 2 ? [...LOW].reverse() : LOW).map((x) => [x, y])),
};
GRIDS[13] = [...GRIDS[9], [0.7, 0.7], [0.7, 0.3], [0.3, 0.3], [0.3, 0.7]];
const CHECKED = [[0.2, 0.3], [0.8, 0.5], [0.4, 0.8]];
const main = document.getElementById("main");
let view = { draw: () => [el("h1", {}, t("calibrate_title")), el("p", {}, t("loading"))] };

/** What the views share. camera: what pictures are taken of; it stays in the page, as a video outside of it stops. fitted: the service's answer with the field's size and what was shown. */
const app = {
  service: null,
  camera: el("video", { playsinline: true, autoplay: true, class: "camera", "aria-hidden": "true" }),
  session: `calibrate-${crypto.randomUUID()}`,
  count: "9",
  inches: "",
  fitted: null,
  show,
  redraw,
  fail,
  closeCamera,
  run,
  calibrate,
  drift,
  screen,
  home: () => show(consentView()),
};
app.camera.muted = true;
document.body.append(app.camera);

/** A view is { draw(), enter?(), leave?() }, as on the practice page. */
function show(next) {
  view.leave?.();
  view = next;
  redraw();
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  main.scrollIntoView({ block: "start" });
  announce(heading?.textContent ?? "");
  view.enter?.();
}

function redraw(of = view) {
  if (of !== view) return;
  const held = document.activeElement?.id;
  drawFrame(redraw);
  main.replaceChildren(...[view.draw()].flat());
  if (held && document.getElementById(held)) document.getElementById(held).focus({ preventScroll: true });
}

function closeCamera() {
  closeStream(app.camera.srcObject);
  app.camera.srcObject = null;
}

function fail(text, back = app.home) {
  closeCamera();
  show({ draw: () => [el("h1", {}, t("calibrate_title")), notice("error", t("error_title"), el("p", {}, text),
    el("div", { class: "actions" }, button(t("retry"), back, "primary", { id: "retry" })))] });
}

/** Runs work(field) over the whole screen; whatever it resolves with, or null where the visitor has left. */
async function run(label, work) {
  const field = await openField(label, app.camera);
  try {
    return await work(field);
  } catch (error) {
    if (field.signal.aborted) return null;
    throw error;
  } finally {
    field.close();
  }
}

/** width_mm of a screen of this many inches across its diagonal. */
function screen(size) {
  const inches = Number.parseFloat(app.inches.replace(",", "."));
  const known = inches >= 3 && inches <= 150;
  return { ...size, ...(known ? { width_mm: (inches * 25.4 * size.width) / Math.hypot(size.width, size.height) } : {}) };
}

async function calibrate() {
  try {
    const shown = await run(t("field_label"), async (field) => ({ screen: screen(field.size()), points: await collect(field, GRIDS[app.count]) }));
    if (shown === null) return show(cameraView(app));
    show({ draw: () => [el("h1", {}, t("fitting")), el("p", { class: "lead" }, t("loading"))] });
    const answer = await api.calibrate({ session_id: app.session, consent: true, ...shown });
    app.fitted = { ...answer, ...shown, used: answer.points };
    show(resultView(app));
  } catch (error) {
    refuse(error);
  }
}

/** Resolves with the answer, or null where the visitor has left. */
async function drift() {
  const shown = await run(t("field_label"), (field) => collect(field, CHECKED));
  return shown && api.checkCalibration({ session_id: app.session, points: shown });
}

function refuse(error) {
  if (error.code?.startsWith("api_key")) {
    api.setKey(null);
    return show({ draw: () => [el("h1", {}, t("calibrate_title")), keyForm(app.home)] });
  }
  fail(errorText(error), () => show(cameraView(app)));
}

const agreed = () => localStorage.getItem(AGREED) === VERSION;

function consentView() {
  const self = { draw, followsWidth: true };
  let missing = false;

  function go() {
    missing = !agreed();
    if (!missing) return show(cameraView(app));
    redraw(self);
    document.getElementById("gaze-consent").focus();
  }

  function draw() {
    const head = [el("h1", {}, t("calibrate_title")), el("p", { class: "lead" }, t("calibrate_text"))];
    if (innerWidth < NARROWEST) return [...head, notice("", t("small_title"), el("p", {}, t("small_text")))];
    const days = app.service.retention_days;
    const keep = days ? t("gaze_keep_days", { days }) : t("gaze_keep_always");
    const box = el("input", { id: "gaze-consent", type: "checkbox", checked: agreed(), "aria-invalid": missing, "aria-describedby": "gaze-consent-error",
      onchange: () => {
        if (box.checked) localStorage.setItem(AGREED, VERSION);
        else localStorage.removeItem(AGREED);
        missing = false;
        redraw(self);
      } });
    return [...head, el("p", { class: "prose hint" }, t("calibrate_sight")),
      el("section", { class: "card", "aria-labelledby": "consent-title" }, el("h2", { id: "consent-title" }, t("gaze_consent_title")),
        el("ul", { class: "terms" }, el("li", {}, t("gaze_consent_1")), el("li", {}, t("gaze_consent_2", { keep }))),
        el("label", { class: "check strong", for: "gaze-consent" }, box, t("gaze_agree")),
        el("p", { class: "field-error", id: "gaze-consent-error", role: "alert" }, missing ? t("gaze_agree_missing") : ""),
        el("div", { class: "actions" }, button(t("record_open"), go, "primary", { id: "open-camera" })))];
  }
  return self;
}

async function begin() {
  showTheme();
  chooseLanguage(null);
  redraw();
  try {
    app.service = await api.service();
    setServiceWords(app.service.words);
    chooseLanguage(app.service.language);
    if (app.service.key_needed && !api.hasKey()) refuse({ code: "api_key_missing" });
    else app.home();
  } catch (error) {
    fail(errorText(error), begin);
  }
}

addEventListener("resize", () => !document.fullscreenElement && app.service && view.followsWidth && redraw());
begin();
