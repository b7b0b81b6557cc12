// Many tickets at once: how many are ticked, a range by shift, keys, all of the list. The form works without it.
const BOX = ".row-pick input";

export function selectMany(form) {
  if (!form) return;
  const list = form.closest(".list");
  const says = form.querySelector("[data-many-count]");
  const none = form.querySelector("[data-many-none]");
  const all = form.querySelector("[name=all]");
  let last = null; // the row from which a range goes
  none.hidden = false;

  const rows = () => [...list.querySelectorAll(".row")];
  const box = (row) => row.querySelector(BOX);
  const ticked = () => rows().filter((row) => box(row).checked);

  function tell() {
    const count = ticked().length;
    if (!count && all) all.checked = false;
    const text = all?.checked ? all.parentElement.textContent.trim() : count === 1 ? says.dataset.one : says.dataset.more.replace("#", count);
    if (says.textContent !== text) says.textContent = text;
    if (!count) close();
  }

  function tick(row, on) {
    box(row).checked = on;
    last = row;
    tell();
  }

  function clear() {
    for (const row of rows()) box(row).checked = false;
    last = null;
    tell();
  }

  function close() {
    for (const each of form.querySelectorAll("details[open]")) each.open = false;
  }

  list.addEventListener("click", (event) => {
    const here = event.target.closest(BOX)?.closest(".row");
    if (!here) return;
    const shown = rows();
    const [from, to] = [shown.indexOf(last), shown.indexOf(here)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const row of shown.slice(from, to + 1)) box(row).checked = box(here).checked;
    last = here;
    tell();
  });
  form.addEventListener("change", tell);
  none.addEventListener("click", clear);

  // The keys of the table: x, and shift with j or k.
  document.addEventListener("told-by-key", (event) => {
    const row = document.activeElement.closest(".row") || rows()[0];
    if (!row) return;
    if (event.detail === "x") {
      tick(row, !box(row).checked);
      return row.querySelector(".row-link").focus();
    }
    const by = { J: 1, K: -1 }[event.detail];
    const next = by && rows()[rows().indexOf(row) + by];
    if (!by) return;
    if (!box(row).checked) tick(row, true);
    if (!next) return;
    tick(next, true);
    next.querySelector(".row-link").focus();
  });

  // An open panel takes the focus; Enter in its field presses its own button, Escape leaves it, then the selection.
  for (const each of form.querySelectorAll("details")) {
    each.addEventListener("toggle", () => each.open && each.querySelector("select, input, button")?.focus());
  }
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches(".many-panel input, .many-panel select")) return;
    event.preventDefault();
    event.target.closest(".many-panel").querySelector("button").click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]") || !ticked().length) return;
    const open = form.querySelector("details[open]");
    if (!open) return clear();
    close();
    open.querySelector("summary").focus();
  });

  new MutationObserver(tell).observe(list.querySelector(".rows"), { childList: true });
  tell();
}
