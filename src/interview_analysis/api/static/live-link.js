// The WebSocket of live analysis: at most two pictures are on the way, so that each answer is of a moment ago.

import { key } from "./api.js";

const MOST_ON_THE_WAY = 2;
const SIDE = 640;
const QUALITY = 0.8;
const HEAD_BYTES = 12;

const connect = () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
const hello = (options) => JSON.stringify({ type: "hello", ...options, ...(key() ? { key: key() } : {}) });

/** Says hello and goes: the server loads its models while the visitor still reads. */
export function warmUp() {
  const socket = connect();
  socket.onopen = () => socket.send(hello({}));
  socket.onmessage = () => socket.close();
}

/**
 * Sends what the video shows and calls onFaces({ faces, rate, latency, dropped }) for each answer; onEnd(reason) once, with
 * the service's code, or "network". Returns a function that ends it.
 */
export function follow(video, options, onFaces, onEnd) {
  const socket = connect();
  const sent = new Map();
  const answered = [];
  const paper = document.createElement("canvas");
  let number = 0;
  let over = false;
  let encoding = false;
  let least = 0;
  let last = 0;

  async function send(now) {
    if (over || socket.readyState !== WebSocket.OPEN || encoding || sent.size >= MOST_ON_THE_WAY || now - last < least) return;
    encoding = true;
    last = now;
    const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
    paper.width = Math.round(video.videoWidth * scale);
    paper.height = Math.round(video.videoHeight * scale);
    paper.getContext("2d").drawImage(video, 0, 0, paper.width, paper.height);
    const blob = await new Promise((resolve) => paper.toBlob(resolve, "image/jpeg", QUALITY));
    encoding = false;
    if (over || socket.readyState !== WebSocket.OPEN || blob === null) return;
    const head = new DataView(new ArrayBuffer(HEAD_BYTES));
    head.setUint32(0, ++number, true);
    head.setFloat64(4, now, true);
    sent.set(number, now);
    socket.send(new Blob([head, blob]));
  }

  function tick() {
    if (over) return;
    if (video.videoWidth) send(performance.now());
    requestAnimationFrame(tick);
  }

  function receive(message) {
    const answer = JSON.parse(message.data);
    if (answer.type === "hello") {
      least = 1000 / answer.max_rate;
      tick();
      return;
    }
    const now = performance.now();
    const latency = now - sent.get(answer.frame);
    for (const earlier of sent.keys()) if (earlier <= answer.frame) sent.delete(earlier);
    answered.push(now);
    while (answered[0] < now - 2000) answered.shift();
    const rate = answered.length > 1 ? (1000 * (answered.length - 1)) / (now - answered[0]) : 0;
    onFaces({ faces: answer.faces ?? [], rate, latency, dropped: answer.dropped });
  }

  function end(reason) {
    if (over) return;
    over = true;
    socket.close();
    onEnd(reason);
  }

  socket.onopen = () => socket.send(hello(options));
  socket.onmessage = receive;
  socket.onclose = (event) => end(event.reason || "network");
  return () => {
    over = true;
    socket.close();
  };
}
