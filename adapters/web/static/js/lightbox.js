// A picture at full size: arrows lead to its siblings, Escape goes back.

import { el, iconButton } from "./dom.js";
import { words } from "./words.js";

export function openLightbox(pictures, index) {
  const image = el("img", { class: "lightbox-image" });
  const caption = el("p", { class: "lightbox-caption", "aria-live": "polite" });
  const download = iconLink();
  const dialog = el("dialog", { class: "lightbox", "aria-label": words.picture(index + 1, pictures.length) });
  const step = (delta) => show((index + delta + pictures.length) % pictures.length);
  const show = (next) => {
    index = next;
    const picture = pictures[index];
    image.src = picture.url;
    image.alt = picture.alt;
    image.classList.toggle("is-vector", picture.format === "svg");
    download.href = `${picture.url}&download`;
    const place = pictures.length > 1 ? words.picture(index + 1, pictures.length) : "";
    caption.replaceChildren(
      ...[picture.label, place, size(picture)].filter(Boolean).map((text) => el("span", {}, text)),
    );
  };
  const arrows = pictures.length > 1
    ? [
        iconButton("previous", words.previous, { class: "icon-button arrow is-previous", onclick: () => step(-1) }),
        iconButton("next", words.next, { class: "icon-button arrow is-next", onclick: () => step(1) }),
      ]
    : [];
  const close = iconButton("close", words.close, { onclick: () => dialog.close() });
  dialog.append(el("div", { class: "lightbox-bar" }, caption, download, close), image, ...arrows);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  show(index);
  dialog.showModal();
  close.focus();
}

function iconLink() {
  const button = iconButton("download", words.download);
  return el("a", { class: "icon-button", title: words.download, "aria-label": words.download, download: "" }, button.firstChild);
}

function size(picture) {
  const known = picture.format ? `${picture.width_px} × ${picture.height_px} · ${picture.format.toUpperCase()}` : "";
  const bytes = picture.bytes_count;
  if (!bytes) return known;
  const weight = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  return known ? `${known} · ${weight}` : weight;
}
