// "@" in a note offers the colleagues; what is chosen stands at the cursor. Only in notes: a buyer reads no names.
export function offerColleagues(text) {
  const select = document.getElementById("assignee");
  const note = document.getElementById("kind-note");
  if (!text || !select || !note) return;
  const names = [...select.options].filter((each) => each.value).map((each) => each.text);
  const list = document.createElement("div");
  list.className = "mentions";
  list.id = "mentions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", note.labels[0].textContent);
  list.hidden = true;
  text.after(list);

  text.addEventListener("input", (event) => event.isComposing || offer());
  text.addEventListener("compositionend", offer);
  text.addEventListener("blur", () => setTimeout(close, 150)); // after a click into the list
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) move(steps[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") put(chosen().textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function offer() {
    const begun = note.checked && /(?:^|[^\w.%+-])@([^@\n]{0,40})$/u.exec(text.value.slice(0, text.selectionStart));
    const wanted = begun ? begun[1].toLowerCase() : "";
    const fitting = begun ? names.filter((name) => name.toLowerCase().startsWith(wanted) && name.toLowerCase() !== wanted) : [];
    if (!fitting.length) return close();
    list.replaceChildren(...fitting.slice(0, 8).map(option));
    list.hidden = false;
    text.setAttribute("aria-controls", list.id);
    pick(list.firstElementChild);
  }

  function option(name, place) {
    const line = document.createElement("div");
    line.setAttribute("role", "option");
    line.id = `mention-${place}`;
    line.textContent = name;
    line.addEventListener("mousedown", (event) => {
      event.preventDefault();
      put(name);
    });
    return line;
  }

  function chosen() {
    return list.querySelector("[aria-selected=true]");
  }

  function move(by) {
    const all = [...list.children];
    pick(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  }

  function pick(line) {
    chosen()?.removeAttribute("aria-selected");
    line.setAttribute("aria-selected", "true");
    text.setAttribute("aria-activedescendant", line.id);
  }

  function put(name) {
    const start = text.value.slice(0, text.selectionStart).lastIndexOf("@");
    text.setRangeText(`@${name} `, start, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  }
}
