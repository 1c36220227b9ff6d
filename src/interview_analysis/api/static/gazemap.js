// Where the gaze pointed, seen as in the picture: yaw + is the picture's left.

import { bar, el, svg } from "./dom.js";
import { number, percent, reasonText, t } from "./i18n.js";

const HALF = 35;
const STEP = 10;
const ORDER = ["center", "left", "right", "up", "down"];
const clamp = (value) => Math.max(-HALF, Math.min(HALF, value));

export function gazeMap({ series }, eye) {
  const pairs = series.gaze_yaw.map((yaw, i) => [yaw, series.gaze_pitch[i]]).filter(([yaw, pitch]) => yaw !== null && pitch !== null);
  const title = el("h2", {}, t("gaze_map"));
  if (!pairs.length || !eye.target) {
    return el("section", { class: "card" }, title, el("p", { class: "cannot" }, t("cannot_tell")), el("p", { class: "reason" }, reasonText(eye.reason, eye.reason_message)));
  }
  return el("section", { class: "card" }, title, picture(pairs, eye),
    el("p", { class: "hint" }, t("gaze_map_text", { cone: number(eye.cone) })),
    directions(eye.gaze_directions));
}

function picture(pairs, { target, cone, on_target: share }) {
  const lines = [];
  for (let at = -HALF + (HALF % STEP); at <= HALF; at += STEP) {
    lines.push(svg("line", { class: "grid", x1: at, x2: at, y1: -HALF, y2: HALF }), svg("line", { class: "grid", x1: -HALF, x2: HALF, y1: at, y2: at }));
  }
  return svg("svg", { class: "gaze-map", viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`, role: "img", "aria-label": share === null ? t("gaze_map") : t("gaze_map_label", { share: percent(share) }) },
    lines,
    svg("path", { class: "camera-mark", d: "M-2 0H2M0-2V2" }),
    svg("circle", { class: "cone", cx: -target.yaw, cy: -target.pitch, r: cone }),
    pairs.map(([yaw, pitch]) => svg("circle", { class: "gaze-dot", cx: clamp(-yaw), cy: clamp(-pitch), r: 0.7 })));
}

function directions(shares) {
  if (!shares) return null;
  return [el("h3", {}, t("directions")), el("dl", { class: "shares" }, ORDER.filter((name) => name in shares).map((name) =>
    el("div", {}, el("dt", {}, t(`direction_${name}`)), el("dd", {}, percent(shares[name]), bar(shares[name])))))];
}
