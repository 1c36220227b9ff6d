// Words and numbers in the chosen language.

import { TEXTS } from "./texts.js";
import { CALIBRATE_TEXTS } from "./texts-calibrate.js";
import { LIVE_TEXTS } from "./texts-live.js";
import { RESULT_TEXTS } from "./texts-result.js";

const STORED = "interview-analysis-language";
const TABLE = { ...TEXTS, ...RESULT_TEXTS, ...LIVE_TEXTS, ...CALIBRATE_TEXTS };
const COLUMN = { ko: 0, en: 1 };
let chosen = "ko";
let served = null;

/** The visitor's choice, else the browser's language, else the service's. */
export function chooseLanguage(fallback) {
  const wished = [localStorage.getItem(STORED), ...navigator.languages.map((tag) => tag.slice(0, 2)), fallback];
  apply(wished.find((tag) => tag in COLUMN) ?? "ko");
}

export function setLanguage(language) {
  localStorage.setItem(STORED, language);
  apply(language);
}

function apply(language) {
  chosen = language;
  document.documentElement.lang = language;
  document.title = t("title");
}

export const language = () => chosen;

/** The service's own sentences, in both languages. */
export function setServiceWords(words) {
  served = words;
}

/** The text of a key; {name} stands for a value. */
export function t(key, values = {}) {
  const text = TABLE[key]?.[COLUMN[chosen]];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** The word for a value of the service; the value itself where this page does not know it yet. */
export const word = (kind, value) => (has(`${kind}_${value}`) ? t(`${kind}_${value}`) : value);

export const has = (key) => key in TABLE;

export function errorText(error) {
  if (error.code === "network") return t("network");
  return served?.[chosen].errors[error.code] ?? (error.message || t("unexpected"));
}

export function reasonText(code, sentence) {
  return served?.[chosen].reasons[code] ?? sentence ?? "";
}

/** Grades come as words in the service's language. */
export function gradeText(word) {
  if (word === null) return "";
  for (const words of Object.values(served ?? {})) {
    const at = words.grades.indexOf(word);
    if (at >= 0) return served[chosen].grades[at];
  }
  return word;
}

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(chosen, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
export const percent = (share) => `${number(100 * share)}\u00a0%`;

/** m:ss.t of a moment in the video */
export function clock(seconds, digits = 0) {
  const scale = 10 ** digits;
  const units = Math.max(0, Math.round(seconds * scale));
  const whole = Math.floor(units / scale);
  const tail = digits ? `.${String(units % scale).padStart(digits, "0")}` : "";
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${tail}`;
}

/** A direction in degrees as words: pitch + is up, yaw + the picture's left. */
export function angle(pitch, yaw) {
  const part = (value, positive, negative) => `${t(`direction_${value < 0 ? negative : positive}`)} ${number(Math.abs(value))}°`;
  return `${part(yaw, "left", "right")}, ${part(pitch, "up", "down")}`;
}

export const seconds = (value) => t("seconds", { value: number(value, 1) });
export const dateTime = (text) =>
  new Intl.DateTimeFormat(chosen, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));
