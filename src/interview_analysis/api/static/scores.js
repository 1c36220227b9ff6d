// Scores with their parts. An absent one reads "cannot tell" with the reason, never zero.

import { bar, el } from "./dom.js";
import { angle, gradeText, has, number, percent, reasonText, seconds, t, word } from "./i18n.js";

/** Overall, expression, attention and voice, each with what it means. */
export function scoreCards(data) {
  const { emotion_analysis: emotion, eye_tracking: eye, voice_analysis: voice } = data;
  const overall = { value: data.overall_score, maximum: 100, grade: data.overall_grade, reason: data.overall_reason, reason_message: data.overall_reason_message };
  const absentVoice = { value: null, maximum: 100, grade: null, reason: data.voice_reason, reason_message: data.voice_reason_message };
  return el("div", { class: "scores" },
    card("overall", overall, "wide"),
    card("expression", { ...emotion, value: emotion.interview_score }),
    card("attention", { ...eye, value: eye.attention_score }),
    card("voice", voice ? { ...voice, value: voice.voice_score } : absentVoice));
}

function card(name, score, kind = "") {
  const id = `score-${name}`;
  return el("section", { class: `card score ${kind}`, "aria-labelledby": id, id: `card-${name}` },
    el("h2", { id }, t(name)), value(score),
    score.coverage ? el("p", { class: "hint" }, t("coverage", { share: percent(score.coverage) })) : null,
    el("details", {}, el("summary", {}, t("meaning")), el("p", {}, t(`${name}_meaning`)), score.parts?.length ? parts(name, score.parts) : null));
}

function value(score) {
  if (score.value === null) {
    return [el("p", { class: "cannot" }, t("cannot_tell")), el("p", { class: "reason" }, reasonText(score.reason, score.reason_message))];
  }
  return [
    el("p", { class: "big" }, el("span", { class: "number" }, number(score.value, 1)), " ", el("span", { class: "maximum" }, t("of_maximum", { maximum: number(score.maximum) }))),
    bar(score.value / score.maximum), score.grade ? el("p", { class: "grade" }, gradeText(score.grade)) : null,
  ];
}

function parts(name, list) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${t(name)} – ${t("parts")}` }, el("table", {},
    el("caption", {}, t("parts")),
    el("thead", {}, el("tr", {}, ["part", "measured", "points"].map((key) => el("th", { scope: "col" }, t(key))))),
    el("tbody", {}, list.map((part) => el("tr", {}, el("th", { scope: "row" }, word("part", part.name)),
      part.points === null
        ? el("td", { colspan: 2 }, `${t("cannot_tell")}: ${reasonText(part.reason, "")}`)
        : [el("td", {}, measured(part)), el("td", { class: "number" }, `${number(part.points, 1)} / ${number(part.maximum)}`)])))));
}

function measured(part) {
  if (part.measured === null) return "–";
  if (part.unit === "share" || part.unit === "share_of_time") return percent(part.measured);
  if (part.unit === "seconds") return seconds(part.measured);
  return has(`unit_${part.unit}`) ? t(`unit_${part.unit}`, { value: number(part.measured, 1) }) : `${number(part.measured, 1)} ${part.unit}`;
}

/** The head has no score: what was measured, or why it was not. */
export function headCard(head) {
  const facts = () => el("dl", { class: "facts" }, [
    ["head_mean", head.mean && angle(head.mean.pitch, head.mean.yaw)],
    ["head_movement", head.movement !== null && t("degrees_minute", { value: number(head.movement) })],
    ["head_nods", head.nods !== null && t("times", { count: head.nods })],
    ["head_shakes", head.shakes !== null && t("times", { count: head.shakes })],
  ].filter(([, text]) => text).map(([key, text]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, text))));
  return el("section", { class: "card", id: "card-head" }, el("h2", {}, t("head")),
    head.reason ? [el("p", { class: "cannot" }, t("cannot_tell")), el("p", { class: "reason" }, reasonText(head.reason, head.reason_message))] : facts(),
    el("p", { class: "hint" }, t("head_meaning")));
}
