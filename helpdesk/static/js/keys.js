// Single keys, never while something is typed: j k through rows, r reply, n note, m merge, ! spam or not, u up to the tickets.
const TYPING = "input, textarea, select, [contenteditable]";

export function listenToKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "r" || event.key === "n") compose(event.key === "r" ? "reply" : "note", event);
    else if (event.key === "m") merge(event);
    else if (event.key === "!") document.querySelector("button.spam-key")?.click();
    else if (event.key === "u") document.querySelector(".facts-back a")?.click();
  });
}

function step(by) {
  const rows = [...document.querySelectorAll(".row-link")];
  const here = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, here + by))]?.focus();
}

// The suggestion's button where there is one, else the field for a number: one more key decides.
function merge(event) {
  const details = document.getElementById("merge");
  const place = document.querySelector(".belongs button") || details?.querySelector("input[name=into]");
  if (!place) return;
  event.preventDefault();
  if (details) details.open = true;
  place.focus();
}

function compose(kind, event) {
  const choice = document.getElementById(`kind-${kind}`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  document.getElementById("text").focus();
}
