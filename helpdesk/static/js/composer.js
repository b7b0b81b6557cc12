// The composer: a draft that survives a closed tab, Ctrl/⌘+Enter, no second click while sending.
export function helpComposer(form) {
  if (!form) return;
  const text = form.querySelector("textarea");
  const key = `helpdesk-draft-${form.dataset.draft}`;

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
    // The draft goes only when the server has the words: it sends them back when it refuses.
    sessionStorage.setItem("helpdesk-sent", key);
  });
  addEventListener("pageshow", () => delete form.dataset.sending);
  forgetSent(key, text);
}

// After a 303 the page is loaded anew with an empty composer: what was sent is no draft any more.
function forgetSent(key, text) {
  if (sessionStorage.getItem("helpdesk-sent") !== key) return;
  sessionStorage.removeItem("helpdesk-sent");
  if (text.defaultValue === "") {
    write(key, "");
    text.value = "";
  }
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
