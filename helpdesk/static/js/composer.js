// The composer: Ctrl/⌘+Enter, no second click while sending. What is written is kept by drafts.js.
export function helpComposer(form) {
  if (!form) return;
  const text = form.querySelector("textarea");
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(visibleButton(form));
    }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return; // a preview: the page stays
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sending);
  document.getElementById("guard")?.focus();
}

function visibleButton(form) {
  return [...form.querySelectorAll("button.main")].find((button) => button.offsetParent !== null);
}
