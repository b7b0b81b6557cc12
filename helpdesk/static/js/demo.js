// The buyer's mailbox shows new mail by itself, but never while something is being written.
const { countUrl, count } = document.body.dataset;
const news = document.querySelector(".news");

const isWriting = () =>
  [...document.querySelectorAll("textarea")].some((field) => field.value.trim() !== "") ||
  document.activeElement?.matches("input, textarea");

async function look() {
  if (document.hidden) return;
  const answer = await fetch(countUrl, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (now.count === Number(count)) return;
  if (isWriting()) news.hidden = false;
  else location.reload();
}

if (countUrl) setInterval(look, 2000);
