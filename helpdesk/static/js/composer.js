// The composer: a draft that survives a closed tab, Ctrl/⌘+Enter, no second click while sending.
export function helpComposer(form) {
  if (!form) return;
  const text = form.querySelector("textarea");
  const key = `helpdesk-draft-${form.dataset.draft}`;

  const keep = () => {
    write(key, text.value);
    write(`${key}-kind`, text.value && form.elements.kind.value);
  };

  forgetSent(key);
  if (text.value) keep(); // typed before this module had loaded, or given back by the server
  else restore(form, text, key);
  form.addEventListener("input", keep);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(visibleButton(form));
    }
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sending);
}

// A note comes back as a note: what was meant for colleagues must not stand ready to go to the buyer.
function restore(form, text, key) {
  text.value = read(key);
  const kind = document.getElementById(`kind-${read(`${key}-kind`)}`);
  if (text.value && kind) kind.checked = true;
}

// Only the server's word ends a draft: it redirects here with `sent` when it has kept what was written.
function forgetSent(key) {
  const address = new URL(location.href);
  if (!address.searchParams.has("sent")) return;
  write(key, "");
  write(`${key}-kind`, "");
  address.searchParams.delete("sent");
  history.replaceState(null, "", address);
}

function visibleButton(form) {
  return [...form.querySelectorAll("button.main")].find((button) => button.offsetParent !== null);
}

function read(key) {
  try {
    return localStorage.getItem(key) || "";
  } catch {
    return ""; // storage is forbidden here: no drafts
  }
}

function write(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // storage is forbidden or full: no drafts
  }
}
