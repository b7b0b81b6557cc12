// Drafts stand on the server, saved while somebody writes. The browser keeps what the server has not confirmed.
const QUIET = 1500; // after the last key
const LONGEST = 5000; // while keys go on
const MOST_AT_ONCE = 60_000; // bytes that a page may still send while it is closed

export function keepDraft(form) {
  forgetSent();
  if (!form) return;
  const text = form.elements.text;
  const key = `helpdesk-draft-${form.dataset.agent}-${form.dataset.draft}`;
  const says = form.querySelector("[data-draft-says]");
  let known = text.value;
  let kind = form.elements.kind.value;
  let timer = 0;
  let first = 0;
  let saving = null;

  restore();
  form.querySelector("#draft-keep").hidden = true;
  form.addEventListener("input", (event) => event.target.type !== "file" && changed());
  document.addEventListener("visibilitychange", () => (document.hidden ? save(true) : look()));
  addEventListener("pagehide", () => save(true));
  addEventListener("focus", look);
  form.addEventListener("submit", () => clearTimeout(timer));

  // Typed before this module had loaded, or not confirmed when the last page was closed.
  function restore() {
    const kept = read(key);
    if (!kept || kept.text === text.value) return write(key, null);
    const choice = document.getElementById(`kind-${kept.kind}`);
    if (!text.value || kept.knew === form.elements.knew.value) {
      text.value = kept.text;
      if (choice) choice.checked = true;
      changed();
    } else {
      showReplaced(kept.text); // the server has newer words: these are not lost
    }
  }

  function changed() {
    write(key, { text: text.value, kind: form.elements.kind.value, knew: form.elements.knew.value });
    clearTimeout(timer);
    first ||= Date.now();
    timer = setTimeout(save, Math.max(0, Math.min(QUIET, first + LONGEST - Date.now())));
  }

  async function save(closing = false) {
    clearTimeout(timer);
    const now = text.value;
    const nowKind = form.elements.kind.value;
    if (form.dataset.sending || (!first && now === known && nowKind === kind)) return;
    if (saving && !closing) await saving;
    first = 0;
    saving = send(now, nowKind, closing).finally(() => (saving = null));
    return saving;
  }

  async function send(now, nowKind, closing) {
    const body = new FormData(form);
    body.delete("files");
    const keepalive = closing && now.length * 3 < MOST_AT_ONCE;
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body, keepalive, headers: { "X-Live": "1" } });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const { version, replaced, said } = await answer.json();
      form.elements.knew.value = version;
      known = now;
      kind = nowKind;
      if (text.value === now) write(key, null);
      if (replaced) showReplaced(replaced);
      says.textContent = now.trim() ? said : "";
    } catch {
      says.textContent = says.dataset.offline;
      first ||= Date.now();
      timer = setTimeout(save, LONGEST);
    }
  }

  // Somebody looks at this window again: another one may have gone on.
  async function look() {
    if (document.hidden || form.dataset.sending || text.value !== known) return;
    try {
      const answer = await fetch(form.dataset.save, { headers: { "X-Live": "1" }, cache: "no-store" });
      if (!answer.ok) return;
      const there = await answer.json();
      if (String(there.version) === form.elements.knew.value || text.value !== known || saving) return;
      form.elements.knew.value = there.version;
      if (there.text === text.value) return;
      text.value = known = there.text;
      kind = there.kind;
      const choice = document.getElementById(`kind-${there.kind}`);
      if (choice) choice.checked = true;
      says.textContent = there.version ? says.dataset.moved : says.dataset.ended;
    } catch {
      // offline: what stands here stays
    }
  }

  function showReplaced(words) {
    const place = form.querySelector("[data-replaced]");
    place.querySelector("[data-replaced-words]").textContent = words;
    place.hidden = false;
  }
}

// Only the server's word ends a draft: it leads on with `sent` when it has kept what was written.
function forgetSent() {
  const address = new URL(location.href);
  const number = address.searchParams.get("sent");
  if (!number) return;
  const agent = document.querySelector("[data-agent]")?.dataset.agent;
  for (const key of keys()) if (key.startsWith("helpdesk-draft-") && key.endsWith(`-${number}`) && (!agent || key === `helpdesk-draft-${agent}-${number}`)) write(key, null);
  address.searchParams.delete("sent");
  history.replaceState(null, "", address);
}

function keys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // storage is forbidden here, or holds something else
  }
}

function write(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // storage is forbidden or full: the server has the draft
  }
}
