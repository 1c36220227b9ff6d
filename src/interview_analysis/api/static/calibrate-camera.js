// Sitting down: which camera, whether face and eyes are seen, how many points.

import * as api from "./api.js";
import { select } from "./appearance.js";
import { pictureOf, sleep } from "./calibrate-field.js";
import { closeStream, listDevices } from "./camera.js";
import { button, el } from "./dom.js";
import { errorText, has, number, t } from "./i18n.js";

const SIZE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const LOOK_MS = 1000;
const NEAR_MM = 300;
const FAR_MM = 1000;
const PROBLEMS = { NotAllowedError: "camera_denied", NotFoundError: "camera_none", OverconstrainedError: "camera_none", NotReadableError: "camera_busy" };

export function cameraView(app) {
  const self = { draw, enter, leave };
  const preview = el("video", { playsinline: true, autoplay: true, class: "preview" });
  const told = el("p", { id: "face", role: "status" }, t("face_looking"));
  const start = button(t("calibrate_start"), app.calibrate, "primary", { id: "calibrate" });
  const left = new AbortController();
  let devices = [];
  let chosen = "";
  preview.muted = true;
  preview.srcObject = app.camera.srcObject;
  start.disabled = true;

  async function enter() {
    try {
      await open();
      while (!left.signal.aborted) {
        await look();
        await sleep(LOOK_MS, left.signal);
      }
    } catch (error) {
      if (left.signal.aborted) return;
      app.fail(error instanceof api.ApiError ? errorText(error) : t(PROBLEMS[error.name] ?? "camera_busy"));
    }
  }

  async function open() {
    if (app.camera.srcObject && !chosen) return;
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
    closeStream(app.camera.srcObject);
    const wanted = { ...SIZE, ...(chosen ? { deviceId: { exact: chosen } } : {}) };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    if (left.signal.aborted) return closeStream(stream);
    preview.srcObject = stream;
    app.camera.srcObject = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => app.fail(t("camera_lost")));
    devices = (await listDevices()).cameras;
    app.redraw(self);
  }

  async function look() {
    if (!app.camera.videoWidth) return;
    const seen = await api.seesFace(await pictureOf(app.camera), left.signal);
    start.disabled = seen.problem !== null;
    const text = seen.problem === null ? distanceText(seen.distance_mm) : problemText(seen.problem);
    if (told.textContent !== text) told.textContent = text;
    told.className = seen.problem === null ? "strong" : "warn";
  }

  function leave() {
    left.abort();
  }

  function draw() {
    start.textContent = t("calibrate_start");
    const inches = el("input", { id: "inches", inputmode: "decimal", size: 6, maxlength: 5, autocomplete: "off", value: app.inches, oninput: () => { app.inches = inches.value; } });
    return [el("h1", {}, t("sit_title")), el("p", { class: "lead" }, t("sit_text")),
      el("div", { class: "studio" },
        el("div", {}, el("div", { class: "stage" }, preview, el("span", { class: "guide", "aria-hidden": "true" })), told),
        el("div", { class: "card" },
          devices.length > 1 ? [el("label", { for: "camera" }, t("camera")), select("camera", t("camera"), devices.map((one, i) => [one.deviceId, one.label || t("device", { number: i + 1 })]), used(), change)] : null,
          el("label", { for: "points" }, t("points_label")),
          select("points", t("points_label"), ["5", "9", "13"].map((count) => [count, t(`points_${count}`)]), app.count, (value) => { app.count = value; }),
          el("label", { for: "inches" }, t("inches_label")), inches,
          el("p", { class: "hint" }, t("calibrate_how")),
          el("div", { class: "actions" }, start, button(t("back"), stop)))),
    ];
  }

  const used = () => chosen || app.camera.srcObject?.getVideoTracks()[0]?.getSettings().deviceId;

  function change(value) {
    chosen = value;
    open().catch((error) => app.fail(t(PROBLEMS[error.name] ?? "camera_busy")));
  }

  function stop() {
    app.closeCamera();
    app.home();
  }
  return self;
}

function distanceText(mm) {
  const key = mm < NEAR_MM ? "face_near" : mm > FAR_MM ? "face_far" : "face_seen";
  return t(key, { distance: number(mm / 10) });
}

const problemText = (problem) => (has(`problem_${problem}`) ? t(`problem_${problem}`) : problem);
