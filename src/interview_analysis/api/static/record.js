// Check the devices, count down, record with the question in view, look at it, and take it or record again.

import { canRecord, closeStream, listDevices, openCamera, record, watchLevel } from "./camera.js";
import { announce, button, el, notice } from "./dom.js";
import { clock, t } from "./i18n.js";
import { questionText } from "./start.js";

const COUNTDOWN = 3;
const SMALLEST_WIDTH = 320;
const SHORTEST_SECONDS = 3;
const PROBLEMS = { NotAllowedError: "camera_denied", NotFoundError: "camera_none", OverconstrainedError: "camera_none", NotReadableError: "camera_busy" };

/** step: opening → check → countdown → recording → review, or problem */
export function recordView(app) {
  const self = { draw, enter: open, leave };
  const preview = el("video", { class: "preview", autoplay: true, playsinline: true });
  preview.muted = true;
  const meter = el("meter", { min: 0, max: 1, id: "level" });
  const time = el("span", { class: "number", role: "timer" });
  const wanted = { camera: "", microphone: "" };
  let devices = { cameras: [], microphones: [] };
  let step = "opening";
  let problem = "";
  let stream = null;
  let quiet = () => {};
  let timer = 0;
  let recorder = null;
  let clip = null;
  let count = 0;
  let limited = false;
  let left = false;

  function to(next) {
    step = next;
    app.redraw(self);
    document.getElementById("main").querySelector("[data-first]")?.focus();
  }

  async function open() {
    close();
    if (!canRecord()) return fail("camera_unsupported");
    try {
      const opened = await openCamera(wanted.camera, wanted.microphone);
      if (left) return closeStream(opened);
      stream = opened;
      preview.srcObject = stream;
      devices = await listDevices();
      if (stream.getAudioTracks().length) quiet = watchLevel(stream, (level) => { meter.value = level; });
      stream.getVideoTracks()[0].addEventListener("ended", () => !left && step !== "review" && fail("camera_lost"));
      preview.addEventListener("loadedmetadata", () => step === "check" && app.redraw(self), { once: true });
      to("check");
    } catch (error) {
      fail(PROBLEMS[error.name] ?? "camera_busy");
    }
  }

  function fail(key) {
    close();
    problem = key;
    to("problem");
  }

  function close() {
    clearInterval(timer);
    quiet();
    quiet = () => {};
    recorder?.stop();
    recorder = null;
    closeStream(stream);
    stream = null;
  }

  function leave() {
    left = true;
    close();
    forget();
  }

  function forget() {
    if (clip) URL.revokeObjectURL(clip.url);
    clip = null;
  }

  function countDown() {
    count = COUNTDOWN;
    to("countdown");
    announce(t("countdown", { count }));
    timer = setInterval(() => {
      count -= 1;
      if (count > 0) return app.redraw(self);
      clearInterval(timer);
      begin();
    }, 1000);
  }

  async function begin() {
    const mine = record(stream);
    recorder = mine;
    limited = false;
    const began = performance.now();
    time.textContent = clock(0);
    timer = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      time.textContent = clock(Math.floor(seconds));
      limited = seconds >= app.service.max_seconds - 1;
      if (limited) mine.stop();
    }, 250);
    to("recording");
    announce(t("recording"));
    try {
      const made = await mine.done;
      if (left || step !== "recording") return;
      clip = { ...made, url: URL.createObjectURL(made.blob) };
      close();
      to("review");
    } catch {
      if (!left) fail("camera_lost");
    }
  }

  function draw() {
    const question = questionText(app.draft);
    const asked = question ? el("section", { class: "question", "aria-label": t("your_question") }, el("p", { class: "eyebrow" }, t("your_question")), el("p", {}, question)) : null;
    return { opening, check, countdown, recording, review, problem: problemView }[step](asked);
  }

  const opening = () => [el("h1", {}, t("check_title")), el("p", {}, t("camera_wait"))];

  function check(asked) {
    const { width = 0, height = 0 } = stream.getVideoTracks()[0].getSettings();
    const sound = stream.getAudioTracks().length > 0;
    return [
      el("h1", {}, t("check_title")), el("p", {}, t("check_text")), asked,
      el("div", { class: "studio" }, frame(), el("div", { class: "card" },
        device("camera", t("camera"), devices.cameras, stream.getVideoTracks()[0]),
        sound ? device("microphone", t("microphone"), devices.microphones, stream.getAudioTracks()[0]) : null,
        sound ? [el("label", { for: "level" }, t("level")), meter, el("p", { class: "hint" }, t("level_hint"))] : el("p", { class: "warn" }, t("no_microphone")),
        el("p", { class: "hint" }, t("picture_size", { width, height })),
        width && width < SMALLEST_WIDTH ? el("p", { class: "warn" }, t("picture_small")) : null,
        el("div", { class: "actions" }, button(t("record_start"), countDown, "primary", { id: "start", "data-first": true }), button(t("back"), app.home)))),
    ];
  }

  function device(kind, label, found, track) {
    const used = wanted[kind] || track.getSettings().deviceId;
    const field = el("select", { id: kind, onchange: () => { wanted[kind] = field.value; open(); } },
      found.map((one, i) => el("option", { value: one.deviceId, selected: one.deviceId === used }, one.label || t("device", { number: i + 1 }))));
    return [el("label", { for: kind }, label), field];
  }

  const frame = (...over) => el("div", { class: "stage" }, preview, el("span", { class: "guide", "aria-hidden": "true" }), over);

  const countdown = (asked) => [
    el("h1", {}, t("countdown", { count })), asked,
    frame(el("span", { class: "count", "aria-hidden": "true" }, String(count))),
    el("div", { class: "actions" }, button(t("back"), app.home, "plain", { "data-first": true })),
  ];

  const recording = (asked) => [
    el("h1", {}, el("span", { class: "dot", "aria-hidden": "true" }), t("recording"), " ", time), asked, frame(),
    el("div", { class: "actions" }, button(t("record_stop"), () => recorder?.stop(), "danger", { id: "stop", "data-first": true })),
  ];

  const review = (asked) => [
    el("h1", {}, t("review_title")), asked,
    limited ? el("p", { class: "warn" }, t("record_limit")) : null,
    clip.seconds < SHORTEST_SECONDS ? el("p", { class: "warn" }, t("review_short")) : null,
    el("video", { class: "player", controls: true, playsinline: true, src: clip.url, "aria-label": t("player") }),
    el("div", { class: "actions" },
      button(t("analyse_this"), () => app.send({ blob: clip.blob, name: clip.name }), "primary", { id: "analyse", "data-first": true }),
      button(t("retake"), () => { forget(); open(); }, "plain", { id: "retake" }), button(t("back"), app.home)),
  ].filter(Boolean);

  const problemView = () => [
    el("h1", {}, t("check_title")), notice("error", t("error_title"), el("p", {}, t(problem)),
      el("div", { class: "actions" }, problem === "camera_unsupported" ? null : button(t("retry"), open, "primary", { "data-first": true }), button(t("back"), app.home))),
  ];
  return self;
}
