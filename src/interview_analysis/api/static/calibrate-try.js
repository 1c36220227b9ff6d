// Trying a calibration: a dot or the visitor's own video, and where the measured gaze lands on it.

import * as api from "./api.js";
import { sleep } from "./calibrate-field.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

const BETWEEN_MS = 100;
const MOST_ON_THE_WAY = 2;
const STAY_MS = 900;
const PATTERN = [[0.5, 0.5], [0.25, 0.3], [0.75, 0.3], [0.75, 0.7], [0.25, 0.7], [0.5, 0.2], [0.5, 0.8], [0.3, 0.5]];
let frames = 0;

/** The dot's path, about 20 s. Resolves with { distances, unseen }: of pictures taken while the dot rested. */
export async function tryPattern(field, session, screen) {
  const seen = watch(field, { session, screen, time: () => undefined });
  for (const [x, y] of PATTERN) {
    await Promise.race([field.moveTo(x, y), seen.broken]);
    await Promise.race([sleep(STAY_MS, field.signal), seen.broken]);
  }
  return seen.end();
}

/** Plays the file until its end or until the visitor leaves. The file stays in the browser. */
export async function tryVideo(field, session, screen, file) {
  const url = URL.createObjectURL(file);
  const film = el("video", { class: "film", playsinline: true, src: url, "aria-label": file.name });
  field.element.prepend(film);
  try {
    const ended = new Promise((resolve, reject) => {
      film.onended = resolve;
      film.onerror = () => reject(new api.ApiError(0, "video_unreadable", ""));
      field.signal.addEventListener("abort", resolve);
    });
    film.play().catch(() => {});
    const seen = watch(field, { session, screen, time: () => film.currentTime });
    await Promise.race([ended, seen.broken]);
    return await seen.end();
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Sends pictures and draws each answer. broken rejects with the first error; end() waits for what is on the way. */
function watch(field, { session, screen, time }) {
  const mark = el("div", { class: "gaze-mark", id: "gaze-mark", hidden: true });
  const told = el("p", { class: "field-note", role: "status" });
  field.element.append(mark, told);
  const distances = [];
  const onTheWay = new Set();
  let unseen = 0;
  let over = false;
  let fail;
  const broken = new Promise((_, reject) => { fail = reject; });
  broken.catch(() => {});

  async function ask() {
    const target = field.target();
    const image = await field.picture();
    const answer = await api.gaze({ session_id: session, frame_number: frames++, image, screen, seconds: time(), consent: true });
    if (over && !target.rested) return;
    mark.hidden = answer.gaze === null;
    told.textContent = answer.gaze === null ? t("face_none_now") : "";
    if (answer.gaze === null) unseen += 1;
    else {
      mark.style.translate = `${answer.gaze.x}px ${answer.gaze.y}px`;
      if (target.rested) distances.push(Math.hypot(answer.gaze.x - target.x, answer.gaze.y - target.y));
    }
  }

  async function run() {
    while (!over && !field.signal.aborted) {
      if (onTheWay.size < MOST_ON_THE_WAY) {
        const one = ask().catch(fail).finally(() => onTheWay.delete(one));
        onTheWay.add(one);
      }
      await sleep(BETWEEN_MS, field.signal);
    }
  }

  run().catch(() => {});
  return {
    broken,
    async end() {
      over = true;
      await Promise.all(onTheWay);
      return { distances, unseen };
    },
  };
}
