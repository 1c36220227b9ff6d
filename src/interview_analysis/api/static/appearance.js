// Language and appearance, the same on all pages.

import { el } from "./dom.js";
import { language, setLanguage, t } from "./i18n.js";

const THEME = "interview-analysis-theme";
const THEMES = ["auto", "light", "dark"];

/** Both choices; onLanguage is called when everything is to be drawn in another language. */
export function switches(onLanguage) {
  return [
    select("language", t("language"), [["ko", "한국어"], ["en", "English"]], language(), (value) => {
      setLanguage(value);
      onLanguage();
    }),
    select("theme", t("theme"), THEMES.map((name) => [name, t(`theme_${name}`)]), theme(), setTheme),
  ];
}

export function select(id, label, options, value, change) {
  const field = el("select", { id, "aria-label": label, onchange: () => change(field.value) },
    options.map(([key, text]) => el("option", { value: key, selected: key === value }, text)));
  return field;
}

export function showTheme() {
  document.documentElement.dataset.theme = theme();
}

const theme = () => (THEMES.includes(localStorage.getItem(THEME)) ? localStorage.getItem(THEME) : "auto");

function setTheme(name) {
  localStorage.setItem(THEME, name);
  showTheme();
}
