// The composer: a draft that survives a closed tab, Ctrl/⌘+Enter, no second click while sending.
export function helpComposer(form) {
  if (!form) return;
  const text = form.querySelector("textarea");
  const key = `helpdesk-draft-${form.dataset.draft}`;

  forgetSent(key);
  if (!text.value) text.value = read(key);
  text.addEventListener("input", () => write(key, text.value));
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

// Only the server's word ends a draft: it redirects here with `sent` when it has kept what was written.
function forgetSent(key) {
  const address = new URL(location.href);
  if (!address.searchParams.has("sent")) return;
  write(key, "");
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
