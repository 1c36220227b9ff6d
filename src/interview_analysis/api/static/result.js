// The result: scores, moments, gaze map, words, downloads, deletion.

import * as api from "./api.js";
import { bar, button, el, notice } from "./dom.js";
import { clock, dateTime, errorText, language, number, percent, seconds, t, word } from "./i18n.js";
import { gazeMap } from "./gazemap.js";
import { playerOf } from "./player.js";
import { headCard, scoreCards } from "./scores.js";
import { timelineOf } from "./timeline.js";

export function resultView(app, { document: data, timeline, feedback, kept, redraw, erased }) {
  const player = playerOf(sourcesOf(data, app.clips.get(data.analysis_id), kept), (time) => chart?.point(time), redraw);
  const chart = timeline && timelineOf(timeline, data, (time) => player.seek(time));
  let problem = null;

  async function save(fetched, extension) {
    try {
      const link = el("a", { href: URL.createObjectURL(await fetched(data.analysis_id)), download: `${data.analysis_id}.${extension}` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      problem = null;
    } catch (error) {
      problem = error;
      redraw();
    }
  }

  async function erase() {
    try {
      const erasure = await api.erase(data.analysis_id);
      app.clips.delete(data.analysis_id);
      erased(erasure);
    } catch (error) {
      problem = error;
      redraw();
    }
  }

  function draw() {
    return [
      heading(data, app.clips.get(data.analysis_id)),
      data.overall_reason === "no_face" || data.quality?.face_coverage === 0 ? noFace() : null,
      scoreCards(data),
      moments(data, player, chart),
      el("div", { class: "columns" }, timeline ? gazeMap(timeline, data.eye_tracking) : null, expressions(data.emotion_analysis), headCard(data.head_pose)),
      words(feedback), standing(data), keep(data, save, erase, problem),
    ].filter(Boolean);
  }
  return { draw, leave: () => { player.leave(); chart?.leave(); } };
}

const isPainted = (data) => data.overlay && !data.quality?.warnings.includes("overlay_failed");

/** What can be played, the visitor's own video first: from this tab, else from the service where it is kept there. */
function sourcesOf(data, clip, kept) {
  const served = (name, part) => {
    const path = api.at(data.analysis_id, part);
    return { name, path, load: api.hasKey() ? () => api.file(path) : null };
  };
  const own = clip ? { name: "own", blob: clip.blob } : kept && served("own", "/video");
  return [own, isPainted(data) && served("overlay", "/overlay")].filter(Boolean);
}

function heading(data, clip) {
  return el("header", { class: "result-head" },
    el("h1", {}, t("result_title")),
    data.question_text ? el("p", { class: "lead" }, data.question_text) : null,
    el("p", { class: "hint" }, [t("made_at", { time: dateTime(data.finished_at ?? data.created_at) }),
      data.user_id ? t("user_of", { name: data.user_id }) : null,
      clip ? t("video_of", { name: clip.name }) : null,
      data.expires_at ? t("kept_until", { time: dateTime(data.expires_at) }) : null].filter(Boolean).join(" · ")));
}

const noFace = () => notice("warning", t("no_face_title"), el("p", {}, t("no_face_text")),
  el("ul", {}, ["no_face_1", "no_face_2", "no_face_3"].map((key) => el("li", {}, t(key)))));

function moments(data, player, chart) {
  return el("section", { class: "card", "aria-labelledby": "moments" },
    el("h2", { id: "moments" }, t("moments")), chart ? el("p", { class: "hint" }, t("moments_text")) : null,
    el("div", { class: "watch" }, el("div", { class: "screen" }, player.draw()), chart ? chart.draw() : el("p", {}, t("no_timeline"))),
    el("h3", {}, t("episodes")), episodes(data.observations, (time) => { player.seek(time); chart?.point(time); }));
}

const named = (episode) => word("kind", episode.kind) + (episode.direction ? ` (${word("direction", episode.direction)})` : "");

function episodes(observations, seek) {
  if (!observations.length) return el("p", {}, t("episodes_none"));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("episodes") }, el("table", { class: "episodes" },
    el("thead", {}, el("tr", {}, ["episode_when", "episode_what", "episode_length"].map((key) => el("th", { scope: "col" }, t(key))))),
    el("tbody", {}, observations.map((one) => el("tr", {},
      el("td", {}, button(clock(one.start, 1), () => seek(one.start), "quiet", { "aria-label": t("jump", { time: clock(one.start, 1), what: named(one) }) })),
      el("td", {}, el("span", { class: `key kind-${one.kind}`, "aria-hidden": "true" }), named(one)), el("td", {}, seconds(one.end - one.start)))))));
}

function expressions(emotion) {
  if (!emotion?.emotions) return null;
  const sorted = Object.entries(emotion.emotions).sort((a, b) => b[1] - a[1]);
  return el("section", { class: "card" }, el("h2", {}, t("expressions")),
    el("dl", { class: "shares" }, sorted.map(([name, share]) =>
      el("div", {}, el("dt", {}, word("emotion", name)), el("dd", {}, percent(share), bar(share))))));
}

function words(feedback) {
  if (!feedback) return el("section", { class: "card" }, el("h2", {}, t("feedback")), el("p", {}, t("feedback_none")));
  const list = (key, lines) => (lines.length ? [el("h3", {}, t(key)), el("ul", { lang: feedback.language }, lines.map((line) => el("li", {}, line)))] : null);
  const foreign = feedback.language === language() ? null : t(feedback.language === "ko" ? "feedback_language" : "feedback_language_en");
  const paragraphs = [feedback.overall_feedback, feedback.emotion_feedback, feedback.attention_feedback, feedback.voice_feedback].filter(Boolean);
  return el("section", { class: "card", "aria-labelledby": "feedback" }, el("h2", { id: "feedback" }, t("feedback")),
    foreign ? el("p", { class: "hint" }, foreign) : null,
    paragraphs.map((text) => el("p", { lang: feedback.language, class: "prose" }, text)),
    el("div", { class: "columns" }, ...["strengths", "weaknesses"].map((key) => el("div", {}, list(key, feedback[key])))),
    list("suggestions", feedback.improvement_suggestions),
    el("p", { class: "hint" }, feedback.source === "rules" ? t("by_rules") : t("by_model", { model: feedback.llm_model ?? feedback.source })));
}

function standing(data) {
  const { quality } = data;
  const notes = quality.warnings.map((warning) => word("warning", warning));
  const facts = [["quality_face", percent(quality.face_coverage)], ["quality_rate", t("per_second", { value: number(quality.analysed_rate, 1) })],
    ["quality_gaze", quality.gaze_model ?? "–"], ["quality_formula", data.formula_version], notes.length ? ["quality_warnings", notes.join(" ")] : null];
  return el("details", { class: "card" }, el("summary", {}, t("quality")),
    el("dl", { class: "facts" }, facts.filter(Boolean).map(([key, value]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value)))));
}

function keep(data, save, erase, problem) {
  const dialog = el("dialog", { "aria-labelledby": "erase-title" }, el("h2", { id: "erase-title" }, t("erase_title")), el("p", {}, t("erase_text")),
    el("div", { class: "actions" }, button(t("erase_keep"), () => dialog.close(), "plain"),
      button(t("erase_confirm"), () => { dialog.close(); erase(); }, "danger", { id: "erase-confirm" })));
  return el("section", { class: "card", "aria-labelledby": "keep" }, el("h2", { id: "keep" }, t("keep_title")),
    problem ? el("p", { class: "field-error", role: "alert" }, errorText(problem)) : null,
    el("div", { class: "actions" },
      button(t("download_report"), () => save((id) => api.report(id, "report", language()), "html"), "plain", { id: "report" }),
      button(t("download_pdf"), () => save((id) => api.report(id, "report.pdf", language()), "pdf"), "plain", { id: "pdf" }),
      isPainted(data) ? button(t("download_overlay"), () => save((id) => api.file(api.at(id, "/overlay")), "webm"), "plain", { id: "overlay" }) : null,
      button(t("download_csv"), () => save((id) => api.frames(id, "text/csv"), "csv"), "plain", { id: "csv" }),
      button(t("download_parquet"), () => save((id) => api.frames(id, "application/vnd.apache.parquet"), "parquet"), "plain", { id: "parquet" }),
      button(t("erase"), () => dialog.showModal(), "danger", { id: "erase" })), dialog);
}
