// The rows of the timeline, each drawn between top and top + height with x(time) across.

import { svg } from "./dom.js";
import { t, word } from "./i18n.js";
import { bands, runs } from "./series.js";

export const ROW = 46;
const LANE = 18;
const HEAD_RANGE = 45;
const CONES = 3;
const BLINK_WIDTH = 2;
const clamp = (value, range) => Math.max(-range, Math.min(range, value));

const path = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

function line(kind, times, column, x, y, gap) {
  return runs(times, [column], gap).map((run) => svg("path", { class: `line ${kind}`, d: path(run.map(([time, value]) => [x(time), y(value)])) }));
}

function block(kind, span, x, top, height) {
  return svg("rect", { class: kind, x: x(span.start), y: top, width: Math.max(BLINK_WIDTH, x(span.end) - x(span.start)), height, rx: 2 });
}

function expression({ series, x, gap }, top) {
  const found = bands(series);
  const names = Object.keys(found);
  return runs(series.timestamp, Object.values(found), gap).flatMap((run) => names.map((name, i) => {
    const edge = (row, upTo) => top + ROW * (1 - row.slice(1, 1 + upTo).reduce((sum, value) => sum + value, 0));
    const lower = run.map((row) => [x(row[0]), edge(row, i)]);
    const upper = run.map((row) => [x(row[0]), edge(row, i + 1)]).reverse();
    return svg("path", { class: `band ${name}`, d: `${path([...lower, ...upper])}Z` });
  }));
}

function gaze({ series, eye, x, gap, width }, top) {
  if (!eye?.target) return [];
  const range = CONES * eye.cone;
  const y = (value) => top + (ROW / 2) * (1 - clamp(value, range) / range);
  const relative = (column, centre) => column.map((value) => (value === null ? null : value - centre));
  return [
    svg("rect", { class: "cone", x: 0, width, y: y(eye.cone), height: y(-eye.cone) - y(eye.cone) }),
    line("sideways", series.timestamp, relative(series.gaze_yaw, eye.target.yaw), x, y, gap),
    line("updown", series.timestamp, relative(series.gaze_pitch, eye.target.pitch), x, y, gap),
  ].flat();
}

function head({ series, x, gap, width }, top) {
  const y = (value) => top + (ROW / 2) * (1 - clamp(value, HEAD_RANGE) / HEAD_RANGE);
  const lines = [["sideways", series.head_yaw], ["updown", series.head_pitch], ["tilt", series.head_roll]]
    .flatMap(([kind, column]) => line(kind, series.timestamp, column, x, y, gap));
  return lines.length ? [svg("line", { class: "grid", x1: 0, x2: width, y1: y(0), y2: y(0) }), ...lines] : [];
}

function eyes({ series, eye, x, gap }, top) {
  const open = Math.max(...series.eye_openness.filter((value) => value !== null), 0.01);
  const y = (value) => top + ROW * (1 - Math.max(0, value) / open);
  const lines = line("sideways", series.timestamp, series.eye_openness, x, y, gap);
  return lines.length ? [...(eye?.blinks ?? []).map((span) => block("blink", span, x, top, ROW)), ...lines] : [];
}

const speech = ({ voice, x }, top) => (voice?.speech ?? []).map((span) => block("speech", span, x, top + ROW / 4, ROW / 2));

function episodes({ observations, x, width }, top) {
  return kindsOf(observations).flatMap((kind, lane) => {
    const y = top + lane * LANE;
    const end = Math.max(...observations.filter((one) => one.kind === kind).map((one) => x(one.end)));
    const label = end < width * 0.6 ? { x: width - 4, "text-anchor": "end" } : { x: 4 };
    return [
      svg("line", { class: "grid", x1: 0, x2: width, y1: y + LANE / 2, y2: y + LANE / 2 }),
      ...observations.filter((one) => one.kind === kind).map((one) => block(`episode kind-${kind}`, one, x, y + 2, LANE - 4)),
      svg("text", { class: "lane", ...label, y: y + LANE - 5 }, word("kind", kind)),
    ];
  });
}

const kindsOf = (observations) => [...new Set(observations.map((one) => one.kind))];
const LINES = [["line sideways", "line_sideways"], ["line updown", "line_updown"]];

/** { name, height, draw, legend: [class, key of its text] } of every row, from top to bottom */
export const rowsOf = (observations) => [
  { name: "expression", height: ROW, draw: expression, legend: ["happy", "neutral", "surprise", "negative"].map((name) => [`band ${name}`, `band_${name}`]) },
  { name: "gaze", height: ROW, draw: gaze, legend: [...LINES, ["cone", "range_gaze"]] },
  { name: "head", height: ROW, draw: head, legend: [...LINES, ["line tilt", "line_tilt"]] },
  { name: "eyes", height: ROW, draw: eyes, legend: [] },
  { name: "voice", height: ROW / 1.5, draw: speech, legend: [] },
  { name: "episodes", height: Math.max(1, kindsOf(observations).length) * LANE, draw: episodes, legend: [] },
];
