// Saved replies: a button, or "/" at the beginning of a line, opens the list; what is chosen stands at the cursor.
export function offerSaved(button) {
  if (!button) return;
  const text = document.getElementById("text");
  const list = document.getElementById("saved-list");
  let slash = false; // a "/" stands before the cursor and is replaced by what is chosen
  button.hidden = false;
  button.addEventListener("click", () => (list.hidden ? open(false) : close()));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const before = text.value.slice(0, text.selectionStart);
    if (before === "" || before.endsWith("\n")) setTimeout(() => open(true));
  });

  async function open(bySlash) {
    slash = bySlash;
    let html;
    try {
      const answer = await fetch(button.dataset.saved, { headers: { "X-Live": "1" }, cache: "no-store" });
      if (!answer.ok) return;
      html = await answer.text();
    } catch {
      return; // the server does not answer: the "/" is a letter
    }
    const find = document.createElement("input");
    find.type = "search";
    find.className = "saved-find";
    find.setAttribute("aria-label", button.textContent.replace("/", "").trim());
    const fresh = new DOMParser().parseFromString(html, "text/html");
    list.replaceChildren(find, ...[...fresh.body.childNodes].map((node) => document.importNode(node, true)));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    find.addEventListener("input", () => show(find.value.trim().toLowerCase()));
    find.focus();
  }

  function show(wanted) {
    for (const each of list.querySelectorAll("button.saved-one")) {
      each.parentElement.hidden = !`${each.dataset.name}\n${each.dataset.text}`.toLowerCase().includes(wanted);
    }
  }

  function shown() {
    return [...list.querySelectorAll("button.saved-one")].filter((each) => !each.parentElement.hidden);
  }

  list.addEventListener("click", (event) => {
    const one = event.target.closest("button.saved-one");
    if (one) put(one.dataset.text);
  });
  list.addEventListener("keydown", (event) => {
    const all = shown();
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") all[Math.min(all.length - 1, at + 1)]?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? all[at - 1] : list.querySelector("input")).focus();
    else if (event.key === "Enter" && at < 0) all.length && put(all[0].dataset.text);
    else return;
    event.preventDefault();
  });

  function put(words) {
    const start = text.selectionStart - (slash && text.value[text.selectionStart - 1] === "/" ? 1 : 0);
    text.setRangeText(words, start, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    button.setAttribute("aria-expanded", "false");
    text.focus();
  }
}
