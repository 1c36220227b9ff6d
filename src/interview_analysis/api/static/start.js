// The first view: question, consent, and a video from the camera or a file.

import { button, el } from "./dom.js";
import { language, number, t } from "./i18n.js";
import { QUESTIONS } from "./questions.js";

const CONSENT = "interview-analysis-consent";
const CONSENT_VERSION = "1";
const VIDEO_NAME = /\.(webm|mp4|mkv|mov|avi|m4v|ogv)$/i;

const agreed = () => localStorage.getItem(CONSENT) === CONSENT_VERSION;

/** The text of the chosen question in the present language, or "". */
export function questionText(draft) {
  if (draft.choice === "own") return draft.own.trim();
  return draft.choice === "none" ? "" : QUESTIONS[Number(draft.choice)][language() === "ko" ? 0 : 1];
}

export function startView(app) {
  const problems = { consent: false, file: "" };
  const self = { draw };

  function withConsent(action) {
    problems.consent = !agreed();
    if (!problems.consent) return action();
    app.redraw(self);
    document.getElementById("consent").focus();
  }

  function take(file) {
    problems.file = fault(file, app.service);
    if (problems.file) app.redraw(self);
    else withConsent(() => app.send({ blob: file, name: file.name }));
  }

  function draw() {
    return [
      el("h1", {}, t("start_title")), el("p", { class: "lead" }, t("start_text")),
      questionCard(app.draft, () => app.redraw(self)),
      consentCard(app.service, problems, () => app.redraw(self)),
      el("section", { class: "card", "aria-labelledby": "video-title" }, el("h2", { id: "video-title" }, t("video_title")),
        el("div", { class: "choices" },
          el("div", { class: "choice" }, el("h3", {}, t("record_title")), el("p", {}, t("record_text")),
            button(t("record_open"), () => withConsent(app.record), "primary", { id: "record" })),
          dropZone(app.service, problems, take))),
      openForm(app), el("p", {}, el("a", { href: "/live" }, t("live_link"))),
    ];
  }
  return self;
}

function fault(file, service) {
  if (!file.type.startsWith("video/") && !VIDEO_NAME.test(file.name)) return t("file_wrong", { name: file.name });
  if (file.size === 0) return t("file_empty", { name: file.name });
  return file.size > service.max_bytes ? t("file_large", { name: file.name, size: size(file.size) }) : "";
}

function size(bytes) {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes >= 1024 ? `${number(mebibytes / 1024)} GiB` : `${number(mebibytes)} MiB`;
}

function questionCard(draft, redraw) {
  const pick = el("select", { id: "question", onchange: () => { draft.choice = pick.value; redraw(); } },
    QUESTIONS.map((pair, i) => option(String(i), pair[language() === "ko" ? 0 : 1], draft.choice)),
    option("own", t("question_own"), draft.choice), option("none", t("question_none"), draft.choice));
  const own = el("textarea", { id: "own", rows: 2, maxlength: 2000, oninput: () => { draft.own = own.value; } }, draft.own);
  const user = el("input", { id: "user", maxlength: 128, autocomplete: "off", value: draft.user, oninput: () => { draft.user = user.value; } });
  const skip = el("input", { id: "skip-expression", type: "checkbox", checked: draft.skipExpression,
    onchange: () => { draft.skipExpression = skip.checked; } });
  const annotated = el("input", { id: "annotated", type: "checkbox", checked: draft.annotated,
    onchange: () => { draft.annotated = annotated.checked; } });
  return el("section", { class: "card", "aria-labelledby": "question-title" },
    el("h2", { id: "question-title" }, t("question_title")),
    el("label", { for: "question" }, t("question_pick")), pick,
    draft.choice === "own" ? [el("label", { for: "own" }, t("question_own_label")), own] : null,
    el("label", { for: "user" }, t("user_label")), user,
    el("label", { class: "check", for: "skip-expression" }, skip, t("skip_expression")),
    el("label", { class: "check", for: "annotated" }, annotated, t("annotated")));
}

function option(value, text, chosen) {
  return el("option", { value, selected: value === chosen }, text);
}

function consentCard(service, problems, redraw) {
  const days = service.retention_days;
  const keep = days ? t("keep_days", { days }) : t("keep_always");
  const box = el("input", { id: "consent", type: "checkbox", checked: agreed(), "aria-invalid": problems.consent,
    "aria-describedby": "consent-error", onchange: () => {
      if (box.checked) localStorage.setItem(CONSENT, CONSENT_VERSION);
      else localStorage.removeItem(CONSENT);
      problems.consent = false;
      redraw();
    } });
  return el("section", { class: "card", "aria-labelledby": "consent-title" },
    el("h2", { id: "consent-title" }, t("consent_title")),
    el("ul", { class: "terms" }, ["consent_1", "consent_2", "consent_3", "consent_4"].map((key) => el("li", {}, t(key, { keep })))),
    el("label", { class: "check strong", for: "consent" }, box, t("consent_agree")),
    el("p", { class: "field-error", id: "consent-error", role: "alert" }, problems.consent ? t("consent_missing") : ""));
}

function dropZone(service, problems, take) {
  const input = el("input", { id: "file", type: "file", accept: "video/*,.mkv,.webm", hidden: true,
    onchange: () => input.files.length && take(input.files[0]) });
  const zone = el("div", { class: "choice drop", id: "drop" }, el("h3", {}, t("file_title")),
    el("p", {}, t("file_text", { size: size(service.max_bytes), minutes: number(service.max_seconds / 60) })),
    input, button(t("file_choose"), () => input.click(), "plain", { id: "choose" }),
    el("p", { class: "field-error", role: "alert" }, problems.file));
  zone.addEventListener("dragover", () => zone.classList.add("over"));
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
  });
  return zone;
}

function openForm(app) {
  const field = el("input", { id: "open", required: true, maxlength: 128, autocomplete: "off", spellcheck: "false" });
  const open = (event) => {
    event.preventDefault();
    app.open(field.value.trim());
  };
  return el("details", { class: "card" }, el("summary", {}, t("open_title")),
    el("form", { class: "row", onsubmit: open }, el("label", { for: "open" }, t("open_label")), field, el("button", { class: "button plain" }, t("open_action"))));
}
