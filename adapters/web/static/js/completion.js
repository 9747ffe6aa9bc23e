// What could come next in a command, from the words before the caret. Pure: no page, no state.

import { words } from "./words.js";

const SMART_DASHES = /^(--|—|–)/;

// `catalog` is {command, options, subcommands}. Returns {from, items} with `from` where the replacement begins.
export function suggest(text, caret, catalog, { inThread }) {
  const before = text.slice(0, caret);
  const isCommand = new RegExp(`^\\s*${catalog.command}\\s`).test(before);
  const from = before.search(/\S*$/);
  const typed = before.slice(from);
  if (!isCommand && /^\s*\/\w*$/.test(before)) return { from, items: commandItems(typed, catalog) };
  if (!isCommand && !inThread) return nothing(from);
  if (SMART_DASHES.test(typed)) return flagItems(from, typed, before, catalog.options);
  const option = optionBefore(before.slice(0, from), catalog.options);
  if (option) return { from, items: valueItems(typed, option) };
  if (isCommand && before.slice(0, from).trim() === catalog.command && typed) {
    return { from, items: subcommandItems(typed, catalog.subcommands) };
  }
  return nothing(from);
}

function nothing(from) {
  return { from, items: [] };
}

function commandItems(typed, { command }) {
  return command.startsWith(typed) ? [{ insert: `${command} `, label: command, detail: "" }] : [];
}

function subcommandItems(typed, subcommands) {
  return subcommands
    .filter((subcommand) => startsWith(subcommand.name, typed) && subcommand.name !== typed)
    .map((subcommand) => ({ insert: subcommand.name, label: subcommand.name, detail: subcommand.summary }));
}

function flagItems(from, typed, before, options) {
  const [name, value] = typed.replace(SMART_DASHES, "").split("=", 2);
  if (value !== undefined) {
    const option = options.find((each) => isNamed(each, name));
    return option ? { from: from + typed.indexOf("=") + 1, items: valueItems(value, option) } : nothing(from);
  }
  const items = options
    .filter((option) => startsWith(option.name, name) || option.aliases.includes(name))
    .filter((option) => !(option.kind === "switch" && option.name === name))
    .filter((option) => !new RegExp(`--${option.name}[\\s=]`).test(before))
    .map((option) => ({
      insert: `--${option.name} `,
      label: `--${option.name}`,
      detail: option.summary,
      example: option.example,
    }));
  return { from, items };
}

function optionBefore(before, options) {
  const flag = before.match(/(?:^|\s)(?:--|—|–|-)([\w-]+)\s+$/);
  return flag ? options.find((option) => option.kind !== "switch" && isNamed(option, flag[1])) : undefined;
}

function valueItems(typed, option) {
  const wanted = typed.toLowerCase();
  const items = choicesOf(option)
    .filter((choice) => startsWith(choice.value, wanted) || choice.label.toLowerCase().includes(wanted))
    .map((choice) => ({
      insert: `${/\s/.test(choice.value) ? JSON.stringify(choice.value) : choice.value} `,
      label: choice.value,
      detail: choice.label === choice.value ? "" : choice.label,
    }));
  return items.some((item) => item.label.toLowerCase() === wanted) ? [] : items;
}

function choicesOf(option) {
  if (option.choices.length > 0 || option.kind !== "number" || option.maximum === null) return option.choices;
  const first = option.minimum ?? 1;
  const count = option.maximum - first + 1;
  if (count > 10) return [{ value: String(first), label: words.range(first, option.maximum) }];
  return Array.from({ length: count }, (_, index) => ({ value: String(first + index), label: String(first + index) }));
}

function isNamed(option, name) {
  return option.name === name.toLowerCase() || option.aliases.includes(name.toLowerCase());
}

function startsWith(text, start) {
  return text.toLowerCase().startsWith(start.toLowerCase());
}
