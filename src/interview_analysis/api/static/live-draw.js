// Boxes, axes and arrows over the mirrored camera picture. Shares of the picture come in, pixels go out.

import { number, t } from "./i18n.js";

const AXES = ["#ff5a5a", "#5adc78", "#5aa0ff"];
const GAZE = "#ffd23c";
const BOX = "#ffffff";
const MESH = "rgb(255 255 255 / 60%)";

export function drawFaces(canvas, faces) {
  const paper = canvas.getContext("2d");
  paper.clearRect(0, 0, canvas.width, canvas.height);
  paper.lineCap = "round";
  paper.font = `600 ${Math.max(12, Math.round(canvas.height / 26))}px system-ui, sans-serif`;
  for (const face of faces) drawFace(paper, face, canvas.width, canvas.height);
}

function drawFace(paper, face, width, height) {
  const at = (x, y) => [(1 - x) * width, y * height];
  const [x, y, w, h] = face.box;
  const side = Math.max(w * width, h * height);
  const middle = at(x + w / 2, y + h / 2);
  paper.lineWidth = Math.max(2, side / 90);
  paper.strokeStyle = BOX;
  paper.strokeRect(...at(x + w, y), w * width, h * height);
  if (face.landmarks) drawMesh(paper, face.landmarks, at);
  face.head?.axes.forEach((axis, i) => line(paper, AXES[i], middle, axis, side * 0.5));
  if (face.gaze) line(paper, GAZE, at(x + w / 2, y + h * 0.38), face.gaze.vector, side * 0.8, true);
  label(paper, face, at(x + w, y));
}

/** A vector in the viewer's axes (x right, y up); the mirror turns x around. */
function line(paper, colour, [x, y], [right, up], length, arrow = false) {
  const [u, v] = [x - right * length, y - up * length];
  paper.strokeStyle = colour;
  paper.beginPath();
  paper.moveTo(x, y);
  paper.lineTo(u, v);
  if (arrow) {
    const angle = Math.atan2(v - y, u - x);
    const barb = Math.min(length / 6, Math.hypot(u - x, v - y) / 2);
    for (const turn of [2.6, -2.6]) {
      paper.moveTo(u, v);
      paper.lineTo(u + barb * Math.cos(angle + turn), v + barb * Math.sin(angle + turn));
    }
  }
  paper.stroke();
}

function drawMesh(paper, landmarks, at) {
  paper.fillStyle = MESH;
  for (const [x, y] of landmarks) paper.fillRect(...at(x, y), 1.5, 1.5);
}

function label(paper, face, [x, y]) {
  const angles = face.head ? ["pitch", "yaw", "roll"].map((name) => `${number(face.head[name])}°`).join(" ") : "";
  const text = `${t("live_face", { id: face.id })}  ${angles}`;
  paper.lineWidth = 4;
  paper.strokeStyle = "rgb(0 0 0 / 70%)";
  paper.strokeText(text, x, y - 8);
  paper.fillStyle = "#fff";
  paper.fillText(text, x, y - 8);
}
