// A field over the whole screen with a target to look at, and the pictures that are taken meanwhile.

import { announce, button, el } from "./dom.js";
import { t } from "./i18n.js";

const TRAVEL_MS = 900;
const REST_MS = 700;
const PICTURES = 12;
const BETWEEN_MS = 60;
const SIDE = 640;
const QUALITY = 0.8;
const REST_SIZE = 0.3;
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Opens in full screen where the browser allows it, with the camera in it as long as it is open. signal aborts when the visitor leaves. at(x, y) places the target, shares
 * of the field; target() tells where it is, in pixels of the field, and since when it has rested there.
 */
export async function openField(label, camera) {
  const left = new AbortController();
  const dot = el("div", { class: "target", id: "target", hidden: true });
  const stop = button(t("field_stop"), () => left.abort(), "plain", { id: "field-stop" });
  const field = el("div", { class: "field", id: "field", role: "dialog", "aria-modal": "true", "aria-label": label, tabindex: -1 }, dot, stop, camera);
  document.body.append(field);
  document.body.classList.add("covered");
  field.addEventListener("keydown", (event) => event.key === "Escape" && left.abort());
  field.focus();
  await field.requestFullscreen?.().catch(() => {});
  const full = document.fullscreenElement === field;
  const change = () => full && document.fullscreenElement !== field && left.abort();
  document.addEventListener("fullscreenchange", change);
  const place = { x: field.clientWidth / 2, y: field.clientHeight / 2, since: Infinity };

  function put(x, y) {
    Object.assign(place, { x, y });
    dot.hidden = false;
    dot.style.translate = `${x}px ${y}px`;
  }

  /** Moves there, then shrinks: eyes follow the one and rest on the other. */
  async function moveTo(shareX, shareY) {
    const [fromX, fromY] = [place.x, place.y];
    const [toX, toY] = [shareX * field.clientWidth, shareY * field.clientHeight];
    place.since = Infinity;
    dot.style.scale = 1;
    const travel = still() ? 0 : TRAVEL_MS;
    await animate(travel, left.signal, (share) => {
      const eased = share * share * (3 - 2 * share);
      put(fromX + eased * (toX - fromX), fromY + eased * (toY - fromY));
    });
    place.since = performance.now();
    await animate(REST_MS, left.signal, (share) => {
      if (!still()) dot.style.scale = 1 - share * (1 - REST_SIZE);
    });
  }

  function close() {
    left.abort();
    document.removeEventListener("fullscreenchange", change);
    if (document.fullscreenElement === field) document.exitFullscreen();
    document.body.append(camera);
    field.remove();
    document.body.classList.remove("covered");
  }

  return {
    element: field,
    picture: () => pictureOf(camera),
    signal: left.signal,
    size: () => ({ width: field.clientWidth, height: field.clientHeight }),
    target: () => ({ x: place.x, y: place.y, rested: performance.now() - place.since >= REST_MS }),
    moveTo,
    close,
  };
}

/** Pictures at each of the points (shares of the field): [{ x, y, pictures }]. Rejects where the field is left. */
export async function collect(field, points) {
  const shown = [];
  for (const [x, y] of points) {
    announce(t("field_point", { number: shown.length + 1, total: points.length }));
    await field.moveTo(x, y);
    const pictures = [];
    while (pictures.length < PICTURES) {
      pictures.push(await field.picture());
      await sleep(BETWEEN_MS, field.signal);
    }
    const target = field.target();
    shown.push({ x: target.x, y: target.y, pictures });
  }
  return shown;
}

/** What the camera shows, as JPEG in base64. */
export async function pictureOf(video) {
  const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  const paper = document.createElement("canvas");
  paper.width = Math.round(video.videoWidth * scale);
  paper.height = Math.round(video.videoHeight * scale);
  paper.getContext("2d").drawImage(video, 0, 0, paper.width, paper.height);
  const blob = await new Promise((resolve) => paper.toBlob(resolve, "image/jpeg", QUALITY));
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

function animate(ms, signal, draw) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const step = () => {
      if (signal.aborted) return reject(signal.reason);
      const share = ms ? Math.min(1, (performance.now() - began) / ms) : 1;
      draw(share);
      if (share < 1) requestAnimationFrame(step);
      else resolve();
    };
    step();
  });
}
