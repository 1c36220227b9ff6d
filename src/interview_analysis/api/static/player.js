// The videos of a result: the visitor's own, from this tab or from the service, and the annotated one.

import { button, el } from "./dom.js";
import { t } from "./i18n.js";

const PAST_THE_END = 1e9;

/**
 * sources: [{ name: "own" | "overlay", blob } or { name, path, load }], the first is shown; load() gives the Blob where the path
 * alone does not (a key is needed, and a video element sends none), else null. onTime receives the time in seconds while it
 * plays, onChange asks for a redraw.
 */
export function playerOf(sources, onTime, onChange) {
  let shown = sources[0];
  let video = null;
  let fault = false;
  let frame = 0;
  let ready = false;
  let wanted = 0;
  if (shown) choose(shown);

  function choose(source) {
    if (video && ready) wanted = video.currentTime;
    release();
    shown = source;
    fault = false;
    if (source.blob) play(URL.createObjectURL(source.blob));
    else if (source.load === null) play(source.path);
  }

  function play(src) {
    ready = false;
    video = el("video", { class: "player", id: "player", controls: true, playsinline: true, preload: "auto", src });
    const present = video;
    const ifStill = (action) => () => video === present && action();
    video.addEventListener("error", ifStill(() => { fault = true; onChange(); }));
    video.addEventListener("loadedmetadata", ifStill(() => measure(ifStill(settle))), { once: true });
    for (const event of ["seeked", "timeupdate"]) video.addEventListener(event, ifStill(() => ready && onTime(video.currentTime)));
    video.addEventListener("play", follow);
  }

  async function load() {
    try {
      shown.blob = await shown.load();
      choose(shown);
    } catch {
      fault = true;
    }
    onChange();
  }

  // A recorder writes no duration: the browser learns it by going to the end once. A jump that is asked for meanwhile waits.
  function measure(then) {
    if (video.duration !== Infinity) return then();
    video.addEventListener("durationchange", then, { once: true });
    video.currentTime = PAST_THE_END;
  }

  function settle() {
    ready = true;
    if (video.currentTime !== wanted) video.currentTime = wanted;
  }

  function follow() {
    cancelAnimationFrame(frame);
    const step = () => {
      if (!video || video.paused) return;
      onTime(video.currentTime);
      frame = requestAnimationFrame(step);
    };
    step();
  }

  function release() {
    cancelAnimationFrame(frame);
    if (video?.src.startsWith("blob:")) URL.revokeObjectURL(video.src);
    video = null;
  }

  function draw() {
    return [sources.length > 1 ? choice() : null, screen()].filter(Boolean);
  }

  const choice = () => el("div", { class: "actions", role: "group", "aria-label": t("which_video") }, sources.map((source) =>
    button(t(`video_${source.name}`), () => { choose(source); onChange(); }, "quiet", { id: `show-${source.name}`, "aria-pressed": String(source === shown) })));

  function screen() {
    if (video && !fault) {
      video.setAttribute("aria-label", t("player"));
      return video;
    }
    if (shown && !fault) return el("div", { class: "notice" }, button(t("load_video"), load, "plain", { id: "load-video" }));
    const input = el("input", { type: "file", accept: "video/*,.mkv,.webm", hidden: true, id: "attach", onchange: () => {
      if (!input.files.length) return;
      const own = { name: "own", blob: input.files[0] };
      sources = [own, ...sources.filter((source) => source.name !== "own")];
      choose(own);
      onChange();
    } });
    return el("div", { class: "notice" }, el("p", {}, t(fault ? "unplayable" : "no_video")), input, button(t("attach"), () => input.click()));
  }

  function seek(time) {
    wanted = time;
    if (video && ready && !fault) video.currentTime = time;
  }

  return { draw, leave: release, seek };
}
