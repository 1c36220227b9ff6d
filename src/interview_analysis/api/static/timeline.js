// The recording over time; a slider whose thumb is the moment that the video shows.

import { el, svg } from "./dom.js";
import { angle, clock, percent, t } from "./i18n.js";
import { rowsOf } from "./rows.js";
import { bands, gapOf, nearest, within } from "./series.js";

const HEADER = 22;
const SPACE = 12;
const AXIS = 20;
const NARROWEST = 260;
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const TICK_WIDTH = 60;
const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity };

/** series and observations as /timeline gives them; onSeek receives the wanted second. */
export function timelineOf({ series, duration, observations }, data, onSeek) {
  const gap = gapOf(series.timestamp);
  const rows = rowsOf(observations);
  const head = svg("line", { class: "playhead", y1: 0 });
  const picture = svg("svg", { class: "timeline", "aria-hidden": "true" });
  const slider = el("div", { id: "timeline", class: "slider", role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": duration.toFixed(1) }, picture);
  const readout = el("p", { class: "readout", id: "readout" });
  const watcher = new ResizeObserver(() => paint());
  let now = 0;
  let width = NARROWEST;
  const x = (time) => (time / duration) * width;

  function paint() {
    width = Math.max(NARROWEST, slider.clientWidth);
    const scene = { series, observations, gap, x, width, eye: data.eye_tracking, voice: data.voice_analysis };
    let top = 0;
    const parts = rows.flatMap((row) => {
      const drawn = row.draw(scene, top + HEADER);
      const empty = drawn.length || row.name === "episodes" ? "" : ` – ${t("row_empty")}`;
      const made = [svg("rect", { class: "ground", x: 0, y: top + HEADER, width, height: row.height }), ...drawn,
        svg("text", { class: "row-name", x: 0, y: top + HEADER - 6 }, t(`row_${row.name}`) + empty)];
      top += HEADER + row.height + SPACE;
      return made;
    });
    picture.replaceChildren(...parts, ...axis(top), head);
    picture.setAttribute("viewBox", `0 0 ${width} ${top + AXIS}`);
    picture.setAttribute("height", top + AXIS);
    head.setAttribute("y2", top);
    point(now);
  }

  function axis(top) {
    const step = TICKS.find((tick) => x(tick) >= TICK_WIDTH) ?? TICKS.at(-1);
    const marks = [];
    for (let time = 0; time <= duration; time += step) {
      const anchor = time === 0 ? "start" : x(time) > width - TICK_WIDTH / 3 ? "end" : "middle";
      marks.push(svg("text", { class: "tick", x: x(time), y: top + AXIS - 6, "text-anchor": anchor }, clock(time)));
    }
    return marks;
  }

  /** Move the thumb without moving the video. */
  function point(time) {
    now = Math.max(0, Math.min(duration, time));
    for (const end of ["x1", "x2"]) head.setAttribute(end, x(now));
    const text = `${clock(now, 1)} · ${told(now)}`;
    slider.setAttribute("aria-valuenow", now.toFixed(1));
    slider.setAttribute("aria-valuetext", text);
    readout.textContent = text;
  }

  function told(time) {
    const at = (column) => nearest(series.timestamp, column, time, gap);
    if (at(series.face) === null || at(series.face) < 0.5) return t("now_no_face");
    return [expressionAt(at), gazeAt(at), headAt(at), speechAt(time)].filter(Boolean).join(" · ");
  }

  function expressionAt(at) {
    const shares = Object.entries(bands(series)).map(([name, column]) => [name, at(column)]);
    if (shares.some(([, share]) => share === null)) return null;
    const [name, share] = shares.reduce((most, one) => (one[1] > most[1] ? one : most));
    return `${t(`band_${name}`)} ${percent(share)}`;
  }

  function gazeAt(at) {
    const { target, cone } = data.eye_tracking ?? {};
    const yaw = at(series.gaze_yaw);
    const pitch = at(series.gaze_pitch);
    if (!target || yaw === null || pitch === null) return null;
    const aside = [yaw - target.yaw, pitch - target.pitch];
    const [left, up] = [aside[0] > 0 ? "left" : "right", aside[1] > 0 ? "up" : "down"];
    const way = Math.hypot(...aside) <= cone ? "center" : Math.abs(aside[0]) > Math.abs(aside[1]) ? left : up;
    return t("now_gaze", { direction: t(`direction_${way}`) });
  }

  function headAt(at) {
    const [yaw, pitch] = [at(series.head_yaw), at(series.head_pitch)];
    return yaw === null || pitch === null ? null : t("now_head", { angle: angle(pitch, yaw) });
  }

  function speechAt(time) {
    if (!data.voice_analysis) return null;
    return t(within(data.voice_analysis.speech, time) ? "now_speech" : "now_silence");
  }

  function seek(time) {
    point(time);
    onSeek(now);
  }

  function toPointer(event) {
    const box = slider.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration);
  }

  slider.addEventListener("pointerdown", (event) => {
    slider.setPointerCapture(event.pointerId);
    toPointer(event);
  });
  slider.addEventListener("pointermove", (event) => slider.hasPointerCapture(event.pointerId) && toPointer(event));
  slider.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    seek(now + KEYS[event.key]);
  });
  watcher.observe(slider);

  function draw() {
    slider.setAttribute("aria-label", t("timeline"));
    paint();
    return el("div", {}, readout, slider, legend());
  }

  const legend = () => el("ul", { class: "legend" }, rows.filter((row) => row.legend.length).map((row) => el("li", {}, el("strong", {}, t(`row_${row.name}`)),
    row.legend.map(([kind, key]) => el("span", { class: "legend-entry" }, el("span", { class: `key ${kind}`, "aria-hidden": "true" }), t(key))))));

  return { draw, point, leave: () => watcher.disconnect() };
}
