// Sending a video, then asking for its analysis.

import * as api from "./api.js";
import { bar, button, el, notice } from "./dom.js";
import { errorText, percent, t } from "./i18n.js";
import { questionText } from "./start.js";

/** clip: { blob, name } */
export function uploadView(app, clip) {
  const self = { draw, enter: send, leave: () => leaving.abort() };
  let leaving = new AbortController();
  let share = 0;
  let failure = null;

  async function send() {
    leaving = new AbortController();
    failure = null;
    try {
      const video = await api.upload(clip.blob, clip.name, (sent) => { share = sent; app.redraw(self); }, leaving.signal);
      const accepted = await api.analyze(request(app.draft, video));
      app.clips.set(accepted.analysis_id, clip);
      app.open(accepted.analysis_id);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.status === 401) return app.needKey(error);
      failure = error;
      app.redraw(self);
    }
  }

  function draw() {
    if (failure) {
      return [el("h1", {}, t("upload_title")), notice("error", t("error_title"), el("p", {}, errorText(failure)),
        el("div", { class: "actions" }, button(t("retry"), () => { share = 0; send(); app.redraw(self); }, "primary"), button(t("back"), app.home)))];
    }
    return [el("h1", {}, t("upload_title")), el("section", { class: "card" },
      el("p", { class: "file-name" }, clip.name),
      el("div", { role: "progressbar", "aria-label": t("upload_title"), "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(100 * share) }, bar(share)),
      el("p", { class: "number" }, percent(share)),
      button(t("upload_cancel"), app.home, "plain", { id: "cancel-upload" }))];
  }
  return self;
}

function request(draft, video) {
  return {
    s3_bucket: video.s3_bucket,
    s3_key: video.s3_key,
    user_id: draft.user.trim() || null,
    question_text: questionText(draft) || null,
    options: { skip: draft.skipExpression ? ["expression"] : [], overlay: draft.annotated },
    consent: true,
  };
}
