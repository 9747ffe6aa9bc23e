// A transparent sheet over a picture, of the picture's own size, that takes strokes of a finger, pen or mouse.

import { el } from "./dom.js";

export class Sheet {
  // `colour` and `width`, a part of the picture's width, are those of the next stroke.
  constructor(picture, className, onChange) {
    this.canvas = el("canvas", { class: className, width: picture.width_px, height: picture.height_px });
    this.onChange = onChange;
    this.strokes = [];
    this.#listen();
  }

  get isEmpty() {
    return this.strokes.length === 0;
  }

  undo() {
    this.strokes.pop();
    this.#redraw();
  }

  clear() {
    this.strokes = [];
    this.#redraw();
  }

  // The strokes alone, as a PNG.
  drawing() {
    return png(this.canvas);
  }

  // A PNG that is transparent where it was painted, which is how image models read a mask.
  hole() {
    const sheet = el("canvas", { width: this.canvas.width, height: this.canvas.height });
    const pen = sheet.getContext("2d");
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.globalCompositeOperation = "destination-out";
    pen.drawImage(this.canvas, 0, 0);
    return png(sheet);
  }

  #listen() {
    let stroke = null;
    const add = (event) => {
      stroke.points.push(this.#spot(event));
      draw(this.canvas, { ...stroke, points: stroke.points.slice(-2) });
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
      stroke = { colour: this.colour, width: this.width * this.canvas.width, points: [] };
      this.strokes.push(stroke);
      add(event);
      this.onChange();
    });
    this.canvas.addEventListener("pointermove", (event) => stroke && add(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => (stroke = null));
  }

  #spot(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.canvas.width, ((event.clientY - box.top) / box.height) * this.canvas.height];
  }

  #redraw() {
    this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const stroke of this.strokes) draw(this.canvas, stroke);
    this.onChange();
  }
}

function draw(canvas, { colour, width, points }) {
  const pen = canvas.getContext("2d");
  Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineCap: "round", lineJoin: "round" });
  pen.beginPath();
  pen.moveTo(...points[0]);
  for (const point of points) pen.lineTo(...point);
  pen.stroke();
}

function png(canvas) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
