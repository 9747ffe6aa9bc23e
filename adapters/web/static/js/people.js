// Who this tab speaks as. Each tab remembers its own, so that two tabs are two people.

import { avatar } from "./avatar.js";
import { el, icon } from "./dom.js";
import { words } from "./words.js";

const KEY = "easel.person";

export function whoAmI(people) {
  const known = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  const me = people.find((person) => person.id === known) ?? people[0];
  sessionStorage.setItem(KEY, me.id);
  return me.id;
}

// `onSwitch(id)` is called when another person takes over.
export function peopleSwitcher(store, api, onSwitch) {
  const me = store.person(store.me);
  const menu = el("div", { class: "people-menu", id: "people-menu", popover: "auto" });
  const button = el(
    "button",
    { type: "button", class: "me", "aria-label": words.speakingAs(me.name), popoverTargetElement: menu },
    avatar(me.id, me.name),
    el("span", { class: "me-name" }, me.name),
    icon("chevron"),
  );
  const choose = (id) => {
    sessionStorage.setItem(KEY, id);
    menu.hidePopover();
    onSwitch(id);
  };
  menu.append(
    el("p", { class: "menu-title" }, words.speakAs),
    ...[...store.people.values()].map((person) => personButton(person, store.me, choose)),
    newPerson(store, api, choose),
    el("p", { class: "menu-hint" }, words.peopleHint),
  );
  return el("div", { class: "people" }, button, menu);
}

function personButton(person, me, choose) {
  return el(
    "button",
    { type: "button", class: "menu-item", "aria-pressed": String(person.id === me), onclick: () => choose(person.id) },
    avatar(person.id, person.name),
    el("span", {}, person.name),
    person.is_admin && el("span", { class: "tag" }, words.admin),
    person.id === me && icon("check"),
  );
}

function newPerson(store, api, choose) {
  const name = el("input", { type: "text", maxLength: 40, required: true, placeholder: words.addPerson, "aria-label": words.personName });
  const form = el("form", { class: "menu-form" }, name, el("button", { class: "button", type: "submit" }, words.add));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const person = await api.addPerson(name.value);
      store.people.set(person.id, person);
      choose(person.id);
    } catch (error) {
      name.setCustomValidity(error.hint ? `${error.message} ${error.hint}` : error.message);
      name.reportValidity();
    }
  });
  name.addEventListener("input", () => name.setCustomValidity(""));
  return form;
}
