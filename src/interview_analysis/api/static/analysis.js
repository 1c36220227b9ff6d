// One analysis by its address: running, failed, cancelled, missing, erased or with its result.

import * as api from "./api.js";
import { announce, bar, button, el, notice } from "./dom.js";
import { dateTime, errorText, has, percent, t, word } from "./i18n.js";
import { resultView } from "./result.js";

const PATIENCE = 2000;
const FAULTS_OF_THE_FILE = ["video_unreadable", "no_video_stream", "video_too_long", "video_too_large"];
const FINAL = ["completed", "failed", "cancelled"];

export function analysisView(app, id) {
  const self = { draw, enter: load, leave };
  const leaving = new AbortController();
  let shown = () => [el("h1", {}, t("running_title")), el("p", {}, t("loading"))];
  let result = null;

  function state(draw, toHeading = true) {
    shown = draw;
    app.redraw(self);
    const heading = document.querySelector("main h1");
    if (!toHeading || !heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    announce(heading.textContent);
  }

  async function load() {
    try {
      const document = await api.analysis(id, leaving.signal);
      await (FINAL.includes(document.status) ? settle(document) : watch(document));
    } catch (error) {
      refused(error);
    }
  }

  async function settle(document) {
    if (document.status === "completed") return complete(document);
    state(document.status === "failed" ? () => failed(document.error) : cancelled);
  }

  async function watch(known) {
    let status = known;
    let lost = false;
    let stage = "";
    state(() => running(status, lost));
    for (;;) {
      try {
        await api.follow(id, (next) => {
          status = next;
          lost = false;
          if (stage !== next.progress.stage) announce(word("stage", next.progress.stage));
          stage = next.progress.stage;
          app.redraw(self);
        }, leaving.signal);
        const document = await api.analysis(id, leaving.signal);
        if (FINAL.includes(document.status)) return await settle(document);
      } catch (error) {
        if (error.name === "AbortError" || (error.status >= 400 && error.status < 500)) return refused(error);
        lost = true;
        app.redraw(self);
      }
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      if (leaving.signal.aborted) return;
    }
  }

  async function complete(document) {
    const [timeline, feedback, kept] = await Promise.all([
      series(), api.feedback(id, leaving.signal), !app.clips.has(id) && api.keepsVideo(id, leaving.signal)]);
    result = resultView(app, { document, timeline, feedback, kept, redraw: () => app.redraw(self), erased: (erasure) => {
      result?.leave();
      result = null;
      state(() => erased(erasure));
    } });
    state(() => result.draw());
  }

  async function series() {
    try {
      return await api.timeline(id, leaving.signal);
    } catch (error) {
      if (error.code === "frames_not_found") return null;
      throw error;
    }
  }

  function refused(error) {
    if (error.name === "AbortError") return;
    if (error.status === 401) return app.needKey(error);
    if (error.status === 404) return state(missing);
    state(() => [el("h1", {}, t("result_title")), notice("error", t("error_title"), el("p", {}, errorText(error)), button(t("retry"), load, "primary"))]);
  }

  async function stop() {
    try {
      await api.cancel(id);
    } catch (error) {
      if (error.code !== "conflict" && error.code !== "already_finished") refused(error);
    }
  }

  function running(status, lost) {
    const share = status.progress.percent / 100;
    return [
      el("h1", {}, t("running_title")),
      el("section", { class: "card" },
        el("p", { class: "stage-name" }, word("stage", status.progress.stage)),
        el("div", { role: "progressbar", "aria-label": t("running_title"), "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(100 * share) }, bar(share)),
        el("p", { class: "number" }, percent(share)),
        status.estimated_completion ? el("p", { class: "hint" }, t("estimated", { time: dateTime(status.estimated_completion) })) : null,
        lost ? el("p", { class: "warn", role: "status" }, t("reconnecting")) : null,
        el("p", { class: "hint" }, t("running_text")),
        button(t("cancel_analysis"), stop, "plain", { id: "cancel-analysis" })),
    ];
  }

  const again = () => el("div", { class: "actions" }, button(t("again"), app.home, "primary"));

  const failed = (error) => [el("h1", {}, t("failed_title")), el("section", { class: "notice error" },
    el("p", { class: "strong" }, errorText(error)),
    el("p", {}, t(FAULTS_OF_THE_FILE.includes(error.code) ? "failed_unreadable" : "failed_other")),
    again())];
  const cancelled = () => [el("h1", {}, t("cancelled_title")), el("section", { class: "notice" }, again())];
  const missing = () => [el("h1", {}, t("missing_title")), el("section", { class: "notice" }, el("p", {}, t("missing_text")), again())];

  const erased = (erasure) => [el("h1", {}, t("erased_title")), el("section", { class: "notice good" },
    el("p", {}, t("erased_text")),
    el("dl", { class: "facts" }, Object.entries(erasure.erased).filter(([what]) => has(`erased_${what}`)).map(([what, count]) =>
      el("div", {}, el("dt", {}, t(`erased_${what}`)), el("dd", {}, t(count ? "erased_yes" : "erased_no"))))),
    again())];

  function draw() {
    return shown();
  }

  function leave() {
    leaving.abort();
    result?.leave();
  }
  return self;
}
