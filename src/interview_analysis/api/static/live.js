// The live page: the camera's picture with what is measured in it, and the numbers beside it.

import * as api from "./api.js";
import { select, showTheme } from "./appearance.js";
import { closeStream } from "./camera.js";
import { bar, button, el, notice } from "./dom.js";
import { angle, chooseLanguage, errorText, number, percent, setServiceWords, t, word } from "./i18n.js";
import { drawFrame, keyForm } from "./frame.js";
import { drawFaces } from "./live-draw.js";
import { follow, warmUp } from "./live-link.js";

const REDRAW_MS = 200;
const CAMERA = { video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } } };
const main = document.getElementById("main");
const wishes = { smoothing: "kalman", landmarks: false };
const video = el("video", { class: "preview", muted: true, playsinline: true, autoplay: true });
const overlay = el("canvas", { class: "overlay", "aria-hidden": "true" });
const faces = el("div", { id: "faces" });
const speed = el("p", { class: "hint number", id: "speed" });
let running = null;
let problem = null;
let drawn = 0;

async function start() {
  problem = null;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia(CAMERA);
  } catch {
    return fail("camera", t("live_no_camera"));
  }
  video.play();
  speed.textContent = t("live_starting");
  running = follow(video, wishes, show, (reason) => {
    stop();
    if (reason.startsWith("api_key")) api.setKey(null);
    fail(reason, errorText({ code: reason }));
  });
  draw();
}

function stop() {
  running?.();
  running = null;
  closeStream(video.srcObject);
  video.srcObject = null;
  faces.replaceChildren();
  speed.textContent = "";
  overlay.getContext("2d").clearRect(0, 0, overlay.width, overlay.height);
  draw();
}

function restart() {
  if (running === null) return;
  stop();
  start();
}

function fail(code, text) {
  problem = { code, text };
  draw();
}

/** The drawing follows every answer; the numbers change slowly enough to be read. */
function show(answer) {
  [overlay.width, overlay.height] = [video.videoWidth, video.videoHeight];
  drawFaces(overlay, answer.faces);
  if (performance.now() - drawn < REDRAW_MS) return;
  drawn = performance.now();
  speed.textContent = t("live_speed", { rate: number(answer.rate, 1), latency: number(answer.latency), dropped: number(answer.dropped) });
  faces.replaceChildren(...(answer.faces.length ? answer.faces.map(faceCard) : [el("p", { class: "cannot" }, t("live_nobody"))]));
}

/** In the mirror a face that turns to the picture's left turns to the right. */
function faceCard(face) {
  const { head, gaze, eyes } = face;
  const facts = [
    ["live_head", head && angle(head.pitch, -head.yaw)],
    ["live_roll", head && `${number(Math.abs(head.roll))}°`],
    ["live_gaze", gaze && `${angle(gaze.pitch, -gaze.yaw)} (±${number(gaze.deviation)}°)`],
    ["live_eyes", eyes.state && word("eyes", eyes.state)],
    ["live_blinks", number(eyes.blinks)],
    ...(face.anxiety === null ? [] : [["live_anxiety", percent(face.anxiety)]]),
  ];
  return el("section", { class: "card", "data-face": face.id }, el("h2", {}, t("live_face", { id: face.id })),
    el("dl", { class: "facts" }, facts.map(([key, text]) => el("div", { "data-fact": key }, el("dt", {}, t(key)), el("dd", {}, text ?? t("cannot_tell"))))),
    el("h3", {}, t("live_expression")),
    face.emotions ? expressionBars(face.emotions) : el("p", { class: "cannot" }, t("cannot_tell")));
}

function expressionBars(emotions) {
  return el("dl", { class: "shares" }, Object.entries(emotions).map(([name, share]) =>
    el("div", {}, el("dt", {}, word("emotion", name)), el("dd", {}, percent(share), bar(share)))));
}

function draw() {
  drawFrame(draw);
  main.replaceChildren(el("h1", {}, t("live_title")), el("p", { class: "lead" }, t("live_text")), el("p", { class: "prose" }, t("live_privacy")),
    ...[problem && notice("error", t(problem.code === "camera" ? "error_title" : "live_ended"), el("p", {}, problem.text))].filter(Boolean),
    mayStart() ? studio() : keyForm(entered));
}

const mayStart = () => !served?.key_needed || api.hasKey();

function studio() {
  const mesh = el("input", { id: "mesh", type: "checkbox", checked: wishes.landmarks, onchange: () => {
    wishes.landmarks = mesh.checked;
    restart();
  } });
  const smoothing = select("smoothing", t("live_smoothing"), ["kalman", "ema", "none"].map((name) => [name, t(`smoothing_${name}`)]), wishes.smoothing, (value) => {
    wishes.smoothing = value;
    restart();
  });
  return el("div", { class: "studio" },
    el("div", {}, el("div", { class: "stage" }, video, overlay), speed, el("p", { class: "hint" }, t("live_mirror")),
      el("div", { class: "actions" }, running ? button(t("live_stop"), stop, "danger", { id: "stop" }) : button(t("live_start"), start, "primary", { id: "start" })),
      el("label", { for: "smoothing" }, t("live_smoothing")), smoothing,
      el("label", { class: "check", for: "mesh" }, mesh, t("live_mesh"))),
    faces);
}

function entered() {
  problem = null;
  draw();
}

let served = null;

async function begin() {
  showTheme();
  chooseLanguage(null);
  try {
    served = await api.service();
    setServiceWords(served.words);
    chooseLanguage(served.language);
    draw();
    if (mayStart()) warmUp();
  } catch (error) {
    fail("network", errorText(error));
  }
}

begin();
