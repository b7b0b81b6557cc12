// An open ticket page tells that it is there, whether somebody writes on it, and what has stood in sight.
const BEAT = 10_000;
const A_MOMENT = 1000;
const WRITING_LASTS = 120_000; // after the last key

export function beHere(place) {
  if (!place) return;
  const text = document.querySelector("#composer textarea");
  const told = { writes: false, read: 0 };
  let read = 0;
  let typedAt = 0;
  let timer = 0;

  const writes = () => Boolean(text?.value.trim()) && Date.now() - typedAt < WRITING_LASTS;

  const words = (more) => {
    const form = new FormData();
    form.set("csrf_token", document.querySelector("[name=csrf_token]").value);
    form.set("writes", writes() ? "yes" : "no");
    if (read > told.read) form.set("read", read);
    for (const [name, value] of Object.entries(more)) form.set(name, value);
    return form;
  };

  async function tell() {
    clearTimeout(timer);
    if (document.hidden && !writes()) return;
    const now = { writes: writes(), read };
    const answer = await fetch(place.dataset.presence, { method: "POST", body: words({}), headers: { "X-Live": "1" }, keepalive: true, redirect: "error" }).catch(() => null);
    if (answer?.ok) Object.assign(told, now);
    timer = setTimeout(tell, BEAT);
  }

  // Gone at once, as far as a browser lets a page speak while it is closed.
  const leave = () => navigator.sendBeacon(place.dataset.presence, words({ left: "yes" }));

  text?.addEventListener("input", () => {
    typedAt = Date.now();
    if (writes() !== told.writes) tell();
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && tell());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tell();
    else if (!writes()) leave();
  });
  watch(place.querySelector(".entries"), (id) => {
    if (id <= read) return;
    read = id;
    clearTimeout(timer);
    timer = setTimeout(tell, A_MOMENT);
  });
  tell();
}

// Who comes to the newest words, and has not read some before them, begins at the first of those.
export function beginAtNews() {
  const first = document.getElementById("first-unread");
  if (first && ["", "#newest"].includes(location.hash)) first.scrollIntoView();
}

// A line counts as read when it, or its end, has stood in sight for a moment; lines that arrive are watched too.
function watch(list, seen) {
  if (!list) return;
  const waiting = new Map();
  const eye = new IntersectionObserver((sights) => {
    for (const { target, isIntersecting } of sights) {
      clearTimeout(waiting.get(target));
      if (isIntersecting) waiting.set(target, setTimeout(() => !document.hidden && seen(Number(target.dataset.key)), A_MOMENT));
    }
  });
  const look = () => list.querySelectorAll(".entry:not(.is-event):not(.is-planned)").forEach((line) => eye.observe(line));
  new MutationObserver(look).observe(list, { childList: true });
  look();
}
