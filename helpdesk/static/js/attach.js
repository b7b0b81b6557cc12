// Files of a reply: named in the page's own language, limited before anything is sent, uploaded when they are
// chosen, pasted or dropped, so that a reload loses none. Without this the form brings them.
export function nameFiles(label) {
  if (!label) return;
  const [input, names] = [label.querySelector("input"), label.querySelector(".attach-names")];
  const form = input.form;
  const most = document.querySelector("[data-attach-most]");
  const said = most.textContent;
  let adding = null; // the upload that is under way: sending waits for it, or its files would stay behind
  label.classList.add("is-helped");
  form.addEventListener("submit", wait, { capture: true });
  form.addEventListener("change", (event) => (event.target === input ? add([...input.files]) : say()));
  form.addEventListener("paste", (event) => take(event, event.clipboardData));
  form.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  form.addEventListener("drop", (event) => take(event, event.dataTransfer));
  addEventListener("pageshow", () => say()); // going back in the history may bring the files back
  say();

  function take(event, from) {
    const files = [...(from?.files ?? [])];
    if (!files.length) return; // words are pasted as words
    event.preventDefault();
    add(files);
  }

  function wait(event) {
    if (!adding || event.submitter?.formTarget) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    adding.finally(() => form.requestSubmit(event.submitter));
  }

  function add(files) {
    if (say(files) || !files.length) return;
    adding = Promise.resolve(adding).then(() => upload(files));
    const mine = adding;
    mine.finally(() => mine === adding && (adding = null));
  }

  async function upload(files) {
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    for (const file of files) body.append("files", file, file.name || "picture.png");
    label.setAttribute("aria-busy", "true");
    names.textContent = files.map((file) => file.name).join(", ");
    try {
      const answer = await fetch(label.dataset.to, { method: "POST", body, headers: { "X-Live": "1" } });
      if (answer.status !== 200 && answer.status !== 422) throw new Error(`status ${answer.status}`);
      show(await answer.text());
      input.value = "";
      names.textContent = "";
    } catch {
      // the server does not answer: those that were chosen go with the form
    } finally {
      label.removeAttribute("aria-busy");
      say();
    }
  }

  // The fresh list, with what was unticked here left so.
  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-draft-files]");
    const old = form.querySelector("[data-draft-files]");
    if (!fresh) return;
    for (const box of old.querySelectorAll("[name=keep]:not(:checked)")) {
      const same = fresh.querySelector(`[name=keep][value="${box.value}"]`);
      if (same) same.checked = false;
    }
    old.replaceWith(document.importNode(fresh, true));
  }

  // Whether these, with all that is ticked, are too much.
  function say(more = [...input.files]) {
    const kept = [...form.querySelectorAll("[name=keep]:checked")].map((box) => Number(box.dataset.size));
    const bytes = [...kept, ...more.map((file) => file.size)].reduce((sum, size) => sum + size, 0);
    const isTooMuch = bytes > Number(label.dataset.most);
    most.textContent = isTooMuch ? label.dataset.tooMuch : said;
    most.classList.toggle("problem", isTooMuch);
    input.setCustomValidity(isTooMuch && more.length && input.files.length ? label.dataset.tooMuch : "");
    return isTooMuch;
  }
}
