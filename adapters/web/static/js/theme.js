// Light, dark, or as the system has it.

import { icon, iconButton } from "./dom.js";
import { words } from "./words.js";

const THEMES = ["auto", "light", "dark"];
const LABELS = { auto: words.themeAuto, light: words.themeLight, dark: words.themeDark };

export function themeButton() {
  let theme = localStorage.getItem("easel.theme") ?? "auto";
  const button = iconButton(theme, LABELS[theme]);
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.replaceChildren(icon(theme));
    button.title = LABELS[theme];
    button.setAttribute("aria-label", LABELS[theme]);
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    localStorage.setItem("easel.theme", theme);
    show();
  });
  show();
  return button;
}
