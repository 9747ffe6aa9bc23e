// Pictures in a card: the preview that sharpens, then the finished ones in a grid; and files to keep.

import { el, icon } from "./dom.js";
import { openLightbox } from "./lightbox.js";
import { words } from "./words.js";

// Only what people can name in a command is written on the picture itself.
const VERSION = /^v\d+[a-z]*$/;

export function previewFrame(url) {
  const image = el("img", { class: "preview", src: url, alt: words.drawing });
  const frame = el("div", { class: "pictures is-preview", dataset: { newest: url } }, image);
  // As wide as the finished picture will be, so that nothing jumps when it comes.
  image.addEventListener("load", () => frame.style.setProperty("--aspect", image.naturalWidth / image.naturalHeight));
  return frame;
}

// Shows a newer preview only once it has arrived, so that the old one never blinks away.
export function sharpen(frame, url) {
  if (frame.dataset.newest === url) return;
  frame.dataset.newest = url;
  const next = el("img", { class: "preview", src: url, alt: words.drawing });
  next.decode().then(
    () => {
      if (frame.dataset.newest !== url) return;
      frame.append(next);
      while (frame.children.length > 2) frame.firstElementChild.remove();
    },
    () => {}, // Replaced on the server meanwhile: the next one is on its way.
  );
}

export function pictureGrid(pictures, lastPreview) {
  const count = pictures.length;
  const grid = el("div", { class: `pictures count-${Math.min(count, 5)}`, role: "group" });
  pictures.forEach((picture, index) => grid.append(pictureButton(pictures, picture, index, lastPreview)));
  return grid;
}

export function fileLink(file) {
  return el("a", { class: "button file", href: file.url, download: file.name }, icon("download"), el("span", {}, words.downloadFile(file.name)));
}

function pictureButton(pictures, picture, index, lastPreview) {
  const image = el("img", {
    src: picture.url,
    alt: picture.alt,
    width: picture.width_px,
    height: picture.height_px,
    decoding: "async",
  });
  const label = words.openPicture(`${picture.label}: ${picture.alt}`);
  const button = el("button", { type: "button", class: "picture", "aria-label": label }, image);
  button.style.setProperty("--ratio", `${picture.width_px} / ${picture.height_px}`);
  button.style.setProperty("--aspect", picture.width_px / picture.height_px);
  if (VERSION.test(picture.label)) button.append(el("span", { class: "picture-label", "aria-hidden": "true" }, picture.label));
  if (lastPreview && pictures.length === 1) underlay(button, image, lastPreview);
  button.addEventListener("click", () => openLightbox(pictures, index));
  return button;
}

// Until the finished picture has loaded, its last preview stays visible in its place.
function underlay(button, image, preview) {
  preview.className = "underlay";
  preview.alt = "";
  button.prepend(preview);
  const done = () => preview.remove();
  image.decode().then(done, done);
}
