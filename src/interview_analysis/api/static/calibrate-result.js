// How exact a calibration is, whether it still holds, keeping it, and trying it.

import * as api from "./api.js";
import { targetMap } from "./calibrate-map.js";
import { tryPattern, tryVideo } from "./calibrate-try.js";
import { announce, button, el, notice } from "./dom.js";
import { errorText, number, percent, t } from "./i18n.js";

const POOR_SHARE = 0.2;

export function resultView(app) {
  const self = { draw };
  const { fitted } = app;
  const { width, height } = fitted.screen;
  let drift = null;
  let tried = null;
  let user = "";
  let kept = null;
  let problem = "";

  /** Does work and draws what it changed; its error stands on the page. */
  async function attempt(work) {
    problem = "";
    try {
      await work();
    } catch (error) {
      problem = errorText(error);
    }
    app.redraw(self);
    if (problem) announce(problem);
  }

  const check = () => attempt(async () => { drift = (await app.drift()) ?? drift; });

  const tryOut = (how) => attempt(async () => {
    tried = await app.run(t("try_label"), async (field) => {
      const size = field.size();
      return size.width === width && size.height === height ? how(field) : { resized: true };
    });
  });
  const withPattern = () => tryOut((field) => tryPattern(field, app.session, fitted.screen));
  const withVideo = (file) => tryOut((field) => tryVideo(field, app.session, fitted.screen, file));

  const keep = (event) => {
    event.preventDefault();
    attempt(async () => {
      await api.calibrate({ session_id: app.session, consent: true, screen: fitted.screen, points: fitted.points, user_id: user.trim(), keep_profile: true });
      kept = user.trim();
    });
  };

  const erase = () => attempt(async () => {
    await api.eraseGaze(app.session);
    app.closeCamera();
    app.fitted = null;
    app.show({ draw: () => [el("h1", {}, t("gaze_erased")), el("div", { class: "actions" }, button(t("calibrate_again"), app.home, "primary", { id: "again" }))] });
  });

  function draw() {
    return [el("h1", {}, t("fitted_title")), ...[problem && notice("error", t("error_title"), el("p", {}, problem))].filter(Boolean),
      errorCard(), tryCard(), profileCard(),
      el("div", { class: "actions" }, button(t("gaze_erase"), erase, "danger", { id: "erase-gaze" }))];
  }

  function errorCard() {
    const { pixels, low, high, degrees } = fitted.error;
    const shares = { low_share: percent(low / width), high_share: percent(high / width) };
    return el("section", { class: "card", id: "error" },
      el("p", { class: "stage-name" }, t("fitted_error", { pixels: number(pixels) })),
      el("p", {}, t("fitted_interval", { low: number(low), high: number(high), ...shares }), " ", degrees === null ? "" : t("fitted_degrees", { degrees: number(degrees, 1) })),
      pixels / width > POOR_SHARE ? el("p", { class: "warn" }, t("fitted_poor")) : null,
      el("p", { class: "hint" }, t("fitted_counts", { points: number(fitted.used), samples: number(fitted.samples), dropped: number(fitted.dropped) })),
      el("h2", {}, t("map_title")), targetMap(fitted.map, fitted.screen, t("map_legend")),
      el("div", { class: "actions" }, button(t("calibrate_again"), app.calibrate, "plain", { id: "again" }), button(t("drift_start"), check, "plain", { id: "drift" })),
      driftNotice());
  }

  function driftNotice() {
    if (drift === null) return null;
    const figures = { error: number(drift.error_px), expected: number(drift.expected_px) };
    return el("div", { role: "status", id: "drifted" }, el("p", { class: drift.recalibrate ? "warn" : "strong" }, t(drift.recalibrate ? "drift_worn" : "drift_good", figures)),
      targetMap(drift.map, fitted.screen, t("map_legend_check")));
  }

  function tryCard() {
    const input = el("input", { id: "film", type: "file", accept: "video/*,.mkv,.webm", hidden: true, onchange: () => input.files.length && withVideo(input.files[0]) });
    return el("section", { class: "card", "aria-labelledby": "try-title" }, el("h2", { id: "try-title" }, t("try_title")), el("p", {}, t("try_text")),
      el("div", { class: "actions" }, button(t("try_pattern"), withPattern, "primary", { id: "try" }), input, button(t("try_video"), () => input.click(), "plain", { id: "try-film" })),
      el("div", { role: "status", id: "tried" }, triedWords().map((text) => el("p", { class: "strong" }, text))));
  }

  function triedWords() {
    if (tried === null) return [];
    if (tried.resized) return [t("try_size")];
    const { distances, unseen } = tried;
    const { low, high } = fitted.error;
    const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length;
    return [
      distances.length ? t("try_result", { pixels: number(mean), count: number(distances.length), low: number(low), high: number(high) }) : null,
      unseen ? t("try_unseen", { count: number(unseen) }) : null,
    ].filter(Boolean);
  }

  function profileCard() {
    const field = el("input", { id: "user", required: true, maxlength: 128, autocomplete: "off", value: user, oninput: () => { user = field.value; } });
    return el("section", { class: "card", "aria-labelledby": "profile-title" }, el("h2", { id: "profile-title" }, t("profile_title")), el("p", {}, t("profile_text", { days: app.service.profile_days })),
      kept === null
        ? el("form", { class: "row", onsubmit: keep }, el("label", { for: "user" }, t("profile_user")), field, el("button", { class: "button plain", id: "keep" }, t("profile_keep")))
        : el("p", { class: "strong", role: "status" }, t("profile_kept", { user: kept })));
  }
  return self;
}
