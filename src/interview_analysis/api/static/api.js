// The service, as this page asks it. The key stays in this tab.

const KEY = "interview-analysis-key";

/** code: the problem's stable code, or "network" where no answer came. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}

export const key = () => sessionStorage.getItem(KEY);

export function setKey(key) {
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
}

function headers(more = {}) {
  const key = sessionStorage.getItem(KEY);
  return key === null ? more : { "X-API-Key": key, ...more };
}

function problem(status, text) {
  try {
    const document = JSON.parse(text);
    return new ApiError(status, document.code ?? "internal_error", document.message ?? "");
  } catch {
    return new ApiError(status, "internal_error", "");
  }
}

async function ask(path, options = {}, more = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: headers(more), credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "network", String(error));
  }
  if (!answer.ok) throw problem(answer.status, await answer.text());
  return answer;
}

const json = async (path, options, more) => (await ask(path, options, more)).json();
const post = (path, body, signal) =>
  json(path, { method: "POST", body: JSON.stringify(body), signal }, { "Content-Type": "application/json" });
export const at = (id, rest = "") => `/analysis/${encodeURIComponent(id)}${rest}`;

export const service = () => json("/page/service.json");
export const mayEnter = () => json("/analysis/recent?limit=1");
export const analysis = (id, signal) => json(at(id), { signal });
export const timeline = (id, signal) => json(at(id, "/timeline?points=600"), { signal });
export const cancel = (id) => json(at(id, "/cancel"), { method: "POST" });
export const erase = (id) => json(at(id), { method: "DELETE" });
export const analyze = (body) => post("/analyze", body);

export const seesFace = (picture, signal) => post("/gaze/calibration/face", { picture }, signal);
export const calibrate = (body) => post("/gaze/calibration", body);
export const checkCalibration = (body) => post("/gaze/calibration/check", body);
export const gaze = (body) => post("/gaze", body);
export const eraseGaze = (session) => json(`/gaze/sessions/${encodeURIComponent(session)}`, { method: "DELETE" });

/** null where none was stored. */
export async function feedback(id, signal) {
  try {
    return await json(at(id, "/llm-comment"), { signal });
  } catch (error) {
    if (error.code === "feedback_not_found") return null;
    throw error;
  }
}

/** The frame metrics as a Blob of this media type. */
export async function frames(id, mediaType) {
  return (await ask(at(id, "/frames"), {}, { Accept: mediaType })).blob();
}

/** The report as a Blob: form is "report" (HTML) or "report.pdf". */
export async function report(id, form, language) {
  return (await ask(at(id, `/${form}?language=${language}`))).blob();
}

/** What lies at a path of the service, as a Blob. */
export async function file(path) {
  return (await ask(path)).blob();
}

/** Whether the service still has the video that was sent to it. */
export async function keepsVideo(id, signal) {
  try {
    await ask(at(id, "/video"), { signal }, { Range: "bytes=0-0" });
    return true;
  } catch (error) {
    if (error.code === "video_not_kept" || error.code === "invalid_range") return false;
    throw error;
  }
}

/** Sends the video; fetch cannot tell how far an upload has come. onShare receives 0–1. */
export function upload(file, name, onShare, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/uploads");
    for (const [header, value] of Object.entries(headers())) request.setRequestHeader(header, value);
    request.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total);
    request.onerror = () => reject(new ApiError(0, "network", ""));
    request.onabort = () => reject(new DOMException("left", "AbortError"));
    request.onload = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText));
      else reject(problem(request.status, request.responseText));
    };
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file, name);
    request.send(form);
  });
}

/** Server-sent events by fetch, since EventSource sends no headers. Ends with the stream; onStatus receives each state. */
export async function follow(id, onStatus, signal) {
  const answer = await ask(at(id, "/events"), { signal }, { Accept: "text/event-stream" });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data:")) onStatus(JSON.parse(line.slice(5)));
  }
}
