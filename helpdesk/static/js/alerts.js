// The bell: the count comes with every answer to an open page; notices of the browser only where they were allowed.
const PACE = 30_000; // ms between two looks of a page that asks for nothing else, or that nobody sees
const LAST = "helpdesk-told"; // the newest that some page of this browser has said

export function ring(bell) {
  if (!bell) return;
  askByClick(document.querySelector("[data-browser-asks]"));
  addEventListener("helpdesk:unread", (event) => show(bell, event.detail));
  if (document.querySelector("[data-live]") && !allowed()) return; // its own answers carry the count
  look(bell);
}

// Called with the answer to a poll of a page, also one that says "not changed".
export function heard(answer) {
  const count = answer.headers.get("X-Unread");
  if (count !== null) dispatchEvent(new CustomEvent("helpdesk:unread", { detail: count }));
}

function show(bell, count) {
  const badge = bell.querySelector("[data-unread]");
  if (badge.textContent === count) return;
  badge.textContent = count;
  badge.hidden = !count;
  bell.setAttribute("aria-label", count ? `${bell.dataset.name}: ${count} ${bell.dataset.says}` : bell.dataset.name);
}

async function look(bell) {
  if (!document.hidden || allowed()) {
    try {
      const last = localStorage.getItem(LAST) || "";
      const answer = await fetch(`${bell.dataset.ask}?after=${last}`, { headers: { "X-Live": "1" }, cache: "no-store", redirect: "error" });
      if (answer.status === 401) return;
      heard(answer);
      if (answer.status === 200) say(await answer.json());
    } catch {
      // offline, or no storage: the next look finds it
    }
  }
  setTimeout(look, PACE, bell);
}

function say({ newest, news }) {
  const last = Number(localStorage.getItem(LAST) || 0);
  if (newest > last || !localStorage.getItem(LAST)) localStorage.setItem(LAST, newest);
  if (!allowed()) return;
  for (const each of news.filter((one) => one.id > last)) {
    const notice = new Notification(each.title, { body: each.body, tag: `helpdesk-${each.id}` });
    notice.addEventListener("click", () => {
      focus();
      location.assign(each.go);
    });
  }
}

function allowed() {
  return "Notification" in window && Notification.permission === "granted";
}

// A browser is asked only by this click, never by a page that was merely opened.
function askByClick(place) {
  if (!place || !("Notification" in window)) return;
  const button = place.querySelector("[data-ask]");
  const tell = () => {
    for (const each of place.querySelectorAll("[data-when]")) each.hidden = each.dataset.when !== Notification.permission;
    button.hidden = Notification.permission !== "default";
  };
  place.hidden = false;
  tell();
  button.addEventListener("click", async () => {
    await Notification.requestPermission();
    tell();
  });
}
