// Ctrl/⌘ K: everything by its name. Actions are the buttons and links of the page as it is at that moment; tickets,
// buyers and orders come from the server. A combobox with a listbox: arrows move, Enter takes, Escape leaves.
import { lead } from "./keys.js";

const PAUSE = 120; // ms after the last key before the server is asked
const MOST = 40;
// Where the first letter of a syllable changes, in the order of pinyin: a character between two has that letter.
const FIRSTS = "阿a八b嚓c哒d妸e发f旮g哈h讥j咔k垃l妈m拏n噢o妑p七q呥r扨s它t穵w夕x丫y帀z";
const PINYIN = new Intl.Collator("zh-Hans-u-co-pinyin");

export function openPalette(dialog) {
  if (!dialog) return;
  const box = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const says = JSON.parse(dialog.dataset.says);
  let local = [];
  let timer = 0;
  let asking = null;

  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) return dialog.close();
    if (document.querySelector("dialog[open]")) return;
    local = [...actions(), ...places()];
    box.value = "";
    show([]);
    dialog.showModal();
  });
  box.addEventListener("input", (event) => {
    if (event.isComposing) return;
    show([]);
    ask();
  });
  box.addEventListener("compositionend", () => (show([]), ask()));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) move(steps[event.key]);
    else if (event.key === "Enter") chosen()?.click();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  function ask() {
    clearTimeout(timer);
    asking?.abort();
    const typed = box.value.trim();
    if (!typed) return;
    timer = setTimeout(async () => {
      asking = new AbortController();
      try {
        const address = `${dialog.dataset.suggest}?q=${encodeURIComponent(typed)}`;
        const answer = await fetch(address, { signal: asking.signal, redirect: "error" });
        if (answer.ok && box.value.trim() === typed) show(await answer.json());
      } catch {
        // gone on typing, or offline: what the page has is shown all the same
      }
    }, PAUSE);
  }

  function show(found) {
    const typed = box.value.trim();
    const fitting = local.filter((each) => fits(each, typed));
    const all = [...found, ...fitting.slice(0, MOST)];
    if (typed) all.push({ group: "search", label: typed, go: `${dialog.dataset.search}?q=${encodeURIComponent(typed)}` });
    list.replaceChildren(...grouped(all));
    select(list.querySelector("[role=option]"));
    dialog.querySelector("[data-count]").textContent = all.length ? `${all.length} ${says.count}` : says.none;
  }

  function grouped(all) {
    const groups = new Map();
    for (const each of all) groups.set(each.group, [...(groups.get(each.group) || []), each]);
    return [...groups].map(([name, members], number) => {
      const group = made("div", { role: "group", "aria-labelledby": `palette-${number}` });
      group.append(made("p", { id: `palette-${number}`, class: "palette-group" }, says[name]));
      for (const each of members) group.append(option(each));
      return group;
    });
  }

  function option(each) {
    const line = made("div", { role: "option", id: `option-${crypto.getRandomValues(new Uint32Array(1))[0]}` });
    line.append(made("span", { class: "palette-label" }, each.label));
    if (each.hint) line.append(made("span", { class: "palette-hint" }, each.hint));
    line.addEventListener("mousemove", () => select(line, false));
    line.addEventListener("click", () => {
      dialog.close();
      if (each.go) location.assign(each.go);
      else each.run();
    });
    return line;
  }

  function move(by) {
    const options = [...list.querySelectorAll("[role=option]")];
    const here = options.indexOf(chosen());
    if (options.length) select(options[(here + by + options.length) % options.length]);
  }

  function chosen() {
    return list.querySelector("[aria-selected=true]");
  }

  function select(line, scroll = true) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!line) return box.removeAttribute("aria-activedescendant");
    line.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", line.id);
    if (scroll) line.scrollIntoView({ block: "nearest" });
  }
}

// Buttons and folds of the page. One that needs something typed leads there; others are pressed.
function actions() {
  const found = [];
  for (const each of document.querySelectorAll("main button, main summary, main a.button, main [data-do]")) {
    const label = named(each);
    if (!label || each.disabled || each.closest("dialog, [hidden], [inert]")) continue;
    const above = each.closest("section, details, article");
    const heading = above?.querySelector("h2, h3, summary")?.textContent.trim().replace(/\s+/g, " ") || "";
    found.push({ group: "actions", label, hint: heading === label ? "" : heading, run: () => run(each) });
  }
  return found;
}

function run(each) {
  const field = each.form && [...each.form.elements].find((one) => one.matches("input:not([type=hidden]), select, textarea"));
  if (each.matches("summary")) {
    each.parentElement.open = true;
    lead(each);
  } else if (field && !each.matches("[data-do]")) {
    lead(each.matches("button[name]") ? each : field);
  } else each.click();
}

function places() {
  const links = [...document.querySelectorAll(".places a, .queues a, .self > a")];
  return links.map((each) => ({ group: "places", label: named(each), go: each.href })).filter((each) => each.label);
}

function named(each) {
  return (each.getAttribute("aria-label") || each.innerText || each.textContent || "").trim().replace(/\s+/g, " ").slice(0, 80);
}

function fits(each, typed) {
  if (!typed) return true;
  const text = `${each.label} ${each.hint || ""}`.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word)) || initials(each.label).includes(typed.toLowerCase());
}

// "退款" as "tk": by the order of the characters, without a dictionary.
export function initials(label) {
  let found = "";
  for (const char of label) {
    if (!/\p{Script=Han}/u.test(char)) continue;
    for (let place = FIRSTS.length - 2; place >= 0; place -= 2) {
      if (PINYIN.compare(char, FIRSTS[place]) >= 0) {
        found += FIRSTS[place + 1];
        break;
      }
    }
  }
  return found;
}

function made(name, attributes, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}
