// Single keys, from the table in the dialog that "?" opens: what stands there is what works, and nothing else.
// Never while something is typed or composed, and not at all for who has switched them off; Ctrl/⌘ K always works.
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const PATIENCE = 1500; // ms between the keys of a pair

export function listenToKeys(root) {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const rows = [...dialog.querySelectorAll("[data-press]")];
  const on = !dialog.hasAttribute("data-off");
  let pending = "";
  let timer = 0;

  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!on || event.defaultPrevented || !(event.target instanceof Element)) return;
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const pressed = pending + event.key;
    clearTimeout(timer);
    pending = "";
    const row = rows.find((each) => each.dataset.press.replace(" ", "") === pressed && target(each));
    if (row) {
      event.preventDefault();
      act(row);
    } else if (rows.some((each) => each.dataset.press.startsWith(`${pressed} `) && target(each))) {
      pending = pressed;
      timer = setTimeout(() => (pending = ""), PATIENCE);
    }
  });

  for (const each of document.querySelectorAll("[data-opens-keys]")) {
    each.hidden = false;
    each.addEventListener("click", () => show(dialog, rows));
  }
  if (!on) return;
  hint(rows);
  const main = document.querySelector("main");
  if (main) new MutationObserver(() => hint(rows)).observe(main, { childList: true, subtree: true });
}

// A copy without what was put there for the keys: so that a part of a live page is compared as it was sent.
export function withoutHints(copy) {
  for (const each of copy.querySelectorAll("[data-hinted]")) {
    for (const name of ["aria-keyshortcuts", "title", "data-hinted"]) each.removeAttribute(name);
  }
}

// Where a key leads on this page: an element, or null when there is none.
function target(row) {
  if (!row.dataset.on) return row;
  return document.querySelector(row.dataset.on);
}

function act(row) {
  const found = target(row);
  switch (row.dataset.act) {
    case "next":
      return step(row.dataset.on, 1);
    case "previous":
      return step(row.dataset.on, -1);
    case "help":
      return show(document.getElementById("keys"), [...document.querySelectorAll("#keys [data-press]")]);
    case "focus":
      return lead(found);
    case "tell": // what a page does itself: see many.js
      return document.dispatchEvent(new CustomEvent("told-by-key", { detail: row.dataset.press }));
    case "open":
      return (document.activeElement?.closest(row.dataset.on) || found).click();
    default:
      found.click();
      if (row.dataset.then) lead(document.querySelector(row.dataset.then));
  }
}

// Open whatever it is folded into, and stand on it.
export function lead(found) {
  if (!found) return;
  for (let each = found.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
  found.scrollIntoView({ block: "center" });
  found.focus({ preventScroll: true });
}

function step(selector, by) {
  const rows = [...document.querySelectorAll(selector)];
  const here = rows.findIndex((each) => each.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by))];
  if (!next.matches("a, button, [tabindex]")) next.tabIndex = -1;
  next.focus();
}

function show(dialog, rows) {
  for (const each of rows) each.hidden = !target(each);
  for (const group of dialog.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("[data-press]:not([hidden])");
  }
  dialog.showModal();
}

function hint(rows) {
  for (const row of rows) {
    const found = row.dataset.on && !["next", "previous", "open", "tell"].includes(row.dataset.act) && target(row);
    if (!found || found.hasAttribute("data-hinted")) continue;
    const shown = found.labels?.length && found.type === "radio" ? found.labels[0] : found;
    found.setAttribute("data-hinted", "");
    if (!row.dataset.press.includes(" ")) found.setAttribute("aria-keyshortcuts", row.dataset.press);
    if (shown.title) continue;
    shown.setAttribute("data-hinted", "");
    shown.title = `${row.querySelector("dd").textContent} (${row.dataset.press})`;
  }
}
