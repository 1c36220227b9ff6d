// Targets and where the gaze fell, drawn as on the screen.

import { el, svg } from "./dom.js";
import { number, t } from "./i18n.js";

export function targetMap(points, screen, legend) {
  const unit = screen.width / 100;
  const seen = points.filter((point) => point.gaze !== null);
  const shapes = points.map(({ target, gaze }) => [
    gaze && svg("line", { class: "miss", x1: target.x, y1: target.y, x2: gaze.x, y2: gaze.y, "stroke-width": unit / 3 }),
    svg("circle", { class: gaze ? "aim" : "aim unseen", cx: target.x, cy: target.y, r: 1.4 * unit, "stroke-width": unit / 2 }),
    gaze && svg("circle", { class: "fell", cx: gaze.x, cy: gaze.y, r: 0.9 * unit }),
  ]).flat();
  return el("figure", { class: "target-map" },
    svg("svg", { viewBox: `${-5 * unit} ${-5 * unit} ${screen.width + 10 * unit} ${screen.height + 10 * unit}`, role: "img", "aria-label": t("map_label", { seen: seen.length, total: points.length }) },
      svg("rect", { class: "ground", x: 0, y: 0, width: screen.width, height: screen.height }), shapes),
    el("figcaption", { class: "legend" }, legend),
    el("details", {}, el("summary", {}, t("map_table")), table(points)));
}

function table(points) {
  const place = (point) => (point ? `${number(point.x)}, ${number(point.y)}` : t("cannot_tell"));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("map_table") }, el("table", {},
    el("thead", {}, el("tr", {}, ["map_target", "map_gaze", "map_apart"].map((key) => el("th", { scope: "col" }, t(key))))),
    el("tbody", {}, points.map(({ target, gaze }) => el("tr", {}, el("td", {}, place(target)), el("td", {}, place(gaze)),
      el("td", { class: "number" }, gaze ? t("pixels", { value: number(Math.hypot(gaze.x - target.x, gaze.y - target.y)) }) : ""))))));
}
