// Painting over the part of a picture that may change. The result is a PNG of the picture's own size,
// transparent where it was painted, which is how image models read a mask.

import { el, icon } from "./dom.js";
import { words } from "./words.js";

const FIRST_BRUSH = 0.09; // of the picture's width

export function maskPainter(picture, api) {
  const canvas = el("canvas", { class: "mask-canvas", width: picture.width_px, height: picture.height_px });
  const pen = canvas.getContext("2d");
  const image = el("img", { src: picture.url, alt: picture.alt });
  const brush = el("input", { type: "range", min: 0.02, max: 0.3, step: 0.01, value: FIRST_BRUSH });
  const clear = el("button", { type: "button", class: "button", onclick: () => wipe() }, words.maskClear);
  const details = el(
    "details",
    { class: "mask" },
    el("summary", {}, icon("brush"), el("span", {}, words.maskOffer)),
    el("p", { class: "mask-hint" }, `${words.maskTitle}. ${words.maskHint}`),
    el("div", { class: "mask-stage" }, image, canvas),
    el("div", { class: "mask-tools" }, el("label", {}, words.maskBrush, brush), clear),
  );
  let isPainted = false;
  const wipe = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    isPainted = false;
  };
  paintWith(canvas, pen, brush, () => (isPainted = true));

  // The attachments to send: one mask, or none where nothing was painted.
  async function ready() {
    if (!isPainted || !details.open) return [];
    const blob = await cutOut(canvas);
    const file = new File([blob], "mask.png", { type: "image/png" });
    const stored = await api.upload(file, { onProgress: () => {}, signal: new AbortController().signal });
    return [{ ...stored, name: file.name, mime: file.type, role: "mask" }];
  }

  // Another picture of the same message is meant: they all have one size, so what was painted stays.
  function show(other) {
    image.src = other.url;
    image.alt = other.alt;
  }

  return { element: details, ready, show };
}

function paintWith(canvas, pen, brush, onPaint) {
  let last = null;
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
  };
  const stroke = (event) => {
    const next = spot(event);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = Number(brush.value) * canvas.width;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...(last ?? next));
    pen.lineTo(...next);
    pen.stroke();
    last = next;
    onPaint();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    stroke(event);
  });
  canvas.addEventListener("pointermove", (event) => last && stroke(event));
  canvas.addEventListener("pointerup", () => (last = null));
  canvas.addEventListener("pointercancel", () => (last = null));
}

function cutOut(painted) {
  const sheet = el("canvas", { width: painted.width, height: painted.height });
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.globalCompositeOperation = "destination-out";
  pen.drawImage(painted, 0, 0);
  return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
}
