// Times for people, and clocks that run while something is drawn.

import { el } from "./dom.js";
import { words } from "./words.js";

const DAY_MS = 86_400_000;
const TIME = /\d+:\d\d(:\d\d)?/;
const hours = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export function timeOfDay(iso) {
  const date = new Date(iso);
  return el("time", { dateTime: iso, title: full.format(date) }, hours.format(date));
}

export function hourText(iso) {
  return hours.format(new Date(iso));
}

export function dayText(iso) {
  const date = new Date(iso);
  const age = Math.round((startOfDay(new Date()) - startOfDay(date)) / DAY_MS);
  if (age === 0) return words.today;
  return age === 1 ? words.yesterday : days.format(date);
}

export function runningClock(since) {
  const clock = el("time", { class: "clock", role: "timer", "aria-live": "off", title: words.elapsed });
  clock.dataset.since = since;
  show(clock);
  return clock;
}

// A title without the time that it names: what is left changes only when something happened.
export function withoutTime(title) {
  const time = title.match(TIME);
  return time ? [title.slice(0, time.index), title.slice(time.index + time[0].length)] : [`${title} `, ""];
}

// One timer for every clock on the page.
export function startClocks() {
  setInterval(() => document.querySelectorAll(".clock").forEach(show), 250);
}

function show(clock) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.since)) / 1000));
  const text = [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  if (clock.textContent !== text) clock.textContent = text;
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
